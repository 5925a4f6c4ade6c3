"""A conversation as a file: whole, readable, and safe to open."""

import asyncio
import json
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import ToolCallPart
from desktop_app.errors import AppError, NotFoundError
from desktop_app.llm.events import ReasoningDelta, TextDelta, ToolCall
from desktop_app.services.archive import ArchiveService, ExportFormat
from tests.services.conftest import World

HOSTILE = "<script>alert(1)</script> & <img src=https://example.org/x.png onerror=alert(2)>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
CREATE = ToolCall("c1", "create_goal", json.dumps({"title": "Run"}))


@pytest.fixture
async def chat(world: World) -> ConversationId:
    """A conversation with hostile text, an image, a file, a tool call and two branches."""
    image = await world.attachments.attach('"><b>.png', PNG)
    file = await world.attachments.attach("plan.md", b"# Plan")
    world.play([ReasoningDelta("secret thought"), TextDelta("I **write** it down."), CREATE], [TextDelta("Done.")])
    await world.chat.send(None, HOSTILE, world.options, world.events.append, (image, file))
    chat = (await world.chat.list_conversations())[0].id
    world.play([TextDelta("Another answer")])
    await world.chat.retry(chat, world.options, world.events.append)
    await world.headings.rename(chat, HOSTILE)
    return chat


async def export(archive: ArchiveService, chat: ConversationId, path: Path, kind: ExportFormat) -> str:
    await archive.export(chat, path, kind)
    assert hidden_files(path.parent) == []
    return await asyncio.to_thread(path.read_text, encoding="utf-8")


def hidden_files(folder: Path) -> list[str]:
    """What an export that did not go well could have left."""
    return [file.name for file in folder.iterdir() if file.name.startswith(".")]


async def test_markdown_is_the_current_path_with_who_spoke(
    archive: ArchiveService, chat: ConversationId, tmp_path: Path
) -> None:
    text = await export(archive, chat, tmp_path / "chat.md", ExportFormat.MARKDOWN)
    assert text.startswith(f"# {HOSTILE}\n\n## You, 2026-11-21 09:00 UTC\n\n")
    assert "> Attached: plan.md" in text
    assert text.endswith("## Coach (script), 2026-11-21 09:00 UTC\n\nAnother answer\n")
    assert "I **write** it down." not in text


async def test_html_loads_nothing_runs_nothing_and_shows_all_text(
    archive: ArchiveService, chat: ConversationId, tmp_path: Path
) -> None:
    text = await export(archive, chat, tmp_path / "chat.html", ExportFormat.HTML)
    seen = _Elements()
    seen.feed(text)
    assert seen.names <= {
        "html", "head", "meta", "title", "style", "body", "h1", "article", "header", "div", "img",
    }  # fmt: skip
    assert all(source.startswith("data:image/png;base64,") for source in seen.sources)
    assert len(seen.sources) == 1
    assert not [name for name in seen.attributes if name.startswith("on") or name == "href"]
    assert seen.text.count(HOSTILE) == 3  # title, heading, message
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ExportFormat.MARKDOWN, "I **write** it down.\n\n> create_goal: {result}\n\nDone.\n"),
        (ExportFormat.HTML, '<div class="note">create_goal: {result}</div>\n<div class="text">Done.</div>'),
    ],
)
async def test_what_the_coach_did_is_told_between_its_words_and_what_it_thought_is_not(
    world: World, archive: ArchiveService, tmp_path: Path, kind: ExportFormat, told: str
) -> None:
    file = await world.attachments.attach("plan <1>.md", b"# Plan")
    world.play([ReasoningDelta("secret thought"), TextDelta("I **write** it down."), CREATE], [TextDelta("Done.")])
    await world.chat.send(None, "Note it", world.options, world.events.append, (file,))
    chat = (await world.chat.list_conversations())[0].id
    (_, reply) = (await world.chat.transcript(chat)).messages
    (call,) = [part for part in reply.parts if isinstance(part, ToolCallPart)]
    assert call.result
    text = await export(archive, chat, tmp_path / "chat", kind)
    said = " ".join(call.result.split())
    assert told.format(result=escape(said) if kind is ExportFormat.HTML else said) in text
    assert "Attached: plan" in text
    assert "secret thought" not in text


async def test_json_has_every_branch_and_what_is_attached(
    archive: ArchiveService, chat: ConversationId, tmp_path: Path
) -> None:
    found = json.loads(await export(archive, chat, tmp_path / "chat.json", ExportFormat.JSON))
    assert (found["format"], found["version"]) == ("goalgetter-conversations", 1)
    (conversation,) = found["conversations"]
    assert [message["is_current"] for message in conversation["messages"]] == [True, False, True]
    kinds = [[part["kind"] for part in message["parts"]] for message in conversation["messages"]]
    assert kinds == [["attachment", "attachment", "text"], ["reasoning", "text", "tool_call", "text"], ["text"]]


async def test_where_it_cannot_be_written_that_is_said_and_nothing_is_left(
    archive: ArchiveService, chat: ConversationId, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "nowhere" / "chat.md", tmp_path / "taken"):
        with pytest.raises(AppError, match="cannot be written"):
            await archive.export(chat, path, ExportFormat.MARKDOWN)
    assert hidden_files(tmp_path) == []


async def test_a_conversation_that_is_gone_is_not_exported(archive: ArchiveService, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        await archive.export(ConversationId(99), tmp_path / "chat.md", ExportFormat.MARKDOWN)


@pytest.mark.skipif(sys.platform == "win32", reason="names of Unix")
async def test_an_earlier_file_is_replaced_as_a_whole(
    archive: ArchiveService, chat: ConversationId, tmp_path: Path
) -> None:
    path = tmp_path / "chat: 1.md"
    path.write_text("x" * 100_000, encoding="utf-8")
    assert "x" * 100 not in await export(archive, chat, path, ExportFormat.MARKDOWN)


class _Elements(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        self.text += data
