"""How the calls of a turn add up."""

from desktop_app.domain.usage import Usage


def test_calls_add_up() -> None:
    first = Usage(10, 2, 4, 1, 1, cost_micro_usd=30, time_to_first_token_ms=600, duration_ms=1000)
    second = Usage(20, 3, 0, 0, 0, cost_micro_usd=12, time_to_first_token_ms=200, duration_ms=500)
    assert first.plus(second) == Usage(30, 5, 4, 1, 1, 42, 600, 1500)


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    assert Usage(cost_micro_usd=5).plus(Usage()).cost_micro_usd is None


def test_what_was_not_measured_once_is_taken_from_the_other_call() -> None:
    total = Usage(cost_micro_usd=0).plus(Usage(cost_micro_usd=0, time_to_first_token_ms=7, duration_ms=9))
    assert (total.time_to_first_token_ms, total.duration_ms) == (7, 9)


def test_an_estimate_stays_marked() -> None:
    assert Usage(is_estimated=True).plus(Usage()).is_estimated
