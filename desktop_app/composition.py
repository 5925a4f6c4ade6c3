"""The composition root of the window: joins an open profile to views and presenters."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from desktop_app.backend import Backend
from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Conversation
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import GoalChange
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.paths import Paths
from desktop_app.settings import Settings, Sources
from desktop_app.storage.keychain import Keychain
from desktop_app.tracing.redaction import Redactor
from desktop_app.ui.archive.presenter import ArchivePresenter
from desktop_app.ui.chat.composer_desk import BoxServices
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.chat.turns import ChatServices
from desktop_app.ui.chat.zoom import read_zoom
from desktop_app.ui.context_presenter import ContextPresenter
from desktop_app.ui.file_dialogs import FileDialogs
from desktop_app.ui.goals.check_ins.presenter import CheckInsPresenter
from desktop_app.ui.goals.files.presenter import GoalFilesPresenter
from desktop_app.ui.goals.own_templates import OwnTemplates
from desktop_app.ui.goals.phase_menu import PhaseMenu
from desktop_app.ui.goals.presenter import GoalEditorPresenter
from desktop_app.ui.goals.proposal_presenter import ProposalPresenter
from desktop_app.ui.link_opener import LinkOpener
from desktop_app.ui.models.fetch_presenter import FetchPresenter
from desktop_app.ui.models.key_presenter import KeyPresenter
from desktop_app.ui.models.presenter import ModelPresenter
from desktop_app.ui.notifications.desktop import desktop_notifications
from desktop_app.ui.notifications.reminders import ReminderPresenter
from desktop_app.ui.openings.presenter import OpeningPresenter
from desktop_app.ui.search.presenter import SearchPresenter
from desktop_app.ui.settings.presenter import SettingsPresenter, SettingsServices
from desktop_app.ui.shell import Shell
from desktop_app.ui.sidebar.goal_desk import GoalDesk
from desktop_app.ui.sidebar.presenter import SidebarPresenter
from desktop_app.ui.since.presenter import SincePresenter
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.traces.presenter import TracePresenter
from desktop_app.ui.usage.money_presenter import MoneyPresenter, MoneyServices
from desktop_app.ui.usage.presenter import UsagePresenter, UsageServices
from desktop_app.ui.usage.prices_presenter import PriceServices, PricesPresenter

LAST_CONVERSATION = "last_conversation"
CHAT_ZOOM = "chat.zoom"
# Of a key only so much is shown that its owner knows which it is, and of a short one nothing.
_SHOWN_OF_KEY = 4
_LEAST_KEY = 16
MAY_DOWNLOAD = "builtin.may_download"
PROVIDERS_FIRST_S = 15.0


async def open_session(
    shell: Shell,
    paths: Paths,
    sources: Sources,
    now: Callable[[], datetime],
    services: Sequence[BaseLLMService] = (),
    redactor: Redactor | None = None,
    on_bug: Callable[[Exception, str], None] | None = None,
) -> "Session":
    """Open the profile's database and join everything to the window. Raises StorageError; then nothing stays open.

    `services` replace the providers that the settings of `sources` would give. `redactor` is the one that the log uses.
    What nobody expected goes to `on_bug`.
    """
    keychain = None if services else Keychain()
    backend = await Backend.open(paths, sources, now, services, redactor=redactor, keychain=keychain)
    return Session(shell, backend, now, on_bug)


class Session:
    """Everything that lives between opening a profile and closing it."""

    def __init__(
        self,
        shell: Shell,
        backend: Backend,
        now: Callable[[], datetime],
        on_bug: Callable[[Exception, str], None] | None = None,
    ) -> None:
        self._shell = shell
        self._backend = backend
        self._has_offered_download = False
        self._has_tray = False
        self._keys = _keys(backend.settings.current)
        self.runner = TaskRunner(self._tell, on_bug)
        self.preferences = backend.preferences
        self.goals = backend.goals
        self.factory = backend.factory
        self.models = backend.models
        self.chat = backend.chat
        self.editor = GoalEditorPresenter(
            shell.goal_editor, self.goals, self.runner, backend.today, used_tags=backend.goal_list.tags
        )
        self.proposals = ProposalPresenter(
            shell.goal_editor, self.editor, backend.proposals, backend.settings, self.runner
        )
        self.check_ins = CheckInsPresenter(
            shell.goal_editor, self.editor, backend.check_ins, self.goals, self.runner, now
        )
        services = ChatServices(
            self.chat,
            self.goals,
            self.models,
            backend.fallback,
            self._key_ending,
            BoxServices(backend.drafts, backend.queue, backend.attachments),
            backend.limits,
        )
        self.chat_presenter = ChatPresenter(
            shell.chat, services, self.runner, self.editor.drafts, self._confirm, backend.today
        )
        self.goal_desk = GoalDesk(shell.sidebar, self.goals, backend.goal_list, self.runner, self.editor.flush)
        self.sidebar = SidebarPresenter(
            shell.sidebar, self.chat, backend.conversations, self.goal_desk, self.runner, now
        )
        self.search = SearchPresenter(shell.search, backend.search, self.runner, self._shown_conversation, now)
        self.context = ContextPresenter(shell.window, backend.context, self.models, self.runner)
        self.money = MoneyPresenter(
            shell.window,
            shell.sidebar.meter,
            shell.chat.composer,
            MoneyServices(backend.ledger, backend.usage, backend.estimator, self.models, self.preferences),
            self.runner,
            self.chat_presenter.warn,
        )
        self.usage = UsagePresenter(
            lambda: shell.usage,
            UsageServices(
                backend.reports,
                backend.ledger,
                backend.limits,
                backend.prices,
                self.models,
                backend.fallback,
                self.chat.comparing.wins,
            ),
            FileDialogs(shell.window),
            self.runner,
            shell.window,
        )
        self.settings = SettingsPresenter(
            shell.new_settings,
            shell.theme,
            SettingsServices(backend.settings, backend.keys, backend.examine),
            self.runner,
            shell.window,
        )
        shell.window.settings_requested.connect(self.settings.open)
        self.prices = PricesPresenter(
            shell.new_prices_dialog,
            PriceServices(backend.prices, backend.price_book, self.models, backend.reports),
            self.runner,
            shell.window,
        )
        self.usage.prices_requested.connect(self.prices.open)
        backend.prices.subscribe(self.money.measure)
        self.goals.subscribe(self._note_goal)
        self.model_presenter = ModelPresenter(
            shell.model_button, self.models, backend.keys, self.runner, backend.settings
        )
        self.fetch_presenter = FetchPresenter(shell.model_button, backend.fetches)
        self.key_presenter = KeyPresenter(shell.window, shell.theme, backend.keys, self.runner)
        self.archive = ArchivePresenter(
            shell.window,
            backend.archive,
            shell.dialogs,
            FileDialogs(shell.window),
            self.runner,
            self._shown_conversation,
        )
        self.goal_files = GoalFilesPresenter(
            shell.window,
            shell.theme,
            backend.goal_files,
            self.runner,
            lambda: self.editor.goal,
            self.editor.flush,
            backend.today,
        )
        self.openings = OpeningPresenter(
            shell.window,
            backend.goal_files,
            self.goal_files.offer,
            self.archive.offer,
            shell.dialogs,
            self.runner,
        )
        self.links = LinkOpener(shell.window, self.runner, self._confirm)
        self.reminders = ReminderPresenter(backend.reminders, desktop_notifications(), self.runner, now, shell.window)
        self.since = SincePresenter(
            lambda: shell.since, backend.reminders, self.preferences, self.runner, now, shell.window
        )
        self.templates = OwnTemplates(
            shell.goal_editor, self.goal_desk.menus, self.editor, backend.templates, shell.dialogs, self.runner
        )
        PhaseMenu(shell.sidebar.menu, backend.settings, self.runner)
        self.traces = TracePresenter(lambda: shell.traces, self._trace_place, self.runner, backend.today, shell.window)
        self._connect()
        self._connect_goal()

    async def start(self) -> None:
        """Fill the window from the database, then get providers ready in the background. Raises StorageError."""
        await self._backend.load()
        self._backend.circuits.take_over()
        await self.chat.mark_interrupted()
        await self._backend.drafts.load()
        await self._backend.conversations.purge()
        await self._backend.goal_list.purge()
        await self._backend.attachments.tidy()
        await self.sidebar.load()
        self._shell.chat.set_zoom(read_zoom(self.preferences.value(CHAT_ZOOM)))
        self.chat_presenter.start()
        self.proposals.read()
        self.money.refresh()
        self._show_tray(self._backend.settings.current)
        if self._backend.settings.current.problems:
            self._tell(AppError("\n".join(self._backend.settings.current.problems)))
        self._reopen_last()
        self.runner.start(self._find_keys(), name="find keys")
        self.templates.show()
        self.reminders.start()
        self.since.start()
        preparing = self.runner.start(self.models.prepare(), name="get providers ready")
        self.runner.start(self._load_tracing(preparing), name="load what traces are made with")

    async def _load_tracing(self, preparing: "asyncio.Task[None] | None") -> None:
        # A library of seconds that no turn waits for; providers go first, but one may have a model to download.
        if preparing is not None:
            await asyncio.wait([preparing], timeout=PROVIDERS_FIRST_S)
        await self._backend.tracer.ready()

    async def close(self) -> None:
        """Save what is unsaved, end replies (they keep their text), close providers and the database."""
        self.usage.close()
        self.traces.close()
        self.settings.close()
        self.reminders.close()
        await self.editor.flush()
        await self.runner.close()
        await self._backend.close()

    def _connect(self) -> None:
        sidebar, chat = self._shell.sidebar, self.chat_presenter
        sidebar.goal_chosen.connect(self._open_goal)
        sidebar.conversation_chosen.connect(chat.open_conversation)
        sidebar.conversation_chosen.connect(self._show_chat)
        self._shell.goal_editor.history.chat_requested.connect(self._show_chat)
        self._shell.window.new_chat_requested.connect(self._show_chat)
        self.search.message_requested.connect(self._show_chat)
        self.search.conversation_requested.connect(self._show_chat)
        self.goal_desk.menus.template_chosen.connect(self.editor.new_goal_from)
        self.goal_desk.menus.template_chosen.connect(self._shell.window.show_editor)
        self.goal_desk.menus.own_template_chosen.connect(self._shell.window.show_editor)
        self.goal_desk.opened.connect(self._open_goal)
        self.goal_desk.removed.connect(self.editor.close_removed)
        self._shell.window.new_chat_requested.connect(chat.new_chat)
        self._shell.chat.zoom_changed.connect(self._keep_zoom)
        self._shell.window.search_requested.connect(self.search.open)
        self._shell.window.back_requested.connect(self.search.go_back)
        self.search.goal_requested.connect(self._open_goal)
        self.search.message_requested.connect(chat.show_message)
        self.search.conversation_requested.connect(chat.open_conversation)
        self._shell.window.chat_menu.addAction("Compare two models…").triggered.connect(self._compare)
        self._shell.window.leave_compare_requested.connect(chat.leave_compare)
        chat.comparing_changed.connect(self._shell.window.set_comparing)
        self.archive.add_to(self._shell.window.chat_menu, sidebar.menu)
        self.archive.conversations_added.connect(self.sidebar.refresh_conversations)
        chat.goal_requested.connect(self._open_goal)
        chat.conversation_opened.connect(self._show_conversation)
        chat.heading_changed.connect(self._show_heading)
        chat.conversations_changed.connect(self.sidebar.refresh_conversations)
        chat.conversation_opened.connect(self.context.follow)
        chat.conversation_opened.connect(self.money.follow)
        chat.conversations_changed.connect(self.money.measure)
        chat.limits_requested.connect(self.usage.open_limits)
        chat.price_requested.connect(self._enter_price)
        sidebar.usage_requested.connect(self.usage.open)
        chat.conversations_changed.connect(self.context.measure)
        self.editor.goal_opened.connect(self._follow_goal)
        self.proposals.waiting.connect(self._shell.window.show_editor)
        self.proposals.goal_made.connect(self._open_goal)
        self._shell.goal_editor.history.chat_requested.connect(chat.open_conversation)
        chat.models_requested.connect(self._shell.model_button.open_popover)
        chat.key_requested.connect(self.key_presenter.open)
        self.model_presenter.key_requested.connect(self.key_presenter.open)
        self.models.subscribe(self._offer_download)
        self._backend.settings.subscribe(self._note_settings)
        self._backend.conversations.subscribe(chat.follow_heading)
        self._connect_openings()
        self._connect_traces()

    def _connect_traces(self) -> None:
        chat, traces = self.chat_presenter, self.traces
        chat.trace_requested.connect(traces.open_trace)
        self._shell.sidebar.traces_requested.connect(traces.open)
        traces.message_requested.connect(chat.show_message)
        traces.message_requested.connect(self._show_chat)
        traces.message_requested.connect(self._bring_to_front)
        traces.conversation_requested.connect(chat.open_conversation)
        traces.conversation_requested.connect(self._bring_to_front)

    def _connect_openings(self) -> None:
        openings, chat = self.openings, self.chat_presenter
        openings.goal_requested.connect(self._open_goal)
        openings.conversation_requested.connect(chat.open_conversation)
        openings.conversation_requested.connect(self._show_chat)
        openings.text_offered.connect(chat.begin_with)
        openings.text_offered.connect(self._show_chat)
        self._backend.settings.subscribe(self._show_tray)

    def _connect_goal(self) -> None:
        editor = self._shell.goal_editor
        self._shell.sidebar.new_goal_requested.connect(self._shell.window.show_editor)
        self._shell.sidebar.new_goal_requested.connect(self.editor.new_goal)
        editor.history.name_models(self.models.name_of)
        editor.plan.link_requested.connect(self.links.open)
        self.goal_files.add_to(editor.header.export_menu, self._shell.sidebar.menu)
        editor.header.duplicate_requested.connect(self._duplicate_shown)
        self.reminders.goal_requested.connect(self._open_reminded)
        self._shell.since_requested.connect(self._open_goal)
        self.since.question_asked.connect(self.chat_presenter.begin_with)
        self.reminders.review_requested.connect(self._review)
        self.reminders.told_here.connect(self.chat_presenter.tell)
        editor.header.delete_requested.connect(self._delete_shown)

    def _show_tray(self, settings: Settings) -> None:
        """The icon in the tray, as it is set."""
        wanted = settings.window.tray
        if wanted and not self._has_tray:
            self._has_tray = True
            self._shell.tray.sent.connect(self._send_quickly)
        if self._has_tray:
            self._shell.tray.show(wanted, settings.window.quick_keys or "")

    def _send_quickly(self, text: str) -> None:
        """A message from the tray, in a new chat; what stands unsent there stays, and the message waits behind it."""
        box = self._shell.chat.composer
        self.chat_presenter.begin_with(text)
        if box.text() == text:
            box.ask_to_send()
        self._shell.come_to_front()

    def _trace_place(self) -> tuple[Path, bool]:
        """Where traces are written, and whether they are."""
        tracing = self._backend.settings.current.tracing
        return self._backend.traces_path, tracing.is_enabled

    def _compare(self, _checked: bool) -> None:
        self.chat_presenter.compare()

    def _key_ending(self, provider: str) -> str | None:
        """The last characters of a provider's key, empty without one, None where it takes none."""
        keys = _keys(self._backend.settings.current)
        if provider not in keys:
            return None
        key = keys[provider] or ""
        return key[-_SHOWN_OF_KEY:] if len(key) >= _LEAST_KEY else ""

    def _note_settings(self, settings: Settings) -> None:
        """A new key: what waits for it is sent. Other limits or prices: what is said of money changes."""
        self.money.refresh()
        self.money.measure()
        for provider, key in _keys(settings).items():
            if key and key != self._keys.get(provider):
                self.chat_presenter.resend_with_key(provider)
        self._keys = _keys(settings)

    async def _find_keys(self) -> None:
        if looked_for := await self._backend.keys.load():
            await self.models.refresh(*looked_for)

    def _offer_download(self) -> None:
        """Ask once a start whether the built-in model may be downloaded, where it is nowhere on this computer."""
        entry = next((entry for entry in self.models.entries if entry.name == "builtin"), None)
        size = entry.health.download_bytes if entry else None
        if size is not None and not self._has_offered_download:
            self._has_offered_download = True
            self.runner.start(self._ask_for_download(size), name="offer the built-in model")

    async def _ask_for_download(self, size_bytes: int) -> None:
        agreed = self.preferences.value(MAY_DOWNLOAD) == "yes" or await self._shell.dialogs.ask(
            "Download the built-in coach?",
            "Download",
            detail=f"{size_bytes / 1e9:.1f} GB, once, from its publisher. It then answers on this computer, offline. "
            "Ollama, Claude and OpenAI work without it.",
            reject="Not now",
        )
        if agreed:
            await self.preferences.keep(MAY_DOWNLOAD, "yes")
            await self.models.download("builtin")

    def _tell(self, error: AppError) -> None:
        """Say what went wrong, over the window; everything else goes on."""
        self.runner.start(self._shell.dialogs.tell(str(error)), name="tell an error")

    async def _confirm(self, question: str, detail: str) -> bool:
        return await self._shell.dialogs.ask(question, "Open", detail=detail)

    def _open_goal(self, goal_id: int) -> None:
        self._shell.window.show_editor()
        self.editor.open_goal(GoalId(goal_id))

    def _open_reminded(self, goal_id: int) -> None:
        self._shell.come_to_front()
        self._open_goal(goal_id)

    def _review(self, goal_id: int) -> None:
        """Open a goal, ready for a check-in."""
        self._shell.come_to_front()
        self._shell.window.show_editor()
        self.runner.start(self._open_review(GoalId(goal_id)), name="open a review")

    async def _open_review(self, goal_id: GoalId) -> None:
        if await self.editor.open(goal_id):
            self._shell.goal_editor.page.open_check_ins()

    def _duplicate_shown(self) -> None:
        if self.editor.goal is not None:
            self._shell.sidebar.goal_duplicated.emit(self.editor.goal.id)

    def _delete_shown(self) -> None:
        if self.editor.goal is not None:
            self._shell.sidebar.goal_deleted.emit(self.editor.goal.id)

    def _bring_to_front(self, *_numbers: int) -> None:
        self._shell.come_to_front()

    def _show_chat(self) -> None:
        self._shell.window.enlarge_editor(False)

    def _follow_goal(self, goal: Goal | None) -> None:
        self.chat_presenter.set_active_goal(goal)
        self.money.follow_goal(goal)
        self._shell.sidebar.select_goal(goal.id if goal else None)

    def _enter_price(self, choice: ModelChoice) -> None:
        self.usage.open()
        self.prices.open_for(choice)

    def _note_goal(self, _change: GoalChange) -> None:
        self.money.measure()

    def _shown_conversation(self) -> Conversation | None:
        return self.chat_presenter.conversation

    def _show_heading(self, conversation: Conversation) -> None:
        self._shell.window.set_conversation_title(conversation.title)

    def _show_conversation(self, conversation: Conversation | None) -> None:
        self._shell.window.set_conversation_title(conversation.title if conversation else "")
        self._shell.sidebar.select_conversation(conversation.id if conversation else None)
        last = str(conversation.id) if conversation else ""
        self.runner.start(self.preferences.keep(LAST_CONVERSATION, last), name="remember the open chat")
        if conversation is not None and conversation.goal_id is not None:
            self._open_goal(conversation.goal_id)

    def _keep_zoom(self, zoom: float) -> None:
        self.runner.start(self.preferences.keep(CHAT_ZOOM, str(zoom)), name="keep the zoom")

    def _reopen_last(self) -> None:
        last = self.preferences.value(LAST_CONVERSATION)
        # Who has begun to write while the program loaded stays with that.
        if last and last.isdecimal() and self._shell.chat.composer.is_blank:
            self.chat_presenter.open_conversation(int(last))


def _keys(settings: Settings) -> dict[str, str | None]:
    """The key of each provider that takes one."""
    keys = {"claude": settings.claude.api_key, "openai": settings.openai.api_key}
    return keys | {server.provider: server.api_key for server in settings.compatible}
