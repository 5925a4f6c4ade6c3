"""What the coach proposes is told over the goal, compared, and taken or left."""

from dataclasses import dataclass
from datetime import date

import pytest

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.goals import GoalEdit, GoalFields
from desktop_app.domain.revisions import Cause
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.preferences import Preferences
from desktop_app.services.proposals import ProposalService
from desktop_app.services.settings import SettingsService
from desktop_app.settings.sources import Sources
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.ui.goals.history.diff_card import DiffCard
from desktop_app.ui.goals.proposal_bar import ProposalBar
from desktop_app.ui.goals.proposal_presenter import ProposalPresenter
from tests.ui.goals.conftest import COACH, FIELDS, NOW, Desk
from tests.ui.goals.waiting import until


@dataclass
class Proposing:
    """The desk with proposals joined to it."""

    desk: Desk
    proposals: ProposalService
    settings: SettingsService
    presenter: ProposalPresenter

    @property
    def bar(self) -> ProposalBar:
        return self.desk.view.proposals

    def answer(self, word: str) -> None:
        next(button for button in self.bar.notice.buttons if button.text() == word).click()

    async def asked(self, text: str) -> None:
        await until(lambda: self.bar.isVisible() and self.bar.notice.label.text() == text)


@pytest.fixture
async def proposing(desk: Desk) -> Proposing:
    proposals = CoachWrites.of(desk.database, desk.goals, lambda: NOW).proposals
    preferences = Preferences(PreferenceRepository(desk.database))
    await preferences.load()
    settings = SettingsService(Sources(), preferences)
    presenter = ProposalPresenter(desk.view, desk.presenter, proposals, settings, desk.runner)
    return Proposing(desk, proposals, settings, presenter)


async def test_a_proposal_is_compared_and_taken(proposing: Proposing) -> None:
    desk = proposing.desk
    added = await desk.opened()
    await proposing.proposals.propose_edit(added.id, GoalEdit(deadline=date(2026, 6, 1), content="New\n"), COACH)
    await proposing.asked("Coach proposes to change 2 fields.")
    assert (await desk.stored(added.id)).deadline == FIELDS.deadline

    proposing.answer("Compare")
    assert [card._field for card in proposing.bar.findChildren(DiffCard)] == ["content", "deadline"]
    proposing.answer("Take")
    await until(lambda: not proposing.bar.isVisible())

    stored = await desk.stored(added.id)
    assert (stored.deadline, stored.content) == (date(2026, 6, 1), "New\n")
    assert desk.view.plan.value() == "New\n"
    assert (await desk.goals.revisions(added.id))[0].cause is Cause.PROPOSAL


async def test_a_proposal_is_left_and_nothing_changes(proposing: Proposing) -> None:
    added = await proposing.desk.opened()
    await proposing.proposals.propose_edit(added.id, GoalEdit(title="Other"), COACH)
    await proposing.asked("Coach proposes to change the title.")

    proposing.answer("Leave")
    await until(lambda: not proposing.bar.isVisible())

    assert await proposing.desk.stored(added.id) == added.fields
    assert await proposing.proposals.open() == ()


async def test_what_is_being_typed_is_stored_before_a_proposal_is_taken(proposing: Proposing) -> None:
    desk = proposing.desk
    added = await desk.opened()
    await proposing.proposals.propose_edit(added.id, GoalEdit(deadline=date(2026, 6, 1)), COACH)
    await proposing.asked("Coach proposes to change the deadline.")
    desk.view.type_in({"title": "Mine"})

    proposing.answer("Take")
    await until(lambda: not proposing.bar.isVisible())

    stored = await desk.stored(added.id)
    assert (stored.title, stored.deadline) == ("Mine", date(2026, 6, 1))


async def test_a_new_goal_is_proposed_also_where_none_is_open_and_opens_when_it_is_taken(proposing: Proposing) -> None:
    made: list[int] = []
    waiting: list[bool] = []
    proposing.presenter.goal_made.connect(made.append)
    proposing.presenter.waiting.connect(lambda: waiting.append(True))
    await proposing.proposals.propose_goal(GoalFields("Read more"), COACH)
    await proposing.asked("Coach proposes a new goal: “Read more”.")

    proposing.answer("Take")
    await until(lambda: bool(made))

    assert [goal.title for goal in await proposing.desk.goals.list_goals()] == ["Read more"]
    assert waiting == [True]


async def test_proposals_wait_one_behind_the_other_and_for_their_own_goal(proposing: Proposing) -> None:
    first, other = await proposing.desk.opened(), await proposing.desk.add()
    await proposing.proposals.propose_edit(first.id, GoalEdit(title="A"), COACH)
    await proposing.proposals.propose_edit(other.id, GoalEdit(title="B"), COACH)
    await proposing.proposals.propose_check_in(first.id, NewCheckIn(CheckInStatus.AT_RISK, "Ill."), COACH)

    await proposing.asked("Coach proposes to change the title. 1 more after this.")
    proposing.answer("Leave")
    await proposing.asked("Coach proposes a check-in: at risk.")
    assert proposing.bar.note.text() == "Ill."
    assert not proposing.bar.notice.buttons[0].isVisible()
    await proposing.desk.presenter.open(other.id)
    await proposing.asked("Coach proposes to change the title.")


async def test_the_switch_keeps_whether_the_coach_asks_first(proposing: Proposing) -> None:
    switch = proposing.desk.view.header.asking_action
    assert not switch.isChecked()

    switch.trigger()
    await until(lambda: proposing.settings.current.goals.asks_first)
    switch.trigger()
    await until(lambda: not proposing.settings.current.goals.asks_first)

    assert not switch.isChecked()


async def test_each_field_says_what_is_proposed_for_it_and_is_taken_or_left_alone(proposing: Proposing) -> None:
    desk = proposing.desk
    added = await desk.opened()
    edit = GoalEdit(title="Run far", deadline=date(2026, 6, 1), content="New\n", tags=("sea, salt", "🏃"))
    await proposing.proposals.propose_edit(added.id, edit, COACH)
    await proposing.asked("Coach proposes to change 4 fields.")
    title, deadline, plan, tags = (desk.view.slot(name).note for name in ("title", "deadline", "content", "tags"))
    assert title.label.text() == "Proposed: Run far"
    assert deadline.label.text() == "Proposed: Mon 1 Jun 2026"
    assert tags.label.text() == "Proposed: sea, salt · 🏃"
    assert plan.label.text() == "Coach proposes a change."

    title.theirs.click()
    await proposing.asked("Coach proposes to change 3 fields.")
    tags.mine.click()
    await proposing.asked("Coach proposes to change 2 fields.")
    plan.theirs.click()
    await proposing.asked("Coach proposes to change the deadline.")
    deadline.mine.click()
    await until(lambda: not proposing.bar.isVisible() and not deadline.isVisible())

    stored = await desk.stored(added.id)
    assert (stored.title, stored.deadline, stored.content, stored.tags) == (
        "Run far",
        FIELDS.deadline,
        "New\n",
        FIELDS.tags,
    )
    newest = (await desk.goals.revisions(added.id))[0]
    assert (newest.author, newest.cause) == (COACH, Cause.PROPOSAL)


async def test_a_proposal_is_compared_beside_its_field(proposing: Proposing) -> None:
    desk = proposing.desk
    added = await desk.opened()
    await proposing.proposals.propose_edit(added.id, GoalEdit(title="Run far"), COACH)
    await proposing.asked("Coach proposes to change the title.")
    note = desk.view.slot("title").note
    note.compare.click()
    (card,) = note.findChildren(DiffCard)
    assert card.isVisible()
    note.compare.click()
    assert not card.isVisible()


async def test_a_field_that_is_being_typed_in_keeps_what_is_typed_while_its_proposal_waits(
    proposing: Proposing,
) -> None:
    desk = proposing.desk
    added = await desk.opened()
    desk.view.title.editor.setFocus()
    desk.view.type_in({"title": "Mine"})
    await proposing.proposals.propose_edit(added.id, GoalEdit(title="Coach's"), COACH)
    await proposing.asked("Coach proposes to change the title.")
    assert desk.view.title.value() == "Mine"
    desk.view.slot("title").note.mine.click()
    await until(lambda: not proposing.bar.isVisible())
    assert desk.view.title.value() == "Mine"


async def test_another_goal_shows_nothing_of_what_is_proposed_for_the_first(proposing: Proposing) -> None:
    desk = proposing.desk
    added = await desk.opened()
    await proposing.proposals.propose_edit(added.id, GoalEdit(title="Run far"), COACH)
    await proposing.asked("Coach proposes to change the title.")
    other = await desk.add(GoalFields("Read"))
    await desk.presenter.open(other.id)
    await until(lambda: not desk.view.slot("title").note.isVisible())
    await desk.presenter.open(added.id)
    await until(lambda: desk.view.slot("title").note.proposal == "Proposed: Run far")
