"""Goals come back as they were written, and every change leaves its revision."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, ReviewRhythm, Template, storable_text
from desktop_app.domain.ids import ConversationId, GoalId, MilestoneId, RevisionId
from desktop_app.domain.measures import Measure, checked_number
from desktop_app.domain.revisions import YOU, Author, AuthorKind, FieldChange
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.goals import GoalRepository, Write
from tests.storage.conftest import NOW

LATER = NOW + timedelta(minutes=5)
COACH = Author(AuthorKind.COACH, "builtin", "qwen")
RUN = GoalFields(
    title="Run a half marathon",
    content="# Plan\n\nThree runs a week 🏃",
    template=Template.SMART,
    phase=Phase.ACTIVE,
    deadline=date(2027, 5, 17),
    milestones=(
        Milestone("Run 5 km", "without a break", date(2026, 12, 24), done_at=NOW),
        Milestone("Run 10 km"),
    ),
    tags=("health", "Sport"),
)

texts = st.text(max_size=30).map(storable_text)
dates = st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31))
moments = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
weights = st.integers(0, 100)
numbers = st.decimals(-(10**9), 10**9, places=6).map(lambda number: checked_number("n", number))
fields = st.builds(
    GoalFields,
    title=texts,
    content=texts,
    template=st.sampled_from(Template),
    phase=st.sampled_from(Phase),
    deadline=dates,
    milestones=st.lists(st.builds(Milestone, texts, texts, dates, moments, weight=weights), max_size=5).map(tuple),
    tags=st.lists(texts, unique=True, max_size=5).map(tuple),
    measures=st.lists(st.builds(Measure, texts, numbers, numbers, st.none() | numbers, texts, weights), max_size=3).map(
        tuple
    ),
    rhythm=st.sampled_from(ReviewRhythm),
)
in_one_database = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def said(goal_fields: GoalFields) -> GoalFields:
    """Fields without the identity of milestones and measures."""
    return replace(
        goal_fields,
        milestones=tuple(replace(item, id=None) for item in goal_fields.milestones),
        measures=tuple(replace(item, id=None) for item in goal_fields.measures),
    )


async def test_a_goal_comes_back_as_it_was_created(goals: GoalRepository) -> None:
    goal, _ = await goals.create(RUN, Write(YOU, NOW))

    assert said(goal.fields) == RUN
    assert (goal.created_at, goal.updated_at) == (NOW, NOW)
    assert await goals.goal(goal.id) == goal
    assert await goals.list_goals() == (goal,)


@given(first=fields, second=fields)
@in_one_database
async def test_any_goal_and_any_change_of_it_come_back_exactly(
    goals: GoalRepository, first: GoalFields, second: GoalFields
) -> None:
    created, _ = await goals.create(first, Write(YOU, NOW))
    assert said(created.fields) == first

    updated, change = await goals.update(created.id, lambda _: second, Write(YOU, LATER))

    assert said(updated.fields) == second
    assert await goals.goal(created.id) == updated
    if change:
        revision = change.revision
        assert await goals.revisions_by_id([revision.id]) == {revision.id: revision}
        before: dict[str, Any] = {change.field: change.before for change in revision.changes}
        assert replace(updated.fields, **before) == created.fields


async def test_times_are_in_utc_whatever_zone_they_were_given_in(goals: GoalRepository) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=9)))

    goal, revision = await goals.create(replace(RUN, milestones=(Milestone("a", done_at=there),)), Write(YOU, there))

    for moment in (goal.created_at, goal.updated_at, revision.at, goal.fields.milestones[0].done_at):
        assert moment == NOW
        assert moment.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused_and_nothing_is_written(goals: GoalRepository) -> None:
    with pytest.raises(Exception, match="without a zone"):
        await goals.create(RUN, Write(YOU, NOW.replace(tzinfo=None)))

    assert await goals.list_goals() == ()


async def test_the_first_revision_lists_what_a_goal_began_with(goals: GoalRepository) -> None:
    goal, revision = await goals.create(GoalFields("Read more", tags=("books",)), Write(YOU, NOW))

    assert revision.created
    assert revision.author == YOU
    assert revision.changes == (FieldChange("title", "", "Read more"), FieldChange("tags", (), ("books",)))
    assert await goals.revisions(goal.id) == (revision,)


async def test_a_revision_says_who_changed_what_from_what_to_what(
    goals: GoalRepository, conversations: ConversationRepository
) -> None:
    goal, first = await goals.create(RUN, Write(YOU, NOW))
    conversation = await conversations.create("Running", NOW)
    coach = Author(AuthorKind.COACH, "builtin", "qwen", conversation.id)

    def postponed(old: GoalFields) -> GoalFields:
        return replace(old, deadline=date(2027, 6, 1), phase=Phase.COMPLETED)

    updated, change = await goals.update(goal.id, postponed, Write(coach, LATER, undoes=first.id))

    assert change is not None
    revision = change.revision
    assert revision.changes == (
        FieldChange("phase", Phase.ACTIVE, Phase.COMPLETED),
        FieldChange("deadline", date(2027, 5, 17), date(2027, 6, 1)),
    )
    assert isinstance(revision.changes[0].before, Phase)
    assert (revision.author, revision.at, revision.undoes, revision.created) == (coach, LATER, first.id, False)
    assert (updated.created_at, updated.updated_at) == (NOW, LATER)
    assert await goals.revisions(goal.id) == (revision, first)


async def test_an_update_that_changes_nothing_writes_nothing(goals: GoalRepository) -> None:
    twice = replace(RUN, milestones=(*RUN.milestones, *RUN.milestones))
    goal, first = await goals.create(twice, Write(YOU, NOW))

    for same in (lambda old: old, said):
        assert await goals.update(goal.id, same, Write(YOU, LATER)) == (goal, None)

    assert await goals.goal(goal.id) == goal
    assert await goals.revisions(goal.id) == (first,)


async def test_milestones_keep_their_identity_when_moved_edited_and_joined_by_others(goals: GoalRepository) -> None:
    goal, _ = await goals.create(RUN, Write(YOU, NOW))
    five, ten = goal.fields.milestones

    def rearranged(old: GoalFields) -> GoalFields:
        return replace(old, milestones=(Milestone("Buy shoes"), replace(ten, title="Run 12 km"), five))

    updated, _ = await goals.update(goal.id, rearranged, Write(YOU, LATER))

    shoes, twelve, still_five = updated.fields.milestones
    assert (twelve.id, twelve.title, still_five) == (ten.id, "Run 12 km", five)
    assert shoes.id not in {None, five.id, ten.id}


async def test_a_milestone_that_was_removed_comes_back_under_an_id_that_was_never_used(goals: GoalRepository) -> None:
    goal, _ = await goals.create(RUN, Write(YOU, NOW))
    five, ten = goal.fields.milestones
    await goals.update(goal.id, lambda old: replace(old, milestones=(five,)), Write(YOU, LATER))

    restored, _ = await goals.update(goal.id, lambda old: replace(old, milestones=(five, ten)), Write(YOU, LATER))

    assert said(restored.fields) == RUN
    assert restored.fields.milestones[0].id == five.id
    assert restored.fields.milestones[1].id not in {five.id, ten.id}


async def test_a_milestone_of_another_goal_is_copied_not_taken(goals: GoalRepository) -> None:
    one, _ = await goals.create(RUN, Write(YOU, NOW))
    other, _ = await goals.create(GoalFields("Other"), Write(YOU, NOW))

    def borrowed(old: GoalFields) -> GoalFields:
        return replace(
            old, milestones=(*one.fields.milestones, one.fields.milestones[0], Milestone("x", id=MilestoneId(10**30)))
        )

    changed, _ = await goals.update(other.id, borrowed, Write(YOU, LATER))

    assert len({milestone.id for milestone in (*changed.fields.milestones, *one.fields.milestones)}) == 6
    assert await goals.goal(one.id) == one


async def test_tags_keep_their_order_and_spelling_and_are_shared(goals: GoalRepository) -> None:
    goal, _ = await goals.create(GoalFields("a", tags=("x", "y", "z")), Write(YOU, NOW))
    other, _ = await goals.create(GoalFields("b", tags=("Y", "z")), Write(YOU, NOW))

    updated, _ = await goals.update(goal.id, lambda old: replace(old, tags=("z", "new", "x")), Write(YOU, LATER))

    assert updated.fields.tags == ("z", "new", "x")
    assert (await goals.goal(other.id)).fields.tags == ("Y", "z")


async def test_a_change_that_is_refused_leaves_the_goal_as_it_was(goals: GoalRepository) -> None:
    goal, first = await goals.create(RUN, Write(YOU, NOW))

    def refused(_: GoalFields) -> GoalFields:
        raise InvalidValueError("no")

    with pytest.raises(InvalidValueError, match="no"):
        await goals.update(goal.id, refused, Write(YOU, LATER))

    assert await goals.goal(goal.id) == goal
    assert await goals.revisions(goal.id) == (first,)


async def test_twenty_changes_at_once_lose_nothing(goals: GoalRepository) -> None:
    goal, _ = await goals.create(GoalFields("Count"), Write(YOU, NOW))

    async def add(number: int) -> None:
        await goals.update(goal.id, lambda old: replace(old, content=f"{old.content}{number};"), Write(COACH, LATER))

    await asyncio.gather(*(add(number) for number in range(20)))

    content = (await goals.goal(goal.id)).fields.content
    assert sorted(content.split(";")[:-1], key=int) == [str(number) for number in range(20)]
    assert len(await goals.revisions(goal.id)) == 21


async def test_a_cancelled_write_is_whole_or_not_there_and_the_next_one_works(goals: GoalRepository) -> None:
    goal, _ = await goals.create(GoalFields("Count"), Write(YOU, NOW))
    for turns in range(0, 60, 3):
        change = asyncio.create_task(
            goals.update(goal.id, lambda old: replace(old, content=old.content + "x"), Write(COACH, LATER))
        )
        for _ in range(turns):
            await asyncio.sleep(0)
        change.cancel()
        await asyncio.gather(change, return_exceptions=True)
        assert len((await goals.goal(goal.id)).fields.content) == len(await goals.revisions(goal.id)) - 1

    updated, done = await goals.update(goal.id, lambda old: replace(old, content="done"), Write(YOU, LATER))
    assert updated.fields.content == "done"
    assert done is not None


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63, 10**30])
async def test_a_goal_that_does_not_exist_is_not_found_however_odd_its_number(
    goals: GoalRepository, number: int
) -> None:
    with pytest.raises(NotFoundError, match=str(number)):
        await goals.goal(GoalId(number))
    with pytest.raises(NotFoundError):
        await goals.update(GoalId(number), lambda old: old, Write(YOU, NOW))

    assert await goals.revisions(GoalId(number)) == ()
    assert await goals.revisions_by_id([RevisionId(number)]) == {}


async def test_goals_are_listed_in_the_order_they_were_made(goals: GoalRepository) -> None:
    made: list[Goal] = [(await goals.create(GoalFields(title), Write(YOU, NOW)))[0] for title in "abc"]
    await goals.update(made[0].id, lambda old: replace(old, content="new"), Write(YOU, LATER))

    assert [goal.title for goal in await goals.list_goals()] == ["a", "b", "c"]


async def test_an_error_that_reaches_a_log_holds_no_goal_text(goals: GoalRepository) -> None:
    nowhere = Author(AuthorKind.COACH, "builtin", "qwen", ConversationId(404))

    with pytest.raises(Exception, match="FOREIGN KEY") as caught:
        await goals.create(GoalFields("a secret wish"), Write(nowhere, NOW))

    assert "secret" not in str(caught.value)
    assert await goals.list_goals() == ()
