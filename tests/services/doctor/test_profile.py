"""The doctor's look at folders, database and settings."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from desktop_app.paths import Paths
from desktop_app.services.doctor import (
    Verdict,
    database_finding,
    folder_findings,
    keychain_finding,
    settings_findings,
    traces_finding,
)
from desktop_app.settings import Settings, TracingSettings, read_sources
from desktop_app.storage.database import Database
from desktop_app.storage.keychain import Keychain
from tests.storage.keyrings import LockedKeyring, MemoryKeyring


def paths_in(folder: Path) -> Paths:
    return Paths(folder / "data", folder / "cache", folder / "logs")


def test_folders_that_are_not_there_yet_are_fine_and_are_not_made(tmp_path: Path) -> None:
    found = folder_findings(paths_in(tmp_path))
    assert [finding.verdict for finding in found] == [Verdict.OK] * 3
    assert [finding.facts["exists"] for finding in found] == [False] * 3
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_be_written_is_left_empty(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    paths.data.mkdir()
    data = folder_findings(paths)[0]
    assert (data.name, data.verdict, data.facts["writable"]) == ("Data", Verdict.OK, True)
    assert list(paths.data.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="file modes of Unix")
def test_a_folder_that_cannot_be_written_is_a_problem_with_advice(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    if os.getuid() == 0:
        (tmp_path / "data").write_text("a file, for a mode does not bind root")
    else:
        paths.data.mkdir(mode=0o500)
    data = folder_findings(paths)[0]
    assert data.verdict is Verdict.PROBLEM
    assert "GOALGETTER_HOME" in data.advice


async def test_a_database_is_told_whole(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "goalgetter.db")).close()
    finding = database_finding(tmp_path / "goalgetter.db")
    assert finding.verdict is Verdict.OK
    assert "no damage found" in finding.text
    assert finding.facts["schema"] == finding.facts["newest_schema"]


def test_no_database_yet_is_no_problem(tmp_path: Path) -> None:
    assert database_finding(tmp_path / "goalgetter.db").verdict is Verdict.ABSENT
    (tmp_path / "goalgetter.db").touch()
    assert database_finding(tmp_path / "goalgetter.db").verdict is Verdict.ABSENT


def test_another_file_in_its_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "goalgetter.db").write_text("Dear diary")
    finding = database_finding(tmp_path / "goalgetter.db")
    assert finding.verdict is Verdict.PROBLEM
    assert "was left as it is" in finding.text


@pytest.mark.parametrize(
    ("ring", "verdict"),
    [(MemoryKeyring, Verdict.OK), (NoKeyring, Verdict.ABSENT), (LockedKeyring, Verdict.PROBLEM)],
)
async def test_a_keychain_that_can_be_used_is_told_from_none_and_a_locked_one(
    ring: Callable[[], KeyringBackend], verdict: Verdict
) -> None:
    finding = await keychain_finding(Keychain(find_backend=ring))
    assert finding.verdict is verdict
    assert finding.text.endswith(".")


def test_traces_are_told_with_their_place_and_size(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    fresh = traces_finding(Settings(), paths)
    assert (fresh.verdict, fresh.facts["size_bytes"]) == (Verdict.OK, 0)
    assert not paths.traces.parent.exists()
    paths.traces.parent.mkdir()
    paths.traces.write_bytes(b"x" * 300_000)
    finding = traces_finding(Settings(), paths)
    assert "0.3 MB, with what was said" in finding.text
    quiet = traces_finding(Settings(tracing=TracingSettings(includes_content=False)), paths)
    assert "without what was said" in quiet.text


def test_traces_that_are_off_or_cannot_be_written_are_told(tmp_path: Path) -> None:
    off = traces_finding(Settings(tracing=TracingSettings(is_enabled=False)), paths_in(tmp_path))
    assert off.verdict is Verdict.ABSENT
    (tmp_path / "file").touch()
    nowhere = TracingSettings(log_path=tmp_path / "file" / "traces.jsonl")
    assert traces_finding(Settings(tracing=nowhere), paths_in(tmp_path)).verdict is Verdict.PROBLEM


def test_every_refused_value_is_told() -> None:
    found = settings_findings(Settings(problems=("One is no number.", "Two is no address.")))
    assert [(finding.verdict, finding.text) for finding in found] == [
        (Verdict.PROBLEM, "One is no number."),
        (Verdict.PROBLEM, "Two is no address."),
        (Verdict.OK, "Nothing is set."),
    ]


def test_where_values_come_from_is_told_and_the_values_are_not(tmp_path: Path) -> None:
    environment = {"OPENAI_MODEL": "gpt-4o", "OPENAI_API_KEY": "sk-secret"}
    (finding,) = settings_findings(read_sources([tmp_path], environment, tmp_path).settings())
    assert finding.text == "2 values are set: OPENAI_API_KEY, OPENAI_MODEL."
    assert finding.facts["set"]["llm.openai.model"] == {"from": "environment", "place": "OPENAI_MODEL"}
    assert "sk-secret" not in str(finding)
    assert "gpt-4o" not in str(finding)
