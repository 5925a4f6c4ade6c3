"""Where the window stood and which theme it had: read before the first paint, so it is a small file of its own."""

import base64
import binascii
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from desktop_app.ui.theme.theme import ThemeMode

FILE_NAME = "window.json"


@dataclass(frozen=True, slots=True)
class WindowState:
    """What is restored at start. `window` is the window's own record of size and panes."""

    theme_mode: ThemeMode = ThemeMode.SYSTEM
    window: bytes = b""


def read_window_state(folder: Path) -> WindowState:
    """The state kept in `folder`, or the default where there is none or it cannot be read."""
    try:
        values = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return WindowState(ThemeMode(values["theme_mode"]), base64.b64decode(values["window"], validate=True))
    except (OSError, ValueError, KeyError, TypeError, binascii.Error):
        return WindowState()


def write_window_state(folder: Path, state: WindowState) -> None:
    """Keep `state` in `folder`; where that cannot be written, the next start is as new and nothing else is lost."""
    values = {"theme_mode": state.theme_mode.value, "window": base64.b64encode(state.window).decode("ascii")}
    # Where it cannot be written, nothing is lost but the window's place.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / (FILE_NAME + ".new")
        temporary.write_text(json.dumps(values), encoding="utf-8")
        temporary.replace(folder / FILE_NAME)
