"""The composer by keyboard and mouse."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.composer import Composer
from desktop_app.ui.chat.items import Attached
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme) -> Composer:
    """A composer that has the keyboard."""
    composer = Composer(theme)
    qtbot.addWidget(composer)
    composer.resize(704, 90)
    with qtbot.waitActive(composer):
        composer.show()
        composer.activateWindow()
    composer.focus()
    return composer


def test_enter_asks_to_send_and_keeps_the_text(composer: Composer, qtbot: QtBot) -> None:
    QTest.keyClicks(composer._field, "I want to run")
    with qtbot.waitSignal(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return)
    assert composer.text() == "I want to run"


def test_shift_enter_is_a_new_line(composer: Composer, qtbot: QtBot) -> None:
    QTest.keyClicks(composer._field, "a")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer._field, "b")
    assert composer.text().splitlines() == ["a", "b"]


def test_enter_while_an_input_method_composes_does_not_send(composer: Composer, qtbot: QtBot) -> None:
    composer.set_text("にほん")
    QApplication.sendEvent(composer._field, QInputMethodEvent("ご", []))
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return)
    done = QInputMethodEvent()
    done.setCommitString("語")
    QApplication.sendEvent(composer._field, done)
    with qtbot.waitSignal(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(composer: Composer, qtbot: QtBot, text: str) -> None:
    composer.set_text(text)
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return)


def test_button_is_stop_while_a_reply_streams_and_escape_does_the_same(composer: Composer, qtbot: QtBot) -> None:
    composer.set_text("later")
    composer.set_streaming(True)
    assert composer._stop.isVisible()
    assert not composer._send.isVisible()
    with qtbot.waitSignal(composer.stop_requested):
        QTest.mouseClick(composer._stop, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(composer.stop_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(composer.send_requested):  # it will wait for the reply to end
        QTest.keyClick(composer._field, Qt.Key.Key_Return)
    composer.set_streaming(False)
    with qtbot.assertNotEmitted(composer.stop_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Escape)


def test_sending_can_be_impossible_and_says_why(composer: Composer, qtbot: QtBot) -> None:
    composer.set_text("Hello")
    composer.set_note("≈ 1.8k tokens")
    composer.set_can_send(False, "Waiting for a working key")
    assert composer._note_label.text() == "Waiting for a working key"
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Return)
    composer.set_can_send(True)
    assert composer._note_label.text() == "≈ 1.8k tokens"
    with qtbot.waitSignal(composer.send_requested):
        QTest.mouseClick(composer._send, Qt.MouseButton.LeftButton)


def test_that_the_model_sees_no_images_is_said_while_one_is_attached(composer: Composer) -> None:
    note, image, text = composer._note_label, Attached("run.png", "9 KB", is_image=True), Attached("notes.txt", "1 KB")
    composer.set_estimate("≈ 1.8k tokens")
    composer.set_can_see(False)
    composer.show_attached((text,))
    assert note.text() == "≈ 1.8k tokens"
    composer.show_attached((text, image))
    assert note.text() == "This model cannot see images"
    assert composer._send.isEnabled()
    assert composer._send.accessibleDescription().startswith("This model cannot see images. It is told the names")
    composer.set_can_see(True)
    assert note.text() == "≈ 1.8k tokens"
    assert composer._send.accessibleDescription() == ""
    composer.set_can_see(False)
    composer.show_attached(())
    assert note.text() == "≈ 1.8k tokens"


def test_up_asks_for_the_last_message_only_when_empty(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(composer.edit_last_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Up)
    composer.set_text("text")
    with qtbot.assertNotEmitted(composer.edit_last_requested):
        QTest.keyClick(composer._field, Qt.Key.Key_Up)


def test_it_grows_with_its_text_up_to_eight_lines(composer: Composer) -> None:
    one = composer._field.height()
    composer.set_text("a\nb\nc")
    three = composer._field.height()
    composer.set_text("\n".join("x" * 9))
    nine = composer._field.height()
    composer.set_text("\n".join("x" * 40))
    assert one < three < nine == composer._field.height()
    composer.clear()
    assert composer._field.height() == one


def test_pasted_long_text_is_offered_as_an_attachment(composer: Composer, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setText("word " * 200_000)
    with qtbot.waitSignal(composer.long_text_offered) as offered:
        composer._field.insertFromMimeData(data)
    assert offered.args == ["word " * 200_000]
    assert composer.text() == ""


def test_a_megabyte_is_given_back_as_it_is_and_lays_out_no_endless_line(composer: Composer) -> None:
    composer.set_text("word " * 200_000)
    assert composer.text() == "word " * 200_000
    assert max(len(line) for line in composer._field.toPlainText().splitlines()) <= 20_001


def test_formatted_text_is_pasted_plain(composer: Composer) -> None:
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("bold")
    composer._field.insertFromMimeData(data)
    assert composer.text() == "bold"


def test_goal_chip_shows_the_goal_and_can_be_taken_off(composer: Composer, qtbot: QtBot) -> None:
    assert not composer._chip.isVisible()
    composer.set_goal("Run a half marathon <b>" + "x" * 10_000, 0.3)
    assert composer._chip.isVisible()
    assert composer._chip.width() < 400
    with qtbot.waitSignal(composer.goal_chip_removed):
        QTest.mouseClick(composer._chip._cross, Qt.MouseButton.LeftButton)
    composer.set_goal(None, None)
    assert not composer._chip.isVisible()


def test_text_changes_are_told(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(composer.text_changed):
        QTest.keyClicks(composer._field, "a")


def test_enter_before_sending_is_possible_is_made_up_for(composer: Composer, qtbot: QtBot) -> None:
    sent: list[str] = []

    def note() -> None:
        sent.append(composer.text())

    composer.send_requested.connect(note)
    composer.set_can_send(False, "Opening your goals…")
    composer.set_text("I want to run")
    QTest.keyClick(composer._field, Qt.Key.Key_Return)
    assert not sent
    composer.set_can_send(True)
    assert sent == ["I want to run"]


def test_a_text_that_is_written_on_is_not_sent_by_itself(composer: Composer, qtbot: QtBot) -> None:
    sent: list[str] = []

    def note() -> None:
        sent.append(composer.text())

    composer.send_requested.connect(note)
    composer.set_can_send(False, "Opening your goals…")
    composer.set_text("I want")
    QTest.keyClick(composer._field, Qt.Key.Key_Return)
    QTest.keyClicks(composer._field, " to run")
    composer.set_can_send(True)
    assert not sent
