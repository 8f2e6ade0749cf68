"""Cards: issued when a unit's clock turns, voided by what makes them wrong.

Decided here: what is written down with each, and who is warned. Not here: which card a lamp
gives (`rules`), when a lamp turns (the sweep). Closing a ticket voids nothing.
Callers hold the ticket's lock.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select

from dispatch.models import Assignment
from dispatch.rules import Outcome
from hotline.access import Role
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks
from hotline.tickets.clocks import Clock, Due, Lamp
from hotline.tickets.models import ClockRow, Ticket, TicketEvent
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from supervision import duty, rules, warn
from supervision.models import Card
from supervision.rules import Colour, Known, VoidReason, WarningKind
from supervision.warn import Warned

SYSTEM = "system"
TEXT = {Colour.YELLOW: "warned_yellow", Colour.RED: "warned_red"}
ABOUT_EXTENSIONS = (
    Verb.ASK_EXTENSION.value,
    Verb.GRANT_EXTENSION.value,
    Verb.REFUSE_EXTENSION.value,
)


def judge(ticket: Ticket, row: ClockRow, lamp: Lamp, *, now: datetime) -> Card | None:
    """Issue the card that this lamp of a unit's clock gives, if it gives one."""
    if row.unit_id is None or row.kind not in rules.CARDED:
        return None
    assignment = _assignment_of(row)
    if assignment is None or assignment.outcome is Outcome.RETURNED:
        return None
    colour = rules.card_for(
        row.kind,
        lamp,
        row.due_at,
        _known(assignment, row.kind),
        is_extension_asked=_is_extension_asked(ticket, assignment),
    )
    if colour is None:
        return None
    return _issue(ticket, row, assignment, colour, now=now)


def catch_up(ticket: Ticket, *, now: datetime, book: Rulebook) -> None:
    """Issue what a unit's clocks deserve as they stand, or stood when they just stopped.

    For a limit that was missed while no sweep ran, and for more time that was refused.
    """
    found = db.session.scalars(
        select(ClockRow).where(
            ClockRow.ticket_id == ticket.id,
            ClockRow.unit_id.is_not(None),
            ClockRow.kind.in_(rules.CARDED),
            ClockRow.paused_at.is_(None),
            ClockRow.due_at <= now,
            or_(ClockRow.stopped_at.is_(None), ClockRow.stopped_at == now),
        )
    ).all()
    for row in found:
        judge(ticket, row, _lamp_at(row, now, book), now=now)


def void_of_assignment(
    ticket: Ticket, assignment_id: int, reason: VoidReason, *, now: datetime
) -> None:
    """Void every standing card of an assignment: it was none of the unit's duty."""
    found = db.session.scalars(_standing(ticket).where(Card.assignment_id == assignment_id))
    _void_all(ticket, found.all(), reason, now=now)


def void_wrong(
    ticket: Ticket,
    reason: VoidReason,
    *,
    now: datetime,
    book: Rulebook,
    clock_ids: Collection[int] | None = None,
) -> None:
    """Void the standing cards that the clocks' present deadlines make wrong.

    `clock_ids` are those that moved; all of the ticket's where nothing says which.
    """
    found = db.session.execute(
        _standing(ticket).join(ClockRow, ClockRow.id == Card.clock_id).add_columns(ClockRow)
    ).all()
    wrong = [
        card
        for card, row in found
        if row.due_at > card.due_at
        and (clock_ids is None or row.id in clock_ids)
        and rules.is_wrong(card.colour, _lamp_at(row, card.issued_at, book))
    ]
    _void_all(ticket, wrong, reason, now=now)


def has_standing(ticket_id: int) -> bool:
    """Whether any card of the ticket stands."""
    asked = select(Card.id).where(Card.ticket_id == ticket_id, Card.voided_at.is_(None)).limit(1)
    return db.session.scalar(asked) is not None


def void_by_hand(ticket: Ticket, card_id: int, why: str, *, by: str, now: datetime) -> Card:
    """A supervisor finds that it was the hotline's error. Raises NotFound, Refused."""
    card = db.session.get(Card, card_id) if card_id < 2**63 else None
    if card is None or card.ticket_id != ticket.id:
        raise NotFound("card_not_found", "There is no such card.", field="id")
    if card.voided_at is not None:
        raise Refused("voided_already", "This card was voided already; nothing more is needed.")
    _void(ticket, card, VoidReason.HOTLINE_ERROR, by=by, now=now, words=why)
    return card


def _issue(
    ticket: Ticket, row: ClockRow, assignment: Assignment, colour: Colour, *, now: datetime
) -> Card:
    card = Card(
        ticket_id=ticket.id,
        unit_id=assignment.unit_id,
        assignment_id=assignment.id,
        clock_id=row.id,
        clock=row.kind,
        colour=colour,
        due_at=row.due_at,
        issued_at=now,
        seq=ticket.last_seq + 1,
    )
    db.session.add(card)
    db.session.flush()
    unit = db.session.get_one(Unit, assignment.unit_id)
    facts = _facts(card, unit.code)
    advance(ticket, Verb.CARD, by=SYSTEM, now=now, facts=facts)
    _warn(ticket, card, assignment, unit, now=now)
    if rules.rings_duty(row.kind, colour, ticket.urgency):
        duty.ask_to_ring(ticket, card, now=now)
    return card


def _warn(ticket: Ticket, card: Card, assignment: Assignment, unit: Unit, *, now: datetime) -> None:
    people = warn.of_unit(unit.id, now, assignment.handler_staff_id)
    if card.colour is Colour.RED:
        people |= warn.with_role([Role.SUPERVISOR], now)
    what = Warned(
        kind=WarningKind.CARD,
        key=f"card:{card.id}",
        at=now,
        ticket_id=ticket.id,
        unit_id=unit.id,
        card_id=card.id,
        text=TEXT[card.colour],
        due_at=card.due_at,
        facts={
            "number": ticket.number,
            "unit": unit.name,
            "clock": card.clock.value,
            "colour": card.colour.value,
        },
    )
    warn.tell(people, what)


def _void_all(ticket: Ticket, cards: Iterable[Card], reason: VoidReason, *, now: datetime) -> None:
    for card in cards:
        _void(ticket, card, reason, by=SYSTEM, now=now)


def _void(
    ticket: Ticket,
    card: Card,
    reason: VoidReason,
    *,
    by: str,
    now: datetime,
    words: str | None = None,
) -> None:
    unit = db.session.get_one(Unit, card.unit_id)
    facts = _facts(card, unit.code) | {"reason": reason.value}
    advance(ticket, Verb.VOID_CARD, by=by, now=now, facts=facts, words=words)
    card.voided_at, card.voided_by, card.void_reason = now, by, reason
    card.void_seq = ticket.last_seq
    db.session.flush()
    duty.no_longer_ring(ticket.id, now=now, card_id=card.id)


def _facts(card: Card, unit_code: str) -> dict[str, str | int]:
    return {
        "card_id": card.id,
        "assignment_id": card.assignment_id,
        "unit_id": card.unit_id,
        "unit": unit_code,
        "clock": card.clock.value,
        "colour": card.colour.value,
    }


def _assignment_of(row: ClockRow) -> Assignment | None:
    """The assignment for which the unit's clock was started, over or not."""
    return db.session.scalars(
        select(Assignment)
        .where(
            Assignment.ticket_id == row.ticket_id,
            Assignment.unit_id == row.unit_id,
            Assignment.dispatched_at <= row.started_at,
        )
        .order_by(Assignment.id.desc())
        .limit(1)
    ).one_or_none()


def _known(assignment: Assignment, kind: Clock) -> Collection[Known]:
    found = db.session.execute(
        select(Card.colour, Card.due_at, Card.void_reason).where(
            Card.ticket_id == assignment.ticket_id,
            Card.assignment_id == assignment.id,
            Card.clock == kind,
        )
    )
    return [Known(*one) for one in found]


def _is_extension_asked(ticket: Ticket, assignment: Assignment) -> bool:
    """Whether the unit asked for more time, which can only be in time, and nobody decided yet."""
    last = db.session.scalar(
        select(TicketEvent.kind)
        .where(
            TicketEvent.ticket_id == ticket.id,
            TicketEvent.seq > assignment.seq,
            TicketEvent.kind.in_(ABOUT_EXTENSIONS),
        )
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    )
    return last == Verb.ASK_EXTENSION


def _standing(ticket: Ticket) -> Select[Card]:
    return select(Card).where(Card.ticket_id == ticket.id, Card.voided_at.is_(None))


def _lamp_at(row: ClockRow, at: datetime, book: Rulebook) -> Lamp:
    due = Due(row.due_at, row.is_provisional, row.pace)
    return clocks.lamp(due, row.started_at, at, book.calendar_of(row.unit_id), book.clocks)
