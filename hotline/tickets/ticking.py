"""The clocks that run on a ticket, as its page shows them: what is waited for, and how long yet.

Decided here: a unit sees its own clocks alone, the hotline all of them, and which of them is the
viewer's first. Not here: when a clock is due (`clocks`), what a ticket's own lamp is (`timing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks, queries
from hotline.tickets.clocks import Clock, Due, Lamp
from hotline.tickets.models import ClockRow
from hotline.tickets.timing import SECOND_CLOCK, STATE_CLOCK
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining


@dataclass(frozen=True)
class Ticking:
    """One running clock."""

    kind: Clock
    unit_name: str | None
    started_at: datetime
    due_at: datetime
    lamp: Lamp
    left: Remaining | timedelta
    is_provisional: bool
    is_paused: bool


def running(ticket: TicketView, viewer: Viewer, now: datetime) -> list[Ticking]:
    """The clocks that the viewer may see, the nearest first; one statement."""
    asked = (
        select(ClockRow, Unit.name)
        .outerjoin(Unit, Unit.id == ClockRow.unit_id)
        .where(ClockRow.ticket_id == ticket.id, ClockRow.stopped_at.is_(None))
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    if not viewer.is_hotline:
        asked = asked.where(ClockRow.unit_id.in_(viewer.unit_ids))
    return [_ticking(row, name, now) for row, name in db.session.execute(asked)]


def first(ticket: TicketView, ticking: Sequence[Ticking]) -> Ticking | None:
    """The clock of what must be done now: the state's own, for a unit that of its next step."""
    kinds = [table.get(ticket.state) for table in (SECOND_CLOCK, STATE_CLOCK)]
    for kind in kinds:
        of_kind = [one for one in ticking if one.kind is kind]
        shown = (one for one in of_kind if one.due_at == ticket.due_at)
        if of_kind:
            return next(shown, of_kind[0])
    return None


def age(ticket: TicketView, now: datetime) -> timedelta:
    """How long the citizen has waited, or did until it was over; nothing resets it."""
    return (ticket.closed_at or now) - ticket.received_at


def _ticking(row: ClockRow, unit_name: str | None, now: datetime) -> Ticking:
    due = Due(row.due_at, row.is_provisional, row.pace)
    calendar = queries.rulebook().calendar_of(row.unit_id)
    return Ticking(
        kind=row.kind,
        unit_name=unit_name,
        started_at=row.started_at,
        due_at=row.due_at,
        lamp=row.lamp,
        left=clocks.remaining(due, row.paused_at or now, calendar),
        is_provisional=row.is_provisional,
        is_paused=row.paused_at is not None,
    )
