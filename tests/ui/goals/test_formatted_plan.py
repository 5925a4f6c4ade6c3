"""The plan is shown as what its Markdown means, and the text stays what it is."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QImage, QTextCursor
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.ui.goals.markdown_edit import MarkdownEdit
from desktop_app.ui.goals.markdown_lines import Look, fence_after, item_of, qt_text, runs_of
from desktop_app.ui.goals.markdown_marks import box_at
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.link_opener import can_open
from tests.ui.goals.conftest import goal

_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

# After the examples of CommonMark, section by section, and what plans have beside them.
EXAMPLES = Path(__file__).parents[1] / "chat" / "commonmark_examples.json"
CORPUS = [
    "\tfoo\tbaz\t\tbim",
    "  - foo\n\n\tbar",
    "- foo\n\n\t\tbar",
    ">\t\tfoo",
    "***\n---\n___",
    "+++",
    "- - -",
    "# foo\n## foo\n### foo\n#### foo\n##### foo\n###### foo\n####### foo",
    "#5 bolt\n\n#hashtag",
    "# foo *bar* \\*baz\\*",
    "## foo ##\n  ###   bar    ###",
    "Foo *bar\nbaz*\n====",
    "    a simple\n      indented code block",
    "```\n<\n >\n```",
    "~~~~\n```\naaa\n~~~\n~~~~",
    "```ruby startline=3 $%@#$\ndef foo(x)\n  return 3\nend\n```````",
    "<table><tr><td>\n<pre>\n**Hello**,\n\n_world_.\n</pre>\n</td></tr></table>",
    '[foo]: /url "title"\n\n[foo]',
    "> # Foo\n> bar\n> baz\n>> deep",
    "1.  A paragraph\n    with two lines.\n\n        indented code\n\n    > A block quote.",
    "- foo\n  - bar\n    - baz\n\n\n      bim",
    "- [ ] foo\n- [x] bar\n  1. [ ] baz\n* [X] bim",
    "`` foo ` bar ``\n`foo\\`bar`",
    "*foo bar*\na * foo bar*\nfoo*bar*\n_foo bar_\nfoo_bar_\n**foo*bar**baz*\n***foo***",
    '**foo [bar](/url)**\n[link](/uri "title")\n[a](<b)c>)\n[link](foo(and(bar)))',
    '![foo](/url "title")\n<http://foo.bar.baz>\nhttps://example.org/_a_/__b__',
    "foo  \nbaz\nfoo\\\nbaz",
    "&nbsp; &amp; &copy; &#35; &quot;",
    "| a | b |\n|---|:-:|\n| 1 | **2** |",
    "\u202bשלום **עולם**\n- שלום",
    "👩‍👩‍👧 **bold 😀** after\n- 😀 [😀](😀)",
    "trailing \t \n\n\n",
    "a\r\n- b\r\n\r\n## c\r\n",
]


@pytest.fixture
def plan(view: GoalEditorView) -> MarkdownEdit:
    view.show_goal(goal())
    return view.plan


def _place(plan: MarkdownEdit, line: int) -> None:
    cursor = QTextCursor(plan.editor.document().findBlockByNumber(line))
    plan.editor.setTextCursor(cursor)
    plan.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _hidden(plan: MarkdownEdit, line: int) -> str:
    """The characters of a line that are not seen."""
    block = plan.editor.document().findBlockByNumber(line)
    units = qt_text(block.text())
    hidden = [
        range(run.start, run.start + run.length)
        for run in block.layout().formats()
        if run.format.foreground().color().alpha() == 0
    ]
    return "".join(units[index] for indexes in hidden for index in indexes)


def _box(plan: MarkdownEdit, line: int) -> QPoint:
    block = plan.editor.document().findBlockByNumber(line)
    item = item_of(block.text())
    assert item is not None
    corner = plan.editor.document().documentLayout().blockBoundingRect(block).topLeft()
    corner.setX(0)
    return box_at(block, item, corner).center().toPoint()


@pytest.mark.parametrize("text", CORPUS)
def test_a_text_comes_back_byte_for_byte_after_all_that_is_no_edit(plan: MarkdownEdit, text: str) -> None:
    plan.load("before")
    plan.load(text)
    for line in range(plan.editor.document().blockCount()):
        _place(plan, line)
    plan.source_switch.click()
    plan.editor.grab()
    plan.source_switch.click()
    plan.editor.clearFocus()

    assert plan.value() == text


@pytest.mark.parametrize("text", CORPUS)
def test_a_word_that_is_typed_and_undone_leaves_the_text_as_it_was(plan: MarkdownEdit, text: str) -> None:
    plan.load(text)
    _place(plan, plan.editor.document().blockCount() // 2)

    QTest.keyClicks(plan.editor, "- x")
    changed = plan.value()
    steps = 0
    while plan.editor.document().isUndoAvailable() and steps < 10:
        QTest.keyClick(plan.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        steps += 1

    assert changed != text
    assert plan.value() == text

    for _ in range(steps):
        QTest.keyClick(plan.editor, Qt.Key.Key_Z, _CTRL_SHIFT)
    assert plan.value() == changed


@pytest.mark.parametrize("text", CORPUS)
def test_no_line_is_read_beyond_its_end(text: str) -> None:
    for line in text.splitlines():
        for run in runs_of(line):
            assert 0 <= run.start <= run.start + run.length <= len(qt_text(line))


def test_every_example_of_commonmark_comes_back_byte_for_byte_edited_elsewhere_or_not(plan: MarkdownEdit) -> None:
    for text in json.loads(EXAMPLES.read_text("utf-8"))["examples"]:
        plan.load(text)
        assert plan.value() == text
        plan.editor.moveCursor(QTextCursor.MoveOperation.End)
        plan.editor.insertPlainText("x")
        assert plan.value() == text + "x"


def test_marks_are_hidden_but_on_the_line_that_is_edited(plan: MarkdownEdit) -> None:
    plan.load("## Head\nA **bold** and *so* [link](https://example.org) `code`\nplain")
    _place(plan, 2)

    assert _hidden(plan, 0) == "## "
    assert _hidden(plan, 1) == "****" + "**" + "[](https://example.org)" + "``"

    _place(plan, 1)

    assert _hidden(plan, 0) == "## "
    assert _hidden(plan, 1) == ""

    plan.editor.clearFocus()

    assert _hidden(plan, 1) != ""


def test_hidden_marks_take_no_room(plan: MarkdownEdit) -> None:
    plan.load("[link](https://example.org/a/long/address/that/is/not/seen)\nother")
    line = plan.editor.document().firstBlock().layout().lineAt(0)

    assert line.naturalTextWidth() < 40


def test_marks_stand_where_they_are_behind_letters_of_two_units(plan: MarkdownEdit) -> None:
    plan.load("😀😀 **bold** 😀 after")

    assert _hidden(plan, 0) == "****"


def test_what_only_looks_like_a_mark_stays(plan: MarkdownEdit) -> None:
    plan.load("https://example.org/_a_/__b__ and `**code**` and \\*no\\* and 2 * 3 * 4\n```\n# no **head**\n```\n#tag")

    assert _hidden(plan, 0) == "``"
    assert [_hidden(plan, line) for line in (1, 2, 3, 4)] == ["", "", "", ""]


def test_one_click_shows_the_source_and_another_hides_it(plan: MarkdownEdit) -> None:
    plan.load("## Head\n- **one**")

    QTest.mouseClick(plan.source_switch, Qt.MouseButton.LeftButton)
    assert plan.editor.is_source_shown
    assert _hidden(plan, 0) + _hidden(plan, 1) == ""

    QTest.keyClick(plan.editor, Qt.Key.Key_M, _CTRL_SHIFT)
    assert not plan.source_switch.isChecked()
    assert _hidden(plan, 0) == "## "


def test_a_click_ticks_a_box_and_leaves_the_cursor_where_it_is(plan: MarkdownEdit, view: GoalEditorView) -> None:
    told: list[bool] = []
    view.edited.connect(lambda: told.append(True))
    plan.load("other\n- [ ] run\n- [x] rest")
    _place(plan, 0)

    QTest.mouseClick(plan.editor.viewport(), Qt.MouseButton.LeftButton, pos=_box(plan, 1))
    assert plan.value() == "other\n- [x] run\n- [x] rest"
    assert told
    QTest.mouseClick(plan.editor.viewport(), Qt.MouseButton.LeftButton, pos=_box(plan, 2))
    assert plan.value() == "other\n- [x] run\n- [ ] rest"
    assert plan.editor.textCursor().blockNumber() == 0


def test_ctrl_enter_ticks_the_line_under_the_cursor(plan: MarkdownEdit) -> None:
    plan.load("- [ ] run\nother")
    _place(plan, 0)

    QTest.keyClick(plan.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert plan.value() == "- [x] run\nother"
    _place(plan, 1)
    QTest.keyClick(plan.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert plan.value() == "- [x] run\nother"


def test_lines_of_an_item_hang_under_its_first_word_and_undo_is_one_step(plan: MarkdownEdit) -> None:
    plan.load("run\nrest")
    _place(plan, 0)

    plan._list()

    block = plan.editor.document().firstBlock()
    assert plan.value() == "- run\nrest"
    assert block.blockFormat().leftMargin() > 0
    plan.editor.step_back()
    assert plan.value() == "run\nrest"
    assert plan.editor.document().firstBlock().blockFormat().leftMargin() == 0
    plan.editor.step_forward()
    assert plan.value() == "- run\nrest"
    assert plan.editor.document().firstBlock().blockFormat().leftMargin() > 0


def test_a_bullet_is_painted_in_place_of_its_mark(plan: MarkdownEdit) -> None:
    plan.load("- \nother")
    _place(plan, 1)
    with_bullet = _ink(plan)
    plan.load("\nother")
    _place(plan, 1)

    assert with_bullet > 0
    assert _ink(plan) == 0


def test_right_to_left_items_hang_on_the_right(plan: MarkdownEdit) -> None:
    plan.load("- שלום עולם")

    shape = plan.editor.document().firstBlock().blockFormat()
    assert shape.rightMargin() > 0
    assert shape.leftMargin() == 0


def test_a_screen_reader_reads_the_text_with_its_marks(plan: MarkdownEdit) -> None:
    plan.load("## Head\n- [ ] run")

    interface = QAccessible.queryAccessibleInterface(plan.editor)
    assert interface.text(QAccessible.Text.Value) == "## Head\n- [ ] run"


def test_a_fence_is_closed_by_its_own_kind_alone() -> None:
    assert fence_after("```", 0) == 3
    assert fence_after("~~~", 3) == 3
    assert fence_after("````", 3) == 0
    assert fence_after("``` x", 3) == 3
    assert fence_after("~~~~", 0) == -4
    assert fence_after("~~~", -4) == -4


def test_a_rule_is_no_item_and_a_number_is_no_bullet() -> None:
    assert item_of("- - -") is None
    numbered = item_of("12) twelve")
    assert numbered is not None
    assert numbered.bullet is None
    assert [run.look for run in runs_of("1. one")] == [Look.NUMBER]


def test_a_plan_of_a_million_characters_is_shown_as_plain_text(plan: MarkdownEdit) -> None:
    text = "- [ ] a line of the plan\n" * 40_000
    plan.load(text)

    assert plan.value() == text
    assert not plan.editor.document().firstBlock().layout().formats()


def _ink(plan: MarkdownEdit) -> int:
    """How many pixels of the first line's first 20 are dark."""
    image: QImage = plan.window().grab(QRect(plan.editor.mapTo(plan.window(), QPoint(0, 4)), QSize(20, 14))).toImage()
    ratio = image.devicePixelRatio()
    return sum(image.pixelColor(x, y).lightness() < 160 for x in range(int(20 * ratio)) for y in range(int(14 * ratio)))


def _press(plan: MarkdownEdit, at: int, *keys: Qt.KeyboardModifier) -> None:
    cursor = plan.editor.textCursor()
    cursor.setPosition(at)
    place = plan.editor.cursorRect(cursor).center()
    modifiers = keys[0] if keys else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(plan.editor.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see [my page](https://example.org/a_(b)) now", "https://example.org/a_(b)"),
        ("see https://example.org/x. Then", "https://example.org/x"),
        ("see [write](mailto:me@example.org) now", "mailto:me@example.org"),
    ],
)
def test_ctrl_click_asks_for_a_link_and_a_click_alone_does_not(plan: MarkdownEdit, text: str, address: str) -> None:
    plan.load(text)
    asked = QSignalSpy(plan.link_requested)
    _press(plan, 7)
    assert asked.count() == 0
    _press(plan, 7, Qt.KeyboardModifier.ControlModifier)
    assert asked.at(0) == [address]
    assert plan.value() == text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "//host",
        "ftp://a/b",
        "https:",
        "x",
    ],
)
def test_what_is_no_page_and_no_mail_opens_nothing(plan: MarkdownEdit, address: str) -> None:
    plan.load(f"see [my page]({address}) now")
    asked = QSignalSpy(plan.link_requested)
    _press(plan, 7, Qt.KeyboardModifier.ControlModifier)
    assert asked.count() == 0
    assert not can_open(address)


def test_a_link_opens_by_keys_from_the_menu(plan: MarkdownEdit) -> None:
    plan.load("see [my page](https://example.org) now")
    asked = QSignalSpy(plan.link_requested)
    cursor = plan.editor.textCursor()
    cursor.setPosition(7)
    plan.editor.setTextCursor(cursor)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(plan.editor.viewport(), event)
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    assert opened.activeAction().text() == "Open link…"
    QTest.keyClick(opened, Qt.Key.Key_Return)
    assert asked.at(0) == ["https://example.org"]
