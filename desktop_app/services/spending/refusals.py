"""Why a call is not made: the limit that it would pass, in words and in facts that a notice is made of."""

import re
from datetime import date
from typing import Final

from desktop_app.domain.budgets import Reached, Span
from desktop_app.domain.money import dollars, limit_words
from desktop_app.domain.periods import next_month
from desktop_app.llm.errors import ErrorKind, ProviderError

_NAMES: Final = {Span.SESSION: "this session’s", Span.DAY: "today’s", Span.MONTH: "this month’s"}
_FACTS: Final = re.compile(r"limit=(\w+) of=(\d+) used=(\d+) expected=(\d+|unknown)")
_THOUSANDTHS: Final = 3


class BudgetReachedError(ProviderError):
    """The next call would pass a limit, or nobody can know whether it does; it is not made."""

    def __init__(self, reached: Reached, today: date, *, has_begun: bool) -> None:
        super().__init__(ErrorKind.BUDGET, _told(reached, today, has_begun=has_begun), details=_facts(reached))
        self.reached = reached


def reached_in(details: str) -> Reached | None:
    """The limit that a kept failure tells of; None where it tells of none."""
    found = _FACTS.search(details)
    if found is None or found[1] not in set(Span):
        return None
    expected = None if found[4] == "unknown" else int(found[4])
    return Reached(Span(found[1]), int(found[2]), int(found[3]), expected)


def _facts(reached: Reached) -> str:
    expected = "unknown" if reached.expected is None else reached.expected
    return f"limit={reached.span} of={reached.limit} used={reached.spent} expected={expected}"


def _told(reached: Reached, today: date, *, has_begun: bool) -> str:
    sent = "What came so far is kept; the rest was not asked for." if has_begun else "Nothing was sent."
    if reached.expected is None:
        return (
            f"The price of this model is not known, so your limits cannot be kept. {sent} "
            "Enter its price, or let a free model answer."
        )
    costs = f"{'Going on' if has_begun else 'This message'} would have cost about "
    costs += f"{dollars(reached.expected, _THOUSANDTHS)}."
    limit = limit_words(reached.limit)
    if reached.span is Span.REPLY:
        title = f"This reply would cost more than {limit}."
        return f"{title} {sent} {costs} {limit} is your limit for one reply."
    name = _NAMES[reached.span]
    if reached.limit == 0:
        title = f"{name[0].upper()}{name[1:]} limit is $0.00."
    elif reached.spent >= reached.limit:
        title = f"You have used {name} {limit}."
    else:
        title = f"This would go over {name} {limit}."
    return f"{title} {sent} {costs} {_begins_anew(reached.span, today)}"


def _begins_anew(span: Span, today: date) -> str:
    if span is Span.MONTH:
        first = next_month(today)
        return f"Your limit starts again on {first.day} {first:%B}."
    return "Your limit starts again tomorrow." if span is Span.DAY else "It is for as long as GoalGetter is open."
