"""Finds data packages that carry pieces of a model file, without importing them, and puts the pieces together."""

import sys
from importlib import metadata
from pathlib import Path
from threading import Event

from desktop_app.llm.builtin.catalog import Weights
from desktop_app.llm.builtin.problems import WeightsError
from desktop_app.llm.builtin.verification import CHUNK_BYTES, OnProgress, raise_if_cancelled


def installed_pieces(weights: Weights) -> tuple[Path, ...]:
    """The files that make `weights`, in order; empty if no package is installed. Raises WeightsError if some lack."""
    pieces = {package: _piece(package) for package in weights.packages}
    missing = [package for package, piece in pieces.items() if piece is None]
    if len(missing) == len(weights.packages):
        return ()
    if missing:
        raise WeightsError(
            f"The model's data packages are not complete: {missing[0]} and {len(missing) - 1} more are missing."
            if len(missing) > 1
            else f"The model's data packages are not complete: {missing[0]} is missing."
        )
    return tuple(piece for piece in pieces.values() if piece is not None)


def assemble(pieces: tuple[Path, ...], target: Path, on_progress: OnProgress, cancelled: Event) -> None:
    """Write the pieces into `target`, one after the other. Raises OSError, CancelledWork."""
    total = max(1, sum(piece.stat().st_size for piece in pieces))
    done = 0
    with target.open("wb") as whole:
        for piece in pieces:
            with piece.open("rb") as source:
                while chunk := source.read(CHUNK_BYTES):
                    raise_if_cancelled(cancelled)
                    whole.write(chunk)
                    done += len(chunk)
                    on_progress("Putting the model's file together", done / total)


def _piece(package: str) -> Path | None:
    """The data file of a package: the largest that it installed, or that lies in its folder."""
    files = _recorded_files(package) or _files_in_folder(package.replace("-", "_"))
    return max(files, key=_size, default=None)


def _recorded_files(package: str) -> list[Path]:
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return []
    located = [Path(str(distribution.locate_file(file))) for file in distribution.files or ()]
    return [path for path in located if _is_data(path)]


def _files_in_folder(name: str) -> list[Path]:
    # A packaged program carries the folders without their metadata.
    for entry in sys.path:
        folder = Path(entry or ".") / name
        if folder.is_dir():
            return [path for path in folder.rglob("*") if _is_data(path)]
    return []


def _is_data(path: Path) -> bool:
    return path.suffix in {".bin", ".gguf", ".part", ".dat"} and path.is_file()


def _size(path: Path) -> int:
    return path.stat().st_size
