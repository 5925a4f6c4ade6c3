"""The settings in force, as frozen values: a section for each provider, and what concerns all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop_app.settings.origins import DEFAULT, Origin
from desktop_app.settings.value_types import OwnPrice

DEFAULT_OLLAMA_HOST: Final = "http://127.0.0.1:11434"
DEFAULT_KEEP_ALIVE: Final = "30m"
DEFAULT_BUILTIN_MODEL: Final = "qwen2.5-coder-1.5b"
AUTOMATIC_PHASE: Final = "automatic"
USER_PHASES: Final = (AUTOMATIC_PHASE, "goal_setting", "tracking")
BUILTIN_MODELS: Final = (DEFAULT_BUILTIN_MODEL, "qwen2.5-coder-0.5b", "smollm2-135m")


@dataclass(frozen=True, slots=True)
class ClaudeSettings:
    """`base_url` None is Anthropic's own address; `model` None leaves the choice to the person.

    `max_tokens` bounds one reply, thinking included; None for it and for `temperature` leaves them to the program.
    """

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class OpenAISettings:
    """As `ClaudeSettings`; `store_at_provider` lets OpenAI keep requests and replies."""

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    store_at_provider: bool = False


@dataclass(frozen=True, slots=True)
class OllamaSettings:
    """`host` is a base URL. `num_ctx` None is chosen by need. `keep_alive` is how Ollama writes it: "30m", "-1"."""

    host: str = DEFAULT_OLLAMA_HOST
    model: str | None = None
    num_ctx: int | None = None
    keep_alive: str = DEFAULT_KEEP_ALIVE


@dataclass(frozen=True, slots=True)
class BuiltinSettings:
    """`model` is a known name or the path of a GGUF file; `weights_file` and `weights_url` say where its file is."""

    model: str = DEFAULT_BUILTIN_MODEL
    weights_file: Path | None = None
    weights_url: str | None = None


@dataclass(frozen=True, slots=True)
class CompatibleSettings:
    """One server that speaks OpenAI's chat completions. A server that wants no key has None."""

    name: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None

    @property
    def provider(self) -> str:
        """The provider's name in storage, preferences and `default_provider`."""
        return f"compatible:{self.name}"


@dataclass(frozen=True, slots=True)
class ReliabilitySettings:
    """What happens when a provider fails; times are in seconds.

    `failures_to_pause` in a row leave a provider alone for `pause_s`, which grows to `longest_pause_s`. `loading_s` is
    for the first piece while a model is read into memory, `reasoning_s` the longest silence of one that reasons.
    `fallback_order` names who answers where the chosen provider cannot.
    """

    tries: int = 3
    first_wait_s: float = 1
    longest_wait_s: float = 60
    failures_to_pause: int = 5
    pause_s: float = 30
    longest_pause_s: float = 120
    connect_s: float = 10
    first_piece_s: float = 60
    between_pieces_s: float = 120
    loading_s: float = 300
    reasoning_s: float = 300
    fallback_order: tuple[str, ...] = ("ollama", "builtin")


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What may be spent, in micro-dollars (millionths of a US dollar); None is no limit, 0 that nothing may be spent.

    At `warn_percent` of a limit the person is warned. `when_reached` is "ask", "free" (a free model answers) or "stop".
    """

    reply: int | None = None
    session: int | None = None
    day: int | None = None
    month: int | None = None
    warn_percent: int = 80
    when_reached: str = "ask"
    prices: tuple[OwnPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """`log_path` None is the profile's own place; without content a trace has no words of anybody."""

    is_enabled: bool = True
    log_path: Path | None = None
    includes_content: bool = True


@dataclass(frozen=True, slots=True)
class GoalSettings:
    """With `asks_first` the coach's changes wait for the person's word. `user_phase` is one of USER_PHASES."""

    asks_first: bool = False
    reminders: bool = True
    user_phase: str = AUTOMATIC_PHASE


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """`tray` shows the icon in the system tray; `quick_keys` open its box from any program, empty for none."""

    tray: bool = False
    quick_keys: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is set. `problems` are sentences about values that were refused; they hold no key.

    `default_provider` is a provider's name ("claude", "compatible:workshop"). With `local_only` nothing leaves this
    machine.
    """

    claude: ClaudeSettings = ClaudeSettings()
    openai: OpenAISettings = OpenAISettings()
    ollama: OllamaSettings = OllamaSettings()
    builtin: BuiltinSettings = BuiltinSettings()
    compatible: tuple[CompatibleSettings, ...] = ()
    default_provider: str | None = None
    tracing: TracingSettings = TracingSettings()
    goals: GoalSettings = GoalSettings()
    window: WindowSettings = WindowSettings()
    reliability: ReliabilitySettings = ReliabilitySettings()
    budget: BudgetSettings = BudgetSettings()
    local_only: bool = False
    problems: tuple[str, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)

    def origin(self, setting_id: str) -> Origin:
        """Where the value of a setting comes from; that of a server's is `llm.compatible.NAME.model`."""
        return self.origins.get(setting_id, DEFAULT)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that is set; none of them may be written anywhere."""
        keys = (self.claude.api_key, self.openai.api_key, *(server.api_key for server in self.compatible))
        return tuple(key for key in keys if key)

    def compatible_called(self, provider: str) -> CompatibleSettings:
        """The server that is the provider of this name. Raises KeyError if there is none."""
        return {server.provider: server for server in self.compatible}[provider]
