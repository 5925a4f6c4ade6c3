"""Shared by the tests of the built-in coach: services that use the real weights."""

import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings

TODAY = date(2026, 11, 21)
ENGINE_COMMAND = (sys.executable, "-m", "desktop_app.llm.builtin.engine_process")


@pytest.fixture
def model_paths(model_cache: Path, tmp_path: Path) -> Paths:
    """A profile of this test alone, but for the cache with the weights."""
    return Paths(data=tmp_path / "data", cache=model_cache, logs=tmp_path / "logs")


@pytest.fixture
async def service(model_paths: Paths) -> AsyncIterator[BuiltinService]:
    """The real coach, on 21 November 2026."""
    built = BuiltinService(lambda: TODAY, BuiltinSettings(), model_paths, engine_command=ENGINE_COMMAND)
    yield built
    await built.aclose()
