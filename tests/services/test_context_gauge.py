"""How much of a model's window a conversation fills."""

import pytest

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import NotFoundError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import MODEL
from desktop_app.services.context_gauge import ContextGauge
from desktop_app.storage.conversations import ConversationRepository
from tests.services.conftest import World

CHOICE = ModelChoice("scripted", MODEL)


def gauge_of(world: World) -> ContextGauge:
    async def service_for(_name: str) -> BaseLLMService:
        return world.scripted

    return ContextGauge(ConversationRepository(world.database), world.coach.reader, service_for)


async def test_a_conversation_fills_more_the_longer_it_is(world: World) -> None:
    world.scripted.limit = ContextLimit(100_000)
    world.play([TextDelta("ok")], [TextDelta("ok")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    (conversation,) = await world.chat.list_conversations()
    short = await gauge_of(world).use(conversation.id, CHOICE)
    await world.chat.send(conversation.id, "word " * 2_000, world.options, world.events.append)
    long = await gauge_of(world).use(conversation.id, CHOICE)
    assert short.window == long.window == 100_000
    assert 0 < short.tokens < long.tokens - 2_000


async def test_a_window_that_nobody_knows_stays_unknown(world: World) -> None:
    world.play([TextDelta("ok")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    (conversation,) = await world.chat.list_conversations()
    assert (await gauge_of(world).use(conversation.id, CHOICE)).window is None


async def test_a_conversation_that_is_gone_cannot_be_measured(world: World) -> None:
    with pytest.raises(NotFoundError):
        await gauge_of(world).use(ConversationId(99), CHOICE)
