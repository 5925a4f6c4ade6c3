"""Looks at a database file without changing it, for support."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_app.storage.failures import told_plainly
from desktop_app.storage.schema import NEWEST, opened_for_reading, settled_version


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a file holds. `schema` is None where there are no tables yet, `damage` what SQLite found wrong."""

    size_bytes: int
    schema: str | None
    newest_schema: str
    sqlite_version: str
    damage: tuple[str, ...] = ()


def inspect(path: Path) -> DatabaseFacts | None:
    """What the file `path` holds, None where there is none; blocks. Raises StorageError for one that is no database."""
    file = path.resolve()
    if not file.exists():
        return None
    with told_plainly(path):
        schema = settled_version(file)
        damage = _damage(file) if schema is not None else ()
    return DatabaseFacts(file.stat().st_size, schema, NEWEST, sqlite3.sqlite_version, damage)


def _damage(path: Path) -> tuple[str, ...]:
    with closing(opened_for_reading(path)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    return () if found == ["ok"] else tuple(found)
