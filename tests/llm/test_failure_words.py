"""What a server's answer means, and the words for it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.failures import failure, failure_from_answer, health_after, retry_after_s
from desktop_app.llm.http_pool import failure_of_connection


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_kind_says_what_happened_and_what_to_do(kind: ErrorKind) -> None:
    error = failure(kind, "Claude", retry_after_s=3)
    assert "{" not in str(error)
    assert str(error).endswith(".")
    health = health_after(error, "Claude")
    assert health.text
    assert health.advice
    assert not health.is_usable


def test_a_provider_that_is_not_set_up_is_not_a_failed_one() -> None:
    assert health_after(failure(ErrorKind.NOT_SET_UP, "Claude"), "Claude").state is HealthState.NOT_SET_UP


def test_a_wait_may_be_told_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    wait_s = retry_after_s({"retry-after": format_datetime(later, usegmt=True)})
    assert wait_s is not None
    assert 3500 < wait_s <= 3600
    past = datetime.now(UTC) - timedelta(hours=1)
    assert retry_after_s({"retry-after": format_datetime(past)}) == 0


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after-ms": "x"}, {"retry-after": ""}])
def test_a_wait_that_cannot_be_read_is_none(headers: dict[str, str]) -> None:
    assert retry_after_s(headers) is None


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (120, "2 minutes"), (7200, "2 hours")])
def test_a_wait_is_told_in_fitting_units(seconds: float, words: str) -> None:
    assert f"Wait {words} and" in str(failure(ErrorKind.RATE_LIMITED, "Claude", retry_after_s=seconds))


def test_a_code_that_could_be_anything_is_not_kept() -> None:
    error = failure_from_answer("Claude", 400, codes=("sk-ant-secret SECRET", None, "invalid_request_error"))
    assert error.details == "status 400, invalid_request_error"


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        (httpx2.ReadTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx2.PoolTimeout("full"), ErrorKind.TIMEOUT),
        (httpx2.ConnectTimeout("slow"), ErrorKind.NETWORK),
        (httpx2.ReadError("reset"), ErrorKind.NETWORK),
        (httpx2.DecodingError("gzip"), ErrorKind.PROTOCOL),
        (httpx2.StreamClosed(), ErrorKind.PROTOCOL),
    ],
)
def test_a_failure_below_the_sdk_has_its_kind(below: httpx2.HTTPError | httpx2.StreamError, kind: ErrorKind) -> None:
    assert failure_of_connection("Claude", below, began=False).kind is kind
