"""Gets the model's file: a chosen one, the cache, beside the program, data packages, or a download, in that order."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

from desktop_app.llm.builtin.catalog import Weights
from desktop_app.llm.builtin.packages import assemble, installed_pieces
from desktop_app.llm.builtin.problems import INSTALL_ADVICE, DownloadNeededError, WeightsError
from desktop_app.llm.builtin.verification import OnProgress, VerifiedFiles, check_is_gguf, raise_if_cancelled

_log = logging.getLogger(__name__)

_SPARE_BYTES = 200_000_000


class WeightsSource:
    """Finds or makes the file of one model. Its work blocks for seconds or minutes: run it in a thread."""

    def __init__(
        self,
        weights: Weights,
        folder: Path,
        program_folder: Path,
        url: str | None = None,
        *,
        may_download: bool = True,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> None:
        """`folder` is where made files are kept; `url` replaces the publisher's address.

        Without `may_download`, which may be set later, a download that is needed is told instead of begun.
        """
        self._weights = weights
        self._folder = folder
        self._program_folder = program_folder
        self._url = url or weights.url
        self.may_download = may_download
        self._free_bytes = free_bytes or _free_bytes
        self._verified = VerifiedFiles(folder / "verified.json")

    def find(self, on_progress: OnProgress, cancelled: Event) -> Path:
        """The path of the right file. Raises WeightsError with the reason of the last source, CancelledWork."""
        if self._weights.chosen_file is not None:
            check_is_gguf(self._weights.chosen_file)
            return self._weights.chosen_file
        problem: WeightsError | None = None
        for source in (self._cached, self._beside_program, self._from_packages, self._downloaded):
            raise_if_cancelled(cancelled)
            try:
                path = source(on_progress, cancelled)
            except WeightsError as error:
                _log.warning("a source of the built-in model failed: %s", error)
                problem = error
                continue
            except OSError as error:
                _log.warning("a source of the built-in model failed: %s", type(error).__name__)
                problem = WeightsError(
                    f"The model's file could not be read or written ({error.strerror}).",
                    f"Make room and see that {self._folder} can be written.",
                )
                continue
            if path is not None:
                return path
        raise problem or WeightsError("The built-in model's weights are not installed.", INSTALL_ADVICE)

    def place(self) -> str | None:
        """Where `find` would take the file from, by size and name alone; None where it would be downloaded.

        Raises WeightsError for a chosen file that is no model and for data packages that are not complete.
        """
        if self._weights.chosen_file is not None:
            check_is_gguf(self._weights.chosen_file)
            return str(self._weights.chosen_file)
        for folder in (self._folder, self._program_folder, self._program_folder / "models"):
            path = folder / self._weights.file_name
            if path.is_file() and self._weights.size_bytes in {None, path.stat().st_size}:
                return str(path)
        return "data packages" if installed_pieces(self._weights) else None

    def _cached(self, on_progress: OnProgress, cancelled: Event) -> Path | None:
        path = self._folder / self._weights.file_name
        if not path.is_file() or self._is_right(path, on_progress, cancelled):
            return path if path.is_file() else None
        self._set_aside(path)
        return None

    def _beside_program(self, on_progress: OnProgress, cancelled: Event) -> Path | None:
        for folder in (self._program_folder, self._program_folder / "models"):
            path = folder / self._weights.file_name
            if path.is_file():
                if self._is_right(path, on_progress, cancelled):
                    return path
                raise WeightsError(f"The model file {path} is not the published one, so it is not used.")
        return None

    def _from_packages(self, on_progress: OnProgress, cancelled: Event) -> Path | None:
        pieces = installed_pieces(self._weights)
        if not pieces:
            return None
        part = self._part("assembled")
        self._check_space(0)
        assemble(pieces, part, on_progress, cancelled)
        return self._accepted(part, "The model's data packages do not make the published file", on_progress, cancelled)

    def _downloaded(self, on_progress: OnProgress, cancelled: Event) -> Path | None:
        if self._url is None:
            return None
        if not self.may_download:
            raise DownloadNeededError(self._weights.size_bytes or 0)
        # The HTTP client is loaded only where something is downloaded.
        from desktop_app.llm.builtin.download import download  # noqa: PLC0415

        part = self._part("download")
        self._check_space(part.stat().st_size if part.exists() else 0)
        download(self._url, part, self._weights.size_bytes, on_progress, cancelled)
        return self._accepted(part, "What was downloaded is not the published model", on_progress, cancelled)

    def _accepted(self, part: Path, problem: str, on_progress: OnProgress, cancelled: Event) -> Path:
        """Give a file that was made its name once it is right; raises WeightsError where it is not."""
        target = self._folder / self._weights.file_name
        wanted = self._weights.size_bytes
        is_size_right = wanted is None or part.stat().st_size == wanted
        if not is_size_right or not self._is_right(part, on_progress, cancelled):
            aside = self._set_aside(part)
            raise WeightsError(
                f"{problem}, so it is not used; it was set aside as {aside.name}.", "Delete that file and try again."
            )
        self._verified.rename(part, target)
        return target

    def _is_right(self, path: Path, on_progress: OnProgress, cancelled: Event) -> bool:
        sha256 = self._weights.sha256
        return sha256 is None or self._verified.is_right(path, sha256, on_progress, cancelled)

    def _part(self, how: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{self._weights.file_name}.{how}.part"

    def _set_aside(self, path: Path) -> Path:
        aside = self._folder / f"{self._weights.file_name}.wrong"
        path.replace(aside)
        return aside

    def _check_space(self, have: int) -> None:
        need = (self._weights.size_bytes or 0) - have
        if need <= 0:
            return
        free = self._free_bytes(self._folder)
        if free < need + _SPARE_BYTES:
            raise WeightsError(
                f"The built-in model needs {_megabytes(need + _SPARE_BYTES)} on the disk of {self._folder}, "
                f"and {_megabytes(free)} are free.",
                "Make room and try again.",
            )


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000:,} MB"
