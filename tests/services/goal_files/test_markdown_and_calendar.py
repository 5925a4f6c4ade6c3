"""Goals as Markdown to be read by people, and as a calendar that any calendar program takes."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.goal_files import ImportAction, TextFormat
from desktop_app.domain.goal_records import without_row_ids
from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, ReviewRhythm, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU
from desktop_app.errors import InvalidValueError
from desktop_app.services.goal_files.calendar import escaped, folded, goals_as_calendar
from desktop_app.services.goal_files.markdown import goals_as_markdown, goals_from_markdown
from tests.services.goal_files.conftest import NOW, MakeProfile, Profile

EXAMPLES = Path(__file__).parents[2] / "ui" / "chat" / "commonmark_examples.json"
RUN = GoalFields(
    "Run, far",
    "## Specific\n\n- [ ] a list of the plan\n\n## Milestones\n\nThese words are the plan's own.",
    Template.SMART,
    Phase.ACTIVE,
    date(2027, 5, 17),
    (Milestone("5 km", "easy\ntwice", date(2027, 1, 1), NOW), Milestone("10 km")),
    ("health, body", "🏃"),
    (Measure("Distance", Decimal("21.1"), current=Decimal(5), unit="km"),),
    ReviewRhythm.WEEKLY,
)


async def test_markdown_reads_well_and_is_read_back(new_profile: MakeProfile) -> None:
    one, other = await new_profile(), await new_profile()
    await one.goals.create(RUN, YOU)
    await one.goals.create(GoalFields("Read"), YOU)
    text = await one.files.export(TextFormat.MARKDOWN)
    assert "# Run, far\n\n## Specific" in text
    assert "- [x] 5 km (2027-01-01)\n  easy\n  twice\n- [ ] 10 km\n" in text
    assert "- Distance: 5 of 21.1 km" in text

    plan = await other.files.plan(text.encode(), "goals.md")
    await other.files.take_in(plan)

    run, read = (goal.fields for goal in await other.goals.list_goals())
    assert (run.title, run.tags, run.deadline, run.phase, run.rhythm) == (
        RUN.title,
        RUN.tags,
        RUN.deadline,
        RUN.phase,
        RUN.rhythm,
    )
    assert run.content == RUN.content
    assert [(step.title, step.description, step.target_date, step.is_done) for step in run.milestones] == [
        ("5 km", "easy\ntwice", date(2027, 1, 1), True),
        ("10 km", "", None, False),
    ]
    assert read.title == "Read"


@pytest.mark.parametrize("title", ["T", "# T", "---"])
def test_every_plan_comes_back_byte_for_byte_with_its_milestones(title: str) -> None:
    tricky = (
        *("", "a", "a\n", "a\n\n", "\na", "\r\na\r\n", "> - [ ] quoted\n"),
        *(
            "x\n\n## Milestones\n\n- [ ] mine\n",
            "x\n\n## Measures\n\n- a\n",
            "---\ngoalgetter: goal\nx: y\n---\n# no\n",
        ),
    )
    steps = (
        (),
        (
            Milestone("5 km (2026-01-01)"),
            Milestone("so", "a\n\n  b\n- [ ] c", date(2026, 1, 1)),
            Milestone("x (no date)"),
        ),
        (Milestone("x", "> quoted\n> - [x] y", done_at=NOW),),
    )
    plans = [*json.loads(EXAMPLES.read_text("utf-8"))["examples"], *tricky]
    goals = [
        Goal(GoalId(number), GoalFields(title, plan, milestones=steps[number % 3]), NOW, NOW, f"{number:032x}")
        for number, plan in enumerate(plans)
    ]

    read = goals_from_markdown(goals_as_markdown(goals), "file", NOW)

    assert [record.goal.uid for record in read] == [goal.uid for goal in goals]
    for record, goal in zip(read, goals, strict=True):
        assert (record.goal.title, record.goal.fields.content) == (goal.title, goal.fields.content)
        assert without_row_ids(record.goal.fields).milestones == goal.fields.milestones


def test_a_plan_that_was_edited_in_the_file_is_read_as_it_is_written() -> None:
    made = Goal(GoalId(1), GoalFields("T", "one\n", milestones=(Milestone("5 km"),)), NOW, NOW, "a" * 32)
    edited = goals_as_markdown([made]).replace("one\n", "one\ntwo\nthree\n")
    (record,) = goals_from_markdown(edited, "file", NOW)
    assert record.goal.fields.content.rstrip() == "one\ntwo\nthree"
    assert [step.title for step in record.goal.fields.milestones] == ["5 km"]


async def test_any_markdown_file_is_a_goal_under_its_heading_or_its_name(profile: Profile) -> None:
    heading = await profile.files.plan(b"\xef\xbb\xbf# Learn <b>Spanish</b>\r\n\r\nEvery day\r\n", "notes.md")
    named = await profile.files.plan(b"Just words\n# later", "/home/me/Learn Spanish.md")

    assert [step.action for step in (*heading.steps, *named.steps)] == [ImportAction.ADD] * 2
    assert heading.steps[0].record.goal.fields == GoalFields("Learn <b>Spanish</b>", "Every day\n")
    assert named.steps[0].record.goal.fields == GoalFields("Learn Spanish", "Just words\n# later")


async def test_facts_written_by_hand_are_read(profile: Profile) -> None:
    text = "---\ngoalgetter: goal\na line that is no fact\ntags: [health, far away]\n---\n\n\n# Run\n\nEvery day\n"
    plan = await profile.files.plan(text.encode(), "x.md")
    assert plan.steps[0].record.goal.fields == GoalFields("Run", "Every day\n", tags=("health", "far away"))


async def test_the_calendar_of_a_profile_has_when_each_goal_is_looked_at_next(profile: Profile) -> None:
    change = await profile.goals.create(RUN, YOU)
    assert change.goal.id is not None
    review = await profile.check_ins.next_review(change.goal)
    assert review is not None
    text = await profile.files.export(TextFormat.CALENDAR, [change.goal.id])
    start = text.index("SUMMARY:Review: ")
    assert f"DTSTART;VALUE=DATE:{review:%Y%m%d}" in text[:start].rpartition("BEGIN:VEVENT")[2]


def test_a_summary_beyond_a_line_goes_on_in_the_next_and_a_description_is_told() -> None:
    step = Milestone("A step with a long name " + "é" * 60, "bring: shoes, water", date(2027, 2, 28))
    lines = goals_as_calendar([a_goal(replace(RUN, milestones=(step,)))], {}).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = "\r\n".join(lines).replace("\r\n ", "").split("\r\n")
    assert f"SUMMARY:{step.title} (Run\\, far)" in whole
    assert "DESCRIPTION:bring: shoes\\, water" in whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\ngoalgetter: goal\nuid: x\n# no end",
        "---\ngoalgetter: goal\ndeadline: 2027-02-31\n---\n# A",
        "---\ngoalgetter: goal\ndeadline: 10000-01-01\n---\n# A",
        "---\ngoalgetter: goal\nphase: done\n---\n# A",
        '---\ngoalgetter: goal\ntags: {"a": 1}\n---\n# A',
        "# " + "x" * 201,
    ],
)
async def test_what_is_no_goal_is_refused_in_a_sentence(profile: Profile, text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        await profile.files.plan(text.encode(), "x.md")
    assert str(caught.value).endswith(".")


def a_goal(fields: GoalFields = RUN) -> Goal:
    return Goal(GoalId(1), fields, NOW, datetime(2026, 11, 22, 8, tzinfo=UTC), "0123456789abcdef0123456789abcdef")


def test_the_calendar_has_deadline_open_milestones_and_reviews() -> None:
    goal = a_goal(
        replace(RUN, milestones=(RUN.milestones[0], replace(RUN.milestones[1], target_date=date(2027, 2, 28))))
    )
    text = goals_as_calendar([goal], {GoalId(1): date(2026, 11, 28)})
    lines = text.replace("\r\n ", "").split("\r\n")

    assert text.endswith("END:VCALENDAR\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert "UID:0123456789abcdef0123456789abcdef-deadline@goalgetter" in lines
    assert "DTSTAMP:20261122T080000Z" in lines
    assert lines[lines.index("DTSTART;VALUE=DATE:20270228") + 1] == "DTEND;VALUE=DATE:20270301"
    assert "RRULE:FREQ=WEEKLY" in lines
    assert "SUMMARY:10 km (Run\\, far)" in lines
    assert "CATEGORIES:health\\, body,🏃" in lines
    assert text == goals_as_calendar([goal], {GoalId(1): date(2026, 11, 28)})


def test_goals_that_ended_are_not_in_the_calendar() -> None:
    assert "VEVENT" not in goals_as_calendar([a_goal(replace(RUN, phase=Phase.COMPLETED))], {})


@given(st.text())
def test_any_text_is_folded_to_75_bytes_without_cutting_a_letter(text: str) -> None:
    line = "SUMMARY:" + escaped(text.encode("utf-8", "replace").decode())
    pieces = folded(line).split("\r\n")

    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join([pieces[0], *(piece.removeprefix(" ") for piece in pieces[1:])]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_letters_that_mean_something_to_calendars_are_escaped() -> None:
    assert escaped("a;b,c\\d\r\ne\x07") == "a\\;b\\,c\\\\d\\ne"
