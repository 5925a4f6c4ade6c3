"""The whole program while it talks, in a window of its own, offscreen and on a virtual screen."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from build_scripts.benchmarks.measure import Measure
from build_scripts.benchmarks.screen import screen_environment
from build_scripts.setup.console import SetupError

_FOLDER: Final = Path(__file__).resolve().parent
# As the window's own command does: PySide6's import function reads the source of every later module.
_START: Final = """
import builtins, sys
original = builtins.__import__
from build_scripts.benchmarks.chat_window import main
builtins.__import__ = original
main(sys.argv[1])
"""
_PRIORITY: Final = -10
_FRAME_MS: Final = 33.0
_P99_MS: Final = 8.0
# What is shorter than half a frame nobody notices, and is no stall to compare with.
_NO_STALL_MS: Final = _FRAME_MS / 2
_MEMORY_MB: Final = 15.0


def run() -> list[Measure]:
    """All measures on both screens; a minute each."""
    # Times on the clock are the machine's too; where that is allowed, what else runs on it stands back.
    with suppress(OSError, AttributeError):
        os.nice(_PRIORITY)
    measures: list[Measure] = []
    for screen in _screens():
        with ExitStack() as stack:
            variables = stack.enter_context(screen)
            address = stack.enter_context(_server())
            name = "Xvfb" if variables["QT_QPA_PLATFORM"] == "xcb" else "offscreen"
            measures += [
                Measure(f"{name}: {one.name}", one.value, one.unit, one.limit, one.baseline)
                for one in measures_of(_seen(variables, address))
            ]
    return measures


def measures_of(seen: Mapping[str, Any]) -> list[Measure]:
    """What a window saw, as measures."""
    first, *later = seen["first"]
    to_compare = max(*later, _NO_STALL_MS)
    measures = [Measure("longest stall of the first message to later ones", first / to_compare, "ms", 1.0, to_compare)]
    for rate, turns in seen["stalls"].items():
        text = f"at {int(rate):,} deltas/s"
        measures += [
            Measure(f"stall {text}, p99 to 8 ms", _share(turns, 0.99) / _P99_MS, "ms", 1.0, _P99_MS),
            Measure(f"longest stall {text} to 33 ms", turns[-1] / _FRAME_MS, "ms", 1.0, _FRAME_MS),
        ]
    waits = min(seen["waits"], key=lambda one: _share(one, 0.99))
    before, after = seen["hour"]["held"]
    grown = max(after["memory"] - before["memory"], 0.0)
    return [
        *measures,
        Measure("socket to paint, median to a frame", _share(waits, 0.5) / _FRAME_MS, "ms", 1.0, _FRAME_MS),
        Measure("socket to paint, p99 to two frames", _share(waits, 0.99) / _FRAME_MS / 2, "ms", 1.0, 2 * _FRAME_MS),
        Measure(
            "longest stall while 20,000 messages open to 33 ms", seen["opening"][-1] / _FRAME_MS, "ms", 1.0, _FRAME_MS
        ),
        Measure("longest stall of an hour to 33 ms", seen["hour"]["longest"] / _FRAME_MS, "ms", 1.0, _FRAME_MS),
        Measure("memory that half an hour adds, to 15 MB", grown / _MEMORY_MB, "MB", 1.0, _MEMORY_MB),
        *(
            Measure(f"{held} after an hour to those after half", after[held] / before[held], held, 1.0, before[held])
            for held in ("objects", "timers", "documents", "tasks", "files")
        ),
    ]


def _share(turns: Sequence[float], share: float) -> float:
    """The figure below which this share of sorted `turns` is."""
    return turns[int(len(turns) * share)]


def _screens() -> Iterator[AbstractContextManager[dict[str, str]]]:
    yield _offscreen()
    yield screen_environment()


@contextmanager
def _offscreen() -> Iterator[dict[str, str]]:
    yield {"QT_QPA_PLATFORM": "offscreen"}


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-u", str(_FOLDER / "chat_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: pipes were asked for
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.communicate(timeout=10)


def _seen(variables: Mapping[str, str], address: str) -> Mapping[str, Any]:
    env = {**{name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}, **variables}
    command = [sys.executable, "-c", _START, address]
    ended = subprocess.run(
        command, env=env, cwd=_FOLDER.parents[1], stdout=subprocess.PIPE, text=True, check=False, timeout=900
    )
    if ended.returncode:
        raise SetupError("The window ended before it had measured: see the lines above.")
    seen: Mapping[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return seen
