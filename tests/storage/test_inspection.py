"""A look at a database file changes nothing and tells what is wrong with it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.revisions import YOU
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from desktop_app.storage.inspection import inspect
from desktop_app.storage.schema import NEWEST
from tests.storage.conftest import NOW


def make_database(path: Path, goals: int = 1) -> None:
    async def make() -> None:
        database = await Database.open(path)
        for number in range(goals):
            await GoalRepository(database).create(GoalFields(f"Goal {number}", "words " * 400), Write(YOU, NOW))
        await database.close()

    asyncio.run(make())


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert inspect(tmp_path / "goalgetter.db") is None
    assert list(tmp_path.iterdir()) == []


def test_a_whole_database_is_told_with_its_schema_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "goalgetter.db"
    make_database(path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    facts = inspect(path)
    assert facts is not None
    assert (facts.schema, facts.newest_schema, facts.damage) == (NEWEST, NEWEST, ())
    assert facts.size_bytes == path.stat().st_size
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


async def test_a_database_that_is_open_is_looked_at_beside_its_program(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "goalgetter.db")
    await GoalRepository(database).create(GoalFields("Run"), Write(YOU, NOW))
    facts = await asyncio.to_thread(inspect, database.path)
    assert facts is not None
    assert (facts.schema, facts.damage) == (NEWEST, ())
    await database.close()


def test_an_empty_file_has_no_schema(tmp_path: Path) -> None:
    (tmp_path / "goalgetter.db").touch()
    facts = inspect(tmp_path / "goalgetter.db")
    assert facts is not None
    assert (facts.schema, facts.size_bytes) == (None, 0)


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "goalgetter.db"
    make_database(path, goals=20)
    with closing(sqlite3.connect(path)) as connection:
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'goals'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(b"\xff" * 64)
    facts = inspect(path)
    assert facts is not None
    assert facts.damage


def test_another_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "goalgetter.db").write_text("Dear diary")
    with pytest.raises(StorageError, match="is no GoalGetter database"):
        inspect(tmp_path / "goalgetter.db")
