"""The coach's proposals in the database; none is thrown away."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.ids import GoalId, ProposalId, RevisionId
from desktop_app.domain.measures import number_text
from desktop_app.domain.proposals import Proposal, ProposalState
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import author_from
from desktop_app.storage.models import ProposalRow
from desktop_app.storage.revision_codec import decoded_changes, encoded_changes


class ProposalRepository:
    """Reads and writes proposals. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def add(self, proposal: Proposal) -> Proposal:
        """Keep a new proposal; it is returned under the id that it got."""
        author = proposal.author
        row = ProposalRow(
            goal_id=proposal.goal_id,
            author=author.kind.value,
            provider=author.provider,
            model=author.model,
            conversation_id=author.conversation_id,
            at=proposal.at,
        )
        async with self._database.writing() as session:
            _put(row, proposal)
            session.add(row)
            await session.flush()
            return _from(row)

    @never_left_in_the_middle
    async def save(self, proposal: Proposal) -> Proposal:
        """Keep what became of a proposal. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await session.get(ProposalRow, proposal.id) if is_possible_id(proposal.id) else None
            if row is None:
                raise NotFoundError("This proposal is no longer there.")
            _put(row, proposal)
            return _from(row)

    async def proposal(self, proposal_id: ProposalId) -> Proposal:
        """One proposal, whatever became of it. Raises NotFoundError."""
        async with self._database.reading() as session:
            row = await session.get(ProposalRow, proposal_id) if is_possible_id(proposal_id) else None
            if row is None:
                raise NotFoundError("This proposal is no longer there.")
            return _from(row)

    async def list(self, state: ProposalState) -> tuple[Proposal, ...]:
        """The proposals of this state, oldest first."""
        query = select(ProposalRow).where(ProposalRow.state == state.value).order_by(ProposalRow.id)
        async with self._database.reading() as session:
            return tuple(_from(row) for row in await session.scalars(query))


def _put(row: ProposalRow, proposal: Proposal) -> None:
    row.goal_id = proposal.goal_id
    row.changes = encoded_changes(proposal.changes)
    row.check_in = None if proposal.check_in is None else _encoded(proposal.check_in)
    row.state = proposal.state.value
    row.revision_id = proposal.revision_id


def _from(row: ProposalRow) -> Proposal:
    return Proposal(
        id=ProposalId(row.id),
        goal_id=None if row.goal_id is None else GoalId(row.goal_id),
        author=author_from(row),
        at=row.at,
        changes=decoded_changes(row.changes),
        check_in=None if row.check_in is None else _decoded(row.check_in),
        state=ProposalState(row.state),
        revision_id=None if row.revision_id is None else RevisionId(row.revision_id),
    )


def _encoded(check_in: NewCheckIn) -> dict[str, Any]:
    numbers = [[name, number_text(value)] for name, value in check_in.numbers]
    return {"status": check_in.status.value, "note": check_in.note, "numbers": numbers}


def _decoded(value: dict[str, Any]) -> NewCheckIn:
    numbers = tuple((name, Decimal(number)) for name, number in value["numbers"])
    return NewCheckIn(CheckInStatus(value["status"]), value["note"], numbers)
