"""Check-ins in the editor: kept with the measures' numbers, listed, charted, and the rhythm of reviews."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.goals import GoalEdit, Milestone, ReviewRhythm
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import AuthorKind
from desktop_app.services.check_ins import CheckInService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.ui.goals.check_ins.presenter import CheckInsPresenter
from desktop_app.ui.goals.check_ins.view import CheckInsView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.ui.goals.conftest import COACH, FIELDS, NOW, Desk
from tests.ui.goals.waiting import until

MEASURED = replace(
    FIELDS,
    measures=(
        Measure("Longest run", Decimal("21.1"), current=Decimal(5), unit="km"),
        Measure("Weight", Decimal(70), start=Decimal(80), unit="kg"),
    ),
)


@dataclass
class Checked:
    """A desk with check-ins behind its tab."""

    desk: Desk
    service: CheckInService
    view: CheckInsView

    @property
    def words(self) -> list[str]:
        """What is listed, as it is read out."""
        return [card.accessibleName() for card in self.view.cards]


@pytest.fixture
async def checked(desk: Desk) -> Checked:
    service = CheckInService(CheckInRepository(desk.database), desk.goals, lambda: NOW)
    CheckInsPresenter(desk.view, desk.presenter, service, desk.goals, desk.runner, lambda: NOW)
    return Checked(desk, service, desk.view.page.check_ins)


async def test_a_check_in_is_typed_and_kept_with_its_numbers(checked: Checked) -> None:
    desk, form = checked.desk, checked.view.form
    goal = await desk.opened(MEASURED)
    desk.view.page.open_check_ins()
    QTest.keyClick(form.status.buttons[0], Qt.Key.Key_Right)
    run = form.numbers["Longest run"]
    run.selectAll()
    QTest.keyClicks(run, "12,5")
    QTest.keyClicks(form.note, "Legs are heavy.")
    QTest.keyClick(form.button, Qt.Key.Key_Space)
    await until(lambda: bool(checked.view.cards))
    (kept,) = await checked.service.of(goal.id)
    assert (kept.status, kept.note, kept.author.kind) == (CheckInStatus.BEHIND, "Legs are heavy.", AuthorKind.YOU)
    stored = {measure.name: measure.current for measure in (await desk.stored(goal.id)).measures}
    assert stored == {"Longest run": Decimal("12.5"), "Weight": None}
    assert checked.words[0].startswith("Check-in: Behind. You, ")
    assert "Legs are heavy." in checked.words[0]
    assert "Longest run 12.5 km" in checked.words[0]
    await until(lambda: form.note.text() == "")
    assert form.numbers["Longest run"].text() == "12.5"
    assert form.status.current == 0


async def test_what_is_no_number_is_told_and_nothing_is_lost(checked: Checked) -> None:
    form = checked.view.form
    goal = await checked.desk.opened(MEASURED)
    checked.desk.view.page.open_check_ins()
    form.numbers["Weight"].setText("heavy")
    form.note.load("A note")
    QTest.mouseClick(form.button, Qt.MouseButton.LeftButton)
    assert "“Weight” “heavy” is not a number" in form.problem.text()
    assert form.problem.isVisibleTo(form)
    assert form.note.text() == "A note"
    assert await checked.service.of(goal.id) == ()


async def test_a_note_that_is_too_long_stays_and_is_told(checked: Checked) -> None:
    form = checked.view.form
    await checked.desk.opened()
    checked.desk.view.page.open_check_ins()
    form.note.load("x" * 10_001)
    QTest.mouseClick(form.button, Qt.MouseButton.LeftButton)
    await until(lambda: "10,000 is the most" in form.problem.text())
    assert len(form.note.text()) == 10_001


async def test_what_the_coach_checks_in_is_shown_at_once_and_the_status_stands_over_the_goal(checked: Checked) -> None:
    desk = checked.desk
    goal = await desk.opened(MEASURED)
    await checked.service.record(goal.id, NewCheckIn(CheckInStatus.AT_RISK, "Injured."), COACH)
    await until(lambda: len(checked.view.cards) == 1)
    assert checked.words[0].startswith("Check-in: At risk. Coach, ")
    status = desk.view.page.overview.status
    assert status.text().endswith("At risk")
    assert status.accessibleName() == "At the last check-in: at risk"
    other = await desk.add()
    assert await desk.presenter.open(other.id)
    await until(lambda: not checked.view.cards)
    assert not status.isVisibleTo(desk.view.page.overview)


async def test_numbers_that_are_typed_outlive_a_change_by_the_coach(checked: Checked) -> None:
    desk, form = checked.desk, checked.view.form
    goal = await desk.opened(MEASURED)
    desk.view.page.open_check_ins()
    form.numbers["Weight"].setText("78")
    form.numbers["Weight"].setModified(True)
    more = (*(await desk.stored(goal.id)).measures, Measure("Books", Decimal(24)))
    await desk.coach_edits(goal.id, GoalEdit(measures=more))
    await until(lambda: "Books" in form.numbers)
    assert form.numbers["Weight"].text() == "78"


async def test_pressed_twice_it_is_kept_once(checked: Checked) -> None:
    form = checked.view.form
    goal = await checked.desk.opened(MEASURED)
    form.note.load("Once")
    form.button.click()
    form.button.click()
    form.numbers["Weight"].returnPressed.emit()
    await until(lambda: bool(checked.view.cards) and form.button.isEnabled())
    assert len(await checked.service.of(goal.id)) == 1


async def test_what_is_entered_waits_while_another_goal_is_looked_at(checked: Checked) -> None:
    desk, form = checked.desk, checked.view.form
    goal = await desk.opened(MEASURED)
    form.status.choose(2)
    form.note.load("Not yet kept")
    form.numbers["Weight"].setText("78")
    form.numbers["Weight"].setModified(True)
    other = await desk.add()
    assert await desk.presenter.open(other.id)
    assert (form.note.text(), form.status.current) == ("", 0)
    assert await desk.presenter.open(goal.id)
    assert (form.note.text(), form.status.current) == ("Not yet kept", 2)
    assert form.numbers["Weight"].text() == "78"


async def test_a_rhythm_is_chosen_and_the_next_review_is_told(checked: Checked) -> None:
    desk = checked.desk
    goal = await desk.opened()
    view = checked.view
    view.rhythm.setCurrentIndex(1)
    view.rhythm.activated.emit(1)
    await until(lambda: view.next.text() != "")
    assert (await desk.stored(goal.id)).rhythm is ReviewRhythm.WEEKLY
    assert view.next.text().endswith("in 7 days")
    assert desk.changes[-1].revision.author.kind is AuthorKind.YOU


async def test_the_chart_tells_its_points_and_keys_go_through_them(checked: Checked) -> None:
    desk, chart = checked.desk, checked.view.chart
    goal = await desk.opened()
    done = tuple(replace(step, done_at=NOW) for step in (await desk.stored(goal.id)).milestones)
    await desk.coach_edits(goal.id, GoalEdit(milestones=done))
    await until(lambda: "100 %" in chart.accessibleDescription())
    assert chart.accessibleDescription().count("%") == 2
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.chosen_words.endswith("100 %")
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.chosen_words.endswith("33 %")
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.chosen_words.endswith("33 %")


async def test_of_many_check_ins_the_newest_are_listed_until_all_are_wanted(checked: Checked) -> None:
    goal = await checked.desk.opened()
    for number in range(23):
        await checked.service.record(goal.id, NewCheckIn(CheckInStatus.ON_TRACK, f"No. {number}"), COACH)
    await until(lambda: len(checked.view.cards) == 20 and "No. 22" in checked.words[0])
    assert checked.view.more.text() == "Show all 23"
    QTest.mouseClick(checked.view.more, Qt.MouseButton.LeftButton)
    assert len(checked.view.cards) == 23
    assert not checked.view.more.isVisibleTo(checked.view)


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
async def test_it_is_drawn_in_both_themes_without_touching_its_edges(
    checked: Checked, theme: Theme, mode: ThemeMode
) -> None:
    theme.set_mode(mode)
    desk = checked.desk
    goal = await desk.opened(MEASURED)
    steps = (*(await desk.stored(goal.id)).milestones, Milestone("One more", done_at=NOW - timedelta(days=3)))
    await desk.coach_edits(goal.id, GoalEdit(milestones=steps))
    note = "A note that is long enough to need more than one line in the narrow pane of the editor."
    await checked.service.record(goal.id, NewCheckIn(CheckInStatus.BEHIND, note), COACH)
    desk.view.page.open_check_ins()
    await until(lambda: bool(checked.view.cards))
    assert desk.view.width() == 420
    shown = [label for label in checked.view.findChildren(QLabel) if label.isVisible()]
    assert all(label.width() <= desk.view.width() for label in shown)
    picture = checked.view.chart.grab().toImage()
    colors = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert theme.color("accent").name() in colors
