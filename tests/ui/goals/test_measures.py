"""Measures are numbers on their way from a start to a target."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.domain.goals import GoalEdit
from desktop_app.domain.ids import MeasureId
from desktop_app.domain.measures import Measure
from desktop_app.ui.goals.view import GoalEditorView, SaveStatus
from tests.ui.goals.conftest import FIELDS, Desk, goal
from tests.ui.goals.waiting import until

DISTANCE = Measure("Weekly distance", Decimal(40), Decimal(10), Decimal("28.5"), "km", id=MeasureId(1))


@pytest.fixture
def open_view(view: GoalEditorView) -> GoalEditorView:
    view.show_goal(goal(replace(FIELDS, milestones=(), measures=(DISTANCE,))))
    view.open_tab("measures")
    return view


def _type(view: GoalEditorView, field: str, text: str, row: int = 0) -> None:
    edit = view.measures.rows[row].numbers[field]
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_a_measure_shows_its_way(open_view: GoalEditorView) -> None:
    row = open_view.measures.rows[0]

    assert [row.numbers[field].text() for field in ("start", "current", "target")] == ["10", "28.5", "40"]
    assert (row.unit.text(), row.share.text()) == ("km", "61 %")
    assert open_view.tabs.tabs[2].accessibleName() == "Measures, 1"


def test_the_progress_counts_it_and_says_how(open_view: GoalEditorView) -> None:
    assert open_view.progress.label.text() == "62 %"
    assert "Weekly distance at 28.5 of 40 km" in open_view.progress.toolTip()
    assert open_view.progress.bar.accessibleDescription() == open_view.progress.toolTip()


@pytest.mark.parametrize(("typed", "kept"), [("30", "30"), ("30.25", "30.25"), ("30,5", "30.5"), ("-3", "-3")])
def test_a_number_is_taken_as_people_write_it(open_view: GoalEditorView, typed: str, kept: str) -> None:
    _type(open_view, "current", typed)

    assert open_view.measures.value()[0] == replace(DISTANCE, current=Decimal(kept))


@pytest.mark.parametrize("typed", ["thirty", "1e99", "9" * 30, "0.0000001", "NaN"])
def test_what_is_no_number_stays_and_is_told(open_view: GoalEditorView, typed: str) -> None:
    _type(open_view, "target", typed)
    open_view.title.editor.setFocus()

    assert open_view.measures.rows[0].numbers["target"].text() == typed
    assert "The target of “Weekly distance”" in open_view.slot("measures").note.problem
    _type(open_view, "target", "50")
    assert open_view.slot("measures").note.problem == ""


def test_an_empty_number_is_one_that_is_not_known_yet(open_view: GoalEditorView) -> None:
    edit = open_view.measures.rows[0].numbers["current"]
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)

    assert open_view.measures.value()[0].current is None
    assert open_view.measures.rows[0].share.text() == "Not measured yet"


def test_enter_begins_a_measure_that_counts_once_it_has_a_target(open_view: GoalEditorView) -> None:
    line = open_view.measures.add_line
    line.setFocus()
    QTest.keyClicks(line, "Pulse")
    QTest.keyClick(line, Qt.Key.Key_Return)

    assert open_view.measures.rows[1].numbers["target"].hasFocus()
    assert open_view.measures.value() == (DISTANCE,)
    assert open_view.measures.problem == "“Pulse” needs a target: the number to reach."
    QTest.keyClicks(open_view.measures.rows[1].numbers["target"], "55")
    assert open_view.measures.value()[1] == Measure("Pulse", Decimal(55))
    assert open_view.measures.problem == ""


def test_a_measure_is_deleted(open_view: GoalEditorView) -> None:
    QTest.mouseClick(open_view.measures.rows[0].delete, Qt.MouseButton.LeftButton)

    assert open_view.measures.value() == ()
    assert open_view.is_dirty


async def test_measures_are_saved_and_keep_their_identity(desk: Desk) -> None:
    added = await desk.opened()
    desk.view.open_tab("measures")
    line = desk.view.measures.add_line
    line.setFocus()
    QTest.keyClicks(line, "Pulse")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClicks(desk.view.measures.rows[0].numbers["target"], "55")
    await until(lambda: desk.view.header.status is SaveStatus.SAVED and not desk.view.is_dirty)
    first = (await desk.stored(added.id)).measures[0]

    QTest.keyClicks(desk.view.measures.rows[0].numbers["current"], "70")
    await until(lambda: desk.view.header.status is SaveStatus.SAVED and not desk.view.is_dirty)

    assert first.id is not None
    assert (await desk.stored(added.id)).measures == (replace(first, current=Decimal(70)),)


async def test_what_the_coach_measured_is_shown_at_once_with_a_dot(desk: Desk) -> None:
    added = await desk.opened(replace(FIELDS, measures=(replace(DISTANCE, id=None),)))
    stored = (await desk.stored(added.id)).measures[0]

    await desk.coach_edits(added.id, GoalEdit(measures=(replace(stored, current=Decimal(35)),)))

    assert desk.view.measures.rows[0].numbers["current"].text() == "35"
    assert desk.view.tabs.tabs[2].has_dot


def test_tags_complete_from_those_in_use(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.offer(["running", "reading", "🏃, outside"])
    view.tags.begin_tag()

    QTest.keyClicks(view.tags.editor, "re")

    completer = view.tags.editor.completer()
    choices = completer.popup()
    assert choices is not None
    assert completer.currentCompletion() == "reading"
    QTest.keyClick(choices, Qt.Key.Key_Down)
    QTest.keyClick(choices, Qt.Key.Key_Return)
    QTest.keyClick(view.tags.editor, Qt.Key.Key_Return)
    assert view.tags.value() == ("running", "health", "reading")
