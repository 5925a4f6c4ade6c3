"""Notices of failures: what they say, how loud they are, and what can be pressed."""

from dataclasses import replace

import pytest

from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import RetryScheduled
from desktop_app.llm.failures import failure
from desktop_app.ui.chat.failure_notices import (
    NO_OFFERS,
    Offers,
    facts,
    failure_notice,
    interrupted_notice,
    switched_notice,
    waiting_notice,
)
from desktop_app.ui.chat.items import Action, NoticeItem, Tone

ELSEWHERE = Offers(takes_key=True, key_ending="4f2a", elsewhere="Answer with Ollama, free")


def failed(kind: ErrorKind, *, text: str = "", details: str = "") -> Message:
    error = failure(kind, "Claude", details=details)
    parts = (TextPart(text),) if text else ()
    return Message(
        Role.COACH,
        parts,
        status=MessageStatus.FAILED,
        provider="claude",
        model="claude-sonnet-4-5",
        error=str(error),
        error_kind=kind.value,
        error_details=details,
    )


def labels(notice: NoticeItem) -> list[str]:
    return [action.label for action in notice.actions]


def test_a_refused_key_is_told_as_in_the_design() -> None:
    notice = failure_notice(1, failed(ErrorKind.INVALID_KEY, details="status 401, invalid_api_key"), ELSEWHERE)
    assert (notice.tone, notice.icon) == (Tone.DANGER, "key-round")
    assert notice.title == "Claude did not accept your key"
    assert notice.text == (
        "The key ending in 4f2a was turned down (401). Your message is safe and will be sent once this is fixed."
    )
    assert labels(notice) == ["Replace key", "Answer with Ollama, free", "Details"]
    assert [action.is_primary for action in notice.actions] == [True, False, False]
    assert notice.actions[-1].is_link


def test_a_wait_counts_down_and_can_be_ended() -> None:
    scheduled = RetryScheduled(2, 3, 16.0, ErrorKind.RATE_LIMITED, "Claude is busy", "status 429")
    notice = waiting_notice(1, scheduled, 7.6, replace(ELSEWHERE, elsewhere="Answer with Haiku"))
    assert (notice.tone, notice.icon) == (Tone.WARN, "hourglass")
    assert notice.title == "Claude is busy, retrying in 8 s (2 of 3)"
    assert notice.text == "Too many requests this minute. There is nothing you need to do."
    assert notice.progress == pytest.approx(1 - 7.6 / 16)
    assert labels(notice) == ["Retry now", "Answer with Haiku", "Details"]
    at_it = waiting_notice(1, scheduled, 0, ELSEWHERE)
    assert (at_it.title, at_it.actions, at_it.progress) == ("Claude is busy, trying again (2 of 3)", (), None)


def test_who_stepped_in_is_told_on_one_line() -> None:
    notice = switched_notice(1, "Claude", "Ollama · llama3.2")
    assert notice.tone is Tone.NEUTRAL
    assert notice.title == "Claude is unavailable; switched to **Ollama · llama3.2** for this reply"
    assert labels(notice) == ["Try Claude again"]


def test_a_broken_reply_can_go_on_or_be_answered_again() -> None:
    notice = failure_notice(1, failed(ErrorKind.NETWORK, text="Half an ans"), ELSEWHERE)
    assert notice.tone is Tone.WARN
    assert labels(notice) == ["Continue", "Retry", "Answer with Ollama, free", "Details"]
    assert notice.actions[0].is_primary
    assert notice.text.startswith("What came so far is kept.")


def test_an_interrupted_reply_can_go_on_where_it_has_begun() -> None:
    begun = replace(failed(ErrorKind.BUG, text="Half"), status=MessageStatus.INTERRUPTED)
    assert labels(interrupted_notice(1, begun)) == ["Continue", "Retry"]
    assert labels(interrupted_notice(1, replace(begun, parts=()))) == ["Try again"]


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_kind_has_a_title_a_text_one_first_button_and_a_link(kind: ErrorKind) -> None:
    for offers in (NO_OFFERS, ELSEWHERE):
        notice = failure_notice(1, failed(kind), offers)
        assert notice.title
        assert not notice.title.endswith(".")
        assert notice.text.endswith(".")
        assert "{" not in notice.title + notice.text
        assert [action.is_primary for action in notice.actions].count(True) == 1
        assert labels(notice)[-1] == ("Open limits" if kind is ErrorKind.BUDGET else "Details")
        assert len(set(labels(notice))) == len(notice.actions)


def test_a_title_ends_with_its_sentence_and_not_within_an_address() -> None:
    message = replace(
        failed(ErrorKind.NETWORK), error="Ollama is not running at http://127.0.0.1:11434. Start it, then try again."
    )
    notice = failure_notice(1, message, NO_OFFERS)
    assert notice.title == "Ollama is not running at http://127.0.0.1:11434"
    assert notice.text == "Start it, then try again."


def test_a_failure_of_an_older_version_can_be_answered_again() -> None:
    old = replace(failed(ErrorKind.SERVER), error_kind=None, error=None)
    notice = failure_notice(1, old, NO_OFFERS)
    assert notice.actions[0] == Action("retry", "Try again", is_primary=True)
    assert failure_notice(1, replace(old, error_kind="unheard_of"), NO_OFFERS) == notice


def test_the_facts_name_what_failed_and_hold_no_words_of_the_conversation() -> None:
    text = facts(failed(ErrorKind.SERVER, text="My secret plan", details="status 500, api_error"), "Claude · Sonnet")
    assert "Kind: server" in text
    assert "Facts: status 500, api_error" in text
    assert "secret" not in text
