"""The plan is Markdown that stays the text it is."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from desktop_app.ui.goals.markdown_edit import MarkdownEdit
from desktop_app.ui.goals.view import GoalEditorView
from tests.ui.goals.conftest import goal


@pytest.fixture
def plan(view: GoalEditorView) -> MarkdownEdit:
    view.show_goal(goal())
    return view.plan


def _select(plan: MarkdownEdit, start: int, end: int) -> None:
    cursor = plan.editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    plan.editor.setTextCursor(cursor)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# a\r\nb\r\n",
        "a\rb\n\nc",
        "tab\tand   spaces  \n",
        "no-break\u00a0space, \u2028 separator, \u2029 paragraph",
        "👩‍👩‍👧 שלום עולם",
        "- [x] done\n* *so* __so__\n```\n# no heading\n```",
    ],
)
def test_what_was_loaded_comes_back_byte_for_byte(plan: MarkdownEdit, text: str) -> None:
    plan.load("before")
    plan.load(text)

    assert plan.value() == text


def test_formatting_is_no_edit(plan: MarkdownEdit, view: GoalEditorView) -> None:
    told: list[bool] = []
    view.edited.connect(lambda: told.append(True))

    plan.load("## Heading\n**bold** *italic* [link](https://example.org)\n```\ncode\n```")
    QTest.qWait(10)

    assert told == []


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("B", "**Run** it."), ("I", "*Run* it.")],
)
def test_a_mark_goes_around_the_selection_and_off_again(plan: MarkdownEdit, keys: str, expected: str) -> None:
    plan.load("Run it.")
    _select(plan, 0, 3)
    key = getattr(Qt.Key, f"Key_{keys}")

    QTest.keyClick(plan.editor, key, Qt.KeyboardModifier.ControlModifier)
    assert plan.value() == expected
    QTest.keyClick(plan.editor, key, Qt.KeyboardModifier.ControlModifier)
    assert plan.value() == "Run it."


def test_bold_and_italic_add_up(plan: MarkdownEdit) -> None:
    plan.load("Run")
    _select(plan, 0, 3)

    plan._bold()
    plan._italic()

    assert plan.value() == "***Run***"


def test_lines_become_headings_lists_and_checklists_and_plain_again(plan: MarkdownEdit) -> None:
    plan.load("one\n\ntwo")
    plan.editor.selectAll()
    plan._list()
    assert plan.value() == "- one\n\n- two"
    plan._checklist()
    assert plan.value() == "- [ ] one\n\n- [ ] two"
    plan._checklist()
    assert plan.value() == "one\n\ntwo"
    plan._heading()
    assert plan.value() == "## one\n\n## two"
    plan._heading()
    assert plan.value() == "one\n\ntwo"


def test_a_selection_becomes_the_text_of_a_link(plan: MarkdownEdit) -> None:
    plan.load("See Riverside 😀 now")
    _select(plan, 4, 16)

    plan._link()

    assert plan.value() == "See [Riverside 😀](https://) now"
    assert plan.editor.textCursor().selectedText() == "https://"


def test_enter_goes_on_with_a_list_and_ends_it_on_an_empty_item(plan: MarkdownEdit) -> None:
    plan.load("- [x] shoes")
    plan.editor.moveCursor(QTextCursor.MoveOperation.End)

    QTest.keyClick(plan.editor, Qt.Key.Key_Return)
    assert plan.value() == "- [x] shoes\n- [ ] "
    QTest.keyClick(plan.editor, Qt.Key.Key_Return)
    assert plan.value() == "- [x] shoes\n"

    plan.load("9. nine")
    plan.editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(plan.editor, Qt.Key.Key_Return)
    assert plan.value() == "9. nine\n10. "


def test_shift_enter_is_a_line_end_like_any_other(plan: MarkdownEdit) -> None:
    plan.load("one")
    plan.editor.moveCursor(QTextCursor.MoveOperation.End)

    QTest.keyClick(plan.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    assert plan.value() == "one\n"


def test_paste_takes_the_text_and_not_its_look(plan: MarkdownEdit) -> None:
    plan.load("")
    data = QMimeData()
    data.setHtml("<h1>big</h1>")
    data.setText("big")

    plan.editor.insertFromMimeData(data)

    assert plan.value() == "big"


def test_undo_at_the_end_of_the_text_undoes_the_last_change_of_the_goal(
    plan: MarkdownEdit, view: GoalEditorView
) -> None:
    asked: list[bool] = []
    view.undo_requested.connect(lambda: asked.append(True))
    QTest.keyClicks(plan.editor, "x")

    QTest.keyClick(plan.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (plan.value(), asked) == ("## Specific\nRun it.\n", [])
    QTest.keyClick(plan.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]


def test_a_megabyte_is_shown_and_edited(plan: MarkdownEdit) -> None:
    text = "- a line of a long plan, **bold** here\n" * 25_000

    plan.load(text)
    QTest.keyClicks(plan.editor, "x")

    assert plan.value() == "x" + text


def test_headings_are_offered_only_while_the_plan_is_empty(plan: MarkdownEdit) -> None:
    assert plan.offer.isHidden()
    plan.load("")
    assert plan.offer.isVisible()

    plan.offer.click()

    assert plan.value().startswith("## Specific\n\n\n## Measurable\n")
    assert plan.offer.isHidden()
