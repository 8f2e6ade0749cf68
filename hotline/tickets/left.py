"""How much time is left of the clock that each ticket of a list shows; one statement for all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from hotline import clock
from hotline.extensions import db
from hotline.tickets import queries
from hotline.tickets.clocks import Due, remaining
from hotline.tickets.models import ClockRow
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining


@dataclass(frozen=True)
class Left:
    """What is left, in working time or in natural time, and whether that may still move."""

    time: Remaining | timedelta
    is_provisional: bool


def left_of(tickets: Collection[TicketView]) -> dict[int, Left]:
    """Ticket id → time left of the clock it shows; those without one are left away."""
    due = {one.id: one.due_at for one in tickets if one.due_at is not None}
    if not due:
        return {}
    rows = db.session.execute(
        select(
            ClockRow.ticket_id,
            ClockRow.unit_id,
            ClockRow.due_at,
            ClockRow.is_provisional,
            ClockRow.pace,
        ).where(ClockRow.ticket_id.in_(due), ClockRow.stopped_at.is_(None))
    )
    now, book = clock.now(), queries.rulebook()
    found = {}
    for ticket_id, unit_id, due_at, is_provisional, pace in rows:
        if due_at == due[ticket_id]:
            clock_due = Due(due_at, is_provisional, pace)
            time = remaining(clock_due, now, book.calendar_of(unit_id))
            found[ticket_id] = Left(time, is_provisional)
    return found
