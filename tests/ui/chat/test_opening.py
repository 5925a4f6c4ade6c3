"""A long conversation is made bit by bit; what is opened meanwhile is shown alone."""

import asyncio

from build_scripts.benchmarks.chat_filling import filled_conversation
from desktop_app.domain.ids import ConversationId
from desktop_app.paths import Paths
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.failure_notices import NO_OFFERS
from desktop_app.ui.chat.opening import Opening
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.chat.shown_rows import ShownRows
from tests.ui.chat.scenario import TODAY, Scenario, until


async def _filled(paths: Paths, messages: int) -> int:
    return await asyncio.to_thread(filled_conversation, paths.database, messages)


async def test_all_messages_of_a_long_conversation_are_there_in_order(chat: Scenario, paths: Paths) -> None:
    long = await _filled(paths, 1_500)
    chat.presenter.open_conversation(long)
    await until(lambda: chat.presenter.conversation is not None and chat.thread.column.is_complete)
    keys = [row.key for row in chat.thread.column.rows]
    assert len(chat.said) == 1_500
    assert keys == sorted(keys)
    assert sum(isinstance(row, FooterRow) for row in chat.thread.column.rows) == 750
    assert chat.thread.is_at_end


async def test_conversation_that_is_opened_meanwhile_is_shown_alone(chat: Scenario, paths: Paths) -> None:
    long, short = await _filled(paths, 3_000), await _filled(paths, 4)
    chat.presenter.open_conversation(long)
    await asyncio.sleep(0.05)
    chat.presenter.open_conversation(short)
    await until(lambda: chat.presenter.conversation is not None)
    assert chat.conversation.id == short
    assert len(chat.said) == 4


async def test_it_breaks_off_once_something_else_is_to_be_shown(chat: Scenario, paths: Paths) -> None:
    transcript = await chat.backend.chat.transcript(ConversationId(await _filled(paths, 1_500)))
    screen = Screen()
    rows = ShownRows(chat.thread, lambda: TODAY)
    opening = Opening(rows, chat.backend.models, lambda _: NO_OFFERS, screen)
    assert len(await opening.beginning(transcript, screen.number)) > 1_400  # and knows how the models are called
    making = asyncio.ensure_future(opening.beginning(transcript, screen.number))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    screen.number += 1
    assert 0 < len(await making) < 1_400
    assert not await opening.beginning(transcript, screen.number - 1)
