"""Goals, their milestones and phases, and what counts as a valid one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Final

from desktop_app.domain.ids import GoalId, MilestoneId
from desktop_app.domain.measures import NAME_LIMIT, UNIT_LIMIT, Measure, checked_number
from desktop_app.domain.phases import Phase as Phase  # noqa: PLC0414 - part of what this module offers
from desktop_app.domain.phases import UserPhase as UserPhase  # noqa: PLC0414 - part of what this module offers
from desktop_app.domain.phases import allowed_moves as allowed_moves  # noqa: PLC0414 - part of what this module offers
from desktop_app.domain.phases import check_move as check_move  # noqa: PLC0414 - part of what this module offers
from desktop_app.errors import InvalidValueError

TITLE_LIMIT: Final = 200
CONTENT_LIMIT: Final = 1_000_000
DESCRIPTION_LIMIT: Final = 10_000
TAG_LIMIT: Final = 40
MILESTONES_LIMIT: Final = 500
MEASURES_LIMIT: Final = 50
WEIGHT_LIMIT: Final = 100
YEARS: Final = range(1970, 2200)


class Template(StrEnum):
    """The form a goal is written in."""

    SMART = "smart"
    OKR = "okr"
    CUSTOM = "custom"


class ReviewRhythm(StrEnum):
    """How often a goal is looked at again."""

    NONE = "none"
    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    MONTHLY = "monthly"


class Unset(Enum):
    """Marks a field that an edit leaves as it is, since `None` may be a value."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of a goal. `id` is None until it is stored; the order is that of `Goal.milestones`.

    `weight` is how much it counts for the progress, from 0 to 100.
    """

    title: str
    description: str = ""
    target_date: date | None = None
    done_at: datetime | None = None
    id: MilestoneId | None = None
    weight: int = 1

    @property
    def is_done(self) -> bool:
        """Whether the person or the coach ticked it."""
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class GoalFields:
    """What a goal consists of, apart from its identity and times: what an edit may change and a revision records."""

    title: str
    content: str = ""
    template: Template = Template.CUSTOM
    phase: Phase = Phase.DRAFT
    deadline: date | None = None
    milestones: tuple[Milestone, ...] = ()
    tags: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    rhythm: ReviewRhythm = ReviewRhythm.NONE


@dataclass(frozen=True, slots=True)
class Goal:
    """A stored goal. Times are aware and in UTC. By `uid` it is known in files, on this computer and others."""

    id: GoalId
    fields: GoalFields
    created_at: datetime
    updated_at: datetime
    uid: str = ""

    @property
    def title(self) -> str:
        """The title, 1 to 200 characters."""
        return self.fields.title

    @property
    def phase(self) -> Phase:
        """The phase it stands in."""
        return self.fields.phase

    @property
    def deadline(self) -> date | None:
        """The deadline, if it has one."""
        return self.fields.deadline

    @property
    def milestone_count(self) -> int:
        """How many milestones it has."""
        return len(self.fields.milestones)

    @property
    def done_count(self) -> int:
        """How many milestones are done."""
        return sum(milestone.is_done for milestone in self.fields.milestones)

    def days_late(self, today: date) -> int:
        """Days since the deadline of a goal that is still open; 0 when it is not late."""
        deadline = self.fields.deadline
        if deadline is None or self.phase in {Phase.COMPLETED, Phase.ARCHIVED}:
            return 0
        return max(0, (today - deadline).days)


@dataclass(frozen=True, slots=True)
class GoalEdit:
    """A change of some fields; the others stay."""

    title: str | Unset = UNSET
    content: str | Unset = UNSET
    template: Template | Unset = UNSET
    phase: Phase | Unset = UNSET
    deadline: date | Unset | None = UNSET
    milestones: tuple[Milestone, ...] | Unset = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    measures: tuple[Measure, ...] | Unset = UNSET
    rhythm: ReviewRhythm | Unset = UNSET

    def applied_to(self, fields: GoalFields) -> GoalFields:
        """The fields after this edit, normalised and checked.

        Raises InvalidValueError for a value that cannot be kept, NotAllowedError for a phase that cannot follow.
        """
        changed = {name: value for name in EDITABLE_FIELDS if not isinstance(value := getattr(self, name), Unset)}
        result = checked_fields(replace(fields, **changed))
        check_move(fields.phase, result.phase)
        return result


EDITABLE_FIELDS: Final = (
    "title",
    "content",
    "template",
    "phase",
    "deadline",
    "milestones",
    "tags",
    "measures",
    "rhythm",
)


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """What stands in the editor and is not saved yet; the coach reads it beside the saved goals."""

    goal_id: GoalId | None
    title: str
    content: str
    deadline: date | None = None


def checked_fields(fields: GoalFields) -> GoalFields:
    """`fields` with title and tags normalised; raises InvalidValueError that names the field and the rule."""
    if len(fields.content) > CONTENT_LIMIT:
        raise InvalidValueError(f"The plan has {len(fields.content):,} characters; {CONTENT_LIMIT:,} is the most.")
    if len(fields.milestones) > MILESTONES_LIMIT:
        raise InvalidValueError(f"That would be {len(fields.milestones)} milestones; {MILESTONES_LIMIT} is the most.")
    check_date("The deadline", fields.deadline)
    return replace(
        fields,
        title=checked_title("The title", fields.title),
        content=storable_text(fields.content),
        milestones=tuple(_checked_milestone(milestone) for milestone in fields.milestones),
        tags=checked_tags(fields.tags),
        measures=_checked_measures(fields.measures),
    )


def checked_title(what: str, text: str) -> str:
    """`text` on one line without outer spaces; raises InvalidValueError when empty or over 200 characters."""
    title = " ".join(storable_text(text).split())
    if not title:
        raise InvalidValueError(f"{what} is empty; it needs 1 to {TITLE_LIMIT} characters.")
    if len(title) > TITLE_LIMIT:
        raise InvalidValueError(f"{what} has {len(title):,} characters; {TITLE_LIMIT} is the most.")
    return title


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags trimmed, in order, without repeats (upper and lower case are the same tag) and without empty ones."""
    seen: dict[str, str] = {}
    for tag in tags:
        name = " ".join(storable_text(tag).split()).lstrip("#")
        if len(name) > TAG_LIMIT:
            raise InvalidValueError(f"The tag “{name[:20]}…” has {len(name)} characters; {TAG_LIMIT} is the most.")
        if name:
            seen.setdefault(name.casefold(), name)
    return tuple(seen.values())


def check_date(what: str, value: date | None) -> None:
    """Raise InvalidValueError for a year that no plan is made for."""
    if value is not None and value.year not in YEARS:
        raise InvalidValueError(f"{what} is in the year {value.year}; use one from {YEARS.start} to {YEARS.stop - 1}.")


def parse_date(what: str, text: str) -> date:
    """The date in ISO form that `text` holds; raises InvalidValueError that shows the form."""
    cleaned = text.strip()
    try:
        parsed = date.fromisoformat(cleaned[:10] if cleaned[10:11] == "T" else cleaned)
    except ValueError:
        shown = cleaned if len(cleaned) <= 40 else cleaned[:40] + "…"
        raise InvalidValueError(
            f"{what} “{shown}” is not a date. Write it as YYYY-MM-DD, for example 2027-05-17."
        ) from None
    check_date(what, parsed)
    return parsed


def storable_text(text: str) -> str:
    """`text` without what no database or provider takes: lone surrogates become U+FFFD, NUL goes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def _checked_milestone(milestone: Milestone) -> Milestone:
    if len(milestone.description) > DESCRIPTION_LIMIT:
        raise InvalidValueError(
            f"A milestone's description has {len(milestone.description):,} characters; "
            f"{DESCRIPTION_LIMIT:,} is the most."
        )
    check_date("A milestone's date", milestone.target_date)
    return replace(
        milestone,
        title=checked_title("A milestone's title", milestone.title),
        description=storable_text(milestone.description).strip(),
        weight=_checked_weight(milestone.weight),
    )


def _checked_measures(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    if len(measures) > MEASURES_LIMIT:
        raise InvalidValueError(f"That would be {len(measures)} measures; {MEASURES_LIMIT} is the most.")
    checked = tuple(_checked_measure(measure) for measure in measures)
    names = [measure.name.casefold() for measure in checked]
    for measure in checked:
        if names.count(measure.name.casefold()) > 1:
            raise InvalidValueError(f"Two measures are called “{measure.name}”; give each a name of its own.")
    return checked


def _checked_measure(measure: Measure) -> Measure:
    name = checked_title("A measure's name", measure.name)
    unit = " ".join(storable_text(measure.unit).split())
    if len(name) > NAME_LIMIT or len(unit) > UNIT_LIMIT:
        raise InvalidValueError(f"A measure's name has at most {NAME_LIMIT} characters, its unit {UNIT_LIMIT}.")
    return replace(
        measure,
        name=name,
        unit=unit,
        start=checked_number(f"The start of “{name}”", measure.start),
        target=checked_number(f"The target of “{name}”", measure.target),
        current=None if measure.current is None else checked_number(f"The number of “{name}”", measure.current),
        weight=_checked_weight(measure.weight),
    )


def _checked_weight(weight: int) -> int:
    if not 0 <= weight <= WEIGHT_LIMIT:
        raise InvalidValueError(f"A weight is a whole number from 0 to {WEIGHT_LIMIT}.")
    return weight
