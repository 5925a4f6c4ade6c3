"""Limits are kept as they are typed, raised by one step, logged, and refused with a sentence."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.domain.budgets import Limits, Span, Spent, Standing, WhenReached, raised
from desktop_app.domain.money import dollars, limit_words, price_words, sum_words
from desktop_app.errors import InvalidValueError, NotAllowedError
from desktop_app.services.preferences import Preferences
from desktop_app.services.settings import SettingsService
from desktop_app.services.spending.limit_keeper import LimitKeeper, amount
from desktop_app.settings import read_sources
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository


class Kept:
    """A keeper over a database, with what is set outside."""

    def __init__(self, database: Database, folder: Path, **environment: str) -> None:
        self.settings = SettingsService(
            read_sources((), environment, folder), Preferences(PreferenceRepository(database))
        )
        self.keeper = LimitKeeper(self.settings)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield database
    await database.close()


async def test_a_limit_is_raised_in_one_step_and_the_log_says_so(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(database, tmp_path)
    caplog.set_level(logging.INFO)
    await kept.keeper.keep("month", "5")
    await kept.keeper.raise_to(Span.MONTH, raised(5_000_000))
    assert kept.keeper.limits == Limits(month=10_000_000)
    await kept.keeper.keep("month", " ")
    assert not kept.keeper.limits.are_set
    await kept.keeper.keep("warn_percent", "90")
    await kept.keeper.keep("when_reached", "stop")
    assert kept.keeper.limits == Limits(warn_percent=90, when_reached=WhenReached.STOP)
    assert [one.message for one in caplog.records if one.message.startswith("limits:")] == [
        "limits: month changed from none to $5.00",
        "limits: month changed from $5.00 to $10.00",
        "limits: month changed from $10.00 to none",
        "limits: warn_percent changed from 80 to 90",
        "limits: when_reached changed from ask to stop",
    ]


async def test_what_stays_as_it_was_is_not_logged(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(database, tmp_path)
    caplog.set_level(logging.INFO)
    await kept.keeper.keep("warn_percent", "80")
    assert [one for one in caplog.records if one.message.startswith("limits:")] == []


@pytest.mark.parametrize("typed", ["-5", "1000001", "99999999999", "five", "1e3", "NaN", "inf", "0.0000001", "5,00"])
async def test_negative_huge_and_other_nonsense_is_refused_and_the_limit_stays(
    database: Database, tmp_path: Path, typed: str
) -> None:
    kept = Kept(database, tmp_path)
    await kept.keeper.keep("month", "0")
    with pytest.raises(InvalidValueError, match="no amount of dollars"):
        await kept.keeper.keep("month", typed)
    assert kept.keeper.limits.month == 0, "nothing may be spent, and not: there is no limit"


async def test_what_is_set_outside_is_not_changed_here(database: Database, tmp_path: Path) -> None:
    kept = Kept(database, tmp_path, GOALGETTER_LIMIT_MONTH="3")
    assert not kept.keeper.can_change("month")
    assert kept.keeper.can_change("day")
    with pytest.raises(NotAllowedError, match="GOALGETTER_LIMIT_MONTH"):
        await kept.keeper.raise_to(Span.MONTH, 6_000_000)
    assert kept.keeper.limits.month == 3_000_000


@pytest.mark.parametrize(("micro_usd", "typed"), [(5_000_000, "5.00"), (1_234_000_000, "1234.00"), (1, "0.000001")])
def test_amounts_are_shown_as_they_are_typed(micro_usd: int, typed: str) -> None:
    assert amount(micro_usd) == typed


def test_a_limit_of_nothing_is_raised_to_a_dollar() -> None:
    assert (raised(0), raised(500_000)) == (1_000_000, 1_000_000)


def test_a_warning_comes_at_the_share_that_is_set_and_not_for_a_limit_of_nothing() -> None:
    limits = Limits(session=100, day=0, month=1_000, warn_percent=80)
    assert list(Standing(limits, Spent(session=79, day=5, month=800)).warnings()) == [Span.MONTH]
    assert list(Standing(limits, Spent(session=80, month=799)).warnings()) == [Span.SESSION]


def test_money_is_told_in_words_and_more_than_nothing_never_as_nothing() -> None:
    assert [dollars(one) for one in (0, 4_999, 5_000, 420_000, 1_234_567_890)] == [
        "$0.00", "<$0.01", "$0.01", "$0.42", "$1,234.57",
    ]  # fmt: skip
    assert [dollars(one, 3) for one in (1, 6_000)] == ["<$0.001", "$0.006"]
    assert dollars(-420_000) == "-$0.42"
    assert [price_words(one) for one in (None, 0, 13_020)] == ["price unknown", "free", "$0.013"]
    assert [sum_words(420_000, 0), sum_words(420_000, 2), sum_words(0, 2)] == ["$0.42", "$0.42 + unknown", "unknown"]
    assert [limit_words(one) for one in (5_000_000, 500, 1)] == ["$5.00", "$0.0005", "$0.000001"]
