"""Reading who assists with a ticket, until when, who still sees it; one statement a function."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from dispatch.models import Assignment, Return
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Holder


def assisting(ticket_id: int) -> Sequence[Assignment]:
    """The open parts of units that assist, with their units, in the order of their naming."""
    return db.session.scalars(
        select(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .options(contains_eager(Assignment.unit))
        .where(
            Assignment.ticket_id == ticket_id,
            Assignment.role == Role.ASSIST,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
    ).all()


def part_of_unit(ticket_id: int, code: str) -> Assignment | None:
    """The open part of this unit, if it assists."""
    return next((one for one in assisting(ticket_id) if one.unit.code == code), None)


def due_of(ticket_id: int, unit_ids: Collection[int]) -> Mapping[int, datetime]:
    """Unit → when its running limit ends; one that stands still is left away."""
    rows = db.session.execute(
        select(ClockRow.unit_id, ClockRow.due_at).where(
            ClockRow.ticket_id == ticket_id,
            ClockRow.unit_id.in_(unit_ids),
            ClockRow.kind == Clock.HANDLE,
            ClockRow.stopped_at.is_(None),
            ClockRow.paused_at.is_(None),
        )
    )
    return {unit_id: due_at for unit_id, due_at in rows if unit_id is not None}


def holding(ticket_id: int) -> Sequence[int]:
    """The units that still see the ticket because they assist or did."""
    return db.session.scalars(
        select(Holder.unit_id).where(
            Holder.ticket_id == ticket_id, Holder.role == Role.ASSIST, Holder.until.is_(None)
        )
    ).all()


def upheld(ticket_id: int) -> int:
    """How many returns of units in the lead were upheld."""
    return db.session.scalar(upheld_count(ticket_id)) or 0


def upheld_count(ticket_id: int) -> Select[int]:
    """The same as a statement; what an assisting unit handed back doesn't count."""
    return (
        select(func.count())
        .select_from(Return)
        .join(Assignment, Assignment.id == Return.assignment_id)
        .where(
            Return.ticket_id == ticket_id,
            Return.is_upheld.is_(True),
            Assignment.role == Role.LEAD,
        )
    )


def lapse_return(assignment_id: int, *, at: datetime) -> int:
    """Nobody decides any more on the return of this part; answers how many were undecided."""
    undecided = db.session.scalars(
        select(Return).where(Return.assignment_id == assignment_id, Return.decided_at.is_(None))
    ).all()
    for one in undecided:
        one.decided_at, one.decided_by = at, "system"
    return len(undecided)
