"""A goal with hundreds of milestones opens at once, and nothing of it is lost; rows are moved by mouse and keys."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from desktop_app.domain.goals import GoalEdit, Milestone
from desktop_app.domain.ids import MilestoneId
from desktop_app.ui.goals.milestone_list import FIRST_SHOWN, MORE_SHOWN, MilestoneList
from desktop_app.ui.goals.view import GoalEditorView
from tests.ui.goals.conftest import FIELDS, Desk, goal

MANY = tuple(Milestone(f"Step {number}", id=MilestoneId(number)) for number in range(1, 501))


@pytest.fixture
def many(view: GoalEditorView) -> MilestoneList:
    view.show_goal(replace(goal(), fields=replace(FIELDS, milestones=MANY)))
    view.open_tab("milestones")
    return view.milestones


def test_the_first_rows_are_shown_and_more_on_request(many: MilestoneList) -> None:
    assert many.value() == MANY
    assert len(many.rows) == FIRST_SHOWN
    assert many.more.text() == f"Show more of {500 - FIRST_SHOWN}"

    QTest.mouseClick(many.more, Qt.MouseButton.LeftButton)

    assert len(many.rows) == FIRST_SHOWN + MORE_SHOWN
    assert many.rows[FIRST_SHOWN].title.hasFocus()
    assert many.value() == MANY


def test_down_goes_on_behind_the_last_row_that_is_shown(many: MilestoneList) -> None:
    row = many.rows[FIRST_SHOWN - 1]
    row.check.setFocus()
    QTest.keyClick(row.check, Qt.Key.Key_Down)
    assert many.rows[FIRST_SHOWN].check.hasFocus()
    QTest.keyClick(many.rows[FIRST_SHOWN].check, Qt.Key.Key_Up)
    QTest.keyClick(row.check, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [step.title for step in many.value()[FIRST_SHOWN - 1 : FIRST_SHOWN + 1]] == [
        f"Step {FIRST_SHOWN + 1}",
        f"Step {FIRST_SHOWN}",
    ]


def test_what_is_added_comes_behind_all_others(many: MilestoneList, view: GoalEditorView) -> None:
    many.add_line.setFocus()
    QTest.keyClicks(many.add_line, "Celebrate")
    QTest.keyClick(many.add_line, Qt.Key.Key_Return)
    assert [step.title for step in many.value()[-2:]] == ["Step 500", "Celebrate"]
    assert view.is_dirty


async def test_five_hundred_milestones_are_stored_with_an_edit_at_either_end(desk: Desk) -> None:
    added = await desk.opened(replace(FIELDS, milestones=tuple(replace(step, id=None) for step in MANY[:499])))
    rows = desk.view.milestones.rows
    rows[0].toggle()
    desk.view.milestones.add_line.setText("Celebrate")
    assert await desk.presenter.flush()
    stored = (await desk.stored(added.id)).milestones
    assert len(stored) == 500
    assert stored[0].is_done
    assert [step.title for step in stored[1:]] == [*(step.title for step in MANY[1:499]), "Celebrate"]
    # The new one has its identity, so that a second save does not make it again.
    await desk.coach_edits(added.id, GoalEdit(title="Other"))
    assert await desk.presenter.flush()
    assert (await desk.stored(added.id)).milestones == stored
    # One more than can be kept stays where it was typed, with the reason.
    desk.view.milestones.add_line.setText("Too many")
    await desk.presenter.flush()
    assert "500" in desk.view.slot("milestones").note.problem
    assert desk.view.milestones.value()[-1].title == "Too many"
    assert (await desk.stored(added.id)).milestones == stored


def test_another_goal_makes_no_rows_until_they_are_seen(view: GoalEditorView) -> None:
    view.show_goal(replace(goal(), fields=replace(FIELDS, milestones=MANY)))
    assert view.milestones._rows == []
    assert view.milestones.value() == MANY
    assert view.draft() is None


def test_a_milestone_is_dragged_by_its_grip_to_another_place(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.open_tab("milestones")
    rows = view.milestones.rows
    before = [row.milestone.title for row in rows]
    grip, below = rows[0].grip, rows[2]
    start = grip.rect().center()
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    target = grip.mapFromGlobal(below.mapToGlobal(below.rect().bottomLeft() - QPoint(0, 2)))
    QTest.mouseMove(grip, QPoint(start.x(), target.y() // 2))
    target = grip.mapFromGlobal(below.mapToGlobal(below.rect().bottomLeft() - QPoint(0, 2)))
    QTest.mouseMove(grip, QPoint(start.x(), target.y()))
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(start.x(), target.y()))

    assert [step.title for step in view.milestones.value()] == [before[1], before[2], before[0]]
    assert view.is_dirty


def test_space_ticks_and_a_screen_reader_hears_it(view: GoalEditorView) -> None:
    view.show_goal(replace(goal(), fields=replace(FIELDS, milestones=(Milestone("5 km 🏃, easy"),))))
    view.open_tab("milestones")
    (row,) = view.milestones.rows
    row.check.setFocus()
    heard = QAccessible.queryAccessibleInterface(row.check)
    assert heard.text(QAccessible.Text.Name) == "5 km 🏃, easy, open"
    QTest.keyClick(row.check, Qt.Key.Key_Space)
    assert view.milestones.value()[0].is_done
    assert heard.text(QAccessible.Text.Name) == "5 km 🏃, easy, done"
    assert heard.state().checked
    assert view.milestones.value()[0].done_at < datetime.now(UTC).replace(year=9999)  # type: ignore[operator] # it is done
