"""Reading a unit's record and what one of its assignments still allows; one SELECT a function."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true

from dispatch import joint_queries
from dispatch.models import Assignment, Reply, Return
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.clocks import Clock, Lamp, Pace
from hotline.tickets.models import ClockRow, Holder, Ticket

LOOKED_AT = 200
"""So many of a unit's latest tickets make its record; older ones say little of it now."""


@dataclass(frozen=True)
class Record:
    """How a unit did with its latest tickets, each count with what it is a part of."""

    tickets: int
    returns_asked: int
    returns_upheld: int
    returns_refused: int
    returns_late: int
    replies: int
    sent_back: int
    handled: int
    in_time: int


@dataclass(frozen=True)
class Terms:
    """What counts when a unit asks for a return, and the first contact that it still owes."""

    was_asked: bool
    upheld: int
    has_duty_24h: bool
    contact_due_at: datetime | None
    contact_lamp: Lamp | None
    contact_pace: Pace | None


Counts = Mapping[int | None, Mapping[Lamp, int]]


def of_unit(unit_id: int) -> Record:
    """The unit's record over its latest tickets."""
    latest = (
        select(Holder.ticket_id)
        .where(Holder.unit_id == unit_id)
        .order_by(Holder.ticket_id.desc())
        .limit(LOOKED_AT)
        .cte("latest")
    )
    mine = select(latest.c.ticket_id)
    returned = select(
        func.count().label("asked"),
        func.count().filter(Return.is_upheld.is_(True)).label("upheld"),
        func.count().filter(Return.is_upheld.is_(False)).label("refused"),
        func.count().filter(Return.is_late).label("late"),
    ).where(Return.unit_id == unit_id, Return.ticket_id.in_(mine))
    replied = (
        select(
            func.count().label("replies"),
            func.count().filter(Reply.is_accepted.is_(False)).label("sent_back"),
        )
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .where(Assignment.unit_id == unit_id, Assignment.ticket_id.in_(mine))
    )
    handled = select(
        func.count().label("handled"),
        func.count().filter(ClockRow.stopped_at <= ClockRow.due_at).label("in_time"),
    ).where(
        ClockRow.ticket_id.in_(mine),
        ClockRow.unit_id == unit_id,
        ClockRow.kind == Clock.HANDLE,
        ClockRow.stopped_at.is_not(None),
    )
    number = select(func.count(latest.c.ticket_id.distinct())).scalar_subquery()
    a, b, c = returned.subquery(), replied.subquery(), handled.subquery()
    side_by_side = a.join(b, true()).join(c, true())
    row = db.session.execute(select(number, a, b, c).select_from(side_by_side)).one()
    return Record(*row)


def terms(ticket_id: int, assignment_id: int) -> Terms:
    """What the unit of this assignment may still ask for, and owes."""
    asked = select(func.count()).where(Return.assignment_id == assignment_id).scalar_subquery()
    upheld = joint_queries.upheld_count(ticket_id).scalar_subquery()
    row = db.session.execute(
        select(asked, upheld, Unit.has_duty_24h, ClockRow.due_at, ClockRow.lamp, ClockRow.pace)
        .select_from(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(
            ClockRow,
            (ClockRow.ticket_id == ticket_id)
            & (ClockRow.unit_id == Assignment.unit_id)
            & (ClockRow.kind == Clock.CONTACT)
            & ClockRow.stopped_at.is_(None),
        )
        .where(Assignment.id == assignment_id)
    ).one()
    was_asked, times_upheld, has_duty, due_at, lamp, pace = row
    return Terms(bool(was_asked), times_upheld, has_duty, due_at, lamp, pace)


def workload(unit_ids: Collection[int]) -> Counts:
    """Handler (None: nobody) → lamp → tickets that wait for that person of the units."""
    found = db.session.execute(
        select(Assignment.handler_staff_id, Ticket.lamp, func.count())
        .join(Ticket, Ticket.id == Assignment.ticket_id)
        .where(
            Assignment.unit_id.in_(unit_ids),
            Assignment.ended_at.is_(None),
            Assignment.replied_at.is_(None),
            Assignment.return_asked_at.is_(None),
        )
        .group_by(Assignment.handler_staff_id, Ticket.lamp)
    )
    counts: dict[int | None, dict[Lamp, int]] = {}
    for handler, lamp, count in found:
        counts.setdefault(handler, {})[lamp] = count
    return counts
