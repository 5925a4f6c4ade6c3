"""The types that a setting can have: what text each takes, in which words it refuses the rest."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_DURATION: Final = re.compile(r"-?(\d+(\.\d+)?(ms|s|m|h))+")
_SERVER_NAME: Final = re.compile(r"\w[\w .-]{0,39}")
# What stands in examples and templates in place of a key.
_PLACEHOLDER: Final = re.compile(
    r"(your|insert|paste|enter|replace)[ _-].*|<.*>|sk-[a-z-]*\.{2,}|change-?me|x{3,}", re.I
)
_KEY: Final = re.compile(r"sk-[\w-]{16,}")
_LONGEST_TEXT: Final = 400
_AMOUNT: Final = re.compile(r"\$?\s*([0-9]{1,7}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})\s*(?:\$|USD)?", re.I)
_MOST_USD: Final = 1_000_000
_MICRO_USD_PER_USD: Final = 1_000_000
_MOST_PRICES: Final = 200


class RefusedError(Exception):
    """A text that is no value of its type; `str(error)` continues "which …", or "… " after the place of a key."""


class ValueType(Protocol):
    """Reads a setting from text. Raises RefusedError. `folder` is what a relative path begins at."""

    def read(self, text: str, folder: Path) -> object:
        """The value that `text` means."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; a key in the wrong place is none, for it would be shown and sent to others."""

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002 - as the protocol has it
        """The text as it is."""
        if len(text) > _LONGEST_TEXT or not text.isprintable():
            raise RefusedError(f"is not one line of at most {_LONGEST_TEXT} characters")
        if _KEY.match(text):
            raise RefusedError("looks like a key")
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds, both included; `unit` for the screen."""

    minimum: int
    maximum: int
    unit: str = ""

    def read(self, text: str, folder: Path) -> int:  # noqa: ARG002
        """The number."""
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", text) or not self.minimum <= int(text) <= self.maximum:
            raise RefusedError(f"is no whole number from {self.minimum:,} to {self.maximum:,}")
        return int(text)


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, both included."""

    minimum: float
    maximum: float

    def read(self, text: str, folder: Path) -> float:  # noqa: ARG002
        """The number."""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not self.minimum <= value <= self.maximum:  # not a number fails too
            raise RefusedError(f"is no number from {self.minimum:g} to {self.maximum:g}")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The word."""
        if text.casefold() not in self.words:
            raise RefusedError(f"is none of {', '.join(self.words)}")
        return text.casefold()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of US dollars from 0 to a million, to the millionth; a point parts dollars from cents."""

    def read(self, text: str, folder: Path) -> int:  # noqa: ARG002
        """The amount in whole micro-dollars."""
        return int(_usd(text) * _MICRO_USD_PER_USD)


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """What somebody pays for a model, in US dollars for a million tokens; cached tokens without a price count as input.

    `model` is the provider's name, a slash, and the model's.
    """

    model: str
    input_usd: Decimal
    output_usd: Decimal
    cache_read_usd: Decimal | None = None
    cache_write_usd: Decimal | None = None

    @property
    def words(self) -> str:
        """The price as it is typed."""
        told = (self.input_usd, self.output_usd, self.cache_read_usd, self.cache_write_usd)
        return f"{self.model} = {' / '.join(f'{one:f}' for one in told if one is not None)}"


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """Prices of models: `claude/claude-opus-5 = 4 / 20 / 0.4 / 5`, with semicolons between them.

    The prices are those of a million tokens: input, output and, where it is known, read from and written to the cache.
    """

    def read(self, text: str, folder: Path) -> tuple[OwnPrice, ...]:  # noqa: ARG002
        """The prices, the last one of a model counts."""
        found = {price.model: price for entry in text.split(";") if entry.strip() for price in [_own_price(entry)]}
        if len(found) > _MOST_PRICES:
            raise RefusedError(f"has prices of more than {_MOST_PRICES} models")
        return tuple(found.values())


def _usd(text: str) -> Decimal:
    match = _AMOUNT.fullmatch(text.strip())
    amount = Decimal(match[1]) if match else None
    if amount is None or amount > _MOST_USD:
        raise RefusedError(f"is no amount of dollars from 0 to {_MOST_USD:,}, such as 5 or 0.50")
    return amount


def _own_price(entry: str) -> OwnPrice:
    model, _, told = entry.rpartition("=")
    parts = told.split("/")
    provider, _, name = model.strip().partition("/")
    if not provider.strip() or not name.strip() or not 2 <= len(parts) <= 4:
        raise RefusedError("is no list of prices such as “claude/claude-opus-5 = 4 / 20 / 0.4 / 5”")
    return OwnPrice(f"{provider.strip()}/{name.strip()}", *(_usd(part) for part in parts))


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    def read(self, text: str, folder: Path) -> bool:  # noqa: ARG002
        """True for on."""
        word = text.casefold()
        if word not in _YES | _NO:
            raise RefusedError("is neither true nor false")
        return word in _YES


@dataclass(frozen=True, slots=True)
class Key:
    """An API key. It is never shown."""

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The key, without the blanks and line ends that copying leaves around it."""
        key = text.strip().strip("\"'")
        if not key or _PLACEHOLDER.fullmatch(key):
            raise RefusedError("holds a placeholder, not a key")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise RefusedError("has a space or another character that no key has")
        return key


@dataclass(frozen=True, slots=True)
class Url:
    """The base URL of a server. `paths` at its end belong to single requests and are taken off."""

    paths: tuple[str, ...] = ()

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The URL without a slash at its end."""
        try:
            parts = urlsplit(text)
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address or not text.isprintable() or " " in text:
            raise RefusedError("is no http address")
        url = text.rstrip("/")
        for path in self.paths:
            url = url.removesuffix(path)
        return url


@dataclass(frozen=True, slots=True)
class OllamaHost:
    """Ollama's address in the forms that its own clients take: `host`, `host:port`, `:port` or a whole URL."""

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The base URL, its port included."""
        address = text if "://" in text else f"http://{text}"
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in {"http", "https"} or (not parts.hostname and port is None):
            raise RefusedError("is no address")
        # 0.0.0.0 tells a server to listen everywhere; a client reaches it on the loopback.
        host = "127.0.0.1" if parts.hostname in {None, "0.0.0.0", "::"} else str(parts.hostname)  # noqa: S104
        shown = f"[{host}]" if ":" in host else host
        default_port = 11434 if "://" not in text else {"http": 80, "https": 443}[parts.scheme]
        return f"{parts.scheme}://{shown}:{port or default_port}{parts.path.rstrip('/')}"


@dataclass(frozen=True, slots=True)
class FilePath:
    """A file, which need not be there yet."""

    def read(self, text: str, folder: Path) -> Path:
        """The path, a relative one from `folder` on."""
        try:
            return folder / Path(text).expanduser()
        except RuntimeError:
            raise RefusedError("begins with the home folder of nobody here") from None


@dataclass(frozen=True, slots=True)
class Duration:
    """How long, as Ollama writes it: "30m", "1h30m"; a bare number is seconds, a negative one means for ever."""

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The duration with its unit: without one Ollama refuses it."""
        duration = f"{text}s" if re.fullmatch(r"-?\d+", text) else text
        if not _DURATION.fullmatch(duration):
            raise RefusedError("is no length of time such as 30m, 2h or -1 (for ever)")
        return duration


@dataclass(frozen=True, slots=True)
class BuiltinModel:
    """One of the known models of the built-in coach by its name, or the path of a GGUF file."""

    names: tuple[str, ...]

    def read(self, text: str, folder: Path) -> str:
        """The name, or the path from `folder` on."""
        if text.casefold() in self.names:
            return text.casefold()
        if not text.casefold().endswith(".gguf"):
            raise RefusedError(f"is neither {', '.join(self.names[:-1])} nor the path of a GGUF file")
        return str(FilePath().read(text, folder))


@dataclass(frozen=True, slots=True)
class ServerName:
    """What a compatible server is called."""

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The name."""
        if not _SERVER_NAME.fullmatch(text):
            raise RefusedError("is no name of at most 40 letters, digits, spaces, dots and dashes")
        return text


@dataclass(frozen=True, slots=True)
class ProviderOrder:
    """Providers in the order in which they are asked, with commas between them; “none” is nobody."""

    def read(self, text: str, folder: Path) -> tuple[str, ...]:
        """Their names, each once."""
        if text.casefold() == "none":
            return ()
        names = (name.strip() for name in text.split(",") if name.strip())
        return tuple(dict.fromkeys(self._name(name, folder) for name in names))

    def _name(self, name: str, folder: Path) -> str:
        server = name.partition(":")[2].strip()
        if name.casefold().startswith("compatible:") and _SERVER_NAME.fullmatch(server):
            return f"compatible:{server}"
        return ProviderName().read(name, folder)


@dataclass(frozen=True, slots=True)
class ProviderName:
    """A provider; `servers` are the names of the compatible servers there are."""

    servers: tuple[str, ...] = ()

    _ALIASES = {  # noqa: RUF012 - never changed
        "claude": "claude",
        "anthropic": "claude",
        "openai": "openai",
        "ollama": "ollama",
        "builtin": "builtin",
        "built-in": "builtin",
        "built_in": "builtin",
    }

    def read(self, text: str, folder: Path) -> str:  # noqa: ARG002
        """The provider's name as storage and preferences have it."""
        word = text.casefold()
        if word in self._ALIASES:
            return self._ALIASES[word]
        servers = {name.casefold(): f"compatible:{name}" for name in self.servers}
        if word == "compatible" and len(servers) == 1:
            return next(iter(servers.values()))
        if found := servers.get(word.removeprefix("compatible:").strip()):
            return found
        known = ["claude", "openai", "ollama", "builtin", *servers.values()]
        raise RefusedError(f"is no provider; there are {', '.join(known)}")
