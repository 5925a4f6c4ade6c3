"""The open database: one engine, short transactions, one writer at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from desktop_app.storage.failures import told_plainly
from desktop_app.storage.schema import BUSY_TIMEOUT_S, prepare

_WRITES: Final = "goalgetter_writes"


class Database:
    """The person's database. Sessions live inside `reading` and `writing` and are not handed on."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self.path = path
        self._engine = engine
        self._write_lock = asyncio.Lock()
        self._read_sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._write_sessions = async_sessionmaker(engine.execution_options(**{_WRITES: True}), expire_on_commit=False)

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open the database in the file `path`; it and its folder are made, its tables brought up to date.

        Raises StorageError where the file or folder cannot be written, is in use, is no database or a newer one.
        """
        await asyncio.to_thread(prepare, path)
        return cls(_engine(path), path)

    async def close(self) -> None:
        """Close all connections and end their threads."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database throughout. Raises StorageError."""
        with told_plainly(self.path):
            async with self._read_sessions.begin() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session whose reads and writes are one transaction that no other write comes between.

        Commits at the end; any exception, cancellation included, undoes it all. Raises StorageError.
        """
        with told_plainly(self.path):
            async with self._write_lock, self._write_sessions.begin() as session:
                yield session


def _engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,  # an error in a log must not carry goal text
        pool_use_lifo=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin as SQLite needs it: a transaction that writes must say so first, or it can fail after its reads."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
