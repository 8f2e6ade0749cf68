"""What must hold of a ticket at any moment, whatever was done to it.

One active lead; no clock without a reason and none missing; the hash chain; what the ticket
shows; and that a unit's time moves only by an event that says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from dispatch import joint_queries, requests
from dispatch import queries as dispatching
from dispatch.models import Assignment
from dispatch.requests import CLOCKS, kind_of
from dispatch.second_level_models import SubAssignment
from hotline import counters
from hotline.extensions import db
from hotline.tickets import history, rescue
from hotline.tickets.clocks import Clock, Lamp, Pace
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Ticket, TicketEvent
from hotline.tickets.states import FINAL, State, Verb
from hotline.tickets.timing import SECOND_CLOCK, STATE_CLOCK
from supervision import orders
from supervision.rules import OrderState
from tests.rules.town import Town

Name = tuple[Clock, int | None]
WITH_UNIT = frozenset(
    {State.PENDING_SIGNATURE, State.IN_PROGRESS, State.RETURN_REQUESTED, State.IN_REVIEW}
)
DESK = frozenset({State.RECEIVED, State.PENDING_DISPATCH, State.RETURN_REQUESTED, State.IN_REVIEW})
"""Where the hotline's own clock runs, whoever else has it."""
MOVES = frozenset(
    {
        Verb.DISPATCH,
        Verb.REDO,
        Verb.SEND_BACK,
        Verb.REFUSE_RETURN,
        Verb.GRANT_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.RESUME,
        Verb.MOVE_DEADLINE,
        Verb.CHANGE,
    }
)
"""Events that say why the time of a unit is another one now."""
RESUME = Verb.RESUME.value
STOPS = MOVES | {
    Verb.REPLY,
    Verb.ASK_RETURN,
    Verb.UPHOLD_RETURN,
    Verb.WITHDRAW,
    Verb.MERGE,
    Verb.CLOSE,
    Verb.TRANSFER,
    Verb.SPLIT,
}
"""Events that say why no time of a unit runs any more."""


@dataclass(frozen=True)
class Handling:
    """The lead's handle clock when it was last looked at."""

    row_id: int
    due_at: datetime
    paused_at: datetime | None
    left: timedelta
    last_seq: int

    @property
    def stands(self) -> tuple[int, datetime, datetime | None]:
        """What only an event may change."""
        return self.row_id, self.due_at, self.paused_at


def faults(town: Town, number: str) -> Iterator[str]:
    """One sentence a fault."""
    ticket = town.ticket(number)
    lead = dispatching.active(ticket.id)
    rows = _running(ticket)
    yield from _one_lead(ticket, lead)
    yield from _clocks(ticket, lead, rows)
    yield from _shown(ticket, lead, rows)
    yield from history.verify([ticket])


def counted() -> list[str]:
    """Every counter that is not what it counts."""
    return counters.prove(current_app.extensions["truths"])


def handling(town: Town, number: str) -> Handling | None:
    """The time that the leading unit has, as it is now."""
    ticket = town.ticket(number)
    lead = dispatching.active(ticket.id)
    if lead is None:
        return None
    row = _running(ticket).get((Clock.HANDLE, lead.unit_id))
    if row is None:
        return None
    left = _left(town, row, row.paused_at or town.now)
    return Handling(row.id, row.due_at, row.paused_at, left, ticket.last_seq)


def jumps(town: Town, number: str, before: Handling | None) -> Iterator[str]:
    """Whether the unit's time moved, though no event since says why."""
    if before is None:
        return
    now, ticket = handling(town, number), town.ticket(number)
    said = _said_since(ticket, before.last_seq)
    if now is None:
        if not said & STOPS:
            yield f"{number}: the unit's clock is gone, and only {sorted(said)} happened"
        return
    if now.stands != before.stands and not said & MOVES:
        yield f"{number}: due {before.due_at} became {now.due_at} by {sorted(said)}"
    went_on = before.paused_at is not None and now.paused_at is None and said & MOVES == {RESUME}
    if went_on and now.left > before.left:
        yield f"{number}: {before.left} were left, {now.left} after it went on"


def _said_since(ticket: Ticket, seq: int) -> set[str]:
    found = select(TicketEvent.kind).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.seq > seq
    )
    return set(db.session.scalars(found))


def _left(town: Town, row: ClockRow, at: datetime) -> timedelta:
    if row.pace is Pace.NATURAL_HOURS:
        return row.due_at - at
    return town.book.calendar_of(row.unit_id).time_between(at, row.due_at)


def _running(ticket: Ticket) -> dict[Name, ClockRow]:
    rows = db.session.scalars(
        select(ClockRow).where(ClockRow.ticket_id == ticket.id, ClockRow.stopped_at.is_(None))
    )
    return {(row.kind, row.unit_id): row for row in rows}


def _one_lead(ticket: Ticket, lead: Assignment | None) -> Iterator[str]:
    open_leads = db.session.scalars(
        select(Assignment).where(
            Assignment.ticket_id == ticket.id,
            Assignment.ended_at.is_(None),
            Assignment.role == Role.LEAD,
        )
    ).all()
    if len(open_leads) > 1:
        yield f"{ticket.number}: {len(open_leads)} units lead it at once"
    if lead is not None and lead.round != ticket.round:
        yield f"{ticket.number}: round {ticket.round}, but its lead is of round {lead.round}"
    is_whole = ticket.state is State.IN_PROGRESS and _parts(ticket)
    if ticket.state in WITH_UNIT and lead is None and not is_whole:
        yield f"{ticket.number}: {ticket.state}, but no unit has it"
    if lead is not None and ticket.state not in WITH_UNIT | {State.AWAITING_CALLBACK}:
        yield f"{ticket.number}: {ticket.state}, but {lead.unit_id} has it"


def _parts(ticket: Ticket) -> bool:
    found = select(TicketEvent.seq).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == Verb.SPLIT.value
    )
    return db.session.scalars(found).first() is not None


def _clocks(ticket: Ticket, lead: Assignment | None, rows: dict[Name, ClockRow]) -> Iterator[str]:
    must, may = _expected(ticket, lead)
    for name in rows.keys() - must - may:
        yield f"{ticket.number}: {ticket.state}, and {name} runs without a reason"
    for name in must - rows.keys():
        yield f"{ticket.number}: {ticket.state}, and {name} does not run"
    for (kind, unit_id), row in rows.items():
        is_still = row.paused_at is not None
        if unit_id is None and is_still:
            yield f"{ticket.number}: the hotline's {kind} stands still"
        if unit_id is not None and ticket.suspended_until is not None and not is_still:
            yield f"{ticket.number}: suspended, but {kind} of {unit_id} runs on"


def _expected(ticket: Ticket, lead: Assignment | None) -> tuple[set[Name], set[Name]]:
    """The clocks that must run, and those that may."""
    must: set[Name] = set()
    may: set[Name] = set()
    if ticket.state in FINAL:
        # The citizen thought again after the end: a reviewer decides whether it is done again.
        return must, {(Clock.DECISION, None)} if ticket.state is State.CLOSED else may
    if ticket.state in DESK:
        must.add((STATE_CLOCK[ticket.state], None))
    elif ticket.state is State.AWAITING_CALLBACK:
        may |= {(Clock.CALLBACK, None), (Clock.DECISION, None)}
    elif lead is not None:
        must, may = _of(lead)
    must |= {(CLOCKS[kind_of(one)], None) for one in requests.open_on(ticket.id)}
    if rescue.waiting(ticket.id):
        must.add((Clock.ACCEPTANCE, None))
    order = orders.unsettled(ticket.id)
    if order is not None and order.state is OrderState.OPEN:
        must.add((Clock.ORDER, order.unit_id))
    for some_must, some_may in (_assisting(ticket), _below(ticket, lead)):
        must |= some_must
        may |= some_may
    return must, may


def _assisting(ticket: Ticket) -> tuple[set[Name], set[Name]]:
    must: set[Name] = set()
    may: set[Name] = set()
    for part in joint_queries.assisting(ticket.id):
        if part.return_asked_at is not None:
            must.add((Clock.DECISION, part.unit_id))
        elif part.replied_at is None:
            some_must, some_may = _of(part)
            must |= some_must
            may |= some_may
    return must, may


def _of(held: Assignment) -> tuple[set[Name], set[Name]]:
    """Of a unit that handles it: until it signed, as long as it handles, until a contact."""
    must: set[Name] = {(Clock.HANDLE, held.unit_id)}
    must |= {(Clock.SIGN, held.unit_id)} if held.signed_at is None else set()
    return must, {(Clock.CONTACT, held.unit_id)} if held.contacted_at is None else set()


def _below(ticket: Ticket, lead: Assignment | None) -> tuple[set[Name], set[Name]]:
    above = [one.id for one in (lead, *joint_queries.assisting(ticket.id)) if one is not None]
    handed_down = db.session.scalars(
        select(SubAssignment).where(
            SubAssignment.assignment_id.in_(above), SubAssignment.ended_at.is_(None)
        )
    )
    must: set[Name] = set()
    for sub in handed_down:
        if sub.replied_at is None:
            must.add((Clock.HANDLE, sub.sub_unit_id))
            must |= {(Clock.SIGN, sub.sub_unit_id)} if sub.signed_at is None else set()
    return must, set()


def _shown(ticket: Ticket, lead: Assignment | None, rows: dict[Name, ClockRow]) -> Iterator[str]:
    """The ticket shows its state's clock."""
    kinds = [table[ticket.state] for table in (SECOND_CLOCK, STATE_CLOCK) if ticket.state in table]
    unit_id = lead.unit_id if lead and kinds and kinds[0] in (Clock.SIGN, Clock.HANDLE) else None
    row = next((rows[kind, unit_id] for kind in kinds if (kind, unit_id) in rows), None)
    told = (ticket.due_at, ticket.lamp)
    should = (row.due_at, row.lamp) if row is not None else (None, Lamp.GREEN)
    if told != should:
        yield f"{ticket.number}: {ticket.state} shows {told}, its clock says {should}"
