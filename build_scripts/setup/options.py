"""What the scripts read of their own command lines; the rest goes to the program unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def take_flag(arguments: Sequence[str], flag: str) -> tuple[bool, list[str]]:
    """Whether the flag is among the arguments, and the arguments without it."""
    return flag in arguments, [argument for argument in arguments if argument != flag]


def has_screen(platform: str, env: Mapping[str, str]) -> bool:
    """Whether a window can open here; on Linux a display must be named."""
    if not platform.startswith("linux"):
        return True
    return any(env.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
