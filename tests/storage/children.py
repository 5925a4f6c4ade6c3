"""Programs that tests start beside themselves: with fewer rights, with less room, or to be killed.

Each takes the database's path and prints what happened, line by line.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart
from desktop_app.domain.revisions import YOU, Author, AuthorKind
from desktop_app.errors import StorageError
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from tests.storage.conftest import NOW

COACH = Author(AuthorKind.COACH, "builtin", "qwen")
_NOBODY = 65534
_LITTLE_ROOM = 20_000


async def open_it(path: Path) -> None:
    """Open and close; say whether it was needed to import Alembic."""
    database = await Database.open(path)
    await database.close()
    tell(f"opened, alembic {'imported' if 'alembic' in sys.modules else 'left alone'}")


async def open_without_rights(path: Path) -> None:
    """Open as a user who owns nothing, since file modes do not bind root."""
    if os.getuid() == 0:
        with TemporaryDirectory() as folder:  # imports what lies where only root may read
            await (await Database.open(Path(folder) / "other.db")).close()
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    await open_it(path)


async def open_without_room(path: Path) -> None:
    """Open where no file can grow beyond a few pages."""
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (_LITTLE_ROOM, _LITTLE_ROOM))
    await open_it(path)


async def stream_without_end(path: Path) -> None:
    """Let a reply grow by a word and a goal by a revision for ever; print the count after each commit."""
    database = await Database.open(path)
    conversations, goals = ConversationRepository(database), GoalRepository(database)
    conversation = await conversations.create("Running", NOW)
    goal, _ = await goals.create(GoalFields("Count"), Write(YOU, NOW))
    empty = Message(Role.COACH, (TextPart("first"), TextPart("")), status=MessageStatus.STREAMING)
    reply = await conversations.add_message(conversation.id, empty, NOW)
    count = 0
    while True:
        count += 1
        text = TextPart("word " * count)
        await conversations.save_message(replace(reply, parts=(TextPart("first"), text)))
        await goals.update(goal.id, lambda old: replace(old, content=old.content + "x"), Write(COACH, NOW))
        tell(str(count))


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(name: str, path: str) -> None:
    """Run the program `name`; a StorageError is printed as a person would see it."""
    programs: dict[str, Callable[[Path], Coroutine[None, None, None]]] = {
        program.__name__: program for program in (open_it, open_without_rights, open_without_room, stream_without_end)
    }
    try:
        asyncio.run(programs[name](Path(path)))
    except StorageError as error:
        tell(f"StorageError: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
