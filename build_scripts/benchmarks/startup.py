"""How long the window takes to appear, as a ratio to a bare PySide6 window started in the same run."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from build_scripts.benchmarks.measure import Measure
from build_scripts.benchmarks.screen import screen_environment
from build_scripts.setup.console import SetupError

ROUNDS = 9
BARE_WINDOW = [sys.executable, "-u", str(Path(__file__).with_name("bare_window.py"))]
PROGRAM = [sys.executable, "-u", "-m", "desktop_app"]
# Importing any of these takes seconds; the first paint must not wait for them.
HEAVY = ("agents", "alembic", "anthropic", "httpx", "httpx2", "mcp", "ollama", "openai", "sqlalchemy", "xllamacpp")


def run() -> list[Measure]:
    """First paint of the program against the bare window, and the heavy modules that were imported before it."""
    with screen_environment() as screen, tempfile.TemporaryDirectory() as profile:
        env = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")},
            **screen,
            "GOALGETTER_HOME": profile,
            "GOALGETTER_EXIT_AFTER_PAINT": "1",
        }
        bare_s, program_s = _alternate(env)
        imported = heavy_imports(_import_times(env))
    baseline = statistics.median(bare_s)
    return [
        Measure("first paint", round(statistics.median(program_s) / baseline, 3), "s", 2.0, round(baseline, 4)),
        Measure("heavy modules before it", len(imported), "modules", 0, 0),
    ]


def heavy_imports(import_times: str) -> list[str]:
    """The heavy packages in what `python -X importtime` printed."""
    imported = set(re.findall(r"^import time:.*\|\s*([\w.]+)\s*$", import_times, re.MULTILINE))
    return [name for name in HEAVY if name in imported]


def _alternate(env: Mapping[str, str]) -> tuple[list[float], list[float]]:
    """Seconds to first paint of the bare window and of the program, in turns so that both see the same machine."""
    for command in (BARE_WINDOW, PROGRAM):
        _first_paint_s(command, env)  # fills the disk cache and writes the byte code
    rounds = [(_first_paint_s(BARE_WINDOW, env), _first_paint_s(PROGRAM, env)) for _ in range(ROUNDS)]
    return [bare for bare, _ in rounds], [program for _, program in rounds]


def _first_paint_s(command: Sequence[str], env: Mapping[str, str]) -> float:
    started = time.perf_counter()
    with subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: a pipe was asked for
        for line in process.stdout:
            if line.startswith("first_paint"):
                elapsed = time.perf_counter() - started
                process.wait(timeout=30)
                return elapsed
    raise SetupError(
        f"{' '.join(command)} ended with code {process.returncode} before it painted: see the lines above."
    )


def _import_times(env: Mapping[str, str]) -> str:
    command = [sys.executable, "-X", "importtime", "-m", "desktop_app"]
    return subprocess.run(command, env=dict(env), capture_output=True, text=True, check=True, timeout=60).stderr
