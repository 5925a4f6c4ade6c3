"""A failed write, a full disk, a lock and kill -9 cost nothing that was committed."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.domain.goals import GoalFields, Milestone
from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart
from desktop_app.domain.revisions import YOU
from desktop_app.errors import StorageError
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from tests.storage.conftest import NOW


async def run(database: Database, statement: str) -> object:
    """The first value that `statement` gives on the connection that is used next."""
    async with database.reading() as session:
        result = await (await session.connection()).exec_driver_sql(statement)
        return result.scalar() if result.returns_rows else None


def damage_table(path: Path, name: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)


async def test_a_full_disk_is_told_undoes_the_whole_write_and_the_next_one_works(
    database: Database, goals: GoalRepository
) -> None:
    goal, first = await goals.create(GoalFields("Run", milestones=(Milestone("5 km"),)), Write(YOU, NOW))
    pages = await run(database, "PRAGMA page_count")
    await run(database, f"PRAGMA max_page_count = {pages}")

    def grown(old: GoalFields) -> GoalFields:
        return replace(old, milestones=(Milestone("10 km"),), tags=("new",), content="x" * 500_000)

    with pytest.raises(StorageError, match="no room left") as caught:
        await goals.update(goal.id, grown, Write(YOU, NOW))
    assert "saved before is safe" in str(caught.value)
    assert await goals.goal(goal.id) == goal
    assert await goals.revisions(goal.id) == (first,)

    await run(database, "PRAGMA max_page_count = 1000000")
    updated, revision = await goals.update(goal.id, grown, Write(YOU, NOW))
    assert updated.fields.content == "x" * 500_000
    assert revision is not None


async def test_a_database_that_became_read_only_is_told_and_can_still_be_read(
    database: Database, goals: GoalRepository
) -> None:
    goal, _ = await goals.create(GoalFields("Run"), Write(YOU, NOW))
    await run(database, "PRAGMA query_only = ON")

    with pytest.raises(StorageError, match="cannot write"):
        await goals.create(GoalFields("Read"), Write(YOU, NOW))

    assert await goals.list_goals() == (goal,)


async def test_a_lock_held_by_another_program_is_told_and_the_next_write_works(
    database: Database, goals: GoalRepository
) -> None:
    await run(database, "PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program"):
            await goals.create(GoalFields("Run"), Write(YOU, NOW))
        assert await goals.list_goals() == ()
        other.execute("ROLLBACK")

    await goals.create(GoalFields("Run"), Write(YOU, NOW))
    assert len(await goals.list_goals()) == 1


async def test_a_database_damaged_while_it_is_open_is_told(path: Path) -> None:
    database = await Database.open(path)
    await GoalRepository(database).create(GoalFields("Run"), Write(YOU, NOW))
    await database.close()
    damage_table(path, "goals")

    database = await Database.open(path)
    with pytest.raises(StorageError, match="damaged"):
        await GoalRepository(database).list_goals()
    await database.close()


async def test_a_mistake_of_our_own_is_not_told_as_a_failure_of_the_disk(database: Database) -> None:
    with pytest.raises(Exception, match="no such table") as caught:
        await run(database, "SELECT * FROM elsewhere")

    assert not isinstance(caught.value, StorageError)


async def test_kill_9_leaves_the_text_of_the_last_commit(path: Path) -> None:
    command = [sys.executable, "-m", "tests.storage.children", "stream_without_end", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: ASYNC220 - nothing else runs
        assert child.stdout is not None
        counted = 0
        while counted < 40:
            counted = int(child.stdout.readline())
        child.kill()
        counted = max(counted, *map(int, re.findall(r"(\d+)\n", child.stdout.read())), 0)

    database = await Database.open(path)
    conversations, goals = ConversationRepository(database), GoalRepository(database)
    assert await run(database, "PRAGMA integrity_check") == "ok"
    assert await conversations.mark_interrupted() == 1
    (conversation,) = await conversations.list_conversations()
    (reply,) = (await conversations.transcript(conversation.id)).messages
    first, growing = reply.parts
    assert (first, reply.status) == (TextPart("first"), MessageStatus.INTERRUPTED)
    assert isinstance(growing, TextPart)
    assert counted <= growing.text.count("word ") <= counted + 1
    (goal,) = await goals.list_goals()
    assert len(goal.fields.content) == len(await goals.revisions(goal.id)) - 1 >= counted
    await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart("Go on"),)), NOW)
    await database.close()
