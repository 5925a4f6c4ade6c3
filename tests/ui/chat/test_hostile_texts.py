"""Texts that break chats: nothing here may crash, and all of it must be reachable."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.items import (
    Action,
    CardLine,
    CoachText,
    NoticeItem,
    ReasoningItem,
    ThreadItem,
    Tone,
    ToolCard,
    ToolCardState,
    YouItem,
)
from tests.ui.chat.conftest import ShowThread

_TEXTS = {
    "deep quotes": ">" * 5000 + " deep",
    "deep lists": "".join("  " * depth + "- item\n" for depth in range(400)),
    "nested brackets": "[" * 20_000 + "x" + "]" * 20_000,
    "emphasis": "*a _b " * 5000,
    "one line of a megabyte": "x" * 1_000_000,
    "words of a megabyte": "word " * 200_000,
    "ten thousand rows": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 10_000,
    "a hundred columns": "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n|" + "b|" * 100,
    "one endless cell": "| a |\n|---|\n| " + "y" * 50_000 + " |",
    "right to left": "שלום \u202eabc\u202c مرحبا\n\n- **פריט**",
    "zero width": "a\u200b\u200d\ufeff" * 3000,
    "combining": "e" + "\u0301" * 5000,
    "half surrogates": "a\ud83d b\udc00 \x00 c",
    "colour codes": "\x1b[31mred\x1b[0m \x07 \x08",
    "scripts": "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src='file:///etc/passwd'>",
    "remote pictures": "![a](http://evil.example/a.png) <img src='http://evil.example/b.png'>",
    "line ends": "a\r\nb\rc\u2028d\u2029e\n\n\n\n\n",
    "emoji families": "👩‍👩‍👧‍👦" * 2000,
    "deep tags": "<div>" * 5000 + "deep" + "</div>" * 5000,
    "quotes in lists in quotes": "".join("> - " * depth + "x\n" for depth in range(1, 60)),
    "a fenced line of a megabyte": "```python\n" + "x = (" * 200_000 + "\n```",
    "ten thousand ragged rows": "| a | b |\n|---|---|\n" + "| 1 |\n| 1 | 2 | 3 |\n" * 5_000,
    "turned names": "[\u202egnp.exe\u2066\u2069](https://example.org/\u202ea) \u2067שלום\u2069 `\u202eabc`",
    "half surrogates in marks": "**\ud83d** [\udc00](http://a/\ud800) `\udfff`\n\n| \ud83d |\n|---|\n| \udc00 |",
    "windows by colour codes": "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x1b[2J\x1b[10;10H \x9b31m \x1bP\x1b\\",
    "scripts in links": "[a](javascript:alert(1)) [b](data:text/html,<script>) <a href='javascript:x'>c</a> &lt;p&gt;",
    "open ends": "```\n| a |\n**[x](http://",
}


def _coach(text: str) -> ThreadItem:
    return CoachText(1, text)


def _you(text: str) -> ThreadItem:
    return YouItem(1, text)


def _thought(text: str) -> ThreadItem:
    return ReasoningItem(1, text, text[:200], is_open=True)


def _card(text: str) -> ThreadItem:
    return ToolCard(1, ToolCardState.DONE, "flag", text, (CardLine("+", text, text, text),), (Action("a", text[:50]),))


def _notice(text: str) -> ThreadItem:
    return NoticeItem(1, Tone.WARN, "cloud", text, text, (Action("a", text[:50]),))


@pytest.mark.parametrize("name", list(_TEXTS))
@pytest.mark.parametrize("make", [_coach, _you, _thought, _card, _notice])
def test_it_is_shown_scrolled_pressed_and_copied(
    show_thread: ShowThread, qtbot: QtBot, name: str, make: Callable[[str], ThreadItem]
) -> None:
    view = show_thread([make(_TEXTS[name])])
    view.grab()
    view.verticalScrollBar().setValue(0)
    view.grab()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    view.select_all()
    view.selected_text().encode()  # no half character leaves it
    assert view.selected_text() or make in {_thought, _notice}
    assert view.column.laid_count < 600


@pytest.mark.parametrize("name", list(_TEXTS))
def test_it_streams_in_pieces(show_thread: ShowThread, name: str) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    text = _TEXTS[name]
    step = max(len(text) // 20, 1)
    for at in range(0, len(text), step):
        view.append_text(1, text[at : at + step])
        view.flush()
        assert view.column.laid_count < 600
    view.finish_text(1)
    while view.is_behind:  # what came in larger pieces than a frame takes
        view.flush()
    streamed = view.grab().toImage()
    again = show_thread([CoachText(1, text)])
    again.verticalScrollBar().setValue(view.verticalScrollBar().value())
    assert not streamed.isNull()
    assert again.column.rows[0].count() == view.column.rows[0].count()
