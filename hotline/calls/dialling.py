"""Calls that we make: somebody clicks a number, or a machine asks.

The operator's phone rings first, then the citizen's, so that nobody picks up and hears nothing.
"""

from datetime import datetime

from hotline import crypto
from hotline.calls import bridging, history, offering, orders, seating
from hotline.calls.bridging import Ways
from hotline.calls.kinds import Direction, LegRole, Purpose, Step
from hotline.calls.models import Call, CallTicket, new_ref
from hotline.calls.states import CallState
from hotline.citizens import queries as citizens
from hotline.errors import Refused
from hotline.extensions import db


def click(by: int, number: str, *, ticket_id: int | None, now: datetime, ways: Ways) -> Call:
    """Call this number (E.164) for an operator who is free. Raises Refused (`not_free`)."""
    seat = seating.locked(by, now)
    if seat.state not in offering.FREE_TO_PICK:
        raise Refused("not_free", "Go ready first: you have a call, or you are off.")
    call = _made(number, Purpose.CLICK, now)
    call.state, call.offered_to, call.offered_at = CallState.OFFERED, by, now
    db.session.add(call)
    db.session.flush()
    if ticket_id is not None:
        link(call, ticket_id, by=f"staff:{by}", now=now)
    seating.ring(seat, call, now=now)
    history.note(call, "clicked", at=now, actor=f"staff:{by}")
    if ways.rings_at_offer:
        offering.ring_operator(call, seat, now=now)
    return call


def survey(flow: str, subject: str, number: str, *, ticket_id: int | None, now: datetime) -> Call:
    """A machine's call: who answers is led through the registered flow."""
    call = _made(number, Purpose.SURVEY, now)
    call.flow, call.flow_subject = flow, subject
    db.session.add(call)
    db.session.flush()
    if ticket_id is not None:
        link(call, ticket_id, by=history.SYSTEM, now=now)
    leg = bridging.new_leg(call, LegRole.CITIZEN, address=number)
    orders.dial(leg, Step.FLOW, now)
    history.note(call, "machine_calls", at=now, flow=flow)
    return call


def link(call: Call, ticket_id: int, *, by: str, now: datetime) -> None:
    """The ticket came of this call, or is what it is about; once."""
    if db.session.get(CallTicket, (call.id, ticket_id)) is None:
        db.session.add(
            CallTicket(call_id=call.id, ticket_id=ticket_id, linked_at=now, linked_by=by)
        )
        db.session.flush()


def _made(number: str, purpose: Purpose, now: datetime) -> Call:
    citizen = citizens.by_phone(number)
    return Call(
        ref=new_ref(),
        direction=Direction.OUTBOUND,
        purpose=purpose,
        phone=number,
        phone_index=crypto.blind_index(number),
        citizen_id=citizen.id if citizen else None,
        state=CallState.RINGING,
        created_at=now,
        heard_at=now,
        declined_by=[],
    )
