"""Waits between tries: doubling, jittered, bounded, and never shorter than the server asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.llm.resilience.backoff import BackoffPolicy, wait_before_retry_s

MANY = BackoffPolicy(tries=1000)


@pytest.mark.parametrize(("failures", "ceiling_s"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (900, 60)])
def test_the_ceiling_doubles_from_a_second_to_a_minute(failures: int, ceiling_s: float) -> None:
    assert wait_before_retry_s(MANY, failures, None, lambda: 1.0) == ceiling_s
    assert wait_before_retry_s(MANY, failures, None, lambda: 0.25) == ceiling_s / 4


def test_three_tries_are_two_waits() -> None:
    assert wait_before_retry_s(BackoffPolicy(), 2, None, lambda: 0.5) is not None
    assert wait_before_retry_s(BackoffPolicy(), 3, None, lambda: 0.5) is None


def test_what_the_server_asks_for_is_waited() -> None:
    assert wait_before_retry_s(BackoffPolicy(), 1, 8.0, lambda: 1.0) == 8.0


def test_a_wait_beyond_the_longest_is_not_waited() -> None:
    assert wait_before_retry_s(BackoffPolicy(), 1, 61.0, lambda: 0.0) is None


@given(
    failures=st.integers(1, 10_000),
    asked_s=st.none() | st.floats(0, 100),
    share=st.floats(0, 1),
    first_s=st.floats(0.1, 10),
    longest_s=st.floats(10, 600),
)
def test_a_wait_is_always_within_its_bounds(
    failures: int, asked_s: float | None, share: float, first_s: float, longest_s: float
) -> None:
    policy = BackoffPolicy(10_001, first_s, longest_s)
    wait_s = wait_before_retry_s(policy, failures, asked_s, lambda: share)
    if asked_s is not None and asked_s > longest_s:
        assert wait_s is None
    else:
        assert wait_s is not None
        assert (asked_s or 0) <= wait_s <= longest_s
