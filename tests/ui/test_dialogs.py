"""Questions that a coroutine awaits while the loop goes on."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


async def opened(window: QWidget) -> QMessageBox:
    """The box, once it stands over the window."""
    async with asyncio.timeout(5):
        while True:
            for box in window.findChildren(QMessageBox):
                if box.isVisible():
                    return box
            await asyncio.sleep(0)


async def test_the_button_is_the_answer(window: QWidget) -> None:
    question = asyncio.create_task(Dialogs(window).ask("Delete this chat?", "Delete", detail="Its goals stay."))
    box = await opened(window)
    assert (box.text(), box.informativeText()) == ("Delete this chat?", "Its goals stay.")
    box.buttons()[[button.text() for button in box.buttons()].index("Delete")].click()
    assert await question is True


@pytest.mark.parametrize(("is_dangerous", "answer"), [(True, False), (False, True)])
async def test_enter_never_does_what_is_dangerous(window: QWidget, is_dangerous: bool, answer: bool) -> None:
    question = asyncio.create_task(Dialogs(window).ask("Go on?", "Go on", is_dangerous=is_dangerous))
    box = await opened(window)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert await question is answer


async def test_escape_is_no(window: QWidget) -> None:
    question = asyncio.create_task(Dialogs(window).ask("Go on?", "Go on"))
    box = await opened(window)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert await question is False


async def test_a_message_waits_until_it_is_closed(window: QWidget) -> None:
    message = asyncio.create_task(Dialogs(window).tell("Your goals are safe.", detail="<b>plain</b>"))
    box = await opened(window)
    assert not message.done()
    assert box.textFormat() is Qt.TextFormat.PlainText
    box.buttons()[0].click()
    await message


async def test_a_cancelled_question_takes_its_box_away(window: QWidget) -> None:
    question = asyncio.create_task(Dialogs(window).ask("Go on?", "Go on"))
    await opened(window)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    assert not any(box.isVisible() for box in window.findChildren(QMessageBox))
