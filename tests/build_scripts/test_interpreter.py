"""Which versions of Python the program runs on."""

import ast
from pathlib import Path

import pytest

from build_scripts.setup.environment import ROOT
from build_scripts.setup.interpreter import is_supported

BEFORE_ENVIRONMENT = [*ROOT.glob("build_scripts/setup/*.py"), *ROOT.glob("build_scripts/[rtc]*.py")]


@pytest.mark.parametrize(
    ("version", "supported"),
    [((3, 9), False), ((3, 10), False), ((3, 11), True), ((3, 12), True), ((3, 13), True), ((3, 14), False)],
)
def test_supported_versions(version: tuple[int, int], supported: bool) -> None:
    assert is_supported(version) is supported


@pytest.mark.parametrize("file", BEFORE_ENVIRONMENT, ids=lambda file: file.name)
def test_scripts_can_be_read_by_an_older_python_so_that_they_can_tell_it(file: Path) -> None:
    ast.parse(file.read_text("utf-8"), feature_version=(3, 8))
