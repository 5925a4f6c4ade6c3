"""What stands behind a profile, for the window and for commands: its database, providers and services."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.domain.budgets import WhenReached
from desktop_app.domain.goals import UserPhase
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import StorageError
from desktop_app.imports import import_quietly
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.paths import Paths
from desktop_app.services.archive import ArchiveService
from desktop_app.services.attachments import AttachmentService
from desktop_app.services.chat import ChatRepositories, ChatService, MessageQueue
from desktop_app.services.circuits import CircuitKeeper
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.context_gauge import ContextGauge
from desktop_app.services.conversations import ConversationService
from desktop_app.services.drafts import DraftKeeper
from desktop_app.services.fallback import FallbackOrder
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goal_list import GoalListService
from desktop_app.services.goals import GoalService
from desktop_app.services.keys import KeyService
from desktop_app.services.model_fetches import ModelFetches
from desktop_app.services.models import ModelDirectory
from desktop_app.services.preferences import Preferences
from desktop_app.services.reminders import ReminderService
from desktop_app.services.search import SearchService
from desktop_app.services.settings import SettingsService
from desktop_app.services.spending import Ledger, PriceBook, Spending
from desktop_app.services.spending.estimates import CostEstimator
from desktop_app.services.spending.leases import Lease, Leases
from desktop_app.services.spending.limit_keeper import LimitKeeper
from desktop_app.services.spending.price_keeper import PriceKeeper
from desktop_app.services.spending.reports import UsageReports
from desktop_app.services.templates import TemplateService
from desktop_app.settings import Settings, Sources
from desktop_app.settings.values import AUTOMATIC_PHASE
from desktop_app.storage.archive import ArchiveRepository
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.due import DueRepository
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goal_transfer import GoalTransferRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.headings import HeadingRepository
from desktop_app.storage.keychain import Keychain
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.storage.reservations import ReservationRepository
from desktop_app.storage.search import SearchRepository
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.tracer import Tracer

if TYPE_CHECKING:
    from desktop_app.services.doctor import Finding

_log = logging.getLogger(__name__)

_LEARNED_OF_TOKENS: Final = "learned_of_tokens"


class Backend:
    """One open profile: plain constructors, read top to bottom. `open` makes it, `close` ends it."""

    def __init__(
        self,
        database: Database,
        paths: Paths,
        sources: Sources,
        now: Callable[[], datetime],
        services: Sequence[BaseLLMService],
        reliability: Reliability | None = None,
        redactor: Redactor | None = None,
        keychain: Keychain | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self.preferences = Preferences(PreferenceRepository(database))
        self.settings = SettingsService(sources, self.preferences)
        self.goals = GoalService(GoalRepository(database), now)
        self.goal_list = GoalListService(GoalListRepository(database), self.goals, now)
        self.coach = CoachWrites.of(database, self.goals, now, self._asks_first, self._chosen_phase)
        self.check_ins, self.proposals = self.coach.check_ins, self.coach.proposals
        self.templates = TemplateService(self.preferences)
        self.reminders = ReminderService(
            DueRepository(database), CheckInRepository(database), self.preferences, self._reminds
        )
        transfer = GoalTransferRepository(database)
        self.goal_files = GoalFileService(transfer, self.goals, self.check_ins, now)
        self._paths = paths
        self._traces = paths.traces
        self.tracer = Tracer(redactor)
        self._use_for_traces(self.settings.current)
        self.settings.subscribe(self._use_for_traces)
        self.factory = LLMServiceFactory(
            self.settings.current,
            paths,
            self.today,
            services,
            reliability=reliability or Reliability(),
            tracer=self.tracer,
        )
        self.settings.subscribe(self.factory.use)
        self.circuits = CircuitKeeper(self.factory.guards, self.factory.labels, self.preferences, now)
        listed = ListPrices(paths.data)
        self.price_book = PriceBook(lambda: self.settings.current, self.today, listed)
        self.prices = PriceKeeper(self.settings, listed, self.today)
        self.models = ModelDirectory(
            self.factory, self.preferences, lambda: self.settings.current, self.price_book.priced
        )
        self.fetches = ModelFetches(self.factory, self.models, lambda: self.settings.current)
        self.settings.subscribe(self.fetches.use)
        self.keys = KeyService(self.settings, self.factory, self.models, keychain)
        repositories = ChatRepositories.of(database)
        self.context = ContextGauge(repositories.conversations, self.coach.reader, self.factory.get_service)
        self.drafts = DraftKeeper(repositories.unsent)
        self.queue = MessageQueue(repositories.unsent)
        self.attachments = AttachmentService(repositories.attachments)
        self.fallback = FallbackOrder(self.models, self._fallback_order)
        self.archive = ArchiveService(ArchiveRepository(database), repositories.attachments)
        self.search = SearchService(SearchRepository(database))
        self.conversations = ConversationService(HeadingRepository(database), now)
        self.usage = repositories.usage
        self.limits = LimitKeeper(self.settings)
        leases = Leases(ReservationRepository(database), now, Lease())
        self.ledger = Ledger(self.usage, now, lambda: self.limits.limits, self._stand_in, leases=leases)
        self.spending = Spending(self.ledger, repositories.usage, self.price_book)
        self.reports = UsageReports(self.usage, self.ledger, self.goals, now)
        self.estimator = CostEstimator(
            repositories.conversations, self.coach.reader, self.factory.get_service, self.spending
        )
        self.settings.subscribe(self._recheck_limits)
        self.chat = ChatService(
            repositories,
            self.conversations,
            self.coach,
            self.factory.get_service,
            now,
            self.fallback.next_after,
            self.spending,
        )

    @classmethod
    async def open(
        cls,
        paths: Paths,
        sources: Sources,
        now: Callable[[], datetime],
        services: Sequence[BaseLLMService] = (),
        reliability: Reliability | None = None,
        redactor: Redactor | None = None,
        keychain: Keychain | None = None,
    ) -> "Backend":
        """Open the profile's database and build what needs it. Raises StorageError; then nothing stays open.

        `services` replace the providers that the settings of `sources` would give; `reliability` says how failures
        are met; `redactor` is the one that the log uses, and learns every key that is set; `keychain` is where keys are
        kept, None where nothing is to be kept.
        """
        database = await Database.open(paths.database)
        return cls(database, paths, sources, now, services, reliability, redactor, keychain)

    async def load(self) -> None:
        """Read what the person chose and set; call it once, before anything else. Raises StorageError."""
        await self.preferences.load()
        self.settings.read_preferences()
        self.factory.estimates.load(self.preferences.value(_LEARNED_OF_TOKENS) or "{}")

    async def examine(self) -> "tuple[Finding, ...]":
        """Look at profile, settings and providers as `goalgetter doctor` does; no message is sent."""
        # No start waits for it, and the window does not while it comes.
        doctor = await asyncio.to_thread(import_quietly, "desktop_app.services.doctor")
        settings, paths = self.settings.current, self._paths
        folders = await asyncio.to_thread(doctor.folder_findings, paths)
        database = await asyncio.to_thread(doctor.database_finding, paths.database)
        traces = await asyncio.to_thread(doctor.traces_finding, settings, paths)
        asked = await doctor.provider_findings(self.factory, self.models, settings, paths)
        found = doctor.with_circuits(asked, self.circuits)
        return (*folders, database, traces, *doctor.settings_findings(settings), *found.findings)

    def _fallback_order(self) -> tuple[str, ...]:
        return self.settings.current.reliability.fallback_order

    def _asks_first(self) -> bool:
        return self.settings.current.goals.asks_first

    def _reminds(self) -> bool:
        return self.settings.current.goals.reminders

    def _chosen_phase(self) -> UserPhase | None:
        chosen = self.settings.current.goals.user_phase
        return None if chosen == AUTOMATIC_PHASE else UserPhase(chosen)

    def _stand_in(self, asked: Sequence[str]) -> ModelChoice | None:
        """The free model that answers at a limit, where the person wants that."""
        return self.fallback.free_after(asked) if self.limits.limits.when_reached is WhenReached.FREE else None

    def _recheck_limits(self, _settings: Settings) -> None:
        self.ledger.recheck()

    def today(self) -> date:
        """The date where the person is."""
        return self._now().astimezone().date()

    async def close(self) -> None:
        """Write the drafts, close providers and the database; whatever uses them has ended before."""
        await self.drafts.close()
        await self.fetches.aclose()
        await self.factory.aclose()
        await self.circuits.close()
        await self._keep_what_was_learned()
        await self._write_rest_of_usage()
        await self.tracer.aclose()
        await self._database.close()

    async def _keep_what_was_learned(self) -> None:
        learned = self.factory.estimates.dump()
        try:
            if learned != "{}":
                await self.preferences.keep(_LEARNED_OF_TOKENS, learned)
        except StorageError as error:
            # It will be learned again; the program ends all the same.
            _log.warning("what was learned of tokens is not kept: %s", type(error).__name__)

    async def _write_rest_of_usage(self) -> None:
        try:
            await self.ledger.close()
        except StorageError as error:
            _log.error("%d model calls are not written down: %s", self.ledger.unwritten, type(error).__name__)

    @property
    def traces_path(self) -> Path:
        """The file of traces."""
        return self.settings.current.tracing.log_path or self._traces

    def _use_for_traces(self, settings: Settings) -> None:
        self.tracer.keep_secret(*settings.keys)
        tracing = settings.tracing
        path = self.traces_path if tracing.is_enabled else None
        self.tracer.use(path, includes_content=tracing.includes_content)
