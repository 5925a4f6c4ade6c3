"""Joins what a provider lists with what is known of its models."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from desktop_app.domain.providers import ModelInfo
from desktop_app.imports import quiet_imports
from desktop_app.llm.catalog.facts import ModelFacts
from desktop_app.llm.catalog.supplement import Supplement
from desktop_app.paths import resources_dir


async def model_facts(provider: str, name: str, today: date, address: str | None = None) -> ModelFacts:
    """What the catalog knows of a model, in a thread: the data takes 0.2 s to load, once.

    `address` is that of a server, by which a provider without a name of its own is known.
    """
    return await asyncio.to_thread(_facts, provider, name, address, today)


async def completed(models: Iterable[ModelInfo], today: date, address: str | None = None) -> tuple[ModelInfo, ...]:
    """`models` as their provider listed them, with what it left open. Those on this computer have no list price."""

    def complete() -> tuple[ModelInfo, ...]:
        return tuple(
            model if model.is_local else _facts(model.provider, model.name, address, today).added_to(model, today)
            for model in models
        )

    return await asyncio.to_thread(complete)


async def model_labels(models: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """How models are called that nobody lists at the moment, by provider and name; those that are known."""

    def look() -> dict[tuple[str, str], str]:
        with quiet_imports():
            from desktop_app.llm.catalog.bundled_prices import bundled_label  # noqa: PLC0415 - 0.2 s
        found = ((one, bundled_label(*one)) for one in models)
        return {one: label for one, label in found if label is not None}

    return await asyncio.to_thread(look)


async def unlisted(provider: str, name: str, today: date) -> ModelInfo:
    """A model that its provider does not list, with what is known of it."""
    facts = await model_facts(provider, name, today)
    return replace(facts.added_to(ModelInfo(provider, name, name), today), is_listed=False)


@cache
def _facts(provider: str, name: str, address: str | None, today: date) -> ModelFacts:
    bundled = _bundled()(provider, name, address, today)
    return replace(
        _supplement().facts(provider, name),
        context_window=bundled.context_window,
        prices=bundled.prices,
    )


@cache
def _bundled() -> Callable[[str, str, str | None, date], ModelFacts]:
    with quiet_imports():
        from desktop_app.llm.catalog.bundled_prices import bundled_facts  # noqa: PLC0415 - 0.2 s
    return bundled_facts


@cache
def _supplement() -> Supplement:
    return Supplement(resources_dir() / "models")
