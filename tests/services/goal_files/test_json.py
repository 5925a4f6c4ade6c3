"""Goals as JSON: out of one profile and into another, exactly; what is broken or hostile is refused whole."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.goal_files import ImportAction, TextFormat
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase, ReviewRhythm, Template
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU, Author, AuthorKind, Cause
from desktop_app.errors import InvalidValueError
from tests.services.goal_files.conftest import NOW, MakeProfile, Profile

COACH = Author(AuthorKind.COACH, "claude", "opus")
RUN = GoalFields(
    "Run a half marathon",
    "# Plan\r\n\n<script>alert(1)</script>\n\t🏃 \u202e עברית",
    Template.SMART,
    Phase.ACTIVE,
    date(2027, 5, 17),
    (Milestone("5 km", "easy", date(2027, 1, 1), NOW, weight=3), Milestone("10 km")),
    ("health, body", "🏃"),
    (Measure("Distance", Decimal("21.1"), Decimal("0.5"), Decimal("5.25"), "km", 2),),
    ReviewRhythm.TWO_WEEKS,
)


async def filled(profile: Profile) -> None:
    goal = (await profile.goals.create(RUN, YOU)).goal
    ten = goal.fields.milestones[1]
    await profile.goals.edit(goal.id, GoalEdit(milestones=(ten,), title="Run"), COACH)
    await profile.goals.edit(goal.id, GoalEdit(milestones=(Milestone("3 km"), ten)), COACH)
    await profile.goals.undo_last(goal.id, YOU)
    new = NewCheckIn(CheckInStatus.BEHIND, "Rain", (("Distance", Decimal(6)),))
    await profile.check_ins.record(goal.id, new, COACH)
    first = (await profile.goals.revisions(goal.id))[-1]
    await profile.goals.restore_version(first.id, YOU)
    await profile.goals.create(GoalFields("Read"), COACH)


def without_time(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    assert document.pop("exported_at").startswith("2026-11-21T")
    return document


@pytest.mark.parametrize("with_history", [True, False])
async def test_an_export_in_an_empty_profile_is_exported_again_as_the_same_file(
    new_profile: MakeProfile, with_history: bool
) -> None:
    one, other = await new_profile(), await new_profile()
    await filled(one)
    # Ids here are others than there.
    await other.list.delete((await other.goals.create(RUN, YOU)).goal.id)
    text = await one.files.export(TextFormat.JSON, with_history=with_history)

    plan = await other.files.plan(text.encode(), "goals.json")
    await other.files.take_in(plan)

    assert plan.sentence == "2 to add, 0 to change, 0 as they are already."
    again = await other.files.export(TextFormat.JSON, with_history=with_history)
    assert without_time(again) == without_time(text)
    assert (await other.goals.list_goals())[0].fields.content == RUN.content
    assert (await other.files.plan(text.encode(), "goals.json")).count(ImportAction.SAME) == 2


async def test_the_history_that_came_along_can_be_undone_and_restored(new_profile: MakeProfile) -> None:
    one, other = await new_profile(), await new_profile()
    await filled(one)
    text = await one.files.export(TextFormat.JSON, with_history=True)
    await other.files.take_in(await other.files.plan(text.encode(), "goals.json"))
    goal = (await other.goals.list_goals())[0]
    before = goal.fields

    assert len(await other.goals.revisions(goal.id)) == 6
    await other.goals.undo_last(goal.id, YOU)
    assert (await other.goals.redo_last(goal.id, YOU)).goal.fields == before
    first = (await other.goals.revisions(goal.id))[-1]
    assert await other.goals.restore_version(first.id, YOU) is None


async def test_a_goal_that_is_here_is_changed_with_a_preview_and_a_way_back(profile: Profile) -> None:
    goal = (await profile.goals.create(RUN, YOU)).goal
    text = await profile.files.export(TextFormat.JSON)
    five, ten = goal.fields.milestones
    await profile.goals.edit(goal.id, GoalEdit(title="Mine", milestones=(replace(five, title="4 km"), ten)), COACH)
    mine = (await profile.goals.goal(goal.id)).fields

    plan = await profile.files.plan(text.encode(), "goals.json")
    assert [(step.action, [diff.field for diff in step.diffs]) for step in plan.steps] == [
        (ImportAction.CHANGE, ["title", "milestones"])
    ]
    assert (await profile.goals.goal(goal.id)).fields == mine, "a preview changed something"
    await profile.files.take_in(plan)

    now = (await profile.goals.goal(goal.id)).fields
    assert (now.title, now.milestones[1]) == (RUN.title, ten)
    assert (await profile.goals.revisions(goal.id))[0].cause is Cause.IMPORT
    assert (await profile.goals.undo_last(goal.id, YOU)).goal.fields == mine


async def test_a_deleted_goal_comes_back(profile: Profile) -> None:
    goal = (await profile.goals.create(RUN, YOU)).goal
    text = await profile.files.export(TextFormat.JSON)
    await profile.list.delete(goal.id)

    plan = await profile.files.plan(text.encode(), "goals.json")
    assert plan.steps[0].is_deleted
    await profile.files.take_in(plan)

    assert await profile.goals.goal(goal.id) == goal


def changed(text: str, **values: object) -> str:
    document = json.loads(text)
    document["goals"][0] |= values
    return json.dumps(document)


def broken_files(text: str) -> dict[str, str]:
    step = {"id": 1, "title": "a"}
    return {
        "cut off": text[: len(text) // 2],
        "empty": "",
        "other": '{"format": "another", "version": 1, "goals": []}',
        "a list": "[]",
        "newer": json.dumps({**json.loads(text), "version": 2}),
        "deep": "[" * 100_000,
        "deep inside": text.replace('"goals": [', '"x": ' + "[" * 50_000 + "]" * 50_000 + ', "goals": ['),
        "huge number": changed(text, measures=[{"id": 1, "name": "m", "start": "0", "target": "9" * 30}]),
        "endless number": text.replace('"version": 1', '"version": ' + "9" * 5_000),
        "no number": changed(text, measures=[{"id": 1, "name": "m", "start": "NaN", "target": "1"}]),
        "31 February": changed(text, deadline="2027-02-31"),
        "year 10000": changed(text, deadline="10000-01-01"),
        "year 9999": changed(text, deadline="9999-01-01"),
        "no phase": changed(text, phase="done"),
        "no title": changed(text, title=" "),
        "a title of 201 letters": changed(text, title="x" * 201),
        "501 milestones": changed(text, milestones=[step | {"id": number} for number in range(501)]),
        "too much plan": changed(text, content="x" * 1_000_001),
        "no uid": changed(text, uid="../../etc"),
        "twice": json.dumps({**json.loads(text), "goals": json.loads(text)["goals"] * 2}),
        "history with a gap": changed(text, revisions=json.loads(text)["goals"][0]["revisions"][1:]),
        "history of another": changed(text, title="Another"),
        "history of nonsense": changed(
            text, revisions=[{"author": "you", "at": "2026-01-01T00:00:00Z", "changes": [{"field": "id"}]}]
        ),
        "history of times to come": changed(text, revisions=json.loads(text)["goals"][0]["revisions"][:1] * 2),
    }


async def test_what_is_broken_or_hostile_is_refused_in_a_sentence_and_nothing_goes_in(
    new_profile: MakeProfile,
) -> None:
    one, other = await new_profile(), await new_profile()
    await filled(one)
    first, _ = await one.goals.list_goals()
    text = await one.files.export(TextFormat.JSON, [first.id], with_history=True)

    for name, broken in broken_files(text).items():
        with pytest.raises(InvalidValueError) as caught:
            await other.files.plan(broken.encode(), "goals.json")
        told = str(caught.value)
        assert told.endswith((".", "in.")), name
        assert len(told) < 500, name
    with pytest.raises(InvalidValueError, match="UTF-8"):
        await other.files.plan(b"\xff\xfe\x00", "goals.json")
    assert await other.goals.list_goals() == ()


async def test_a_megabyte_of_plan_and_500_milestones_go_out_and_in(new_profile: MakeProfile) -> None:
    one, other = await new_profile(), await new_profile()
    steps = tuple(Milestone(f"step {number}") for number in range(500))
    await one.goals.create(GoalFields("Much", "ä\n" * 500_000, milestones=steps), YOU)
    text = await one.files.export(TextFormat.JSON)

    await other.files.take_in(await other.files.plan(text.encode(), "x.JSON"))

    assert without_time(await other.files.export(TextFormat.JSON)) == without_time(text)


words = st.text(max_size=12)
goal_fields = st.builds(
    GoalFields,
    title=words.filter(
        lambda text: bool(" ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split()))
    ),
    content=words,
    phase=st.sampled_from(Phase),
    deadline=st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31)),
    milestones=st.lists(st.builds(Milestone, st.sampled_from(["a", "b", "a b"]), words), max_size=3).map(tuple),
    tags=st.lists(words, max_size=3).map(tuple),
)


@given(first=goal_fields, second=goal_fields)
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_export_then_import_is_the_identity(
    new_profile: MakeProfile, first: GoalFields, second: GoalFields
) -> None:
    one, other = await new_profile(), await new_profile()
    goal = (await one.goals.create(first, YOU)).goal
    await one.goals.edit(goal.id, replace(GoalEdit(), content=second.content, milestones=second.milestones), COACH)
    text = await one.files.export(TextFormat.JSON, with_history=True)

    await other.files.take_in(await other.files.plan(text.encode(), "goals.json"))

    assert without_time(await other.files.export(TextFormat.JSON, with_history=True)) == without_time(text)
