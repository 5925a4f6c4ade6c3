"""Conversations come in with all their branches, once, and a bad file changes nothing."""

import asyncio
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from desktop_app.errors import InvalidValueError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta
from desktop_app.services.archive import ArchiveService, ExportFormat, ImportReport
from desktop_app.services.archive.foreign import tree_from_chatgpt, tree_from_claude
from desktop_app.services.archive.json_stream import conversations_in
from desktop_app.services.archive.reading import Source
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.search import SearchRepository
from tests.services.archive.conftest import CHATGPT, CLAUDE, chatgpt_conversation, chatgpt_node, written
from tests.services.conftest import NOW, World


def silent(_count: int) -> None:
    """Progress that nobody follows."""


async def messages(world: World) -> tuple[Message, ...]:
    """Those of the current path of the only conversation."""
    (conversation,) = await world.chat.list_conversations()
    return (await world.chat.transcript(conversation.id)).messages


async def test_chatgpt_comes_in_with_its_branches_and_its_current_path(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    path = written(tmp_path / "conversations.json", [CHATGPT])
    assert (await archive.preview(path)).source is Source.CHATGPT
    assert await archive.import_file(path, silent) == ImportReport(added=1, known=0)
    a, b2, c = await messages(world)
    assert [(one.role, one.text) for one in (a, b2, c)] == [
        (Role.YOU, "I want to run"),
        (Role.COACH, "How fast?"),
        (Role.YOU, "5:41 a kilometre"),
    ]
    assert (b2.provider, b2.model) == ("openai", "gpt-5")
    (conversation,) = await world.chat.list_conversations()
    assert (conversation.title, conversation.created_at.year) == ("Running", 2023)
    transcript = await world.chat.transcript(conversation.id)
    assert b2.id is not None
    place = transcript.places[b2.id]
    assert (place.number, place.total) == (2, 2)
    assert place.previous is not None
    other = await world.chat.choose_branch(place.previous)
    assert [one.text for one in other.messages] == ["I want to run", "How far?"]


async def test_claude_comes_in_with_the_files_that_were_attached(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    path = written(tmp_path / "conversations.json", [CLAUDE])
    assert await archive.import_file(path, silent) == ImportReport(added=1, known=0)
    you, coach = await messages(world)
    assert (you.text, coach.text, coach.provider) == ("Read this", "24 it is.", "claude")
    (file,) = you.attachments
    assert (file.name, await world.attachments.content(file)) == ("list.txt", b"24 books")


async def test_what_was_imported_is_found_and_can_be_gone_on_with(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    await archive.import_file(written(tmp_path / "x.json", [CLAUDE]), silent)
    assert len((await SearchRepository(world.database).search("24", 5)).messages) == 1
    (conversation,) = await world.chat.list_conversations()
    world.play([TextDelta("More")])
    await world.chat.send(conversation.id, "And now?", world.options, world.events.append)
    assert [one.text for one in await messages(world)][-2:] == ["And now?", "More"]


async def test_our_own_file_brings_everything_back(world: World, archive: ArchiveService, tmp_path: Path) -> None:
    part = await world.attachments.attach("plan.md", b"# Plan")
    world.play([TextDelta("Half"), ProviderError(ErrorKind.NETWORK, "The line broke.")], [TextDelta("Whole")])
    await world.chat.send(None, "Read", world.options, world.events.append, (part,))
    (conversation,) = await world.chat.list_conversations()
    await world.chat.retry(conversation.id, world.options, world.events.append)
    await archive.export(conversation.id, tmp_path / "chat.json", ExportFormat.JSON)
    before = await archive._archive.tree(conversation.id)
    assert await archive.import_file(tmp_path / "chat.json", silent) == ImportReport(added=0, known=1)

    await world.headings.delete(conversation.id)
    await world.headings._headings.purge(NOW.replace(year=2030))
    assert await archive.import_file(tmp_path / "chat.json", silent) == ImportReport(added=1, known=0)

    (again,) = await world.chat.list_conversations()
    after = await archive._archive.tree(again.id)
    assert (after.title, after.created_at, after.updated_at) == (before.title, before.created_at, before.updated_at)
    assert [shape(node.message) for node in after.nodes] == [shape(node.message) for node in before.nodes]
    assert [node.is_current for node in after.nodes] == [node.is_current for node in before.nodes]
    assert await world.attachments.content(part) == b"# Plan"


def shape(message: Message) -> tuple[object, ...]:
    """What of a message a file keeps."""
    return (message.role, message.parts, message.status, message.provider, message.model, message.error)


async def test_all_conversations_go_out_into_one_file_and_come_in_again(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    assert await archive.export_all(tmp_path / "none.json", lambda _done, _total: None) == 0
    assert (await archive.preview(tmp_path / "none.json")).total == 0
    await archive.import_file(written(tmp_path / "x.json", [CHATGPT, CLAUDE]), silent)
    told: list[tuple[int, int]] = []
    assert await archive.export_all(tmp_path / "all.json", lambda done, total: told.append((done, total))) == 2
    assert told == [(1, 2), (2, 2)]
    assert (await archive.preview(tmp_path / "all.json")).known == 2
    ids = [one.id for one in await world.chat.list_conversations()]
    await archive._archive.take_back(ids)
    assert await archive.import_file(tmp_path / "all.json", silent) == ImportReport(added=2, known=0)
    assert sorted(one.title for one in await world.chat.list_conversations()) == ["Reading", "Running"]


async def test_a_second_import_adds_nothing_and_says_so(world: World, archive: ArchiveService, tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", [CHATGPT, CHATGPT])
    preview = await archive.preview(path)
    assert (preview.total, preview.known) == (2, 0)
    assert await archive.import_file(path, silent) == ImportReport(added=1, known=1)
    assert (await archive.preview(path)).new == 0
    assert await archive.import_file(path, silent) == ImportReport(added=0, known=2)
    assert len(await world.chat.list_conversations()) == 1


async def test_a_newer_export_of_a_chat_that_is_here_comes_beside_it_once(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    await archive.import_file(written(tmp_path / "old.json", [CLAUDE]), silent)
    more = {"uuid": "later", "sender": "human", "text": "And now?", "created_at": "2026-02-01T10:00:00.000000Z"}
    newer = written(tmp_path / "new.json", [CLAUDE | {"chat_messages": [*CLAUDE["chat_messages"], more]}])
    preview = await archive.preview(newer)
    assert (preview.total, preview.known, preview.newer, preview.new) == (1, 0, 1, 1)
    assert await archive.import_file(newer, silent) == ImportReport(added=1, known=0)
    titles = sorted(one.title for one in await world.chat.list_conversations())
    assert titles == ["Reading", "Reading (newer copy)"]
    for path in (newer, tmp_path / "old.json"):
        assert (await archive.preview(path)).known == 1
        assert (await archive.import_file(path, silent)).added == 0


async def test_a_chat_that_went_on_here_is_known_by_what_the_file_has_of_it(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    world.play([TextDelta("Good")], [TextDelta("Better")])
    await world.chat.send(None, "Hello", world.options, world.events.append)
    (chat,) = await world.chat.list_conversations()
    await archive.export(chat.id, tmp_path / "own.json", ExportFormat.JSON)
    await world.chat.send(chat.id, "And on", world.options, world.events.append)
    assert (await archive.preview(tmp_path / "own.json")).known == 1


async def test_a_zip_file_is_read_as_it_was_downloaded(world: World, archive: ArchiveService, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data/users.json", "[]")
        made.writestr("data/conversations.json", json.dumps([CHATGPT]))
    assert (await archive.import_file(path, silent)).added == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"hello",
        b"{}",
        b'{"a": 1}',
        b"[1, 2]",
        b'["x"]',
        b'[{"a": 1}]',
        b"\xff\xfe\x00\x01" * 50,
        b"PK\x03\x04 no zip",
        b"[" * 100_000,
        b'[{"mapping": ' + b"[" * 50_000,
    ],
)
async def test_what_is_no_export_is_refused_with_a_sentence(
    world: World, archive: ArchiveService, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    for attempt in (archive.preview(path), archive.import_file(path, silent)):
        with pytest.raises(InvalidValueError, match=r"“file\.json”"):
            await attempt
    assert await world.chat.list_conversations() == ()


async def test_a_file_that_is_cut_brings_nothing(world: World, archive: ArchiveService, tmp_path: Path) -> None:
    whole = json.dumps([CHATGPT | {"conversation_id": str(number)} for number in range(3)])
    path = tmp_path / "cut.json"
    for length in (len(whole) - 1, len(whole) * 2 // 3, len(whole) // 3):
        path.write_text(whole[:length], encoding="utf-8")
        with pytest.raises(InvalidValueError, match="nothing was imported"):
            await archive.import_file(path, silent)
        assert await world.chat.list_conversations() == ()


async def test_a_file_of_a_newer_program_is_not_guessed_at(archive: ArchiveService, tmp_path: Path) -> None:
    value = {"format": "goalgetter-conversations", "version": 2, "conversations": []}
    with pytest.raises(InvalidValueError, match="newer GoalGetter"):
        await archive.preview(written(tmp_path / "x.json", value))


def ours(*messages: dict[str, Any]) -> dict[str, Any]:
    """A file of our own with one conversation."""
    when = "2026-11-21T09:00:00+00:00"
    conversation = {"title": "Run", "created_at": when, "updated_at": when, "messages": messages}
    return {"format": "goalgetter-conversations", "version": 1, "conversations": [conversation]}


async def test_all_parts_come_back_and_those_nobody_knows_yet_are_left_out(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    call = {
        "kind": "tool_call",
        "call_id": "c1",
        "name": "create_goal",
        "arguments": "{}",
        "result": "No.",
        "ok": False,
    }
    parts = [
        {"kind": "reasoning", "text": "A goal.", "duration_ms": 4200},
        {"kind": "text", "text": "I note it."},
        {"kind": "hologram", "text": "of a newer program"},
        call,
        {"kind": "attachment", "name": "run.png", "data": "no base64!"},
    ]
    value = ours(
        {"id": 1, "role": "you", "parts": [{"kind": "text", "text": "Hello"}], "created_at": "2026-11-21T09:00:00"},
        {"id": 2, "parent": 1, "role": "coach", "parts": parts},
    )
    await archive.import_file(written(tmp_path / "x.json", value), silent)
    you, coach = await messages(world)
    assert you.created_at == NOW
    assert coach.parts == (
        ReasoningPart("A goal.", duration_ms=4200),
        TextPart("I note it."),
        ToolCallPart("c1", "create_goal", "{}", "No.", ok=False),
        TextPart("(Attached: run.png)"),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1, "role": "you", "parts": "none"},
        {"id": 1, "role": "nobody", "parts": []},
        {"id": 2, "parent": 1, "role": "you", "parts": []},
        {"id": 2, "parent": 3, "role": "you", "parts": []},
    ],
)
async def test_a_damaged_file_of_our_own_brings_nothing(
    world: World, archive: ArchiveService, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    path = written(tmp_path / "x.json", ours(wrong))
    with pytest.raises(InvalidValueError, match="damaged, so nothing was imported"):
        await archive.import_file(path, silent)
    assert await world.chat.list_conversations() == ()


async def test_a_conversation_without_a_word_is_passed_over(archive: ArchiveService, tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", ours())
    assert await archive.import_file(path, silent) == ImportReport(added=0, known=0)


async def test_a_zip_file_of_something_else_and_a_file_that_is_gone_are_said_so(
    archive: ArchiveService, tmp_path: Path
) -> None:
    other = tmp_path / "photos.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("photo.txt", "no conversation")
    with pytest.raises(InvalidValueError, match="holds no conversations"):
        await archive.preview(other)
    with pytest.raises(InvalidValueError, match="cannot be read"):
        await archive.preview(tmp_path / "gone.json")


async def test_an_import_that_is_cancelled_leaves_nothing(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    path = written(tmp_path / "x.json", [CHATGPT | {"conversation_id": str(number)} for number in range(20)])
    seen = asyncio.Event()

    def stop_at_five(count: int) -> None:
        if count == 5:
            seen.set()
            task.cancel()

    task = asyncio.create_task(archive.import_file(path, stop_at_five))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.is_set()
    assert await world.chat.list_conversations() == ()


def test_a_large_file_is_read_one_conversation_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    count = 3_000
    one = json.dumps({"chat_messages": [{"sender": "human", "text": "word " * 200}]})
    path.write_text("[\n" + ",\n".join([one] * count) + "\n]", encoding="utf-8")
    with conversations_in(path) as stream:
        held = [len(stream._rest) for _ in stream]
    assert len(held) == count
    assert max(held) < 2_000_000 < path.stat().st_size


def test_a_conversation_longer_than_a_piece_of_the_file_is_read_whole(tmp_path: Path) -> None:
    text = "é" * 1_500_000
    path = written(tmp_path / "x.json", [{"a": text}, {"b": 1}])
    with conversations_in(path) as stream:
        assert list(stream) == [{"a": text}, {"b": 1}]


def test_hidden_and_empty_messages_are_passed_over_and_what_follows_them_stays_in_place() -> None:
    tree = tree_from_chatgpt(
        chatgpt_conversation(
            chatgpt_node("h", "root", "user", "hidden", metadata={"is_visually_hidden_from_conversation": True}),
            chatgpt_node("a", "h", "user", "Hi"),
            chatgpt_node("e", "a", "assistant", ""),
            chatgpt_node(
                "b", "e", "assistant", "", content={"parts": [{"content_type": "image_asset_pointer"}, "Here"]}
            ),
            tip="b",
        )
    )
    assert tree is not None
    assert [message.text for message in tree.path] == ["Hi", "(An image that is not in the file.)\n\nHere"]


def test_a_ring_of_parents_is_cut_open() -> None:
    tree = tree_from_chatgpt(
        chatgpt_conversation(chatgpt_node("a", "b", "user", "A"), chatgpt_node("b", "a", "assistant", "B"), tip="b")
    )
    assert tree is not None
    assert sorted(node.message.text for node in tree.nodes) == ["A", "B"]
    assert len(tree.path) >= 1


def test_claude_files_that_tell_parents_keep_their_branches() -> None:
    messages = [
        {"uuid": "1", "sender": "human", "text": "Hi", "parent_message_uuid": "00000000"},
        {"uuid": "2", "sender": "assistant", "text": "First", "parent_message_uuid": "1"},
        {"uuid": "3", "sender": "assistant", "text": "Second", "parent_message_uuid": "1"},
    ]
    tree = tree_from_claude({"uuid": "u", "name": "", "chat_messages": messages, "current_leaf_message_uuid": "2"})
    assert tree is not None
    assert tree.title == "Imported chat"
    assert [message.text for message in tree.path] == ["Hi", "First"]
    assert [node.is_current for node in tree.nodes] == [True, True, False]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
nodes = st.fixed_dictionaries(
    {},
    optional={
        "parent": st.sampled_from(["a", "b", "c", None]) | json_values,
        "message": st.fixed_dictionaries(
            {"author": st.sampled_from([{"role": "user"}, {"role": "assistant"}]) | json_values},
            optional={
                "content": st.fixed_dictionaries({"parts": st.lists(st.text(max_size=5) | json_values, max_size=3)})
                | json_values,
                "create_time": json_values,
            },
        )
        | json_values,
    },
)


@given(mapping=st.dictionaries(st.sampled_from("abcd"), nodes | json_values, max_size=4), more=json_values)
@settings(max_examples=100, deadline=None, database=None)
def test_any_mapping_gives_a_valid_tree_or_none(mapping: dict[str, Any], more: object) -> None:
    tree = tree_from_chatgpt({"mapping": mapping, "title": more, "create_time": more, "current_node": more})
    if tree is not None:
        check_tree(tree.nodes)


@given(
    found=st.lists(json_values | st.fixed_dictionaries({"sender": st.just("human"), "text": json_values}), max_size=5)
)
@settings(max_examples=60, deadline=None, database=None)
def test_any_messages_give_a_valid_tree_or_none(found: list[Any]) -> None:
    tree = tree_from_claude({"chat_messages": found})
    if tree is not None:
        check_tree(tree.nodes)


def check_tree(nodes: Any) -> None:  # noqa: ANN401 - nodes of a tree
    """Each node stands behind its parent, and of siblings one is current."""
    seen: set[object] = {None}
    for node in nodes:
        assert node.parent_key in seen
        seen.add(node.key)
    for parent in {node.parent_key for node in nodes}:
        assert sum(node.is_current for node in nodes if node.parent_key == parent) == 1


@given(texts=st.lists(st.text(max_size=10), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_comes_back_from_our_own_file(
    world: World, archive: ArchiveService, tmp_path: Path, texts: list[str]
) -> None:
    conversations = ConversationRepository(world.database)
    conversation = await conversations.create("any", NOW)
    for text in texts:
        await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart(text),)), NOW)
    before = await archive._archive.tree(conversation.id)
    await archive.export(conversation.id, tmp_path / "chat.json", ExportFormat.JSON)
    await archive._archive.take_back([conversation.id])
    known = {one.id for one in await world.chat.list_conversations()}
    await archive.import_file(tmp_path / "chat.json", silent)
    (again,) = [one.id for one in await world.chat.list_conversations() if one.id not in known]
    after = await archive._archive.tree(again)
    assert [shape(node.message) for node in after.nodes] == [shape(node.message) for node in before.nodes]
    await archive._archive.take_back([again])


async def test_a_reply_that_was_coming_in_when_it_was_exported_is_interrupted(
    world: World, archive: ArchiveService, tmp_path: Path
) -> None:
    conversations = ConversationRepository(world.database)
    conversation = await conversations.create("any", NOW)
    half = Message(
        Role.COACH, (TextPart("Half"), AttachmentPart("x.bin", "image/png", "d", 1)), status=MessageStatus.STREAMING
    )
    await conversations.add_message(conversation.id, half, NOW)
    await archive.export(conversation.id, tmp_path / "chat.json", ExportFormat.JSON)
    await archive._archive.take_back([conversation.id])
    await archive.import_file(tmp_path / "chat.json", silent)
    (message,) = await messages(world)
    assert message.status is MessageStatus.INTERRUPTED
    assert message.text == "Half\n\n(Attached: x.bin)"
