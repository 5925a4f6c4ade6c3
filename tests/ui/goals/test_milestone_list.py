"""Milestones are worked through by keyboard."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from desktop_app.ui.goals.milestone_list import MilestoneList
from desktop_app.ui.goals.view import GoalEditorView
from tests.ui.goals.conftest import FIELDS, goal

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def milestones(view: GoalEditorView) -> MilestoneList:
    view.show_goal(goal())
    view.open_tab("milestones")
    return view.milestones


def _titles(milestones: MilestoneList) -> list[str]:
    return [milestone.title for milestone in milestones.value()]


def test_enter_adds_a_milestone_and_the_line_is_ready_for_the_next(milestones: MilestoneList) -> None:
    milestones.add_line.setFocus()

    for title in ("One", "Two"):
        QTest.keyClicks(milestones.add_line, title)
        QTest.keyClick(milestones.add_line, Qt.Key.Key_Return)

    assert _titles(milestones)[3:] == ["One", "Two"]
    assert milestones.add_line.hasFocus()
    assert milestones.add_line.text() == ""


def test_an_empty_line_adds_nothing(milestones: MilestoneList) -> None:
    QTest.keyClicks(milestones.add_line, "   ")
    QTest.keyClick(milestones.add_line, Qt.Key.Key_Return)

    assert len(milestones.rows) == 3


def test_what_is_left_in_the_line_is_added(milestones: MilestoneList, view: GoalEditorView) -> None:
    milestones.add_line.setFocus()
    QTest.keyClicks(milestones.add_line, "Half typed")

    view.title.editor.setFocus()

    assert _titles(milestones)[-1] == "Half typed"


def test_alt_and_arrows_move_a_milestone_and_the_focus_goes_with_it(milestones: MilestoneList) -> None:
    row = milestones.rows[2]
    row.title.setFocus()

    QTest.keyClick(row.title, Qt.Key.Key_Up, ALT)
    assert _titles(milestones) == ["Run 5 km", "Race day", "Run 10 km"]
    assert row.title.hasFocus()
    QTest.keyClick(row.title, Qt.Key.Key_Down, ALT)
    QTest.keyClick(row.title, Qt.Key.Key_Down, ALT)
    assert _titles(milestones) == ["Run 5 km", "Run 10 km", "Race day"]


def test_arrows_go_from_milestone_to_milestone(milestones: MilestoneList) -> None:
    first, second, third = milestones.rows
    first.check.setFocus()

    QTest.keyClick(first.check, Qt.Key.Key_Down)
    assert second.check.hasFocus()
    QTest.keyClick(second.check, Qt.Key.Key_F2)
    assert second.title.hasFocus()
    QTest.keyClick(second.title, Qt.Key.Key_Return)
    assert third.title.hasFocus()
    QTest.keyClick(third.title, Qt.Key.Key_Down)
    assert milestones.add_line.hasFocus()
    QTest.keyClick(milestones.add_line, Qt.Key.Key_Up)
    assert third.title.hasFocus()


def test_delete_takes_a_milestone_away_and_the_focus_to_the_next(milestones: MilestoneList) -> None:
    milestones.rows[0].check.setFocus()

    QTest.keyClick(milestones.rows[0].check, Qt.Key.Key_Delete)

    assert _titles(milestones) == ["Run 10 km", "Race day"]
    assert milestones.rows[0].check.hasFocus()


def test_a_date_is_chosen_for_a_milestone(milestones: MilestoneList) -> None:
    milestones.rows[0].date_button.click()
    assert milestones._calendar is not None

    milestones._calendar.chosen.emit(date(2026, 4, 1))

    assert milestones.value()[0].target_date == date(2026, 4, 1)
    assert milestones.rows[0].date_button.text() == "1 Apr"
    milestones._calendar.close()


def test_a_description_is_written_on_demand_and_hidden_while_empty(milestones: MilestoneList) -> None:
    row = milestones.rows[1]
    assert not row.description.isVisible()

    row.describe()
    QTest.keyClicks(row.description, "Flat course")
    QTest.keyClick(row.description, Qt.Key.Key_Return)
    QTest.keyClicks(row.description, "easy day before")
    row.title.setFocus()
    assert milestones.value()[1].description == "Flat course\neasy day before"
    assert row.description.isVisible()

    row.describe()
    row.description.selectAll()
    QTest.keyClick(row.description, Qt.Key.Key_Delete)
    row.title.setFocus()
    assert not row.description.isVisible()


def test_rows_that_stay_keep_their_cursor(milestones: MilestoneList) -> None:
    row = milestones.rows[1]
    row.title.setFocus()
    row.title.setCursorPosition(3)

    milestones.load((*FIELDS.milestones[1:], replace(FIELDS.milestones[0], title="Run 6 km")))

    assert milestones.rows[0] is row
    assert row.title.cursorPosition() == 3
    assert _titles(milestones) == ["Run 10 km", "Race day", "Run 6 km"]


def test_a_new_milestone_whose_title_is_emptied_is_none(milestones: MilestoneList, view: GoalEditorView) -> None:
    milestones.add_line.setFocus()
    QTest.keyClicks(milestones.add_line, "x")
    QTest.keyClick(milestones.add_line, Qt.Key.Key_Return)
    row = milestones.rows[3]
    row.title.setFocus()
    QTest.keyClick(row.title, Qt.Key.Key_Backspace)
    QTest.keyClick(row.title, Qt.Key.Key_Delete)

    view.title.editor.setFocus()

    assert len(milestones.rows) == 3


def test_the_focus_stays_in_the_list_where_its_row_is_taken_back(
    milestones: MilestoneList, view: GoalEditorView
) -> None:
    milestones.rows[1].check.setFocus()
    view.put_back(replace(goal(), fields=replace(FIELDS, milestones=())), ("milestones",))
    assert milestones.add_line.hasFocus()


def test_undo_in_the_empty_line_is_that_of_the_goal(milestones: MilestoneList, view: GoalEditorView) -> None:
    milestones.add_line.setFocus()
    QTest.keyClicks(milestones.add_line, "One")
    QTest.keyClick(milestones.add_line, Qt.Key.Key_Return)
    asked = QSignalSpy(view.undo_requested)
    QTest.keyClick(milestones.add_line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked.count() == 1
    assert milestones.add_line.text() == ""
