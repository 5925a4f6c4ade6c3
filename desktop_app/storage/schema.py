"""Makes the database file ready: creates it, or brings its tables up to date; refuses what it must not touch."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from desktop_app.errors import StorageError
from desktop_app.storage.failures import CANNOT_WRITE, NO_DATABASE, InUseError, told_plainly

NEWEST: Final = "0014"
BUSY_TIMEOUT_S: Final = 5.0
MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"

_HEADER: Final = b"SQLite format 3\x00"
_NEWER: Final = (
    "The database {path} was made by a newer GoalGetter and was left as it is. Update GoalGetter, then start it again."
)


def prepare(path: Path) -> None:
    """Create or migrate the database; blocks, so call it in a thread. Raises StorageError.

    Alembic takes 0.3 s to import and is left alone where the tables are up to date.
    """
    last_try = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            with told_plainly(path):
                _prepare(path)
        except InUseError:
            # SQLite itself does not wait where two programs turn its log on at once.
            if time.monotonic() > last_try:
                raise
            time.sleep(0.05)
        except OSError as error:
            raise StorageError(CANNOT_WRITE.format(path=path)) from error
        else:
            return


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    version = settled_version(path.resolve())  # SQLite keeps its log beside the file that a link points to
    if version is not None and version != NEWEST:
        _refuse_newer(path, version)
    _check_writable(path)
    if version != NEWEST:
        _migrate(path)


def settled_version(path: Path) -> str | None:
    """The version of the tables in the file `path` (no link), None where there are none yet.

    Where a look without a lock finds nothing sensible, another program may be making the database just now: then it is
    waited for.
    """
    try:
        return _version(path, with_lock=False)
    except (StorageError, sqlite3.DatabaseError):
        return _version(path, with_lock=True)


def _version(path: Path, *, with_lock: bool) -> str | None:
    """The version of the tables as they stand. Without a lock it reads without leaving a trace."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:  # SQLite takes a file of one byte for an empty database
            raise StorageError(NO_DATABASE.format(path=path))
    with closing(opened_for_reading(path, with_lock=with_lock)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    if tables:
        raise StorageError(NO_DATABASE.format(path=path))
    return None


def opened_for_reading(path: Path, *, with_lock: bool = False) -> sqlite3.Connection:
    """A connection that changes nothing. Without a lock it leaves no trace where no program has the database open."""
    # Only a write-ahead log needs the usual way of opening, which makes files beside the database.
    is_usual = with_lock or path.with_name(path.name + "-wal").exists()
    uri = path.absolute().as_uri() + ("?mode=ro" if is_usual else "?immutable=1")
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S)


def _check_writable(path: Path) -> None:
    """Write and take it back: on a file that is read-only SQLite lets a transaction begin, and only a write fails."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA user_version = 0")
        connection.execute("ROLLBACK")


def _refuse_newer(path: Path, version: str) -> None:
    known = {file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py*")}
    if version not in known:
        raise StorageError(_NEWER.format(path=path))


def _migrate(path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - see `prepare`
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = _migration_engine(path)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _migration_engine(path: Path) -> Engine:
    """An engine whose transactions hold table changes too, so that a migration is done wholly or not at all.

    Foreign keys stay off on it: rebuilding a table would delete what refers to it.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
    )
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
