"""A conversation longer than the window: its fold is a row in the chat, and the header says how full the window is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import MODEL
from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.composer_desk import BoxServices
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.chat.turns import ChatServices
from desktop_app.ui.context_meter import ContextMeter
from desktop_app.ui.context_presenter import ContextPresenter
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.services.recovery_profile import Profile
from tests.ui.test_main_window import Parts

SMALL = ContextLimit(11_000, reply_room=1_000)
LONG = "word " * 1_500


@dataclass
class Screen:
    """The chat and the header over a profile of scripted providers."""

    profile: Profile
    view: ChatView
    presenter: ChatPresenter
    parts: Parts
    context: ContextPresenter

    @property
    def shown_use(self) -> str:
        """What the header says of the window; empty where it says nothing."""
        meter = self.parts.window.findChild(ContextMeter)
        return "" if meter is None or meter.isHidden() else meter.text

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not is_so():  # noqa: ASYNC110 - rows tell nobody that they are there
                await asyncio.sleep(0.005)

    async def say(self, text: str) -> None:
        self.profile.claude.extend([[TextDelta("ok")]])
        before = len(self.profile.claude.calls)
        self.view.composer.set_text(text)
        self.view.composer.ask_to_send()
        await self.until(lambda: len(self.profile.claude.calls) > before and not self.presenter.is_streaming)

    @property
    def folds(self) -> list[tuple[int, str]]:
        """Where folded rows stand, and what they say."""
        rows = enumerate(self.view.thread_view.column.rows)
        return [(place, row.item.label) for place, row in rows if isinstance(row, ReasoningRow)]


@pytest.fixture
async def screen(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Screen]:
    profile = Profile(tmp_path)
    profile.claude.limit = SMALL
    await profile.open()
    backend = profile.backend
    await backend.models.choose(ModelChoice("claude", MODEL))
    view, parts = ChatView(theme), Parts(theme)
    qtbot.addWidget(parts.window, before_close_func=lambda window: window.accept_close())
    errors: list[BaseException] = []
    runner = TaskRunner(errors.append)
    box = BoxServices(backend.drafts, backend.queue, backend.attachments)
    services = ChatServices(
        backend.chat, backend.goals, backend.models, backend.fallback, lambda _provider: None, box, backend.limits
    )
    presenter = ChatPresenter(view, services, runner, lambda: (), _never, backend.today)
    context = ContextPresenter(parts.window, backend.context, backend.models, runner)
    presenter.conversation_opened.connect(context.follow)
    presenter.conversations_changed.connect(context.measure)
    presenter.start()
    view.resize(700, 460)
    view.show()
    yield Screen(profile, view, presenter, parts, context)
    await runner.close()
    await backend.close()
    view.hide()
    view.deleteLater()
    assert errors == []


async def _never(_question: str, _detail: str) -> bool:
    raise AssertionError("nothing is asked here")


async def test_a_fold_is_a_row_that_stands_where_it_ends_when_the_chat_is_opened_again(screen: Screen) -> None:
    for number in range(4):
        await screen.say(f"{number} {LONG}")
    assert len(screen.folds) == 1
    conversation = screen.presenter.conversation
    assert conversation is not None
    fold = (await screen.profile.backend.chat.transcript(conversation.id)).fold
    assert fold is not None
    screen.presenter.new_chat()
    screen.presenter.open_conversation(conversation.id)
    await screen.until(lambda: screen.presenter.conversation is not None and bool(screen.folds))
    ((place, label),) = screen.folds
    assert label == f"{fold.message_count} earlier messages, summarised"
    rows = screen.view.thread_view.column.rows
    assert sum(isinstance(row, BubbleRow) for row in rows[:place]) == fold.message_count // 2
    assert isinstance(rows[place + 1], BubbleRow)


async def test_the_header_says_how_full_the_window_is(screen: Screen) -> None:
    assert screen.shown_use == ""
    await screen.say(LONG)
    await screen.until(lambda: screen.shown_use != "")
    first = screen.shown_use
    assert first.endswith("% context")
    await screen.say(LONG)
    await screen.until(lambda: screen.shown_use not in {"", first})
    screen.presenter.new_chat()
    assert screen.shown_use == ""


async def test_the_header_follows_the_model_and_says_nothing_of_a_window_it_does_not_know(screen: Screen) -> None:
    await screen.say(LONG)
    await screen.until(lambda: screen.shown_use != "")
    await screen.profile.backend.models.choose(ModelChoice("ollama", MODEL))
    await screen.until(lambda: screen.shown_use == "")
    screen.profile.builtin.limit = ContextLimit(500_000)
    await screen.profile.backend.models.choose(ModelChoice("builtin", MODEL))
    await screen.until(lambda: screen.shown_use == "1% context")


async def test_a_chat_that_cannot_be_measured_leaves_the_header_empty(screen: Screen) -> None:
    await screen.say(LONG)
    await screen.until(lambda: screen.shown_use != "")
    conversation = screen.presenter.conversation
    assert conversation is not None
    screen.context.follow(replace(conversation, id=ConversationId(99)))
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "measure the context"))
    assert screen.shown_use == ""


async def test_what_was_learned_of_tokens_outlives_the_program(tmp_path: Path) -> None:
    first = Profile(tmp_path)
    await first.open()
    first.backend.factory.estimates.learn("claude", MODEL, 1_000, 2_000)
    learned = first.backend.factory.estimates.tokens("claude", MODEL, 1_000)
    await first.backend.close()
    second = Profile(tmp_path)
    await second.open()
    await second.backend.load()
    assert second.claude.estimates.tokens("claude", MODEL, 1_000) == pytest.approx(learned, abs=2)
    await second.backend.close()
