"""Shared by the tests of the built-in coach: the real weights, made once, and services that use them."""

import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from platformdirs import user_cache_path

from desktop_app.llm.builtin.catalog import CODER_1_5B
from desktop_app.llm.builtin.engine import is_installed
from desktop_app.llm.builtin.problems import WeightsError
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.builtin.weights import WeightsSource
from desktop_app.paths import Paths
from desktop_app.settings import Settings

TODAY = date(2026, 11, 21)
ENGINE_COMMAND = (sys.executable, "-m", "desktop_app.llm.builtin.engine_process")
ABSENT = "the built-in model's weights are not installed (build_scripts/run.py --without-builtin)"


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """A cache folder of this user that holds the real weights; they are put together once and kept."""
    cache = user_cache_path("goalgetter-tests", appauthor=False)
    source = WeightsSource(CODER_1_5B, cache / "models", cache / "nothing", may_download=False)
    if not is_installed():
        pytest.skip(ABSENT)
    try:
        source.find(lambda _what, _share: None, Event())
    except WeightsError:
        pytest.skip(ABSENT)
    return cache


@pytest.fixture
def model_paths(model_cache: Path, tmp_path: Path) -> Paths:
    """A profile of this test alone, but for the cache with the weights."""
    return Paths(data=tmp_path / "data", cache=model_cache, logs=tmp_path / "logs")


@pytest.fixture
async def service(model_paths: Paths) -> AsyncIterator[BuiltinService]:
    """The real coach, on 21 November 2026."""
    built = BuiltinService(lambda: TODAY, Settings(), model_paths, engine_command=ENGINE_COMMAND)
    yield built
    await built.aclose()
