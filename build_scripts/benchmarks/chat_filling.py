"""A long conversation put straight into the database, as the program would have written it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from build_scripts.benchmarks.chat_server import MODEL, SAMPLE

_MOMENT: Final = "2026-11-21 09:00:00.000000"
_USAGE: Final = '{"input_tokens": 2410, "output_tokens": 386, "time_to_first_token_ms": 600}'


def filled_conversation(path: Path, messages: int) -> int:
    """Add a conversation of so many messages of 200 and 580 characters in turn; its id. Takes a while."""
    text = (SAMPLE * 2)[:580]
    with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        conversation_id = connection.execute(
            "INSERT INTO conversations (title, created_at, updated_at) VALUES ('A long one', ?, ?)", (_MOMENT, _MOMENT)
        ).lastrowid
        assert conversation_id is not None  # noqa: S101 - SQLite gives one
        first: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM messages").fetchone()[0]
        numbers = range(first, first + messages)
        roles = ["you" if (number - first) % 2 == 0 else "coach" for number in numbers]
        connection.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, status, provider, model, usage, created_at) "
            "VALUES (?, ?, ?, ?, 'complete', ?, ?, ?, ?)",
            (
                (
                    number,
                    conversation_id,
                    number - 1 if number > first else None,
                    role,
                    *(("claude", MODEL, _USAGE) if role == "coach" else (None, None, None)),
                    _MOMENT,
                )
                for number, role in zip(numbers, roles, strict=True)
            ),
        )
        connection.executemany(
            "INSERT INTO message_parts (message_id, position, kind, text) VALUES (?, 0, 'text', ?)",
            ((number, text if role == "coach" else text[:200]) for number, role in zip(numbers, roles, strict=True)),
        )
    return conversation_id
