"""Copying as Markdown: what is pasted shows what was selected."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.copied_markdown import units_markdown
from desktop_app.ui.chat.items import CoachText, FooterItem, YouItem
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.selection import Spot
from tests.ui.chat.conftest import ShowThread

_TEXTS = (
    "A **bold** and *slanted* ~~word~~ with `code` and [a link](https://e.org/a).",
    "# Head\n\ntext\n\n## Second **head**",
    "- one\n- two\n  - deep\n  - deeper\n- three",
    "1. one\n2. two\n   - inner\n3. three",
    "- [ ] open\n- [x] done",
    "> quoted\n>\n> more",
    "| a | b | c |\n|---|:-:|--:|\n| **1** | 2 | 3 |\n| 4 | 5 | 6 |",
    "```python\nx = 1\n\n  y = 2\n```\n\nafter",
    "text\n\n---\n\nmore",
    r"\* no item, 2 \* 3, a\_b, \<b\>, \`tick\`",
    r"\# no head",
    "`` a ` b ``",
    "one\\\ntwo",
    "````\n```\n````",
    "word " * 1000,
)


@pytest.mark.parametrize("text", _TEXTS)
def test_units_become_markdown_that_shows_the_same(text: str) -> None:
    units = parse(text)
    again = parse(units_markdown(units))
    assert [(unit.kind, unit.runs, unit.cells, unit.marker, unit.depth, unit.level) for unit in again] == [
        (unit.kind, unit.runs, unit.cells, unit.marker, unit.depth, unit.level) for unit in units
    ]


def test_whole_messages_are_copied_as_they_were_written(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([YouItem(1, "Question"), CoachText(2, "* odd\n* marks"), FooterItem(3, "m"), YouItem(4, "Bye")])
    view.select_all()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "Question\n\n* odd\n* marks\n\nBye"


def test_part_of_a_message_keeps_its_marks(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, "First **bold** word.\n\n- one\n- two\n- three")])
    view.selection.set(Spot(0, 0, 8), Spot(0, 2, 2))
    assert view.selected_markdown() == "**ld** word.\n\n- one\n- tw"


def test_plain_copy_carries_the_markdown_along(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "- **a**")])
    view.select_all()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "• a"
    assert bytes(data.data("text/markdown").data()) == b"- **a**"
