"""Opening makes the tables, and refuses with a sentence what it must not touch."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.schema import CreateTable

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.revisions import YOU
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from desktop_app.storage.models import Base
from desktop_app.storage.schema import MIGRATIONS, NEWEST, prepare
from tests.storage.conftest import NOW

needs_unix_rights = pytest.mark.skipif(sys.platform == "win32", reason="file modes and limits of Unix")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="goalgetter-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def run_child(program: str, path: Path) -> str:
    """What a program of `children` printed; it must end without a stack."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.storage.children", program, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not ended.stderr
    return ended.stdout.strip()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, byte for byte."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refusal(path: Path) -> str:
    """The sentence with which opening `path` is refused."""
    with pytest.raises(StorageError) as caught:
        asyncio.run(Database.open(path))
    assert str(path) in str(caught.value)
    return str(caught.value)


def make_database(path: Path, version: str = NEWEST) -> None:
    """A closed database with one goal, that says it has the tables of `version`."""

    async def make() -> None:
        database = await Database.open(path)
        await GoalRepository(database).create(GoalFields("Run"), Write(YOU, NOW))
        await database.close()

    asyncio.run(make())
    if version != NEWEST:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [version])


def titles(path: Path) -> list[str]:
    """The titles of the goals in the database at `path`, which is opened and closed."""

    async def read() -> list[str]:
        database = await Database.open(path)
        goals = await GoalRepository(database).list_goals()
        await database.close()
        return [goal.title for goal in goals]

    return asyncio.run(read())


@pytest.mark.parametrize("name", ["goalgetter.db", "my 100% ?goals#.db", "Ziele-für-später.db"])
def test_a_database_is_made_with_its_folder_and_is_there_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new 50%20 folder" / "inner" / name
    make_database(path)

    assert [file.name for file in path.parent.iterdir()] == [name]
    assert titles(path) == ["Run"]


async def test_every_connection_is_set_up_for_safe_and_quick_writes(database: Database) -> None:
    async def pragmas() -> list[object]:
        async with database.reading() as session:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [await session.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await asyncio.gather(*(pragmas() for _ in range(4))) == [["wal", 1, 1, 5000]] * 4


def is_no_search_table(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index has no models; its tables begin with its name."""
    return kind != "table" or name is None or not name.startswith(("message_search", "goal_search"))


def test_the_migrations_leave_the_triggers_of_the_search_in_place(path: Path) -> None:
    prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    assert triggers == [("goals_leave_search",), ("messages_leave_search",)]


def test_the_migrations_make_the_tables_of_the_models(path: Path) -> None:
    prepare(path)
    engine = create_engine(URL.create("sqlite", database=str(path)))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_no_search_table})
        assert compare_metadata(context, Base.metadata) == []
        made = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        numbered = set(made.scalars())
    engine.dispose()

    assert numbered == {
        table.name for table in Base.metadata.tables.values() if table.kwargs.get("sqlite_autoincrement")
    }


def test_the_tables_can_be_made_in_postgresql_too() -> None:
    dialect = make_url("postgresql+asyncpg://").get_dialect()()

    made = [str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables]

    assert all("WITHOUT TIME ZONE" not in statement for statement in made)
    assert any("SERIAL" in statement for statement in made)


def test_the_newest_migration_is_the_one_that_counts_as_up_to_date() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == NEWEST


def test_alembic_is_imported_only_where_there_is_something_to_migrate(path: Path) -> None:
    assert run_child("open_it", path) == "opened, alembic imported"
    assert run_child("open_it", path) == "opened, alembic left alone"


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys, desktop_app.storage; sys.exit(any(n in sys.modules for n in ('sqlalchemy', 'aiosqlite')))"

    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_two_programs_may_make_the_database_at_once(path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(prepare, [path] * 4)) == [None] * 4

    assert titles(path) == []


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()

    assert titles(path) == []


def test_a_database_of_a_newer_version_is_refused_and_not_touched(path: Path) -> None:
    make_database(path, version="9999")
    before = contents(path.parent)

    assert "Update GoalGetter" in refusal(path)

    assert contents(path.parent) == before


def test_a_newer_database_that_was_not_closed_is_refused_and_keeps_its_log(path: Path) -> None:
    make_database(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
        before = path.read_bytes()

        assert "newer" in refusal(path)

        assert path.read_bytes() == before


@needs_unix_rights
def test_a_newer_database_behind_a_link_is_refused_with_what_its_log_says(path: Path, tmp_path: Path) -> None:
    make_database(path)
    link = tmp_path / "linked.db"
    link.symlink_to(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()

        assert "newer" in refusal(link)


@pytest.mark.parametrize("content", [b"This is my diary.\n" * 1000, b"x", b"\x89PNG\r\n" + bytes(5000)])
def test_a_file_that_is_no_database_is_left_byte_for_byte(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)

    assert "no GoalGetter database" in refusal(path)

    assert contents(path.parent) == {path.name: content}


def test_a_database_of_another_program_is_left_byte_for_byte(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE goals (score INTEGER)")
    before = contents(path.parent)

    assert "no GoalGetter database" in refusal(path)

    assert contents(path.parent) == before


def test_a_damaged_database_is_refused_and_left_as_it_is(path: Path) -> None:
    make_database(path)
    content = bytearray(path.read_bytes())
    content[100:108] = b"\xff" * 8  # the head of the page that lists the tables
    path.write_bytes(content)

    assert "damaged" in refusal(path)

    assert path.read_bytes() == content


def test_a_folder_that_is_a_file_or_a_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    assert "cannot write" in refusal(tmp_path / "file" / "goalgetter.db")
    assert "cannot write" in refusal(tmp_path / "file" / "inner" / "goalgetter.db")
    assert "cannot write" in refusal(tmp_path)


@needs_unix_rights
def test_a_folder_that_cannot_be_written_is_refused(open_folder: Path) -> None:
    open_folder.chmod(0o555)

    for path in (open_folder / "goalgetter.db", open_folder / "inner" / "goalgetter.db"):
        told = run_child("open_without_rights", path)
        assert told.startswith("StorageError: GoalGetter cannot write")
        assert str(path) in told
    assert contents(open_folder) == {}


@needs_unix_rights
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o777, 0o444), (0o555, 0o666), (0o555, 0o444), (0o777, 0o000)])
def test_a_database_that_cannot_be_written_is_refused_and_left_as_it_is(
    open_folder: Path, folder_mode: int, file_mode: int
) -> None:
    path = open_folder / "goalgetter.db"
    make_database(path)
    before = path.read_bytes()
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)

    assert run_child("open_without_rights", path).startswith("StorageError: GoalGetter cannot write")

    path.chmod(0o644)
    assert path.read_bytes() == before


@needs_unix_rights
def test_a_migration_without_room_is_told_and_leaves_nothing_half_done(path: Path) -> None:
    told = run_child("open_without_room", path)

    assert told.startswith("StorageError: ")
    assert "free" in told
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert run_child("open_it", path) == "opened, alembic imported"
