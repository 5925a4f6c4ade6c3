"""The history shows who changed what, and takes back what is asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel

from desktop_app.domain.goals import GoalEdit, Milestone, Phase, Template
from desktop_app.domain.ids import ConversationId, GoalId, RevisionId
from desktop_app.domain.revision_diff import change_diff
from desktop_app.domain.revisions import YOU, Author, AuthorKind, Cause, FieldChange, Revision
from desktop_app.ui.goals.history.diff_card import DiffCard
from desktop_app.ui.goals.history.words import author_words, plain_name, revision_title, time_words
from desktop_app.ui.goals.view import GoalEditorView
from tests.ui.goals.conftest import COACH, FIELDS, NOW, TODAY, Desk, goal
from tests.ui.goals.waiting import until

_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_PLUS = (*FIELDS.milestones, Milestone("16 km"), Milestone("18 km"))


def _revision(
    *changes: FieldChange, author: Author = COACH, created: bool = False, cause: Cause = Cause.EDIT
) -> Revision:
    return Revision(RevisionId(1), GoalId(1), author, NOW, changes, created=created, cause=cause)


@pytest.mark.parametrize(
    ("revision", "title"),
    [
        (_revision(FieldChange("content", "a", "b"), author=YOU), "Edited plan"),
        (
            _revision(FieldChange("deadline", None, TODAY), FieldChange("milestones", FIELDS.milestones, _PLUS)),
            "Deadline and milestones (+2)",
        ),
        (_revision(FieldChange("milestones", _PLUS, FIELDS.milestones), author=YOU), "Edited milestones (−2)"),
        (_revision(FieldChange("phase", Phase.DRAFT, Phase.ACTIVE), author=YOU), "Draft to Active"),
        (
            _revision(FieldChange("template", Template.CUSTOM, Template.SMART), created=True),
            "Created from SMART template",
        ),
        (_revision(FieldChange("title", "", "Run"), created=True), "Created"),
        (_revision(FieldChange("title", "b", "a"), author=YOU, cause=Cause.UNDO), "Undid: title"),
        (_revision(FieldChange("title", "b", "a"), author=YOU, cause=Cause.RESTORE), "Restored: title"),
    ],
)
def test_a_revision_says_what_it_did(revision: Revision, title: str) -> None:
    assert revision_title(revision) == title


def test_a_revision_says_whose_hand_it_was_and_when() -> None:
    assert author_words(_revision(author=YOU), plain_name) == "You"
    assert author_words(_revision(), plain_name) == "Coach · coder"
    assert author_words(_revision(), lambda provider, model: f"{provider} {model}!") == "Coach · builtin coder!"
    local = NOW.astimezone()
    today = local.date()
    assert time_words(NOW, today, QLocale(QLocale.Language.German)) == f"{local:%H:%M}"
    assert time_words(NOW - timedelta(days=3), today, QLocale.c()) == "9 Mar"


def _lines(card: DiffCard) -> list[str]:
    return [frame.accessibleName() for frame in card.findChildren(QFrame) if frame.property("diff")]


def test_a_field_shows_its_rows_its_words_or_its_two_values(view: GoalEditorView) -> None:
    revision = _revision(
        FieldChange("content", "Run it tomorrow.\n", "Run it on Sunday.\n"),
        FieldChange("deadline", date(2026, 5, 10), date(2026, 5, 17)),
        FieldChange("milestones", FIELDS.milestones, _PLUS),
    )
    view.show_goal(goal())
    view.page.open_history()
    view.history.show_revisions([revision], TODAY)
    view.history.show_diff(change_diff(revision))

    plan, deadline, milestones = view.history.findChildren(DiffCard)[-3:]
    words = [label.accessibleName() for label in plan.findChildren(QLabel) if label.accessibleName()]
    assert words == ["removed: tomorrow; added: on Sunday;"]
    assert _lines(deadline) == ["removed: Sun 10 May 2026", "added: Sun 17 May 2026"]
    assert _lines(milestones) == ["unchanged: Race day, 17 May", "added: 16 km", "added: 18 km"]


def test_markup_in_a_plan_is_shown_as_text(view: GoalEditorView) -> None:
    revision = _revision(FieldChange("content", "", "<b>bold</b> & <img src=x>"))
    view.history.show_revisions([revision], TODAY)
    view.history.show_diff(change_diff(revision))

    shown = [label.text() for label in view.history.findChildren(DiffCard)[-1].findChildren(QLabel)]
    assert any("&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=x&gt;" in text for text in shown)


async def _with_three_changes(desk: Desk) -> GoalId:
    """A goal that the coach created, the person moved, and the coach changed."""
    added = await desk.opened(replace(FIELDS, deadline=date(2026, 5, 10)))
    await desk.goals.edit(added.id, GoalEdit(tags=("own",)), YOU)
    await desk.coach_edits(added.id, GoalEdit(deadline=date(2026, 5, 17), content="New plan\n"))
    await until(lambda: desk.view.history.list.count() == 3)
    return added.id


def _cards(desk: Desk) -> list[DiffCard]:
    body = desk.view.history._cards.widget()
    return body.findChildren(DiffCard) if body is not None else []


async def _compared(desk: Desk, fields: list[str]) -> None:
    await until(lambda: [card._field for card in _cards(desk)] == fields)


async def test_changes_are_listed_newest_first_and_counted(desk: Desk) -> None:
    await _with_three_changes(desk)

    rows = [desk.view.history.list.item(row).text() for row in range(3)]
    assert [row.split(",")[0] for row in rows] == [
        "Plan and deadline",
        "Edited tags (−1)",
        "Created from SMART template",
    ]
    assert desk.view.tabs.tabs[-1].accessibleName() == "History, 3"


async def test_the_filter_leaves_one_hand(desk: Desk) -> None:
    await _with_three_changes(desk)
    desk.view.page.open_history()
    desk.view.history.filter.buttons[0].setFocus()

    QTest.keyClick(desk.view.history.filter.buttons[0], Qt.Key.Key_Right)
    assert desk.view.history.list.count() == 2
    QTest.keyClick(desk.view.history.filter.buttons[1], Qt.Key.Key_Right)
    assert desk.view.history.list.count() == 1
    assert desk.view.history.chosen is not None
    assert desk.view.history.chosen.author.kind is AuthorKind.YOU


async def test_review_shows_the_coachs_change(desk: Desk) -> None:
    await _with_three_changes(desk)
    desk.view.history.list.setCurrentRow(2)

    desk.view.notices.coach.buttons[0].click()

    await _compared(desk, ["content", "deadline"])
    assert desk.view.history.list.currentRow() == 0
    assert desk.view.history.isVisible()


async def test_one_field_is_restored_and_the_others_stay(desk: Desk) -> None:
    goal_id = await _with_three_changes(desk)
    await _compared(desk, ["content", "deadline"])

    _cards(desk)[1].restore.click()
    await until(lambda: desk.view.deadline.value() == date(2026, 5, 10))

    stored = await desk.stored(goal_id)
    assert stored.deadline == date(2026, 5, 10)
    assert stored.content == "New plan\n"
    await until(lambda: desk.view.history.list.count() == 4)


async def test_a_version_is_restored_as_a_new_revision(desk: Desk) -> None:
    goal_id = await _with_three_changes(desk)

    desk.view.history.list.setCurrentRow(2)
    desk.view.history.restore.click()
    await until(lambda: desk.view.history.list.count() == 4)

    assert (await desk.stored(goal_id)).tags == FIELDS.tags
    assert desk.view.plan.value() == FIELDS.content
    assert desk.view.history.list.item(0).text().startswith("Restored: ")


async def test_one_change_is_undone_although_later_ones_exist(desk: Desk) -> None:
    goal_id = await _with_three_changes(desk)

    desk.view.history.list.setCurrentRow(1)
    desk.view.history.undo.click()
    await until(lambda: desk.view.history.list.count() == 4)

    stored = await desk.stored(goal_id)
    assert stored.tags == FIELDS.tags
    assert stored.content == "New plan\n"


async def test_what_no_longer_applies_is_refused_with_the_reason(desk: Desk) -> None:
    goal_id = await _with_three_changes(desk)
    await desk.goals.edit(goal_id, GoalEdit(deadline=date(2026, 6, 1)), YOU)
    await until(lambda: desk.view.history.list.count() == 4)

    desk.view.history.list.setCurrentRow(1)
    desk.view.history.undo.click()
    await until(desk.view.notices.passing.isVisible)

    assert "deadline was changed again since" in desk.view.notices.passing.label.text()
    assert (await desk.stored(goal_id)).deadline == date(2026, 6, 1)


async def test_since_then_compares_with_the_goal_as_it_is(desk: Desk) -> None:
    await _with_three_changes(desk)
    desk.view.history.list.setCurrentRow(2)

    desk.view.history.mode.buttons[1].click()

    await _compared(desk, ["content", "deadline", "tags"])


async def test_undo_and_redo_go_over_both_hands_and_leave_typing_to_its_field(desk: Desk) -> None:
    goal_id = await _with_three_changes(desk)
    title = desk.view.title.editor
    title.setFocus()
    QTest.keyClicks(title, "x")

    QTest.keyClick(title, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.view.title.value() == FIELDS.title
    QTest.keyClick(title, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: desk.view.plan.value() == FIELDS.content)
    QTest.keyClick(desk.view.header.undo, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: desk.view.tags.value() == FIELDS.tags)

    QTest.keyClick(desk.view.header.undo, Qt.Key.Key_Z, _CTRL_SHIFT)
    await until(lambda: desk.view.tags.value() == ("own",))
    desk.view.header.redo_action.trigger()
    await until(lambda: desk.view.plan.value() == "New plan\n")
    assert (await desk.stored(goal_id)).deadline == date(2026, 5, 17)

    desk.view.header.redo_action.trigger()
    await until(desk.view.notices.passing.isVisible)
    assert desk.view.notices.passing.label.text() == "There is nothing to redo in this goal."


def test_the_chat_of_a_change_can_be_opened(view: GoalEditorView) -> None:
    asked: list[int] = []
    view.history.chat_requested.connect(asked.append)
    author = Author(AuthorKind.COACH, "builtin", "coder", ConversationId(7))
    view.history.show_revisions([_revision(FieldChange("title", "a", "b"), author=author)], TODAY)

    view.history.chat.click()

    assert asked == [7]


def test_a_screen_reader_hears_each_change_as_one_line(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.page.open_history()
    view.history.show_revisions([_revision(FieldChange("title", "a", "b"), author=YOU)], TODAY)

    interface = QAccessible.queryAccessibleInterface(view.history.list)
    assert interface.text(QAccessible.Text.Name) == "Changes of this goal"
    assert interface.child(0).text(QAccessible.Text.Name).startswith("Edited title, You, ")
