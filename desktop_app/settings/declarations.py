"""Every setting, declared once: its place, type, default, words and environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop_app.settings.value_types import (
    BuiltinModel,
    Choice,
    Duration,
    FilePath,
    Key,
    Money,
    Number,
    OllamaHost,
    OwnPrices,
    ProviderName,
    ProviderOrder,
    ServerName,
    Switch,
    Text,
    Url,
    ValueType,
    Whole,
)
from desktop_app.settings.values import (
    AUTOMATIC_PHASE,
    BUILTIN_MODELS,
    DEFAULT_BUILTIN_MODEL,
    DEFAULT_KEEP_ALIVE,
    DEFAULT_OLLAMA_HOST,
    USER_PHASES,
)

_TOKENS: Final = Whole(16, 1_000_000, "tokens")  # OpenAI takes no fewer than 16
_OPENAI_PATHS: Final = ("/chat/completions", "/responses", "/models")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `id` is its path in the config file; its last part is the field of its section.

    `default` None means that the program or the person chooses. `variables` are the environment's names for it, the
    first the one that is documented. A model and the provider are not edited but chosen in the model list
    (`is_chosen_in_list`), which keeps the choice itself.
    """

    id: str
    type: ValueType
    label: str
    help: str
    variables: tuple[str, ...] = ()
    default: object = None
    is_chosen_in_list: bool = False

    @property
    def section(self) -> str:
        """The id without its last part."""
        return self.id.rpartition(".")[0]

    @property
    def key(self) -> str:
        """The last part of the id."""
        return self.id.rpartition(".")[2]

    @property
    def is_secret(self) -> bool:
        """Whether it is a key: never shown, never kept as a preference."""
        return isinstance(self.type, Key)


SECTIONS: Final[Mapping[str, str]] = {
    "llm": "Who answers",
    "llm.claude": "Claude",
    "llm.openai": "OpenAI",
    "llm.ollama": "Ollama",
    "llm.builtin": "Built-in coach",
    "llm.compatible": "Compatible servers",
    "llm.reliability": "When a provider fails",
    "budget": "Limits",
    "tracing": "Traces",
    "goals": "Goals",
    "window": "Window",
}
COMPATIBLE: Final = "llm.compatible"

_MODEL_HELP: Final = "The model that answers, as the provider names it. Empty: the one chosen in the model list."
_TOKENS_HELP: Final = "The longest reply, thinking included. Empty: long enough for any reply of the coach."
_TEMPERATURE_HELP: Final = "How freely the model words its replies: 0 is strict. Empty: as the provider has it."
_KEY_HELP: Final = "Your own key. Best kept in the system keychain: choose “Add key…” in the model list."


def _seconds(key: str, label: str, words: str, default: float, longest_s: float = 3_600) -> Setting:
    """A length of time of the section on failures, in seconds."""
    variable = f"GOALGETTER_{key.removesuffix('_s').upper()}_SECONDS"
    return Setting(
        f"llm.reliability.{key}", Number(0.1, longest_s), label, f"{words} In seconds.", (variable,), default
    )


def _limit(key: str, label: str, words: str) -> Setting:
    """A limit of what may be spent."""
    help_ = f"{words} In US dollars; 0: nothing may be spent. Empty: no limit."
    return Setting(f"budget.{key}", Money(), label, help_, (f"GOALGETTER_LIMIT_{key.upper()}",))


SETTINGS: Final = (
    Setting(
        "llm.default_provider",
        ProviderName(),
        "Provider",
        "Who answers: claude, openai, ollama, builtin, or compatible: and the server's name.",
        ("DEFAULT_LLM_PROVIDER", "GOALGETTER_PROVIDER"),
        is_chosen_in_list=True,
    ),
    Setting(
        "llm.local_only",
        Switch(),
        "Only on this computer",
        "No provider beyond this computer is used, and nothing is sent to one.",
        ("GOALGETTER_LOCAL_ONLY",),
        default=False,
    ),
    Setting("llm.claude.api_key", Key(), "Key", _KEY_HELP, ("ANTHROPIC_API_KEY", "CLAUDE_API_KEY")),
    Setting(
        "llm.claude.base_url",
        Url(("/messages", "/v1")),
        "Address",
        "Where the Messages API is. Empty: Anthropic's own address.",
        ("ANTHROPIC_BASE_URL", "CLAUDE_BASE_URL"),
    ),
    Setting(
        "llm.claude.model",
        Text(),
        "Model",
        _MODEL_HELP,
        ("ANTHROPIC_MODEL", "CLAUDE_MODEL"),
        is_chosen_in_list=True,
    ),
    Setting(
        "llm.claude.max_tokens",
        _TOKENS,
        "Longest reply",
        _TOKENS_HELP,
        ("ANTHROPIC_MAX_TOKENS", "CLAUDE_MAX_TOKENS"),
    ),
    Setting(
        "llm.claude.temperature",
        Number(0, 1),
        "Temperature",
        f"{_TEMPERATURE_HELP} Newer models take none.",
        ("ANTHROPIC_TEMPERATURE", "CLAUDE_TEMPERATURE"),
    ),
    Setting("llm.openai.api_key", Key(), "Key", _KEY_HELP, ("OPENAI_API_KEY",)),
    Setting(
        "llm.openai.base_url",
        Url(_OPENAI_PATHS),
        "Address",
        "Where the Responses API is, /v1 included. Empty: OpenAI's own address.",
        ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    ),
    Setting(
        "llm.openai.model", Text(), "Model", _MODEL_HELP, ("OPENAI_MODEL", "OPENAI_MODEL_NAME"), is_chosen_in_list=True
    ),
    Setting("llm.openai.max_tokens", _TOKENS, "Longest reply", _TOKENS_HELP, ("OPENAI_MAX_TOKENS",)),
    Setting(
        "llm.openai.temperature",
        Number(0, 2),
        "Temperature",
        f"{_TEMPERATURE_HELP} Models that reason take none.",
        ("OPENAI_TEMPERATURE",),
    ),
    Setting(
        "llm.openai.store_at_provider",
        Switch(),
        "Let OpenAI store requests and replies",
        "They can then be seen in OpenAI's dashboard.",
        ("OPENAI_STORE_AT_PROVIDER",),
        default=False,
    ),
    Setting(
        "llm.ollama.host",
        OllamaHost(),
        "Address",
        "Where Ollama listens.",
        ("OLLAMA_HOST", "OLLAMA_BASE_URL"),
        default=DEFAULT_OLLAMA_HOST,
    ),
    Setting("llm.ollama.model", Text(), "Model", _MODEL_HELP, ("OLLAMA_MODEL",), is_chosen_in_list=True),
    Setting(
        "llm.ollama.num_ctx",
        Whole(2_048, 10_000_000, "tokens"),
        "Context",
        "How much the model reads at once. Empty: as much as the conversation needs and the memory holds.",
        ("OLLAMA_NUM_CTX", "OLLAMA_CONTEXT_LENGTH"),
    ),
    Setting(
        "llm.ollama.keep_alive",
        Duration(),
        "Kept in memory for",
        "How long a model stays loaded after a reply: 30m, 2h, 0, or -1 for ever.",
        ("OLLAMA_KEEP_ALIVE",),
        default=DEFAULT_KEEP_ALIVE,
    ),
    Setting(
        "llm.builtin.model",
        BuiltinModel(BUILTIN_MODELS),
        "Model",
        "A known model's name, or the path of a GGUF file.",
        ("GOALGETTER_BUILTIN_MODEL",),
        default=DEFAULT_BUILTIN_MODEL,
    ),
    Setting(
        "llm.builtin.weights_file",
        FilePath(),
        "Its file",
        "Where the model's file is, if it does not lie where it is looked for.",
        ("GOALGETTER_BUILTIN_FILE",),
    ),
    Setting(
        "llm.builtin.weights_url",
        Url(),
        "Its download",
        "Where the model's file is downloaded from. Empty: from its publisher, after you agreed.",
        ("GOALGETTER_BUILTIN_URL",),
    ),
    Setting(
        "llm.reliability.tries",
        Whole(1, 10),
        "Tries",
        "How often a request is made in all before it counts as failed. 1: never again by itself.",
        ("GOALGETTER_TRIES",),
        default=3,
    ),
    _seconds("first_wait_s", "First wait", "The longest first wait before another try; it doubles with each.", 1, 60),
    _seconds(
        "longest_wait_s", "Longest wait", "No wait before another try is longer. Whoever asks for more waits.", 60
    ),
    Setting(
        "llm.reliability.failures_to_pause",
        Whole(1, 100),
        "Failures until a pause",
        "After so many failures in a row a provider is left alone for a while.",
        ("GOALGETTER_FAILURES_TO_PAUSE",),
        default=5,
    ),
    _seconds("pause_s", "Pause", "How long a provider is left alone at first.", 30),
    _seconds("longest_pause_s", "Longest pause", "The pause grows up to this while it goes on failing.", 120),
    _seconds("connect_s", "Time to connect", "How long a connection may take.", 10),
    _seconds("first_piece_s", "Time to the first word", "How long a reply may take to begin.", 60),
    _seconds("between_pieces_s", "Time between words", "How long a reply may stand still.", 120),
    _seconds("loading_s", "Time to load", "How long a model on this computer may take to be loaded and begin.", 300),
    _seconds("reasoning_s", "Time to think", "How long a model that reasons may be silent.", 300),
    Setting(
        "llm.reliability.fallback_order",
        ProviderOrder(),
        "Who steps in",
        "Who answers where the chosen provider cannot, in this order; “none” for nobody. Paid ones only if named.",
        ("GOALGETTER_FALLBACK_ORDER",),
        default=("ollama", "builtin"),
    ),
    _limit("reply", "One reply", "What one reply may cost, tools and summaries included."),
    _limit("session", "Each session", "What may be spent until GoalGetter is closed."),
    _limit("day", "Each day", "What may be spent on a day, from midnight where you are."),
    _limit("month", "Each month", "What may be spent in a month, from its first midnight where you are."),
    Setting(
        "budget.warn_percent",
        Whole(1, 100, "%"),
        "Warn me at",
        "When so much of a limit is used, GoalGetter says so once.",
        ("GOALGETTER_LIMIT_WARN_PERCENT",),
        default=80,
    ),
    Setting(
        "budget.when_reached",
        Choice(("ask", "free", "stop")),
        "When a limit is reached",
        "ask: nothing is sent until you said how to go on; free: a free model answers; stop: until you raise it.",
        ("GOALGETTER_LIMIT_REACHED",),
        default="ask",
    ),
    Setting(
        "budget.prices",
        OwnPrices(),
        "Your own prices",
        "In place of the list prices, for a million tokens: provider/model = input / output / cache read / cache "
        "write; semicolons between models.",
        ("GOALGETTER_PRICES",),
        default=(),
    ),
    Setting(
        "tracing.enabled",
        Switch(),
        "Write traces",
        "What each turn did, in a file on this computer.",
        ("OPENAI_TRACING_ENABLED", "GOALGETTER_TRACING_ENABLED"),
        default=True,
    ),
    Setting(
        "tracing.log_path",
        FilePath(),
        "Their file",
        "Where traces are written. Empty: with GoalGetter's other data.",
        ("OPENAI_TRACING_LOG_PATH", "GOALGETTER_TRACING_LOG_PATH"),
    ),
    Setting(
        "tracing.include_content",
        Switch(),
        "With what was said",
        "Without it, traces hold times and numbers only.",
        ("GOALGETTER_TRACING_CONTENT", "OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA"),
        default=True,
    ),
    Setting(
        "goals.ask_first",
        Switch(),
        "Ask before the coach changes anything",
        "What the coach would change in goals waits for your word.",
        ("GOALGETTER_ASK_FIRST",),
        default=False,
    ),
    Setting(
        "goals.reminders",
        Switch(),
        "Remind me",
        "Of reviews, milestones and deadlines of active goals, by notifications on this computer.",
        ("GOALGETTER_REMINDERS",),
        default=True,
    ),
    Setting(
        "goals.user_phase",
        Choice(USER_PHASES),
        "What the coach helps with",
        "goal_setting: finding words for goals; tracking: how they go; automatic: by whether a goal was begun.",
        ("GOALGETTER_USER_PHASE",),
        default=AUTOMATIC_PHASE,
    ),
    Setting(
        "window.tray",
        Switch(),
        "Icon in the system tray",
        "With a box for a quick message to the coach.",
        ("GOALGETTER_TRAY",),
        default=False,
    ),
    Setting(
        "window.quick_keys",
        Text(),
        "Keys for a quick message",
        "Open the box from any program, for example Ctrl+Alt+G. Needs the icon in the tray, and works on X11 only.",
        ("GOALGETTER_QUICK_KEYS",),
    ),
)

# The settings of each compatible server; the variables are those of the one server that the environment can set.
SERVER_SETTINGS: Final = (
    Setting(f"{COMPATIBLE}.name", ServerName(), "Name", "What you call it.", ("OPENAI_COMPATIBLE_NAME",)),
    Setting(
        f"{COMPATIBLE}.base_url",
        Url(_OPENAI_PATHS),
        "Address",
        "Where it speaks OpenAI's chat completions, /v1 included.",
        ("OPENAI_COMPATIBLE_BASE_URL",),
    ),
    Setting(
        f"{COMPATIBLE}.api_key",
        Key(),
        "Key",
        "Its key, if it wants one. Best kept in the system keychain: choose “Add key…” in the model list.",
        ("OPENAI_COMPATIBLE_API_KEY",),
    ),
    Setting(f"{COMPATIBLE}.model", Text(), "Model", _MODEL_HELP, ("OPENAI_COMPATIBLE_MODEL",), is_chosen_in_list=True),
    Setting(f"{COMPATIBLE}.max_tokens", _TOKENS, "Longest reply", _TOKENS_HELP, ("OPENAI_COMPATIBLE_MAX_TOKENS",)),
    Setting(
        f"{COMPATIBLE}.temperature",
        Number(0, 2),
        "Temperature",
        _TEMPERATURE_HELP,
        ("OPENAI_COMPATIBLE_TEMPERATURE",),
    ),
)

# Other names that people use for keys of the config file.
KEY_ALIASES: Final[Mapping[str, str]] = {
    "llm.anthropic": "llm.claude",
    "llm.provider": "llm.default_provider",
    "llm.ollama.base_url": "llm.ollama.host",
}


def setting(setting_id: str) -> Setting:
    """The setting of this id. Raises KeyError if there is none."""
    return _BY_ID[setting_id]


_BY_ID: Final = {one.id: one for one in (*SETTINGS, *SERVER_SETTINGS)}
