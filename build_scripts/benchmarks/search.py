"""What the first hits of a search cost among 100,000 messages, as a ratio to 30 ms of CPU."""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from build_scripts.benchmarks.measure import Measure
from desktop_app.services.search import SearchService
from desktop_app.storage.database import Database
from desktop_app.storage.search import SearchRepository
from desktop_app.storage.search_text import indexed

MESSAGES: Final = 100_000
_AIM_MS: Final = 30.0
_TRIES: Final = 7
_WORDS_A_MESSAGE: Final = 95  # some 580 characters
_COMMON: Final = ("the", "run", "week", "plan", "long", "easy", "goal", "day")
_RARE: Final = "zanzibar"
_TYPED: Final = {
    "a rare word": _RARE,
    "a common word": "the ",
    "one letter while typing": "r",
    "two common words": "run week ",
    "a word that is nowhere": "qqqq",
}
_MOMENT: Final = "2026-11-21 09:00:00.000000"


def run() -> list[Measure]:
    """All measures; filling the database takes about half a minute before."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goalgetter.db"
        database = await Database.open(path)
        try:
            await asyncio.to_thread(_fill, path)
            search = SearchService(SearchRepository(database))
            await search.search(_RARE)  # the connection is opened
            return [await _measure(search, name, typed) for name, typed in _TYPED.items()]
        finally:
            await database.close()


async def _measure(search: SearchService, name: str, typed: str) -> Measure:
    costs: list[float] = []
    for _ in range(_TRIES):
        began = time.process_time()
        await search.search(typed)
        costs.append((time.process_time() - began) * 1000)
    return Measure(f"CPU of the first hits of {name}, to 30 ms", min(costs) / _AIM_MS, "ms", 1.0, _AIM_MS)


def _fill(path: Path) -> None:
    """As the program writes it, but in one go."""
    texts = list(_texts())
    ids = range(1, MESSAGES + 1)
    conversation = (1, "Running", _MOMENT, _MOMENT)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)", conversation
        )
        connection.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, status, created_at) "
            "VALUES (?, 1, ?, 'you', 'complete', ?)",
            ((number, number - 1 or None, _MOMENT) for number in ids),
        )
        connection.executemany(
            "INSERT INTO message_parts (message_id, position, kind, text) VALUES (?, 0, 'text', ?)",
            zip(ids, texts, strict=True),
        )
        connection.executemany(
            "INSERT INTO message_search (rowid, text) VALUES (?, ?)", zip(ids, map(indexed, texts), strict=True)
        )


def _texts() -> Iterator[str]:
    dice = random.Random(1)  # noqa: S311 - the same every time
    vocabulary = [f"word{number}" for number in range(20_000)]
    for number in range(MESSAGES):
        words = dice.choices(_COMMON, k=_WORDS_A_MESSAGE // 2) + dice.choices(vocabulary, k=_WORDS_A_MESSAGE // 2)
        yield " ".join([*words, _RARE] if number == MESSAGES // 100 else words)
