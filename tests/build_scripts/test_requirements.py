"""The pinned requirements: complete, hashed, without an index address, and in step with what is declared."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build_scripts.lock import FOLDER, declared_groups
from desktop_app.llm.builtin.catalog import CODER_1_5B

FILES = sorted(FOLDER.glob("*.txt"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def pins(file: Path) -> list[Requirement]:
    """The pinned requirements of a file, without hashes."""
    lines = re.sub(r" *\\\n +", " ", file.read_text("utf-8")).splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if line and not line.startswith("#")]


def test_there_is_one_file_for_each_declared_group() -> None:
    assert {file.stem for file in FILES} == set(declared_groups())


@each_file
def test_every_version_has_a_hash(file: Path) -> None:
    text = re.sub(r" *\\\n +", " ", file.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert all(re.match(r"[a-z0-9.-]+==\S+.* --hash=sha256:[0-9a-f]{64}", line) for line in lines)


@each_file
def test_no_index_address_is_in_it(file: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|\s-i\s", file.read_text("utf-8"))


@each_file
def test_what_is_declared_is_pinned_within_its_bounds(file: Path) -> None:
    pinned = pins(file)
    for line in declared_groups()[file.stem]:
        declared = Requirement(line)
        found = [pin for pin in pinned if canonicalize_name(pin.name) == canonicalize_name(declared.name)]
        assert found, f"{declared.name} is declared but not pinned: run build_scripts/lock.py"
        for pin in found:
            (version,) = pin.specifier
            assert declared.specifier.contains(version.version), f"{pin} is not {declared}: run build_scripts/lock.py"


def test_versions_are_the_same_in_all_files() -> None:
    # One package can have several versions, each for other platforms; a file has all of them or none.
    versions: dict[str, set[frozenset[str]]] = {}
    for file in FILES:
        in_file: dict[str, set[str]] = {}
        for pin in pins(file):
            in_file.setdefault(pin.name, set()).add(str(pin.specifier))
        for name, found in in_file.items():
            versions.setdefault(name, set()).add(frozenset(found))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_model_file_pins_the_packages_that_the_program_looks_for() -> None:
    pinned = {pin.name: str(pin.specifier) for pin in pins(FOLDER / "model-qwen2.5-coder-1.5b.txt")}
    assert pinned == dict.fromkeys(CODER_1_5B.packages, f"=={CODER_1_5B.packages_version}")
