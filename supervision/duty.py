"""Ringing a unit's duty phone about a critical ticket that nobody signs: tasks for a person.

Decided here: whose turn it is, by the roster of the day; every ring is written down, and every
number that is shown leaves a trace. Not here: dialling itself; until calls are made by the
system, a person dials. The unit's head has a number when they entered their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import select, update

from hotline import audit
from hotline.access import Role
from hotline.errors import NotFound, Refused
from hotline.extensions import beside, db
from hotline.people.models import Duty, Membership, Staff
from hotline.people.queries import in_force
from hotline.tickets.models import Ticket
from supervision import rules
from supervision.models import Card, DutyCall, Reach, Ring
from supervision.rules import CallEnd, RingOutcome, Whom

SHOWN = "duty_number_shown"


@dataclass(frozen=True)
class Contact:
    """Somebody of a unit who can be rung: the name, and the number where there is one."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class Rung:
    """What is written down of a ring."""

    whom: Whom
    outcome: RingOutcome
    note: str | None = None


def ask_to_ring(ticket: Ticket, card: Card, *, now: datetime) -> None:
    """A person is to ring the unit."""
    db.session.add(
        DutyCall(ticket_id=ticket.id, unit_id=card.unit_id, card_id=card.id, made_at=now)
    )
    db.session.flush()


def no_longer_ring(
    ticket_id: int,
    *,
    now: datetime,
    card_id: int | None = None,
    assignment_id: int | None = None,
) -> None:
    """It was signed, ended or taken from the unit: nobody needs to be rung any more.

    Of all units that have it, or only about one card, or about one unit's part.
    """
    open_ones = update(DutyCall).where(DutyCall.ticket_id == ticket_id, DutyCall.ended_at.is_(None))
    if card_id is not None:
        open_ones = open_ones.where(DutyCall.card_id == card_id)
    if assignment_id is not None:
        of_part = select(Card.id).where(Card.assignment_id == assignment_id)
        open_ones = open_ones.where(DutyCall.card_id.in_(of_part))
    with beside(DutyCall):
        db.session.execute(open_ones.values(ended_at=now, outcome=CallEnd.NOT_NEEDED))


def contacts(
    unit_ids: Sequence[int], day: date, now: datetime
) -> Mapping[int, dict[Whom, Contact]]:
    """Unit → who can be rung there on this day; two statements."""
    found: dict[int, dict[Whom, Contact]] = {unit_id: {} for unit_id in unit_ids}
    turns = select(Duty).where(
        Duty.unit_id.in_(unit_ids), Duty.since_on <= day, Duty.until_on >= day
    )
    for turn in db.session.scalars(turns.order_by(Duty.since_on)):
        found[turn.unit_id][Whom.DUTY] = Contact(turn.name, turn.phone)
        if turn.deputy_name or turn.deputy_phone:
            found[turn.unit_id][Whom.DEPUTY] = Contact(turn.deputy_name or "", turn.deputy_phone)
    heads = db.session.execute(
        select(Membership.unit_id, Staff.name, Reach.phone)
        .join(Staff, Staff.id == Membership.staff_id)
        .outerjoin(Reach, Reach.staff_id == Staff.id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.role == Role.UNIT_HEAD,
            Staff.is_active,
            in_force(now),
        )
        .order_by(Reach.phone.is_(None), Staff.id)
    )
    for unit_id, name, phone in heads:
        found[cast("int", unit_id)].setdefault(Whom.UNIT_HEAD, Contact(name, phone))
    return found


def write_down(call_id: int, rung: Rung, *, by: str, now: datetime) -> DutyCall:
    """Log a ring; who was reached ends the task. Raises NotFound, Refused when it is over."""
    call = _locked(call_id)
    if call.ended_at is not None:
        raise Refused("call_over", "This call is no longer needed; look at the ticket.")
    db.session.add(
        Ring(call_id=call.id, at=now, by=by, whom=rung.whom, outcome=rung.outcome, note=rung.note)
    )
    if rung.outcome is RingOutcome.REACHED:
        call.ended_at, call.outcome = now, CallEnd.REACHED
    return call


def show_number(call_id: int, whom: Whom, day: date, *, by: str, now: datetime) -> Contact:
    """The whole number of who is to be rung, with a trace. Raises NotFound."""
    call = _locked(call_id)
    known = contacts([call.unit_id], day, now)[call.unit_id].get(whom)
    if known is None or not known.phone:
        raise NotFound("no_number", "No number is known; ask the administrator for the roster.")
    audit.record(by, SHOWN, f"unit:{call.unit_id}", at=now, call=call.id, whom=whom.value)
    return known


def turn(rings: Sequence[Ring], known: Mapping[Whom, Contact]) -> Whom | None:
    """Whose turn it is to be rung."""
    has_number = [whom for whom, one in known.items() if one.phone]
    return rules.next_to_ring([one.whom for one in rings], has_number)


def _locked(call_id: int) -> DutyCall:
    call = select(DutyCall).where(DutyCall.id == call_id)
    found = None
    if call_id < 2**63:
        found = db.session.scalars(call.with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise NotFound("call_not_found", "There is no such call.", field="id")
    return found
