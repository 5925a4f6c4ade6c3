"""The built-in coach as a provider: one model call is one JSON object, streamed, with its actions as tool calls."""

import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.domain.goal_list import KnownGoal
from desktop_app.domain.goal_notes import NO_NOTES, GoalNotes
from desktop_app.domain.goals import GoalDraft, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Message, Role
from desktop_app.domain.providers import HealthState, ModelInfo, ProviderHealth
from desktop_app.domain.usage import Usage
from desktop_app.llm.base import TurnRequest
from desktop_app.llm.builtin import json_turn
from desktop_app.llm.builtin.actions import next_topic, told_result, tool_calls
from desktop_app.llm.builtin.catalog import CODER_1_5B, Weights, weights_called
from desktop_app.llm.builtin.coach_prompt import CoachPrompt, coach_prompt, constant_prompt
from desktop_app.llm.builtin.dates import named_days
from desktop_app.llm.builtin.engine import Engine
from desktop_app.llm.builtin.history import chat_messages, coach_json, told_tokens
from desktop_app.llm.builtin.language import language_of
from desktop_app.llm.builtin.readiness import OnHealth, Readiness
from desktop_app.llm.builtin.reply_decoder import ReplyDecoder, StringDecoder
from desktop_app.llm.builtin.weights import WeightsSource
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, StopReason, TextDelta, ToolCall, UsageReported
from desktop_app.llm.prompts import SystemPrompt
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.llm.tool_loop import ModelCall, ToolLoopService
from desktop_app.llm.tools import TOOLS
from desktop_app.paths import Paths, program_dir, resources_dir
from desktop_app.settings import BuiltinSettings

if TYPE_CHECKING:
    from desktop_app.llm.builtin.engine_client import Piece

_log = logging.getLogger(__name__)

# Six tools are too many for a small model to choose from; these three write goals down.
_OFFERED: Final = frozenset({"create_goal", "update_goal", "set_goal_phase"})
# What older messages may take: reading a token costs about 12 ms on two cores, so a long memory is a slow one.
HISTORY_TOKENS: Final = 2_000


class BuiltinService(ToolLoopService):
    """Answers with the small model on this computer. Begin with `prepare`; a message sent before it is ready waits."""

    provider_name = "builtin"
    label = "Built-in"
    can_sum_up = False

    def __init__(
        self,
        today: Callable[[], date],
        settings: BuiltinSettings,
        paths: Paths,
        *,
        program_folder: Path | None = None,
        engine_command: Sequence[str] | None = None,
        may_download: bool = False,
    ) -> None:
        """`engine_command` starts the engine's process; the program itself does by default."""
        super().__init__(today)
        known = weights_called(settings.model, settings.weights_file)
        if known is None:
            _log.warning("there is no built-in model of the name that is set; the default is used")
        self._weights: Weights = known or CODER_1_5B
        self._constant = constant_prompt(resources_dir())
        self._source = WeightsSource(
            self._weights,
            paths.weights,
            program_folder or program_dir(),
            settings.weights_url,
            may_download=may_download,
        )
        engine = Engine(paths.logs, engine_command)
        self._ready = Readiness(self._weights, self._source, engine, paths.weights / "prompts", self._constant)

    async def prepare(self, on_health: OnHealth) -> None:
        """Get ready (weights, engine, prompt) and tell each change to `on_health`, later ones too. Does not raise."""
        self._ready.listen(on_health)
        self._ready.try_again()
        try:
            await self._ready.client()
        except ProviderError as error:
            _log.info("the built-in model is not ready: %s", error.kind)

    def allow_download(self) -> None:
        """The model's file may be downloaded; the next `prepare` or message begins with it."""
        self._source.may_download = True
        self._ready.try_again()

    def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        """One model call; see `ToolLoopService.stream_call`. After tools ran, it tells what they did."""
        if call.model != self._weights.name:
            raise ProviderError(
                ErrorKind.MODEL_NOT_FOUND,
                f"The built-in model “{call.model[:60]}” is not there any more. Choose {self._weights.label}.",
            )
        prompt = call.prompt if isinstance(call.prompt, CoachPrompt) else CoachPrompt(self._constant, "Goals: none")
        last = call.messages[-1]
        is_after_tools = last.role is Role.COACH
        past, newest = _parted(call.messages[:-1] if is_after_tools else call.messages)
        asked = _Asked(newest, past, prompt, language_of(newest))
        return self._told(asked, last) if is_after_tools else self._answered(asked, with_tools=call.with_tools)

    def build_system_prompt(
        self,
        user_phase: UserPhase,  # noqa: ARG002 - the small model reads it from the goals' phases
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        notes: GoalNotes = NO_NOTES,
    ) -> SystemPrompt:
        """A shorter prompt than that of the others, which a small model can follow and a small window holds."""
        return coach_prompt(self._constant, saved_goals, draft_goals, active_goal_id, notes)

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as the model is offered them: its schema leaves out what it would only invent."""
        day = {"type": "string", "format": "date"}
        offered = dict(json_turn.tool_schemas((), day, with_steps=True))
        return [
            {
                "name": tool.name,
                "description": tool.description,
                "parameters": offered.get(tool.name) or tool.json_schema(),
            }
            for tool in TOOLS
            if tool.name in _OFFERED
        ]

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The one model that is set; see `BaseLLMService.list_models`."""
        health = self._ready.health
        if not health.is_usable:
            raise ProviderError(ErrorKind.NOT_SET_UP, f"{health.text} {health.advice}".strip())
        return (
            ModelInfo(
                provider=self.provider_name,
                name=self._weights.name,
                label=self._weights.label,
                context_window=self._weights.context_window,
                can_use_tools=True,
                can_reason=False,
                can_see=False,
                size_bytes=self._weights.size_bytes,
                is_local=True,
            ),
        )

    async def context_limit(self, model: str) -> ContextLimit:  # noqa: ARG002 - there is one
        """The engine's window, of which older messages get a part; see `BaseLLMService.context_limit`."""
        return ContextLimit(self._weights.context_window, json_turn.MAX_TOKENS, HISTORY_TOKENS)

    def raw_tokens_of(self, message: Message, model: str) -> float:  # noqa: ARG002 - there is one
        """Messages are told shortly, apart from the newest; see `BaseLLMService.raw_tokens_of`."""
        return told_tokens(message)

    def raw_tokens_of_tools(self) -> float:
        """They are no part of the prompt: the form of the reply offers them."""
        return 0.0

    async def _count(self, request: TurnRequest) -> int | None:
        """By the engine, if it runs: counting is no reason to start it. See `BaseLLMService.count_tokens`."""
        if self._ready.health.state is not HealthState.WORKING:
            return None
        client = await self._ready.client()
        past, newest = _parted(request.messages)
        facts = self.system_prompt_of(request).variable
        messages = chat_messages(self._constant, facts, past, newest, named_days(newest, self._today()))
        return await client.count(await client.prompt(messages))

    async def check_health(self) -> ProviderHealth:
        """How it is now; what a check would find out, `prepare` and the watch have told already."""
        return self._ready.health

    async def aclose(self) -> None:
        """End the engine; see `BaseLLMService.aclose`."""
        await self._ready.close()

    async def _answered(self, asked: "_Asked", *, with_tools: bool) -> AsyncGenerator[Event, None]:
        """The answer to the person's newest message: words, or an action."""
        client = await self._ready.client()
        today = self._today()
        days = named_days(asked.text, today)
        goals = asked.prompt.goals
        schema = json_turn.turn_schema(asked.text, goals, days, today, language=asked.language, with_tools=with_tools)
        messages = chat_messages(self._constant, asked.prompt.variable, asked.past, asked.text, days)
        decoder, written = ReplyDecoder(), list[str]()
        meter = _Meter()
        prompt = await client.prompt(messages)
        async with aclosing(client.stream(prompt, {"json_schema": schema}, json_turn.MAX_TOKENS)) as pieces:
            async for piece in pieces:
                written.append(piece.text)
                if text := decoder.feed(piece.text):
                    meter.note_piece()
                    yield TextDelta(text)
                if piece.is_last or decoder.is_complete:
                    for call in _calls("".join(written), asked, is_cut=piece.is_cut):
                        meter.note_piece()
                        yield call
                    last = await client.last_piece(pieces, piece)
                    yield meter.reported(last)
                    self._ready.note_answer()
                    yield meter.done(last)
                    return

    async def _told(self, asked: "_Asked", turn: Message) -> AsyncGenerator[Event, None]:
        """What the tools really did, in a sentence made from the facts, and the model's next question."""
        part = turn.tool_calls[-1]
        # A few words tell no language: in plain letters they pass for English, in others for one we have no words for.
        language = asked.language or ("English" if asked.text.isascii() else None)
        meter = _Meter()
        told = told_result(part, asked.prompt, language)
        if told:
            meter.note_piece()
            yield TextDelta(told)
        if not part.ok:
            yield UsageReported(meter.usage(None))
            self._ready.note_answer()
            yield Done(meter.usage(None))
            return
        client = await self._ready.client()
        days = named_days(asked.text, self._today())
        messages = chat_messages(self._constant, asked.prompt.variable, asked.past, asked.text, days)
        begun = {**coach_json(turn, language, reply=None), "ask": next_topic(part, asked.prompt)}
        opening = (
            json.dumps(begun, ensure_ascii=False)[:-1] + ', "reply": ' + json.dumps(told or "", ensure_ascii=False)[:-1]
        )
        grammar = json_turn.QUESTION_GRAMMAR if told else json_turn.REPLY_GRAMMAR
        decoder = StringDecoder()
        prompt = await client.prompt(messages) + opening
        async with aclosing(client.stream(prompt, {"grammar": grammar}, json_turn.QUESTION_TOKENS)) as pieces:
            async for piece in pieces:
                text = decoder.feed_piece(piece.text)
                if text:
                    meter.note_piece()
                    yield TextDelta(text)
                if piece.is_last or decoder.is_closed:
                    last = await client.last_piece(pieces, piece)
                    yield meter.reported(last)
                    self._ready.note_answer()
                    yield meter.done(last)
                    return


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the person said, after what, and the goals beside it."""

    text: str
    past: Sequence[Message]
    prompt: CoachPrompt
    language: str | None


class _Meter:
    """Measures one model call."""

    def __init__(self) -> None:
        self._clock = CallClock(Deadlines())  # for its times: how long to wait is the engine client's concern

    def note_piece(self) -> None:
        """A piece came."""
        self._clock.piece_came()

    def usage(self, piece: "Piece | None") -> Usage:
        """The figures, at no cost; `piece` is the last one of the call."""
        usage = Usage(
            input_tokens=piece.input_tokens if piece else 0,
            output_tokens=piece.output_tokens if piece else 0,
            cache_read_tokens=piece.cached_tokens if piece else 0,
            cost_micro_usd=0,
        )
        return self._clock.timed(usage)

    def reported(self, piece: "Piece") -> UsageReported:
        """The event of the figures."""
        return UsageReported(self.usage(piece))

    def done(self, piece: "Piece") -> Done:
        """The event of the end."""
        return Done(self.usage(piece), StopReason.LENGTH if piece.is_cut else StopReason.END)


def _parted(messages: Sequence[Message]) -> tuple[Sequence[Message], str]:
    """What was said before, and the person's newest message."""
    return messages[:-1], without_surrogates(messages[-1].text)


def _calls(written: str, asked: _Asked, *, is_cut: bool) -> list[ToolCall]:
    """The tool calls of a finished object. Raises ProviderError for one that was cut off before it said anything."""
    try:
        answer: Mapping[str, Any] = json.loads(written)
    except ValueError:
        if is_cut and '"reply"' in written:
            return []
        raise ProviderError(
            ErrorKind.PROTOCOL,
            "The built-in model lost its thread; nothing was changed. Say it in other words.",
            is_lasting=True,  # it writes the same again
        ) from None
    action = answer.get("action")
    return tool_calls(action, asked.prompt, asked.text, asked.language or answer.get("language")) if action else []
