"""The doctor's look at the providers: key, address, health and models of each. No prompt is sent, nothing costs."""

import asyncio
import math
from dataclasses import dataclass, replace
from typing import Any, Final

from desktop_app.domain.providers import HealthState, ProviderEntry, ProviderHealth
from desktop_app.errors import AppError
from desktop_app.llm import addresses
from desktop_app.llm.builtin.inspection import BuiltinParts, look
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.reachability import is_reachable
from desktop_app.llm.resilience.breaker import Circuit, CircuitState
from desktop_app.paths import Paths
from desktop_app.services.circuits import CircuitKeeper, KeptCircuit
from desktop_app.services.doctor.report import Area, Finding, Verdict
from desktop_app.services.models import ModelDirectory
from desktop_app.settings import Settings

ANSWER_LIMIT_S: Final = 8.0
_CONNECT_LIMIT_S: Final = 3.0
_BUILTIN: Final = "builtin"
_TRY: Final = "Choose “Try now” in the window's list of models, or ask it with “goalgetter ask”."
_VERDICTS: Final = {
    HealthState.WORKING: Verdict.OK,
    HealthState.STARTING: Verdict.OK,
    HealthState.NOT_SET_UP: Verdict.ABSENT,
    HealthState.FAILED: Verdict.PROBLEM,
    HealthState.PAUSED: Verdict.PROBLEM,
}


@dataclass(frozen=True, slots=True)
class ProviderFindings:
    """A finding a provider; `usable` names those that could answer now."""

    findings: tuple[Finding, ...]
    usable: frozenset[str]


async def provider_findings(
    factory: LLMServiceFactory,
    models: ModelDirectory,
    settings: Settings,
    paths: Paths,
    limit_s: float = ANSWER_LIMIT_S,
) -> ProviderFindings:
    """Ask every provider that is set up how it is and what models it has, all at once, at most `limit_s` each."""
    names = list(factory.labels)
    silent = await asyncio.gather(*(_is_silent(factory, models, name, limit_s) for name in names))
    entries = {entry.name: entry for entry in models.entries}
    found = await asyncio.gather(
        *(
            _finding(_Seen(entries[name], is_silent), models, settings, paths, limit_s)
            for name, is_silent in zip(names, silent, strict=True)
        )
    )
    usable = (name for name, finding in zip(names, found, strict=True) if finding.verdict is Verdict.OK)
    return ProviderFindings(tuple(found), frozenset(usable))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A provider as it was seen; silent if it did not answer in time."""

    entry: ProviderEntry
    is_silent: bool


async def _is_silent(factory: LLMServiceFactory, models: ModelDirectory, name: str, limit_s: float) -> bool:
    try:
        if factory.get_available_providers()[name] is None:
            await factory.get_service(name)  # loading it takes seconds, which are not the provider's
        async with asyncio.timeout(limit_s):
            await models.refresh(name)
    except TimeoutError:
        return True
    except (AppError, ImportError):
        await models.refresh(name)  # tells it as the health of the provider
    return False


async def _finding(seen: _Seen, models: ModelDirectory, settings: Settings, paths: Paths, limit_s: float) -> Finding:
    entry = seen.entry
    if entry.name == _BUILTIN:
        return _builtin_finding(entry, await asyncio.to_thread(look, settings.builtin, paths))
    health = entry.health
    if seen.is_silent:
        advice = "Check the connection and the address."
        health = ProviderHealth(HealthState.FAILED, f"No answer within {limit_s:.0f} s.", advice)
    choice = models.choice_of(entry.name)
    address = _address(entry.name, settings)
    facts = {
        "provider": entry.name,
        "state": health.state.value,
        "key": _key(entry.name, settings),
        "address": address,
        "reachable": await _reachable(address, health, settings),
        "models": len(entry.models),
        "model": choice.model if choice else None,
    }
    has_models = bool(entry.models)
    verdict = _VERDICTS[health.state] if has_models or not health.is_usable else Verdict.ABSENT
    return Finding(Area.PROVIDERS, entry.label, verdict, _told(health, facts), health.advice, facts)


def with_circuits(found: ProviderFindings, circuits: CircuitKeeper) -> ProviderFindings:
    """The findings with what the window knows of each provider: whether it is left alone, why, and for how long.

    Such a provider stays usable: it is only not asked by the window just now.
    """
    findings = (_with_circuit(one, circuits.kept(one.facts["provider"])) for one in found.findings)
    return replace(found, findings=tuple(findings))


def _with_circuit(finding: Finding, kept: KeptCircuit | None) -> Finding:
    circuit = kept.circuit if kept else Circuit()
    told = {
        "state": circuit.state.value,
        "reason": circuit.reason,
        "failures": circuit.failures,
        "next_try_s": math.ceil(circuit.next_try_s),
    }
    facts = {**finding.facts, "circuit": told}
    if circuit.state is CircuitState.CLOSED:
        return replace(finding, facts=facts)
    text = (
        f"{finding.text} The window leaves it alone for {told['next_try_s']} s more, "
        f"after {circuit.failures} failures in a row: {circuit.reason}"
    )
    advice = " ".join(one for one in (finding.advice, _TRY) if one)
    return replace(finding, verdict=Verdict.PROBLEM, text=text, advice=advice, facts=facts)


def _builtin_finding(entry: ProviderEntry, parts: BuiltinParts) -> Finding:
    facts = {
        "provider": entry.name,
        "model": parts.model,
        "engine_installed": parts.has_engine,
        "weights": parts.weights,
    }
    if not parts.can_answer:
        return Finding(Area.PROVIDERS, entry.label, Verdict.ABSENT, parts.problem, parts.advice, facts)
    text = f"{parts.model}: the engine is installed and the model is here ({parts.weights})."
    return Finding(Area.PROVIDERS, entry.label, Verdict.OK, text, facts=facts)


def _told(health: ProviderHealth, facts: dict[str, Any]) -> str:
    """The health, and what it was found with."""
    text = health.text if health.text.endswith(".") else f"{health.text}."
    if health.state is HealthState.NOT_SET_UP:
        return text
    more = [facts["address"]]
    if facts["key"] and facts["key"]["is_set"]:
        more.append(f"key {facts['key']['hint']}")
    if facts["models"]:
        more.append("1 model" if facts["models"] == 1 else f"{facts['models']} models")
    if facts["model"]:
        more.append(f"{facts['model']} answers")
    known = ", ".join(one for one in more if one)
    return f"{text} ({known})" if known else text


def _key(name: str, settings: Settings) -> dict[str, Any] | None:
    """Whether there is a key and where it comes from; None for a provider that wants none."""
    keys = {
        "claude": ("llm.claude.api_key", settings.claude.api_key),
        "openai": ("llm.openai.api_key", settings.openai.api_key),
        **{one.provider: (f"llm.compatible.{one.name}.api_key", one.api_key) for one in settings.compatible},
    }
    if name not in keys:
        return None
    setting, key = keys[name]
    origin = settings.origin(setting)
    return {"is_set": key is not None, "from": origin.layer.value, "place": origin.place, "hint": origin.hint}


def _address(name: str, settings: Settings) -> str | None:
    known = {
        "claude": settings.claude.base_url or addresses.ANTHROPIC,
        "openai": settings.openai.base_url or addresses.OPENAI,
        "ollama": settings.ollama.host,
        **{server.provider: server.base_url for server in settings.compatible},
    }
    address = known.get(name)
    return addresses.without_credentials(address) if address else None


async def _reachable(address: str | None, health: ProviderHealth, settings: Settings) -> bool | None:
    """Whether anybody listens there: one that answered does, and one that is not set up is not tried elsewhere."""
    if health.is_usable or address is None:
        return True if health.is_usable else None
    is_wanted = health.state is HealthState.FAILED and not settings.local_only
    return await is_reachable(address, _CONNECT_LIMIT_S) if is_wanted or addresses.is_loopback(address) else None
