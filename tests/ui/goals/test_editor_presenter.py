"""The editor saves by itself and shows what others change."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import text

from desktop_app.domain.goals import Goal, GoalDraft, GoalEdit, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, AuthorKind, GoalChange
from desktop_app.ui.goals.view import SaveStatus
from tests.ui.goals.conftest import FIELDS, Desk
from tests.ui.goals.waiting import until


def _type(desk: Desk, text: str) -> None:
    desk.view.title.editor.setFocus()
    QTest.keyClicks(desk.view.title.editor, text)


async def _make_writable(desk: Desk, *, writable: bool) -> None:
    async with desk.database.reading() as session:
        await session.execute(text(f"PRAGMA query_only = {0 if writable else 1}"))


def _has_more_than(changes: list[GoalChange], count: int) -> bool:
    return len(changes) > count


async def _saved(desk: Desk) -> None:
    await until(lambda: desk.view.header.status is SaveStatus.SAVED and not desk.view.is_dirty)


async def test_a_goal_is_opened_by_its_number(desk: Desk) -> None:
    opened: list[Goal | None] = []
    desk.presenter.goal_opened.connect(opened.append)
    added = await desk.add()

    desk.presenter.open_goal(added.id)
    await until(lambda: bool(opened))

    assert opened == [added]
    assert desk.view.title.value() == FIELDS.title
    assert desk.view.header.status is SaveStatus.SAVED


async def test_what_is_typed_is_saved_after_the_last_key(desk: Desk) -> None:
    added = await desk.opened()

    _type(desk, "My ")
    assert desk.view.header.status is SaveStatus.SAVING
    await _saved(desk)

    assert (await desk.stored(added.id)).title == "My Run a half marathon"
    assert desk.changes[-1].revision.author.kind is AuthorKind.YOU


async def test_leaving_a_field_saves_it_at_once(desk: Desk) -> None:
    added = await desk.opened()
    desk.presenter._timer.setInterval(1_000_000)

    _type(desk, "My ")
    desk.view.plan.editor.setFocus()
    await _saved(desk)

    assert (await desk.stored(added.id)).title == "My Run a half marathon"


async def test_a_tick_is_saved_at_once(desk: Desk) -> None:
    added = await desk.opened()
    desk.presenter._timer.setInterval(1_000_000)
    desk.view.open_tab("milestones")

    QTest.keyClick(desk.view.milestones.rows[1].check, Qt.Key.Key_Space)
    await _saved(desk)

    assert (await desk.stored(added.id)).milestones[1].is_done


async def test_the_own_echo_is_no_change_by_somebody_else(desk: Desk) -> None:
    await desk.opened()

    _type(desk, "My ")
    await _saved(desk)

    assert not desk.view.slot("title").note.has_theirs
    assert not desk.view.notices.coach.isVisible()


async def test_a_new_milestone_is_saved_once(desk: Desk) -> None:
    added = await desk.opened(replace(FIELDS, milestones=()))
    desk.view.open_tab("milestones")
    line = desk.view.milestones.add_line
    line.setFocus()

    QTest.keyClicks(line, "First")
    QTest.keyClick(line, Qt.Key.Key_Return)
    await _saved(desk)
    first = (await desk.stored(added.id)).milestones
    QTest.keyClicks(line, "Second")
    QTest.keyClick(line, Qt.Key.Key_Return)
    await _saved(desk)

    stored = (await desk.stored(added.id)).milestones
    assert [milestone.title for milestone in stored] == ["First", "Second"]
    assert stored[0].id == first[0].id


async def test_switching_saves_the_goal_before(desk: Desk) -> None:
    first = await desk.opened()
    second = await desk.add(GoalFields("Second"))

    _type(desk, "My ")
    assert await desk.presenter.open(second.id)

    assert (await desk.stored(first.id)).title == "My Run a half marathon"
    assert (await desk.stored(second.id)).title == "Second"
    assert desk.view.title.value() == "Second"


async def test_what_is_typed_while_switching_goes_to_the_goal_it_was_typed_in(desk: Desk) -> None:
    first = await desk.opened()
    second = await desk.add(GoalFields("Second"))

    _type(desk, "My ")
    opening = asyncio.ensure_future(desk.presenter.open(second.id))
    while not opening.done():
        if desk.view.goal_id == first.id and len(desk.view.title.value()) < 60:
            QTest.keyClicks(desk.view.title.editor, "x")
        await asyncio.sleep(0)

    assert (await desk.stored(second.id)).title == "Second"
    stored = (await desk.stored(first.id)).title
    assert stored.startswith("My x")
    assert stored.endswith("Run a half marathon")


async def test_of_several_goals_asked_for_the_last_is_opened(desk: Desk) -> None:
    goals = [await desk.add(GoalFields(f"Goal {number}")) for number in range(3)]

    results = await asyncio.gather(*(desk.presenter.open(each.id) for each in goals))

    assert results == [False, False, True]
    assert desk.view.title.value() == "Goal 2"


async def test_quitting_saves_what_is_half_typed(desk: Desk) -> None:
    added = await desk.opened()
    desk.view.tags.begin_tag()
    QTest.keyClicks(desk.view.tags.editor, "spring")
    desk.view.milestones.add_line.setText("Celebrate")

    assert await desk.presenter.flush()

    stored = await desk.stored(added.id)
    assert stored.tags == ("running", "health", "spring")
    assert stored.milestones[-1].title == "Celebrate"


async def test_a_value_that_cannot_be_kept_is_told_beside_it_and_the_rest_is_saved(desk: Desk) -> None:
    added = await desk.opened()
    desk.view.title.editor.selectAll()
    desk.view.plan.editor.setFocus()

    _type(desk, "x" * 201)
    desk.view.plan.editor.setFocus()
    QTest.keyClicks(desk.view.plan.editor, "New. ")
    await until(lambda: desk.view.header.status is SaveStatus.NOT_SAVED)
    await desk.presenter.flush()

    stored = await desk.stored(added.id)
    assert stored.title == FIELDS.title
    assert stored.content == "New. " + FIELDS.content
    assert "200 is the most" in desk.view.slot("title").note.label.text()


async def test_an_emptied_title_is_told_and_the_stored_one_stays(desk: Desk) -> None:
    added = await desk.opened()
    desk.view.title.editor.selectAll()

    QTest.keyClick(desk.view.title.editor, Qt.Key.Key_Delete)
    await until(lambda: desk.view.header.status is SaveStatus.NOT_SAVED)

    assert desk.view.slot("title").note.label.text().startswith("The title is empty")
    assert (await desk.stored(added.id)).title == FIELDS.title


async def test_what_cannot_be_kept_is_there_again_when_its_goal_is_opened_again(desk: Desk) -> None:
    first = await desk.opened()
    second = await desk.add(GoalFields("Second"))
    desk.view.title.editor.selectAll()
    _type(desk, "x" * 201)
    typed = desk.view.title.value()

    await desk.presenter.open(second.id)
    await desk.presenter.open(first.id)

    assert desk.view.title.value() == typed
    assert desk.view.slot("title").note.problem


async def test_a_database_that_cannot_be_written_is_told_and_the_text_stays(desk: Desk) -> None:
    first = await desk.opened()
    second = await desk.add(GoalFields("Second"))
    await _make_writable(desk, writable=False)

    _type(desk, "My ")
    assert not await desk.presenter.open(second.id)
    assert desk.view.title.value() == "My Run a half marathon"
    assert desk.view.header.status is SaveStatus.NOT_SAVED
    assert desk.view.notices.error.isVisible()

    await _make_writable(desk, writable=True)
    desk.view.header.retry.click()
    await _saved(desk)
    assert (await desk.stored(first.id)).title == "My Run a half marathon"
    assert not desk.view.notices.error.isVisible()


async def test_a_goal_that_does_not_exist_leaves_the_open_one(desk: Desk) -> None:
    await desk.opened()

    desk.presenter.open_goal(GoalId(99))
    await until(lambda: bool(desk.told))

    assert str(desk.told[0]) == "There is no goal 99."
    assert desk.view.title.value() == FIELDS.title


async def test_the_coachs_change_is_seen_at_once_and_can_be_undone(desk: Desk) -> None:
    added = await desk.opened()

    await desk.coach_edits(added.id, GoalEdit(deadline=date(2026, 6, 1)))
    await desk.coach_edits(added.id, GoalEdit(tags=("coach",)))
    assert desk.view.deadline.value() == date(2026, 6, 1)
    assert desk.view.notices.coach.label.text() == "Coach changed 2 fields just now"
    desk.view.notices.coach.buttons[1].click()
    await until(lambda: desk.view.tags.value() == FIELDS.tags and desk.view.deadline.value() == FIELDS.deadline)

    stored = await desk.stored(added.id)
    assert (stored.deadline, stored.tags) == (FIELDS.deadline, FIELDS.tags)


async def test_the_coach_writes_while_the_person_types_and_both_are_kept(desk: Desk) -> None:
    added = await desk.opened()
    desk.presenter._timer.setInterval(1_000_000)
    desk.view.open_tab("milestones")
    row = desk.view.milestones.rows[1]
    row.title.setFocus()
    QTest.keyClicks(row.title, "!")

    stored = await desk.stored(added.id)
    await desk.coach_edits(added.id, GoalEdit(milestones=(*stored.milestones, Milestone("18 km"))))
    await desk.presenter.flush()

    titles = [milestone.title for milestone in (await desk.stored(added.id)).milestones]
    assert titles == ["Run 5 km", "!Run 10 km", "Race day", "18 km"]


async def test_the_coachs_version_waits_where_the_person_is_typing(desk: Desk) -> None:
    added = await desk.opened()
    _type(desk, "My ")
    await desk.coach_edits(added.id, GoalEdit(title="Coach’s title"))
    assert desk.view.title.value() == "My Run a half marathon"
    await _saved(desk)
    assert (await desk.stored(added.id)).title == "My Run a half marathon"

    desk.view.slot("title").note.theirs.click()
    await _saved(desk)

    assert (await desk.stored(added.id)).title == "Coach’s title"


async def test_a_change_of_another_goal_is_none_of_this_one(desk: Desk) -> None:
    await desk.opened()
    other = await desk.add(GoalFields("Other"))

    await desk.coach_edits(other.id, GoalEdit(title="Changed"))

    assert desk.view.title.value() == FIELDS.title
    assert not desk.view.notices.coach.isVisible()


async def test_undo_goes_back_change_by_change(desk: Desk) -> None:
    added = await desk.opened()
    await desk.goals.edit(added.id, GoalEdit(title="Second"), YOU)
    await desk.coach_edits(added.id, GoalEdit(title="Third"))

    titles: list[str] = []
    for _ in range(2):
        before = len(desk.changes)
        desk.view.header.undo.click()
        await until(partial(_has_more_than, desk.changes, before))
        titles.append((await desk.stored(added.id)).title)
    assert titles == ["Second", FIELDS.title]
    desk.view.header.undo.click()
    await until(desk.view.notices.passing.isVisible)

    assert desk.view.notices.passing.label.text() == "There is nothing to undo in this goal."
    assert (await desk.stored(added.id)).title == FIELDS.title


async def test_undo_in_the_chat_takes_the_banner_away(desk: Desk) -> None:
    added = await desk.opened()
    await desk.coach_edits(added.id, GoalEdit(title="Coach"))

    await desk.goals.undo(desk.changes[-1].revision.id, YOU)

    assert desk.view.title.value() == FIELDS.title
    assert not desk.view.notices.coach.isVisible()


async def test_a_phase_is_stored_and_shown(desk: Desk) -> None:
    added = await desk.opened()

    desk.view.phase.segment(Phase.DRAFT).click()
    await until(lambda: desk.view.phase.phase is Phase.DRAFT)

    assert (await desk.stored(added.id)).phase is Phase.DRAFT


async def test_an_archived_goal_comes_back_to_the_phase_it_had(desk: Desk) -> None:
    added = await desk.opened()

    desk.view.header.archive_action.trigger()
    await until(lambda: desk.view.phase.phase is Phase.ARCHIVED)
    desk.view.header.restore_action.trigger()
    await until(lambda: desk.view.phase.phase is Phase.ACTIVE)

    assert (await desk.stored(added.id)).phase is Phase.ACTIVE


async def test_a_phase_that_may_not_follow_any_more_is_told(desk: Desk) -> None:
    added = await desk.opened(replace(FIELDS, phase=Phase.DRAFT))

    desk.view.phase_requested.emit("completed")
    await until(desk.view.notices.passing.isVisible)

    assert desk.view.notices.passing.label.text().startswith("A goal that is draft cannot become completed.")
    assert (await desk.stored(added.id)).phase is Phase.DRAFT


async def test_the_coach_reads_what_is_not_saved_yet(desk: Desk) -> None:
    added = await desk.opened()
    assert desk.presenter.drafts() == ()

    _type(desk, "My ")

    assert desk.presenter.drafts() == (GoalDraft(added.id, "My Run a half marathon", FIELDS.content, FIELDS.deadline),)


async def test_a_new_goal_is_stored_with_its_first_words(desk: Desk) -> None:
    opened: list[Goal | None] = []
    desk.presenter.goal_opened.connect(opened.append)

    desk.view.new_goal_requested.emit()
    await until(lambda: desk.view.is_new)
    assert await desk.goals.list_goals() == ()
    _type(desk, "Read 24 books")
    await _saved(desk)
    QTest.keyClicks(desk.view.title.editor, " this year")
    await _saved(desk)

    (stored,) = await desk.goals.list_goals()
    assert stored.fields == GoalFields("Read 24 books this year", template=Template.SMART)
    assert opened[-1] is not None
    assert opened[-1].id == stored.id


async def test_a_new_goal_without_a_title_is_kept_all_the_same(desk: Desk) -> None:
    added = await desk.add()
    await desk.presenter.begin()
    desk.view.plan.editor.setFocus()
    QTest.keyClicks(desk.view.plan.editor, "Half a plan")

    assert await desk.presenter.open(added.id)

    kept = (await desk.goals.list_goals())[-1]
    assert (kept.title, kept.fields.content) == ("Untitled goal", "Half a plan")


async def test_an_empty_new_goal_leaves_nothing_behind(desk: Desk) -> None:
    await desk.presenter.begin()

    assert await desk.presenter.open(None)

    assert await desk.goals.list_goals() == ()
    assert desk.view.empty.isVisible()


async def test_a_goal_begins_under_a_templates_headings(desk: Desk) -> None:
    assert await desk.presenter.begin(Template.OKR)

    assert desk.view.template.value() is Template.OKR
    assert desk.view.plan.value().startswith("## Objective")
    _type(desk, "Grow")
    await _saved(desk)
    assert desk.presenter.goal is not None
    assert desk.presenter.goal.fields.content == desk.view.plan.value()


async def test_a_goal_that_was_deleted_is_closed(desk: Desk) -> None:
    opened: list[Goal | None] = []
    added = await desk.opened()
    other = await desk.add()
    desk.presenter.goal_opened.connect(opened.append)

    desk.presenter.close_removed(int(other.id))
    assert opened == []
    desk.presenter.close_removed(int(added.id))

    assert opened == [None]
    assert desk.view.empty.isVisible()


async def test_who_types_without_a_pause_is_kept_too(desk: Desk) -> None:
    added = await desk.opened()
    desk.view.plan.editor.setFocus()
    typed = 0
    async with asyncio.timeout(60):
        while not (await desk.stored(added.id)).content.startswith("xx"):
            QTest.keyClicks(desk.view.plan.editor, "x")
            typed += 1
            await asyncio.sleep(0.02)
    QTest.keyClicks(desk.view.plan.editor, "x")
    typed += 1
    assert desk.view.header.status is SaveStatus.SAVING
    await until(lambda: desk.view.header.status is SaveStatus.SAVED)
    assert (await desk.stored(added.id)).content.startswith("x" * typed)
    newest, *_ = await desk.goals.revisions(added.id)
    assert newest.changes[0].before == FIELDS.content


async def test_nothing_is_said_of_a_date_that_is_being_typed(desk: Desk) -> None:
    await desk.opened()
    desk.view.deadline.editor.setFocus()
    desk.view.deadline.editor.selectAll()
    for letter in "17 Ma":
        QTest.keyClicks(desk.view.deadline.editor, letter)
        await asyncio.sleep(0.1)
        assert desk.view.slot("deadline").note.problem == ""
