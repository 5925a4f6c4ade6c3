"""A database of an earlier version keeps what is in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from desktop_app.domain.goal_list import GoalOrder, GoalQuery
from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import ConversationId, MilestoneId
from desktop_app.domain.messages import Conversation, Message, Role, TextPart
from desktop_app.domain.revisions import Cause
from desktop_app.domain.usage import UsageSum, sum_of
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.schema import MIGRATIONS
from desktop_app.storage.search import SearchRepository
from desktop_app.storage.usage import UsageRepository
from tests.storage.conftest import NOW

FIRST_ROWS = """
INSERT INTO conversations (id, title, goal_id, created_at, updated_at) VALUES
    (3, 'Running', NULL, '2026-11-21 09:30:15.123456', '2026-11-21 09:30:15.123456'),
    (4, 'Reading', NULL, '2026-11-21 09:30:15.123456', '2026-11-21 09:30:15.123456');
INSERT INTO messages (id, conversation_id, role, status, provider, model, usage, error, created_at) VALUES
    (11, 3, 'you', 'complete', NULL, NULL, NULL, NULL, '2026-11-21 09:30:15.123456'),
    (12, 4, 'you', 'complete', NULL, NULL, NULL, NULL, '2026-11-21 09:30:15.123456'),
    (14, 3, 'coach', 'complete', 'claude', 'opus', NULL, NULL, '2026-11-21 09:30:15.123456'),
    (15, 3, 'you', 'complete', NULL, NULL, NULL, NULL, '2026-11-21 09:30:15.123456');
INSERT INTO message_parts (message_id, position, kind, text, signature) VALUES
    (11, 0, 'text', 'I want to run', NULL), (12, 0, 'text', 'I want to read', NULL),
    (14, 0, 'text', 'How far?', NULL), (15, 0, 'text', '21 km', NULL);
UPDATE sqlite_sequence SET seq = 40 WHERE name = 'messages';
INSERT INTO goals (id, title, content, template, phase, deadline, created_at, updated_at) VALUES
    (5, 'Über 5 km laufen', 'Slowly', 'smart', 'active', '2027-05-17', '2026-11-21 09:30:15.123456',
     '2026-11-21 09:30:15.123456'),
    (6, 'Read', '', 'custom', 'draft', NULL, '2026-11-21 09:30:15.123456', '2026-11-21 09:30:15.123456');
INSERT INTO milestones (id, goal_id, position, title, description, target_date, done_at) VALUES
    (7, 5, 0, '5 km', '', NULL, '2026-11-21 09:30:15.123456'), (8, 5, 1, '10 km', '', '2027-01-10', NULL),
    (9, 5, 2, '21 km', '', NULL, NULL);
INSERT INTO revisions (id, goal_id, author, at, created, undoes_id, changes) VALUES
    (1, 5, 'you', '2026-11-21 09:30:15.123456', 1, NULL, '[{"field": "title", "before": "", "after": "Run"}]'),
    (2, 5, 'you', '2026-11-21 09:30:15.123456', 0, NULL, '[{"field": "milestones", "before": [], "after":
        [{"id": 7, "title": "5 km", "description": "", "target_date": null, "done_at": null}]}]'),
    (3, 5, 'you', '2026-11-21 09:30:15.123456', 0, 2, '[{"field": "title", "before": "a", "after": "b"}]'),
    (4, 5, 'you', '2026-11-21 09:30:15.123456', 0, 3, '[{"field": "title", "before": "b", "after": "a"}]');
"""


@pytest.fixture
def first_version(path: Path) -> Path:
    """A database as the first version made it, with two conversations."""
    path.parent.mkdir()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(URL.create("sqlite", database=str(path)))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_ROWS)
    return path


async def test_conversations_of_the_first_version_become_chains(first_version: Path) -> None:
    database = await Database.open(first_version)
    conversations = ConversationRepository(database)
    running = await conversations.transcript(ConversationId(3))
    reading = await conversations.transcript(ConversationId(4))
    added = await conversations.add_message(ConversationId(3), Message(Role.COACH, (TextPart("Good"),)), NOW)
    hits = await SearchRepository(database).search("want", 5)
    await database.close()

    assert [hit.message_id for hit in hits.messages] == [12, 11]
    assert running.conversation == Conversation(ConversationId(3), "Running", NOW, NOW)
    assert [(message.id, message.parent_id, message.text) for message in running.messages] == [
        (11, None, "I want to run"),
        (14, 11, "How far?"),
        (15, 14, "21 km"),
    ]
    assert [(message.id, message.parent_id) for message in reading.messages] == [(12, None)]
    assert running.places == {}
    assert added.parent_id == 15
    assert added.id == 41, "an id was given out a second time"


async def test_goals_of_the_first_version_get_what_lists_and_histories_need(first_version: Path) -> None:
    database = await Database.open(first_version)
    goals, lists = GoalRepository(database), GoalListRepository(database)
    running, reading = await goals.list_goals()
    page = await lists.page(GoalQuery(GoalOrder.TITLE))
    causes = [revision.cause for revision in await goals.revisions(running.id)]
    (added,) = (await goals.revisions(running.id))[2].changes
    await database.close()

    assert len({running.uid, reading.uid, ""}) == 3
    assert [milestone.weight for milestone in running.fields.milestones] == [1, 1, 1]
    assert isinstance(added.after, tuple)
    assert added.after[0] == Milestone("5 km", id=MilestoneId(7))
    assert [(one.title, one.done_count, one.milestone_count, one.percent) for one in page.goals] == [
        ("Read", 0, 0, None),
        ("Über 5 km laufen", 1, 3, 33),
    ]
    assert causes == [Cause.REDO, Cause.UNDO, Cause.EDIT, Cause.EDIT]


USAGE = """
INSERT INTO usage_records (at, provider, model, outcome, input_tokens, output_tokens, cache_read_tokens,
    cache_write_tokens, reasoning_tokens, cost_micro_usd, time_to_first_token_ms, duration_ms, is_estimated) VALUES
    ('2026-11-21 09:14:59.999999', 'claude', 'opus', 'complete', 10, 5, 1, 2, 3, 70, 100, 600, 0),
    ('2026-11-21 09:15:00.000000', 'claude', 'opus', 'stopped', 20, 6, 0, 0, 0, NULL, NULL, NULL, 1),
    ('2026-11-21 09:29:59.000000', 'claude', 'opus', 'server', 1, 1, 0, 0, 0, 5, NULL, 40, 0);
"""


async def test_calls_of_an_earlier_version_are_in_the_sums(first_version: Path) -> None:
    with closing(sqlite3.connect(first_version)) as connection:
        connection.executescript(USAGE)
    database = await Database.open(first_version)
    usage = UsageRepository(database)
    nine, quarter, half = (NOW.replace(minute=minute, second=0, microsecond=0) for minute in (0, 15, 30))
    slices = await usage.sums([(nine, quarter), (quarter, half)])
    records = await usage.records(None, None)
    await database.close()
    assert [(one.period, one.total) for one in slices] == [
        (0, sum_of(records[0])),
        (1, sum_of(records[1]).plus(sum_of(records[2]))),
    ]
    assert slices[0].total == UsageSum(1, 0, 10, 5, 1, 2, 3, 70, 0, 0, 5, 500)
    assert slices[1].total == UsageSum(2, 1, 21, 7, 0, 0, 0, 5, 1, 1, 0, 0)
