"""What of the built-in model is on this computer, by a look that reads and starts nothing."""

from dataclasses import dataclass
from pathlib import Path

from desktop_app.llm.builtin.catalog import CODER_1_5B, weights_called
from desktop_app.llm.builtin.engine import is_installed
from desktop_app.llm.builtin.problems import INSTALL_ADVICE, WeightsError
from desktop_app.llm.builtin.weights import WeightsSource
from desktop_app.paths import Paths, program_dir
from desktop_app.settings import BuiltinSettings


@dataclass(frozen=True, slots=True)
class BuiltinParts:
    """`weights` says where the model's file comes from, None where it is nowhere; `problem` and `advice` say more."""

    model: str
    has_engine: bool
    weights: str | None
    problem: str = ""
    advice: str = ""

    @property
    def can_answer(self) -> bool:
        """Whether nothing is missing."""
        return self.has_engine and self.weights is not None


def look(settings: BuiltinSettings, paths: Paths, program_folder: Path | None = None) -> BuiltinParts:
    """What is there; blocks for as long as a few look-ups on the disk."""
    weights = weights_called(settings.model, settings.weights_file) or CODER_1_5B
    source = WeightsSource(weights, paths.weights, program_folder or program_dir(), may_download=False)
    has_engine = is_installed()
    try:
        place = source.place()
    except WeightsError as error:
        return BuiltinParts(weights.label, has_engine, None, str(error), error.advice or INSTALL_ADVICE)
    if place is None:
        return BuiltinParts(
            weights.label,
            has_engine,
            None,
            "Its model is not on this computer.",
            "Let the window download it, or set it up again without --without-builtin.",
        )
    if not has_engine:
        return BuiltinParts(weights.label, has_engine, place, "Its engine is not installed.", INSTALL_ADVICE)
    return BuiltinParts(weights.label, has_engine, place)
