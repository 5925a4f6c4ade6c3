"""How messages lie in their tables: rows to values and back."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from itertools import takewhile
from operator import eq
from typing import Any, Final, TypeAlias, assert_never

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import GoalId, MessageId, RevisionId
from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from desktop_app.domain.usage import Usage
from desktop_app.storage.models import AttachmentRow, MessagePartRow, MessageRow, ToolCallRow, UsageRecordRow

_TEXT = "text"
_REASONING = "reasoning"
_HANDFUL = 500
_COLUMNS = (
    MessageRow.id,
    MessageRow.parent_id,
    MessageRow.role,
    MessageRow.status,
    MessageRow.provider,
    MessageRow.model,
    MessageRow.usage,
    MessageRow.error,
    MessageRow.error_kind,
    MessageRow.error_details,
    MessageRow.switched_from,
    MessageRow.created_at,
)
# A turn writes one record for each call of a model; going on with a reply is another turn.
_LAST_TRACE: Final = (
    select(UsageRecordRow.trace_id)
    .where(UsageRecordRow.message_id == MessageRow.id)
    .order_by(UsageRecordRow.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("trace_id")
)
_PartTable: TypeAlias = type[MessagePartRow] | type[ToolCallRow] | type[AttachmentRow]


async def load_messages(session: AsyncSession, condition: ColumnElement[bool]) -> tuple[Message, ...]:
    """The messages that `condition` on MessageRow selects, oldest first, in four queries however many there are.

    They are read and made in handfuls, so that the loop is never held up by a long conversation.
    """
    parts = await _load_parts(session, condition)
    query = select(*_COLUMNS, _LAST_TRACE).where(condition).order_by(MessageRow.id)
    return tuple([_message_from(row, parts.get(row.id, {})) async for row in _in_handfuls(session, query)])


def attachment_values(part: AttachmentPart) -> dict[str, Any]:
    """An attachment as columns or JSON, without what it holds."""
    return {"name": part.name, "media_type": part.media_type, "digest": part.digest, "size_bytes": part.size_bytes}


def put_into(row: MessageRow, message: Message) -> MessageRow:
    """Put what may change while a message comes in into its row, apart from its parts."""
    row.status = message.status.value
    row.provider = message.provider
    row.model = message.model
    row.usage = asdict(message.usage) if message.usage else None
    row.error = message.error
    row.error_kind = message.error_kind
    row.error_details = message.error_details
    row.switched_from = message.switched_from
    return row


async def write_parts(session: AsyncSession, message_id: int, parts: Sequence[Part], stored: Sequence[Part]) -> None:
    """Make `parts` of what is stored; those before the first that differs are not written again."""
    first = sum(1 for _ in takewhile(bool, map(eq, parts, stored)))
    if first < len(stored):
        for table in (MessagePartRow, ToolCallRow, AttachmentRow):
            await session.execute(delete(table).where(table.message_id == message_id, table.position >= first))
    rows: dict[_PartTable, list[dict[str, Any]]] = {}
    for position, part in enumerate(parts[first:], first):
        values = {"message_id": message_id, "position": position, **_values(part)}
        rows.setdefault(_table(part), []).append(values)
    for table, values_of_rows in rows.items():
        await session.execute(insert(table), values_of_rows)


async def _load_parts(session: AsyncSession, condition: ColumnElement[bool]) -> dict[int, dict[int, Part]]:
    """Parts by message and position, in order."""
    texts = (
        select(
            MessagePartRow.message_id,
            MessagePartRow.position,
            MessagePartRow.kind,
            MessagePartRow.text,
            MessagePartRow.signature,
            MessagePartRow.duration_ms,
        )
        .join(MessageRow, MessageRow.id == MessagePartRow.message_id)
        .where(condition)
    )
    calls = await session.scalars(
        select(ToolCallRow).join(MessageRow, MessageRow.id == ToolCallRow.message_id).where(condition)
    )
    found: list[tuple[int, int, Part]] = [
        (message_id, position, TextPart(text) if kind == _TEXT else ReasoningPart(text, signature, duration_ms))
        async for message_id, position, kind, text, signature, duration_ms in _in_handfuls(session, texts)
    ]
    found += [(call.message_id, call.position, _call_from(call)) for call in calls]
    attachments = await session.scalars(
        select(AttachmentRow).join(MessageRow, MessageRow.id == AttachmentRow.message_id).where(condition)
    )
    found += [(row.message_id, row.position, _attachment_from(row)) for row in attachments]
    parts: dict[int, dict[int, Part]] = {}
    for message_id, position, part in found:
        parts.setdefault(message_id, {})[position] = part
    return parts


async def _in_handfuls(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Any]:
    rows = await session.stream(query.execution_options(yield_per=_HANDFUL))
    try:
        async for some in rows.partitions():
            for row in some:
                yield row
    finally:
        await rows.close()


def _message_from(row: Row[Any], parts: Mapping[int, Part]) -> Message:
    return Message(
        role=Role(row.role),
        parts=tuple(parts[position] for position in sorted(parts)),
        id=MessageId(row.id),
        status=MessageStatus(row.status),
        provider=row.provider,
        model=row.model,
        usage=None if row.usage is None else Usage(**row.usage),
        error=row.error,
        error_kind=row.error_kind,
        error_details=row.error_details,
        switched_from=row.switched_from,
        created_at=row.created_at,
        parent_id=None if row.parent_id is None else MessageId(row.parent_id),
        trace_id=row.trace_id,
    )


def _call_from(row: ToolCallRow) -> ToolCallPart:
    return ToolCallPart(
        call_id=row.call_id,
        name=row.name,
        arguments=row.arguments,
        result=row.result,
        ok=row.ok,
        goal_id=None if row.goal_id is None else GoalId(row.goal_id),
        revision_id=None if row.revision_id is None else RevisionId(row.revision_id),
    )


def _attachment_from(row: AttachmentRow) -> AttachmentPart:
    return AttachmentPart(row.name, row.media_type, row.digest, row.size_bytes)


def _table(part: Part) -> _PartTable:
    match part:
        case TextPart() | ReasoningPart():
            return MessagePartRow
        case ToolCallPart():
            return ToolCallRow
        case AttachmentPart():
            return AttachmentRow
        case _:
            assert_never(part)


def _values(part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"kind": _TEXT, "text": text, "signature": None, "duration_ms": None}
        case ReasoningPart(text, signature, duration_ms):
            return {"kind": _REASONING, "text": text, "signature": signature, "duration_ms": duration_ms}
        case ToolCallPart():
            return asdict(part)
        case AttachmentPart():
            return attachment_values(part)
        case _:
            assert_never(part)
