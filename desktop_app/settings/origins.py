"""Where a setting's value comes from, and in which words that is said."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Layer(Enum):
    """The places that a value can come from, the strongest first."""

    WINDOW = "window"  # entered in the window, for this run
    ENVIRONMENT = "environment"
    DOTENV = ".env"
    CONFIG_FILE = "config file"
    KEYCHAIN = "keychain"
    PREFERENCE = "preference"
    DEFAULT = "default"

    @property
    def is_outside(self) -> bool:
        """Whether it is set outside of GoalGetter, and so can be changed only there."""
        return self in {Layer.ENVIRONMENT, Layer.DOTENV, Layer.CONFIG_FILE}


_INSIDE = {
    Layer.WINDOW: "until GoalGetter is closed",
    Layer.KEYCHAIN: "kept in the system keychain",
    Layer.PREFERENCE: "chosen in GoalGetter",
    Layer.DEFAULT: "",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """`name` is the variable, or the key in the file; `line` counts from 1."""

    layer: Layer
    name: str = ""
    file: Path | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """Exactly where, for a sentence about a value that is wrong there."""
        if self.file is None:
            return self.name
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.name} in {shown_path(self.file)}{line}"

    @property
    def hint(self) -> str:
        """In a few words, for the screen: "set by OPENAI_MODEL"; empty for a default."""
        match self.layer:
            case Layer.ENVIRONMENT:
                return f"set by {self.name}"
            case Layer.DOTENV:
                return f"set by {self.name} in {self._file_and_line}"
            case Layer.CONFIG_FILE:
                return f"set in {self._file_and_line}"
            case _:
                return _INSIDE[self.layer]

    @property
    def _file_and_line(self) -> str:
        name = self.file.name if self.file else self.layer.value
        return name if self.line is None else f"{name}, line {self.line}"


DEFAULT = Origin(Layer.DEFAULT)


@dataclass(frozen=True, slots=True)
class Given:
    """A value as text, and where it was given. `written` is how it stands there, before variables were put in.

    Neither is in the repr: it may be a key.
    """

    text: str = field(repr=False)
    origin: Origin
    written: str = field(repr=False)


def shown_path(path: Path) -> str:
    """A path as a person writes it, the home folder as ~."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
