"""Failures in the real chat: what is shown, what its buttons do, and that the keyboard and a screen reader reach it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.breaker import CircuitState
from desktop_app.llm.scripted import MODEL
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.composer_desk import BoxServices
from desktop_app.ui.chat.details_panel import DetailsPanel
from desktop_app.ui.chat.items import NoticeItem
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.chat.turns import ChatServices
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.services.recovery_profile import Profile, down

_T = TypeVar("_T")
BAD_KEY = [failure(ErrorKind.INVALID_KEY, "Claude", details="status 401, authentication_error")]
BUSY = [failure(ErrorKind.RATE_LIMITED, "Claude", details="status 429")]


@dataclass
class Chat:
    """The chat's view and presenter over a profile of scripted providers."""

    profile: Profile
    view: ChatView
    presenter: ChatPresenter
    runner: TaskRunner
    keys_wanted: list[str] = field(default_factory=list)

    def send(self, text: str = "What should this week look like?") -> None:
        self.view.composer.set_text(text)
        self.view.composer.ask_to_send()

    async def until(self, found: Callable[[], _T | None]) -> _T:
        """What `found` gives, once it gives something."""
        async with asyncio.timeout(10):
            while not (value := found()):  # noqa: ASYNC110 - rows tell nobody that they are there
                await asyncio.sleep(0.005)
        return value

    async def notice(self, title: str) -> NoticeItem:
        return await self.until(lambda: next((one for one in self.notices if title in one.title), None))

    @property
    def notices(self) -> list[NoticeItem]:
        return [row.item for row in self.view.thread_view.column.rows if isinstance(row, NoticeRow)]

    @property
    def replies(self) -> list[str]:
        return [row.source for row in self.view.thread_view.column.rows if isinstance(row, CoachRow)]

    def press(self, notice: NoticeItem, label: str) -> None:
        action = next(action for action in notice.actions if action.label == label)
        self.view.thread_view.action_requested.emit(notice.key, action.id)

    @property
    def note(self) -> str:
        return next(
            label.text() for label in self.view.composer.findChildren(QLabel) if label.property("tone") == "quiet"
        )

    async def ended(self) -> None:
        await self.until(lambda: not self.presenter.is_streaming)

    def picture(self) -> QImage:
        self.view.resize(700, 460)
        return self.view.grab().toImage()


@pytest.fixture
async def chat(theme: Theme, tmp_path: Path) -> AsyncIterator[Chat]:
    profile = Profile(tmp_path)
    await profile.open()
    await profile.backend.models.choose(ModelChoice("claude", MODEL))
    view = ChatView(theme)
    errors: list[BaseException] = []
    runner = TaskRunner(errors.append)
    backend = profile.backend
    services = ChatServices(
        backend.chat,
        backend.goals,
        backend.models,
        backend.fallback,
        lambda provider: "4f2a" if provider == "claude" else None,
        BoxServices(backend.drafts, backend.queue, backend.attachments),
        backend.limits,
    )
    presenter = ChatPresenter(view, services, runner, lambda: (), _never, backend.today)
    presenter.start()
    it = Chat(profile, view, presenter, runner)
    presenter.key_requested.connect(it.keys_wanted.append)
    view.resize(700, 460)
    view.show()
    yield it
    await runner.close()
    await backend.close()
    view.hide()  # not closed: the last window's end is the loop's
    view.deleteLater()
    assert errors == []


async def _never(_question: str, _detail: str) -> bool:
    raise AssertionError("nothing is asked here")


async def test_a_refused_key_is_said_and_the_message_goes_out_once_it_is_replaced(chat: Chat) -> None:
    chat.profile.claude.extend([BAD_KEY, [TextDelta("Three easy runs.")]])
    chat.send()
    notice = await chat.notice("Claude did not accept your key")
    assert "ending in 4f2a was turned down (401)" in notice.text
    assert chat.note == "Waiting for a working key"
    chat.press(notice, "Replace key")
    assert chat.keys_wanted == ["claude"]
    chat.presenter.resend_with_key("openai")
    chat.presenter.resend_with_key("claude")
    await chat.until(lambda: chat.replies == ["Three easy runs."])
    await chat.ended()
    assert chat.notices == []
    assert chat.note == ""


async def test_another_model_answers_what_a_refused_key_could_not(chat: Chat) -> None:
    chat.profile.claude.extend([BAD_KEY])
    chat.profile.ollama.extend([[TextDelta("Three easy runs.")]])
    chat.send()
    chat.press(await chat.notice("did not accept"), "Answer with Ollama, free")
    await chat.until(lambda: chat.replies == ["Three easy runs."])


async def test_a_wait_counts_down_and_retry_now_ends_it(chat: Chat) -> None:
    chat.profile.on_sleep = asyncio.Event()
    chat.profile.claude.extend([BUSY, [TextDelta("Here.")]])
    chat.send()
    notice = await chat.notice("Claude is busy")
    assert notice.title == "Claude is busy, retrying in 1 s (2 of 3)"
    later = await chat.notice("trying again")
    assert later.key == notice.key
    chat.press(notice, "Retry now")
    await chat.until(lambda: chat.replies == ["Here."])
    assert chat.notices == []


async def test_answer_with_another_ends_a_wait(chat: Chat) -> None:
    chat.profile.on_sleep = asyncio.Event()
    chat.profile.claude.extend([BUSY])
    chat.profile.ollama.extend([[TextDelta("Here.")]])
    chat.send()
    chat.press(await chat.notice("Claude is busy"), "Answer with Ollama, free")
    await chat.until(lambda: chat.replies == ["Here."])
    assert [one.title for one in chat.notices] == [
        f"Claude is unavailable; switched to **Ollama · {MODEL_LABEL}** for this reply"
    ]


MODEL_LABEL = "Script"


async def test_stop_ends_a_wait(chat: Chat) -> None:
    chat.profile.on_sleep = asyncio.Event()
    chat.profile.claude.extend([BUSY])
    chat.send()
    await chat.notice("Claude is busy")
    chat.view.composer.stop_requested.emit()
    await chat.notice("Stopped")
    await chat.ended()


async def test_who_stepped_in_is_said_and_the_first_choice_can_be_tried_again(chat: Chat) -> None:
    go_on = asyncio.Event()
    chat.profile.claude.extend([*[down()] * 3, [TextDelta("From Claude.")]])
    chat.profile.ollama.extend([[TextDelta("From Olla"), go_on, TextDelta("ma.")]])
    chat.send()
    notice = await chat.notice("Claude is unavailable; switched to **Ollama · Script** for this reply")
    await chat.until(lambda: chat.replies == ["From Olla"])
    assert chat.note == "Next reply: Claude"
    chat.press(notice, "Try Claude again")
    await chat.until(lambda: chat.replies == ["From Claude."])
    await chat.ended()
    assert chat.note == ""


async def test_try_again_asks_a_provider_that_was_to_be_left_alone(chat: Chat) -> None:
    chat.profile.claude.extend([*[down()] * 5, [TextDelta("From Claude.")]])
    chat.profile.ollama.extend([[TextDelta("One.")], [TextDelta("Two.")]])
    for reply in ("One.", "Two."):
        chat.send()
        await chat.until(lambda reply=reply: chat.replies[-1:] == [reply])  # type: ignore[misc]
        await chat.ended()
    assert chat.profile.backend.factory.guards.circuit("claude").state is CircuitState.OPEN
    entry = next(entry for entry in chat.profile.backend.models.entries if entry.name == "claude")
    assert entry.health.text == "Failed 5 times in a row; left alone for 30 s"
    assert entry.health.is_usable
    chat.press(chat.notices[-1], "Try Claude again")
    await chat.until(lambda: chat.replies[-1] == "From Claude.")
    await chat.ended()
    assert chat.profile.backend.factory.guards.circuit("claude").state is CircuitState.CLOSED


async def test_a_broken_reply_goes_on_in_its_place(chat: Chat) -> None:
    chat.profile.claude.extend([[TextDelta("Two rest da"), *down(ErrorKind.NETWORK)], [TextDelta("ys are enough.")]])
    chat.send()
    notice = await chat.notice("Claude cannot be reached")
    assert chat.replies == ["Two rest da"]
    chat.press(notice, "Continue")
    await chat.until(lambda: chat.replies == ["Two rest days are enough."])
    await chat.ended()
    assert chat.notices == []


async def test_a_broken_reply_is_answered_again_beside_itself(chat: Chat) -> None:
    chat.profile.claude.extend([[TextDelta("Half"), *down(ErrorKind.NETWORK)], [TextDelta("Whole.")]])
    chat.send()
    chat.press(await chat.notice("Claude cannot be reached"), "Retry")
    await chat.until(lambda: chat.replies == ["Whole."])


async def test_details_can_be_read_and_copied_and_block_nothing(chat: Chat) -> None:
    chat.profile.claude.extend([BAD_KEY])
    chat.send()
    chat.press(await chat.notice("did not accept"), "Details")
    panel = next(one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsPanel) and one.isVisible())
    assert "Kind: invalid_key" in panel.text
    assert "Facts: status 401, authentication_error" in panel.text
    panel.copy()
    assert QGuiApplication.clipboard().text() == panel.text
    QApplication.sendEvent(panel, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert not panel.isVisible()


async def test_a_notice_is_reached_by_keyboard(chat: Chat) -> None:
    chat.profile.claude.extend([BAD_KEY])
    chat.send()
    await chat.notice("did not accept")
    thread = chat.view.thread_view
    thread.flush()
    await asyncio.sleep(0.05)
    thread.setFocus(Qt.FocusReason.TabFocusReason)
    reached = [thread.focused_action]
    for _ in range(4):
        thread.focusNextPrevChild(True)
        reached.append(thread.focused_action)
    assert reached == ["Copy", "Edit and send again", "Replace key", "Answer with Ollama, free", "Details"]


async def test_a_model_that_is_gone_leads_to_the_models_and_a_full_chat_to_a_new_one(chat: Chat) -> None:
    wanted: list[bool] = []
    chat.presenter.models_requested.connect(lambda: wanted.append(True))
    chat.profile.claude.extend([down(ErrorKind.MODEL_NOT_FOUND)])
    chat.send()
    chat.press(await chat.notice("does not have this model"), "Choose a model")
    assert wanted == [True]
    await chat.ended()
    chat.profile.claude.extend([down(ErrorKind.CONTEXT_TOO_LONG)] * 3)
    chat.send("And now?")
    chat.press(await chat.notice("too long for the model"), "New chat")
    assert chat.presenter.conversation is None
    assert chat.view.is_empty


async def test_the_details_of_a_wait_name_its_failure(chat: Chat) -> None:
    chat.profile.on_sleep = asyncio.Event()
    chat.profile.claude.extend([BUSY])
    chat.send()
    chat.press(await chat.notice("Claude is busy"), "Details")
    panel = next(one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsPanel) and one.isVisible())
    assert "Kind: rate_limited" in panel.text
    assert "Try: 2 of 3" in panel.text
    panel.close()


async def test_a_button_of_a_row_that_is_gone_does_nothing(chat: Chat) -> None:
    chat.profile.claude.extend([BAD_KEY])
    chat.send()
    notice = await chat.notice("did not accept")
    await chat.ended()
    chat.presenter.new_chat()
    for action in ("retry_now", "answer_elsewhere", "first_choice", "set_key", "details", "go_on"):
        chat.view.thread_view.action_requested.emit(notice.key, action)
    await asyncio.sleep(0.05)
    assert chat.keys_wanted == []
    assert not chat.presenter.is_streaming
    assert len(chat.profile.claude.calls) == 1


def _shades(picture: QImage) -> int:
    step = range(0, picture.height(), 3)
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in step})


SCENES: dict[str, tuple[Sequence[object], str]] = {
    "invalid key": (BAD_KEY, "did not accept"),
    "rate limited": (BUSY, "Claude is busy"),
    "switched": ([ProviderError(ErrorKind.NETWORK, "Down.", is_lasting=True)], "switched to"),
    "broken": ([TextDelta("Two rest days are enough after an easy"), *down(ErrorKind.NETWORK)], "cannot be reached"),
}


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
@pytest.mark.parametrize("scene", SCENES)
async def test_each_notice_is_painted_in_both_themes(chat: Chat, theme: Theme, mode: ThemeMode, scene: str) -> None:
    theme.set_mode(mode)
    steps, title = SCENES[scene]
    chat.profile.on_sleep = asyncio.Event()
    chat.profile.claude.extend([steps])  # type: ignore[list-item]  # steps of a script
    chat.profile.ollama.extend([[TextDelta("Two rest days are enough."), asyncio.Event()]])
    chat.send()
    await chat.notice(title)
    assert _shades(chat.picture()) > 20


async def _limit(chat: Chat) -> NoticeItem:
    await chat.profile.backend.settings.keep("budget.prices", f"claude/{MODEL} = 3 / 15")
    await chat.profile.backend.settings.keep("budget.month", "0")
    chat.send()
    notice = await chat.notice("This month’s limit is $0.00")
    await chat.ended()
    assert chat.profile.claude.calls == []
    return notice


async def test_at_a_limit_raising_it_is_one_click_and_the_message_is_answered(chat: Chat) -> None:
    notice = await _limit(chat)
    chat.profile.claude.extend([[TextDelta("Three easy runs.")]])
    chat.press(notice, "Raise limit to $1.00")
    await chat.until(lambda: chat.replies == ["Three easy runs."])
    assert chat.profile.backend.settings.current.budget.month == 1_000_000
    assert chat.notices == []


async def test_at_a_limit_a_free_model_answers_where_that_is_pressed(chat: Chat) -> None:
    notice = await _limit(chat)
    chat.profile.ollama.extend([[TextDelta("For nothing.")]])
    chat.press(notice, "Answer with Ollama, free")
    await chat.until(lambda: chat.replies == ["For nothing."])


async def test_at_a_limit_one_message_can_be_sent_all_the_same_and_the_next_is_asked_for_again(chat: Chat) -> None:
    notice = await _limit(chat)
    chat.profile.claude.extend([[TextDelta("Three easy runs.")]])
    chat.press(notice, "Send this once")
    await chat.until(lambda: chat.replies == ["Three easy runs."])
    await chat.ended()
    chat.send("And then?")
    await chat.notice("This month’s limit is $0.00")
    assert len(chat.profile.claude.calls) == 1
