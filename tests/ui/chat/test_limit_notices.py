"""At a limit of the person's own: what is said, and that each way on is one click."""

from desktop_app.domain.budgets import Reached, Span
from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart
from desktop_app.services.spending import BudgetReachedError
from desktop_app.ui.chat.failure_notices import (
    ELSEWHERE,
    ENTER_PRICE,
    OPEN_LIMITS,
    RAISE_LIMIT,
    SEND_ANYWAY,
    Offers,
    failure_notice,
    switched_notice,
)
from desktop_app.ui.chat.items import Tone
from tests.services.conftest import TODAY

OFFERS = Offers(elsewhere="Answer with Ollama, free", can_raise=True, may_send_anyway=False)


def refused(reached: Reached, *parts: TextPart) -> Message:
    error = BudgetReachedError(reached, TODAY, has_begun=bool(parts))
    return Message(
        Role.COACH,
        parts,
        status=MessageStatus.FAILED,
        error=str(error),
        error_kind=error.kind.value,
        error_details=error.details,
    )


def test_a_limit_that_is_used_up_is_a_warning_with_a_bar_and_three_ways_on() -> None:
    notice = failure_notice(1, refused(Reached(Span.MONTH, 5_000_000, 5_000_000, 6_000)), OFFERS)
    assert (notice.tone, notice.icon) == (Tone.WARN, "wallet")
    assert notice.title == "You have used this month’s $5.00"
    assert notice.text == (
        "Nothing was sent. This message would have cost about $0.006. Your limit starts again on 1 December."
    )
    assert (notice.progress, notice.progress_text) == (1.0, "$5.00 of $5.00")
    assert [(action.id, action.label) for action in notice.actions] == [
        (ELSEWHERE, "Answer with Ollama, free"),
        (RAISE_LIMIT, "Raise limit to $10.00"),
        (OPEN_LIMITS, "Open limits"),
    ]
    assert [action.is_primary for action in notice.actions] == [True, False, False]


def test_where_the_person_is_to_be_asked_the_message_can_be_sent_all_the_same() -> None:
    offers = Offers(can_raise=True, may_send_anyway=True)
    notice = failure_notice(1, refused(Reached(Span.REPLY, 50_000, 0, 260_000)), offers)
    assert notice.title == "This reply would cost more than $0.05"
    assert notice.progress is None
    # Twice is not enough for this one.
    assert [action.label for action in notice.actions] == ["Raise limit to $0.40", "Send this once", "Open limits"]
    assert notice.actions[1].id == SEND_ANYWAY


def test_what_is_set_outside_is_not_offered_to_be_raised() -> None:
    notice = failure_notice(1, refused(Reached(Span.DAY, 0, 0, 5)), Offers(elsewhere="Answer with Built-in, free"))
    assert notice.title == "Today’s limit is $0.00"
    assert RAISE_LIMIT not in {action.id for action in notice.actions}


def test_an_unknown_price_leads_to_its_entry_not_to_a_higher_limit() -> None:
    notice = failure_notice(1, refused(Reached(Span.DAY, 5, 0, None)), OFFERS)
    assert notice.title == "The price of this model is not known, so your limits cannot be kept"
    assert [(action.id, action.label) for action in notice.actions][1:] == [
        (ENTER_PRICE, "Enter its price"),
        (OPEN_LIMITS, "Open limits"),
    ]
    assert notice.actions[0].id == ELSEWHERE


def test_a_model_that_stands_in_at_a_limit_is_named_with_the_reason() -> None:
    notice = switched_notice(1, "Claude", "Ollama · llama3.2", is_limit=True)
    assert notice.title == "Your limit is reached; **Ollama · llama3.2** answers for free"
