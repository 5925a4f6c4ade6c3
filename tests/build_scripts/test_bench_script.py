"""How measures are printed, and what counts as a heavy import."""

import json

from build_scripts.bench import as_json_text, as_table, benchmark_names
from build_scripts.benchmarks.measure import Measure
from build_scripts.benchmarks.startup import heavy_imports

MEASURES = [Measure("first paint", 1.5, "s", 2.0, 0.2), Measure("per piece", 3.0, "ms", 1.2, 0.04)]


def test_json_has_exactly_the_agreed_fields() -> None:
    assert json.loads(as_json_text(MEASURES[:1])) == {
        "measures": [{"name": "first paint", "value": 1.5, "unit": "s", "limit": 2.0, "baseline": 0.2}]
    }


def test_the_table_marks_what_is_over_its_limit() -> None:
    _, within, over = as_table(MEASURES).splitlines()
    assert "over the limit" not in within
    assert over.endswith("over the limit")


def test_parts_that_benchmarks_share_are_no_benchmarks() -> None:
    names = benchmark_names()
    assert "startup" in names
    assert not {"measure", "screen", "bare_window"} & set(names)


def test_heavy_imports_are_found_in_what_python_prints() -> None:
    printed = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       120 |        120 |   openai_helpers\n"
        "import time:       120 |      90120 |   openai\n"
        "import time:       120 |        120 |     httpx._api\n"
    )
    assert heavy_imports(printed) == ["openai"]
