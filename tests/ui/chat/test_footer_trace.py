"""The footer of a reply leads to the trace of the turn that wrote it."""

import asyncio
from dataclasses import replace

from desktop_app.llm.events import TextDelta
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.items import FooterItem
from desktop_app.ui.chat.message_items import TRACE, ending_items
from tests.ui.chat.scenario import Scenario, until


def _footer(chat: Scenario) -> FooterRow:
    row = chat.thread.column.rows[-1]
    assert isinstance(row, FooterRow)
    return row


async def test_trace_of_a_reply_is_asked_for_at_its_footer(chat: Scenario) -> None:
    asked: list[str] = []
    chat.presenter.trace_requested.connect(asked.append)
    chat.play([TextDelta("Hello.")])
    await chat.say("Hi")
    chat.press(-1, TRACE)
    assert len(asked) == 1
    number = chat.conversation.id
    chat.presenter.new_chat()
    chat.presenter.open_conversation(number)
    await until(lambda: chat.presenter.conversation is not None and chat.thread.column.rows)
    await asyncio.sleep(0)
    chat.press(-1, TRACE)
    assert asked == [asked[0]] * 2


async def test_reply_without_a_trace_offers_none(chat: Scenario) -> None:
    chat.play([TextDelta("Hello.")])
    await chat.say("Hi")
    message = (await chat.transcript()).messages[-1]
    assert message.trace_id is not None
    assert any(action.id == TRACE for action in _footer(chat).actions)
    (item,) = ending_items(0, replace(message, trace_id=None), "Model")
    assert isinstance(item, FooterItem)
    assert all(action.id != TRACE for action in item.actions)
