"""Days and months where the person is, as moments in UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo


def local_day(at: datetime, zone: tzinfo | None) -> date:
    """The date at the moment `at` (aware) in `zone`; None is that of this computer."""
    return at.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of `day`, in UTC. Where clocks skip midnight, that is when they are put forward."""
    midnight = datetime.combine(day, time.min, zone)
    return midnight.astimezone(UTC)


def start_of_month(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of the month that `day` is in, in UTC."""
    return start_of_day(day.replace(day=1), zone)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
