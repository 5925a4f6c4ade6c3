"""The account of a turn: asks before every model call, prices it, and writes it down as it ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Message
from desktop_app.domain.prices import ModelPrices, cost_micro_usd
from desktop_app.domain.usage import COMPLETE, STOPPED, Usage, UsageRecord
from desktop_app.endings import to_the_end
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import (
    Event,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.llm.resilience.guard import CircuitOpenError
from desktop_app.llm.tokens import raw_tokens
from desktop_app.services.spending.ledger import Ledger, Reservation, Wanted
from desktop_app.services.spending.price_book import Tariff

_NOT_MADE: Final = frozenset({ErrorKind.NOT_SET_UP, ErrorKind.BUDGET})


@dataclass(frozen=True, slots=True)
class CallsOf:
    """Whose calls they are. `cost_before` is what the reply cost already, with others that were asked for it."""

    conversation_id: ConversationId
    reply: Message
    goal_id: GoalId | None = None
    trace_id: str | None = None
    cost_before: int = 0
    may_pass_limits: bool = False


class CallLog:
    """The calls of one provider in one turn; a `CallAccount`.

    `tariff` is what its model costs, `usual_output` how many tokens it usually writes in a call.
    """

    def __init__(
        self, ledger: Ledger, now: Callable[[], datetime], of: CallsOf, tariff: Tariff, usual_output: int
    ) -> None:
        self._ledger = ledger
        self._now = now
        self._of = of
        self._tariff = tariff
        self._usual_output = usual_output
        self._reservation: Reservation | None = None
        self._expected_input = 0
        self._received = ""
        self._first_piece: datetime | None = None
        self._is_open = False
        self._has_answered = False
        self._began = now()
        self.cost = of.cost_before
        self.total: Usage | None = None

    # What the provider's side asks

    def expect(self, input_tokens: int) -> None:
        """The next call is sent about so many tokens."""
        self._expected_input = input_tokens

    async def before_call(self) -> None:
        """Reserve what the next call will cost about. Raises BudgetReachedError."""
        prices = self._tariff.prices
        worst = max(self._tariff.most_output, self._usual_output)
        wanted = Wanted(
            expected=self._cost_of(prices, self._usual_output),
            worst=self._cost_of(prices, worst) or 0,
            of_reply=self.cost,
            has_begun=self._has_answered,
            may_pass=self._of.may_pass_limits,
        )
        self._reservation = await self._ledger.reserve(wanted)
        self._begin()
        self._is_open = True

    def priced(self, usage: Usage) -> Usage:
        """`usage` with its cost."""
        if usage.cost_micro_usd is not None:
            return usage
        return replace(usage, cost_micro_usd=cost_micro_usd(self._tariff.prices, usage))

    # What the turn tells

    async def note(self, event: Event) -> None:
        """Take an event of the turn."""
        match event:
            case UsageReported(usage):
                self._has_answered = True
                self._expected_input = usage.input_tokens + usage.output_tokens
                await self._end(COMPLETE, usage)
                self._is_open = False
            case RetryScheduled(kind=kind):
                await self._record(kind.value, self._failed())
                self._begin()
            case ToolResult(text=text):
                self._expected_input += round(raw_tokens(text))
            case TextDelta(text) | ReasoningDelta(text) | ToolCall(arguments=text):
                self._first_piece = self._first_piece or self._now()
                self._received += text
            case _:
                pass

    @asynccontextmanager
    async def closed_with_the_turn(self) -> AsyncIterator[None]:
        """The call that is on when the body fails or is stopped is written down too."""
        try:
            yield
        except ProviderError as error:
            if self._is_open and not isinstance(error, CircuitOpenError) and error.kind not in _NOT_MADE:
                await self._end(error.kind.value, self._failed())
            raise
        except asyncio.CancelledError:
            if self._is_open:
                await self._end(STOPPED, self._estimated())
            raise
        finally:
            if self._reservation is not None:
                await to_the_end(self._ledger.release(self._reservation))

    def _cost_of(self, prices: ModelPrices | None, output_tokens: int) -> int | None:
        return cost_micro_usd(prices, Usage(input_tokens=self._expected_input, output_tokens=output_tokens))

    def _begin(self) -> None:
        self._received = ""
        self._first_piece = None
        self._began = self._now()

    def _failed(self) -> Usage:
        """A call that failed: before its first piece it costs nothing, after it what was sent and came."""
        if self._received:
            return self._estimated()
        return Usage(cost_micro_usd=0, duration_ms=self._ms_until(self._now()))

    def _estimated(self) -> Usage:
        return self.priced(
            Usage(
                input_tokens=self._expected_input,
                output_tokens=round(raw_tokens(self._received)),
                time_to_first_token_ms=self._ms_until(self._first_piece) if self._first_piece else None,
                duration_ms=self._ms_until(self._now()),
                is_estimated=True,
            )
        )

    def _ms_until(self, moment: datetime) -> int:
        # A clock may be set back in the middle of a call.
        return max(round((moment - self._began).total_seconds() * 1000), 0)

    async def _end(self, outcome: str, usage: Usage) -> None:
        """The call is over: what it cost is written down, and nothing is reserved for it any more."""
        reservation, self._reservation = self._reservation, None
        await self._record(outcome, usage, reservation)

    async def _record(self, outcome: str, usage: Usage, reservation: Reservation | None = None) -> None:
        self._received = ""
        self.cost += usage.cost_micro_usd or 0
        self.total = usage if self.total is None else self.total.plus(usage)
        prices, of = self._tariff.prices, self._of
        record = UsageRecord(
            at=self._now(),
            provider=of.reply.provider or "",
            model=of.reply.model or "",
            outcome=outcome,
            usage=usage,
            conversation_id=of.conversation_id,
            message_id=of.reply.id,
            goal_id=of.goal_id,
            trace_id=of.trace_id,
            price_date=None if prices is None or prices.is_free else prices.as_of,
        )
        await self._ledger.record(record, reservation)
