"""Measures of a goal: a number on its way from a start to a target. Numbers are Decimal, never float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from desktop_app.domain.ids import MeasureId
from desktop_app.errors import InvalidValueError

NAME_LIMIT: Final = 100
UNIT_LIMIT: Final = 20
_LARGEST: Final = Decimal(10) ** 12
_PLACES: Final = 6
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured. `current` is None until something was; `id` is None until it is stored.

    `weight` is how much it counts for the progress, from 0 to 100.
    """

    name: str
    target: Decimal
    start: Decimal = Decimal(0)
    current: Decimal | None = None
    unit: str = ""
    weight: int = 1
    id: MeasureId | None = None

    @property
    def share(self) -> Decimal:
        """How much of the way from start to target is done, from 0 to 1; it may lead downwards."""
        if self.current is None:
            return Decimal(0)
        way = self.target - self.start
        if way == 0:
            return Decimal(int(self.current == self.target))
        return min(Decimal(1), max(Decimal(0), (self.current - self.start) / way))


def checked_number(what: str, number: Decimal) -> Decimal:
    """`number` in its plain form, without trailing zeros. Raises InvalidValueError where it is none to plan with."""
    if not number.is_finite():
        raise InvalidValueError(f"{what} is not a number.")
    if abs(number) >= _LARGEST:
        raise InvalidValueError(f"{what} is too large; a million millions is the most.")
    if number == 0:
        return Decimal(0)
    if number != round(number, _PLACES):
        raise InvalidValueError(f"{what} has too many decimals; {_PLACES} is the most.")
    return Decimal(number_text(round(number, _PLACES)))


def parse_number(what: str, text: str) -> Decimal:
    """The number that a person or model wrote with a decimal point. Raises InvalidValueError."""
    cleaned = text.strip().replace("\u2212", "-").replace("_", "?")
    shown = cleaned if len(cleaned) <= _LONGEST else cleaned[:_LONGEST] + "…"
    refusal = InvalidValueError(f"{what} “{shown}” is not a number. Write it with digits, for example 21.1.")
    if len(cleaned) > _LONGEST:
        raise refusal
    try:
        return checked_number(what, Decimal(cleaned))
    except InvalidOperation:
        raise refusal from None


def number_text(number: Decimal) -> str:
    """The number in digits, without an exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
