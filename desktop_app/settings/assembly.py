"""From layers to settings: of each setting the strongest value that is one; the others are named as problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.settings.declarations import COMPATIBLE, SERVER_SETTINGS, SETTINGS, Setting
from desktop_app.settings.layers import SettingsLayer
from desktop_app.settings.origins import DEFAULT, Given, Layer, Origin
from desktop_app.settings.shown import shown_value, without_secrets
from desktop_app.settings.value_types import ProviderName, RefusedError, ValueType
from desktop_app.settings.values import (
    BudgetSettings,
    BuiltinSettings,
    ClaudeSettings,
    CompatibleSettings,
    GoalSettings,
    OllamaSettings,
    OpenAISettings,
    ReliabilitySettings,
    Settings,
    TracingSettings,
    WindowSettings,
)
from desktop_app.settings.variables import UNNAMED_SERVER

_PROVIDER: Final = "llm.default_provider"
# Keys of the config file that are called otherwise in the program.
_FIELDS: Final = {"enabled": "is_enabled", "include_content": "includes_content", "ask_first": "asks_first"}


@dataclass(frozen=True, slots=True)
class _Refusal:
    given: Given
    reason: str


def assembled(layers: Sequence[SettingsLayer], problems: Sequence[str], folder: Path) -> Settings:
    """The settings of these layers, strongest first; relative paths of the environment begin at `folder`."""
    work = _Assembly(layers, folder)
    servers = tuple(work.servers())
    provider = ProviderName(tuple(server.name for server in servers))
    values = {one.id: work.value(one, provider if one.id == _PROVIDER else one.type) for one in SETTINGS}

    def section(name: str) -> dict[str, Any]:
        return {_FIELDS.get(one.key, one.key): values[one.id] for one in SETTINGS if one.section == name}

    secrets = sorted(work.secrets, key=len, reverse=True)
    return Settings(
        claude=ClaudeSettings(**section("llm.claude")),
        openai=OpenAISettings(**section("llm.openai")),
        ollama=OllamaSettings(**section("llm.ollama")),
        builtin=BuiltinSettings(**section("llm.builtin")),
        compatible=servers,
        reliability=ReliabilitySettings(**section("llm.reliability")),
        budget=BudgetSettings(**section("budget")),
        tracing=TracingSettings(**section("tracing")),
        goals=GoalSettings(**section("goals")),
        window=WindowSettings(**section("window")),
        **section("llm"),
        problems=tuple(without_secrets(problem, secrets) for problem in (*problems, *work.problems)),
        origins=work.origins,
    )


class _Assembly:
    """Reads values and gathers what goes with them."""

    def __init__(self, layers: Sequence[SettingsLayer], folder: Path) -> None:
        self._layers = layers
        self._folder = folder
        self.problems: list[str] = []
        self.origins: dict[str, Origin] = {}
        self.secrets: set[str] = set()

    def value(self, setting: Setting, kind: ValueType) -> Any:  # noqa: ANN401 - as the setting's type has it
        """The value of a setting, its default if no layer gives one."""
        given = [layer.values[setting.id] for layer in self._layers if setting.id in layer.values]
        return self._read(setting, kind, given, setting.id)

    def servers(self) -> Iterator[CompatibleSettings]:
        """The compatible servers, each from all layers that know its name; one without an address is left out."""
        for name in self._server_names():
            server = self._server([layer.servers[name] for layer in self._layers if name in layer.servers])
            if server is not None:
                yield server

    def _server_names(self) -> dict[str, None]:
        """In the order of the weakest layer; without those of which there is but a key, kept from another time."""
        return dict.fromkeys(
            name
            for layer in reversed(self._layers)
            for name, server in layer.servers.items()
            if any(given.origin.layer.is_outside for given in server.values())
        )

    def _server(self, known: Sequence[Mapping[str, Given]]) -> CompatibleSettings | None:
        # The weakest layer wrote the name first; stronger ones only refer to it.
        named = [one["name"] for one in reversed(known) if "name" in one]
        shown = UNNAMED_SERVER if not named else named[0].text.strip()
        path = f"{COMPATIBLE}.{shown}"
        values = {}
        for setting in SERVER_SETTINGS:
            given = named[:1] if setting.key == "name" else [one[setting.key] for one in known if setting.key in one]
            values[setting.key] = self._read(setting, setting.type, given, f"{path}.{setting.key}")
        if named and values["name"] is None:
            return None
        if values["base_url"] is None:
            if not any("base_url" in one for one in known):
                place = next(iter(known[0].values())).origin.place
                self.problems.append(f"{place}: the server {shown_value(shown)} has no base_url; it is left out.")
            return None
        return CompatibleSettings(**{**values, "name": shown})

    def _read(self, setting: Setting, kind: ValueType, given: Sequence[Given], path: str) -> Any:  # noqa: ANN401
        value, origin = setting.default, DEFAULT
        refusals: list[_Refusal] = []
        for one in given:
            if setting.is_secret:
                self.secrets.update({one.text, one.text.strip()})
            try:
                read = kind.read(one.text.strip(), one.origin.file.parent if one.origin.file else self._folder)
            except RefusedError as error:
                refusals.append(_Refusal(one, str(error)))
                continue
            if origin is DEFAULT:
                value, origin = read, one.origin
        self.problems += [_sentence(setting, refusal, origin) for refusal in refusals]
        self.origins[path] = origin
        return value


def _sentence(setting: Setting, refusal: _Refusal, used: Origin) -> str:
    place = _place(setting, refusal.given.origin)
    if setting.is_secret:
        return f"{place} {refusal.reason}; {_instead(setting, used)}."
    # As it stands there: what a variable filled in may be a secret in the wrong place.
    return f"{place} is “{shown_value(refusal.given.written)}”, which {refusal.reason}; {_instead(setting, used)}."


def _place(setting: Setting, origin: Origin) -> str:
    if origin.layer.is_outside:
        return origin.place
    where = {Layer.WINDOW: "entered here", Layer.KEYCHAIN: "in the keychain", Layer.PREFERENCE: "chosen here"}
    return f"“{setting.label}” {where[origin.layer]} ({origin.name})"


def _instead(setting: Setting, used: Origin) -> str:
    if used is not DEFAULT:
        return f"the one {used.hint} is used"
    return "it is not used" if setting.is_secret or setting.default is None else "the default is used"
