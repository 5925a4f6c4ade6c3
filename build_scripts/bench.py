"""Runs one benchmark and prints its measures: `python3 build_scripts/bench.py NAME [--json]`.

A benchmark is a module in `build_scripts/benchmarks` with `run() -> list[Measure]`. With `--json` standard output is
exactly `{"measures": [{"name", "value", "unit", "limit", "baseline"}]}`.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import SetupError, end_with
from build_scripts.setup.options import take_flag
from build_scripts.setup.preparation import continue_inside, prepare
from build_scripts.setup.system_libraries import WINDOW

if TYPE_CHECKING:
    from build_scripts.benchmarks.measure import Measure

NOT_BENCHMARKS = {
    "__init__",
    "bare_window",
    "chat_filling",
    "chat_hostile",
    "chat_live",
    "chat_openings",
    "chat_server",
    "chat_stalls",
    "chat_streams",
    "chat_texts",
    "chat_window",
    "hostile_texts",
    "measure",
    "provider_server",
    "screen",
    "soak_servers",
}


def main(arguments: list[str]) -> int:
    """Go on inside `.venv` if this is another Python; then run the benchmark named. Returns 1 if an aim is missed."""
    as_json, names = take_flag(arguments, "--json")
    if len(names) != 1 or names[0] not in benchmark_names():
        raise SetupError(f"Name one benchmark of: {', '.join(benchmark_names())}.")
    environment = prepare(["app", "builtin", "dev"], WINDOW)
    continue_inside(environment)
    measures: list[Measure] = importlib.import_module(f"build_scripts.benchmarks.{names[0]}").run()
    print(as_json_text(measures) if as_json else as_table(measures))
    return 0 if all(measure.within_limit for measure in measures) else 1


def benchmark_names() -> list[str]:
    """The modules that can be named."""
    folder = Path(__file__).with_name("benchmarks")
    return sorted(file.stem for file in folder.glob("*.py") if file.stem not in NOT_BENCHMARKS)


def as_json_text(measures: Sequence[Measure]) -> str:
    """The measures as one JSON object."""
    fields = ("name", "value", "unit", "limit", "baseline")
    return json.dumps({"measures": [{field: getattr(measure, field) for field in fields} for measure in measures]})


def as_table(measures: Sequence[Measure]) -> str:
    """The measures as lines of text, one each, under a heading."""
    width = max((len(measure.name) for measure in measures), default=0)
    lines = [f"{'measure':{width}}  {'ratio':>8}  {'limit':>8}  {'baseline':>12}"]
    for measure in measures:
        mark = "" if measure.within_limit else "  over the limit"
        baseline = f"{measure.baseline:.4g} {measure.unit}"
        lines.append(f"{measure.name:{width}}  {measure.value:8.3g}  {measure.limit:8.3g}  {baseline:>12}{mark}")
    return "\n".join(lines)


if __name__ == "__main__":
    end_with(main)
