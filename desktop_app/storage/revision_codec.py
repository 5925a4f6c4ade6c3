"""How the changes in a revision are written as JSON, and read back as the values they were."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from desktop_app.domain.goals import Milestone, Phase, ReviewRhythm, Template
from desktop_app.domain.ids import MeasureId, MilestoneId
from desktop_app.domain.measures import Measure, number_text
from desktop_app.domain.revisions import FieldChange, FieldValue


def encoded_changes(changes: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """`changes` as JSON: dates and times in ISO form, milestones as objects."""
    return [
        {"field": change.field, "before": _encoded(change.before), "after": _encoded(change.after)}
        for change in changes
    ]


def decoded_changes(changes: Iterable[dict[str, Any]]) -> tuple[FieldChange, ...]:
    """The changes that `encoded_changes` wrote."""
    return tuple(
        FieldChange(field, _decoded(field, change["before"]), _decoded(field, change["after"]))
        for change in changes
        for field in [change["field"]]
    )


def _encoded(value: FieldValue) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encoded_row(item) for item in value]
    return None if value is None else str(value)


def _decoded(field: str, value: Any) -> FieldValue:  # noqa: ANN401 - JSON
    return None if value is None else _DECODERS.get(field, str)(value)


def _encoded_row(row: Milestone | Measure | str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(row, Milestone):
        return _encoded_milestone(row)
    return _encoded_measure(row) if isinstance(row, Measure) else row


def _encoded_measure(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "name": measure.name,
        "unit": measure.unit,
        "start": number_text(measure.start),
        "target": number_text(measure.target),
        "current": None if measure.current is None else number_text(measure.current),
        "weight": measure.weight,
    }


def _encoded_milestone(milestone: Milestone) -> dict[str, Any]:
    return {
        "id": milestone.id,
        "title": milestone.title,
        "description": milestone.description,
        "target_date": milestone.target_date.isoformat() if milestone.target_date else None,
        "done_at": milestone.done_at.astimezone(UTC).isoformat() if milestone.done_at else None,
        "weight": milestone.weight,
    }


def _decoded_milestones(values: list[dict[str, Any]]) -> tuple[Milestone, ...]:
    return tuple(
        Milestone(
            title=value["title"],
            description=value["description"],
            target_date=date.fromisoformat(value["target_date"]) if value["target_date"] else None,
            done_at=datetime.fromisoformat(value["done_at"]) if value["done_at"] else None,
            id=None if value["id"] is None else MilestoneId(value["id"]),
            weight=value.get("weight", 1),  # milestones had none at first
        )
        for value in values
    )


def _decoded_measures(values: list[dict[str, Any]]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            name=value["name"],
            unit=value["unit"],
            start=Decimal(value["start"]),
            target=Decimal(value["target"]),
            current=None if value["current"] is None else Decimal(value["current"]),
            weight=value["weight"],
            id=None if value["id"] is None else MeasureId(value["id"]),
        )
        for value in values
    )


_DECODERS: Final[dict[str, Callable[[Any], FieldValue]]] = {
    "template": Template,
    "phase": Phase,
    "deadline": date.fromisoformat,
    "milestones": _decoded_milestones,
    "tags": tuple,
    "measures": _decoded_measures,
    "rhythm": ReviewRhythm,
}
