"""Messages written while a reply comes in, and files that go along with a message."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from desktop_app.llm.events import TextDelta
from desktop_app.ui.chat.queue_view import WaitingRow
from tests.ui.chat.scenario import Scenario, until


def _rows(chat: Scenario) -> list[WaitingRow]:
    return chat.view.queue._rows


def _waiting(chat: Scenario) -> list[str]:
    return [row.item.text for row in _rows(chat)]


def _button(row: WaitingRow, name: str) -> QToolButton:
    (button,) = [button for button in row.findChildren(QToolButton) if button.accessibleName() == name]
    return button


async def _streaming(chat: Scenario) -> asyncio.Event:
    """A reply that goes on until the event that is returned."""
    going = asyncio.Event()
    chat.play([TextDelta("One"), going, TextDelta(".")])
    chat.write("Hi")
    chat.key(Qt.Key.Key_Return)
    await until(lambda: chat.said == ["Hi", "One"])
    return going


def _has(chat: Scenario, text: str) -> bool:
    return text in _waiting(chat)


async def _queued(chat: Scenario, *texts: str) -> None:
    for text in texts:
        chat.write(text)
        chat.key(Qt.Key.Key_Return)
        await until(partial(_has, chat, text))


def _chips(chat: Scenario) -> list[str]:
    return [chip.accessibleName() for chip in chat.view.composer._chips._chips]


def _complaint(chat: Scenario) -> str:
    label: QLabel = chat.view.composer._complaint
    return label.text() if not label.isHidden() else ""


async def test_what_is_written_meanwhile_waits_and_goes_out_in_its_order(chat: Scenario) -> None:
    going = await _streaming(chat)
    await _queued(chat, "Second", "Third")
    assert chat.field.toPlainText() == ""
    assert _waiting(chat) == ["Second", "Third"]
    chat.play([TextDelta("Two.")], [TextDelta("Three.")])
    going.set()
    await until(lambda: chat.said == ["Hi", "One.", "Second", "Two.", "Third", "Three."])
    await until(lambda: _waiting(chat) == [])
    assert chat.view.queue.isHidden()


async def test_waiting_messages_are_moved_edited_and_dropped_by_keyboard(chat: Scenario) -> None:
    going = await _streaming(chat)
    await _queued(chat, "A", "B", "C")
    QTest.keyClick(_rows(chat)[2], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    await until(lambda: _waiting(chat) == ["A", "C", "B"])
    QTest.keyClick(_rows(chat)[0], Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    await until(lambda: _waiting(chat) == ["C", "A", "B"])
    QTest.keyClick(_rows(chat)[1], Qt.Key.Key_Delete)
    await until(lambda: _waiting(chat) == ["C", "B"])
    QTest.keyClick(_rows(chat)[0], Qt.Key.Key_Return)
    assert chat.field.toPlainText() == "C"
    chat.write("!")
    chat.key(Qt.Key.Key_Return)
    await until(lambda: _waiting(chat) == ["C!", "B"])
    assert chat.field.toPlainText() == ""
    chat.play([TextDelta("c")], [TextDelta("b")])
    going.set()
    await until(lambda: chat.said[-4:] == ["C!", "c", "B", "b"])
    await chat.end()


async def test_waiting_messages_are_moved_and_dropped_by_mouse(chat: Scenario) -> None:
    going = await _streaming(chat)
    await _queued(chat, "A", "B")
    first, second = _rows(chat)
    await until(lambda: second.y() > first.y())
    QTest.mousePress(second, Qt.MouseButton.LeftButton, pos=QPoint(10, 5))
    above = QPoint(10, first.y() - second.y() + 1)
    QTest.mouseRelease(second, Qt.MouseButton.LeftButton, pos=above)
    await until(lambda: _waiting(chat) == ["B", "A"])
    _button(_rows(chat)[0], "Do not send this message").click()
    await until(lambda: _waiting(chat) == ["A"])
    _button(_rows(chat)[0], "Edit this message").click()
    chat.key(Qt.Key.Key_Escape)
    assert _waiting(chat) == ["A"]
    assert chat.presenter.is_streaming
    chat.play([TextDelta("a")])
    going.set()
    await until(lambda: chat.said[-1] == "a")
    await chat.end()


async def test_after_a_stop_the_messages_wait_for_the_person(chat: Scenario) -> None:
    await _streaming(chat)
    await _queued(chat, "Second")
    chat.key(Qt.Key.Key_Escape)
    await chat.end()
    (send,) = chat.view.queue.findChildren(QPushButton)
    await until(lambda: not send.isHidden())
    assert _waiting(chat) == ["Second"]
    chat.play([TextDelta("Two.")])
    send.click()
    await until(lambda: chat.said == ["Hi", "One", "Second", "Two."])
    await chat.end()


def _paste(chat: Scenario, fill: Callable[[QMimeData], None]) -> None:
    data = QMimeData()
    fill(data)
    chat.field.insertFromMimeData(data)


async def test_files_that_are_dropped_go_along_and_are_shown_in_the_message(chat: Scenario, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Three runs a week.")
    (tmp_path / "plan.md").write_text("# Plan")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("notes.txt", "plan.md")])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, button, none)
    chat.view.dropEvent(event)
    await until(lambda: len(_chips(chat)) == 2)
    assert sorted(_chips(chat)) == ["Attached: notes.txt, 1 KB", "Attached: plan.md, 1 KB"]
    chat.view.composer._chips.removed.emit(_chips(chat).index("Attached: plan.md, 1 KB"))
    chat.play([TextDelta("Read.")])
    chat.key(Qt.Key.Key_Return)
    await until(lambda: chat.said == ["", "Read."])
    await chat.end()
    (you, _) = (await chat.transcript()).messages
    assert [part.name for part in you.attachments] == ["notes.txt"]
    assert _chips(chat) == []
    row = chat.thread.column.rows[0]
    assert [file.name for file in row.item.attached] == ["notes.txt"]  # type: ignore[attr-defined]


async def test_pasted_image_and_long_text_become_attachments(chat: Scenario) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    _paste(chat, lambda data: data.setImageData(image))
    await until(lambda: _chips(chat) == ["Attached: Pasted image.png, 1 KB"])
    _paste(chat, lambda data: data.setText("word " * 2000))
    await until(lambda: len(_chips(chat)) == 2)
    assert _chips(chat)[1] == "Attached: Pasted text.txt, 10 KB"
    assert chat.field.toPlainText() == ""
    _paste(chat, lambda data: data.setText("short"))
    assert chat.field.toPlainText() == "short"


async def test_that_the_chosen_model_sees_no_images_is_told_before_one_is_sent(chat: Scenario) -> None:
    note = chat.view.composer._note_label
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    _paste(chat, lambda data: data.setImageData(image))
    await until(lambda: len(_chips(chat)) == 1)
    assert note.text() == ""
    for can_see, told in ((False, "This model cannot see images"), (True, ""), (False, "This model cannot see images")):
        chat.scripted.can_see = can_see
        await chat.backend.models.refresh()
        assert note.text() == told
    assert note.isVisible()
    chat.play([TextDelta("I cannot look at it.")])
    chat.key(Qt.Key.Key_Return)
    await until(lambda: chat.said[-1:] == ["I cannot look at it."])
    assert "You cannot see images" in str(chat.scripted.calls[-1])
    assert not note.isVisible()


async def test_what_cannot_be_attached_is_refused_in_words(chat: Scenario, tmp_path: Path) -> None:
    (tmp_path / "film.bin").write_bytes(b"\x00\x01\x02")
    chat.view.files_dropped.emit([tmp_path / "film.bin"])
    await until(lambda: "film.bin" in _complaint(chat))
    assert "cannot be attached" in _complaint(chat)
    (tmp_path / "long.txt").write_text("x" * 4_000_001)
    chat.view.files_dropped.emit([tmp_path / "long.txt"])
    await until(lambda: "4 MB is the most" in _complaint(chat))
    chat.write("a")
    assert _complaint(chat) == ""
    for number in range(11):
        (tmp_path / f"{number}.txt").write_text(str(number))
        chat.view.files_dropped.emit([tmp_path / f"{number}.txt"])
    await until(lambda: "10 files at most" in _complaint(chat))
    assert len(_chips(chat)) == 10


async def test_attachments_are_part_of_the_draft(chat: Scenario) -> None:
    chat.play([TextDelta("One.")])
    await chat.say("Hi")
    _paste(chat, lambda data: data.setText("word " * 2000))
    await until(lambda: len(_chips(chat)) == 1)
    first = chat.conversation.id
    chat.presenter.new_chat()
    assert _chips(chat) == []
    chat.presenter.open_conversation(first)
    await until(lambda: len(_chips(chat)) == 1)
