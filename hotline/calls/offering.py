"""A waiting call meets an operator: matched, offered, let pass, or taken by hand.

The call's row says to whom it is offered, so that it is never offered twice. Who distributes holds
a lock of the database, so that the queue's order holds with any number of processes.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, text

from hotline.calls import (
    bridging,
    finding,
    history,
    orders,
    seating,
    standing_in_line,
    states,
)
from hotline.calls.bridging import Ways
from hotline.calls.kinds import LegRole, LegState, Purpose, SeatState, Step
from hotline.calls.models import Call
from hotline.calls.rules import CallRules, matched
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState, CallVerb
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from hotline.people.models import Staff

ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('calls.distribute'))")
FREE_TO_PICK = (SeatState.READY, SeatState.WRAP_UP, SeatState.BREAK)


def distribute(*, now: datetime, rules: CallRules, ways: Ways) -> int:
    """Offer the queue's calls to the operators who are ready; answers how many were offered."""
    ready = standing_in_line.ready()
    most = min(len(ready), standing_in_line.MOST_OF_A_SKILL)
    waiting = standing_in_line.waiting(now, most=most) if ready else []
    if not waiting or not db.session.scalars(ONE_AT_A_TIME).one():
        return 0
    pairs = matched(waiting, ready)
    return sum(
        _offer_if_free(call.call_id, operator.staff_id, now=now, ways=ways)
        for call, operator in pairs
    )


def end_offers(*, now: datetime, rules: CallRules) -> int:
    """Take back what was not answered in time; answers how many offers ended."""
    late = now - timedelta(seconds=rules.ring_seconds)
    asked = select(Call.id).where(Call.state == CallState.OFFERED, Call.offered_at <= late)
    ended = 0
    for call_id in db.session.scalars(asked.order_by(Call.id)).all():
        call = finding.taken(call_id)
        if call is not None and call.state is CallState.OFFERED and _is_late(call, late):
            pass_by(call, now=now, rules=rules)
            ended += 1
    return ended


def decline(call: Call, *, by: int, now: datetime, rules: CallRules) -> None:
    """The operator lets the call pass; it counts as missed. Raises Refused, Forbidden."""
    _is_theirs(call, by)
    pass_by(call, now=now, rules=rules)


def let_pass(call: Call, *, by: int, now: datetime) -> None:
    """A colleague who is called in, or passed a call, doesn't take it. Raises Refused."""
    leg = finding.operator_leg(call, by)
    if leg is None or leg.role is not LegRole.THIRD or leg.state is LegState.ANSWERED:
        raise Refused("call_moved_on", "This call has moved on meanwhile.")
    orders.hang_up(leg, now)


def pick(call: Call, *, by: int, now: datetime, ways: Ways) -> None:
    """An operator takes a call out of the queue, as on a switchboard. Raises Refused.

    Also from a break and while writing up, which ends with it.
    """
    if call.state is not CallState.WAITING:
        raise Refused("call_taken", "Somebody else has this call already, or it is over.")
    seat = seating.locked(by, now)
    if seat.state not in FREE_TO_PICK:
        raise Refused("not_free", "Go ready first: you have a call, or you are off.")
    offer(call, seat, now=now, ways=ways)


def pass_by(call: Call, *, now: datetime, rules: CallRules) -> None:
    """Nobody answered: the caller is first in line again, and the operator missed a call.

    What an operator asked for by a click is offered to nobody else.
    """
    missed, is_clicked = call.offered_to, call.purpose is Purpose.CLICK
    verb = CallVerb.VOID if is_clicked else CallVerb.MISS
    call.state = states.move(call.state, verb)
    if is_clicked:
        call.ended_at = call.finished_at = now
    call.offered_to = call.offered_at = None
    if missed is None:
        return
    call.declined_by = [*call.declined_by, missed]
    for leg in finding.open_legs(call, LegRole.OPERATOR):
        orders.hang_up(leg, now)
        leg.state, leg.ended_at = LegState.ENDED, now
    seat = seating.locked(missed, now)
    if seat.call_id == call.id:
        seating.miss(seat, now=now, most=rules.misses_until_break)
    history.note(call, verb, at=now, staff=[missed], operator=missed)


def withdraw(call: Call, *, now: datetime) -> None:
    """The caller is gone before anybody answered: the operator is free, and missed nothing."""
    offered_to = call.offered_to
    call.offered_to = call.offered_at = None
    for leg in finding.open_legs(call, LegRole.OPERATOR):
        orders.hang_up(leg, now)
        leg.state, leg.ended_at = LegState.ENDED, now
    if offered_to is not None:
        seat = seating.locked(offered_to, now)
        if seat.call_id == call.id:
            idle = seat.idle_since
            seating.release(seat, now=now)
            seat.idle_since = idle


def _offer_if_free(call_id: int, staff_id: int, *, now: datetime, ways: Ways) -> bool:
    call = finding.taken(call_id)
    if call is None or call.state is not CallState.WAITING:
        return False
    seat = seating.locked(staff_id, now)
    if seat.state is not SeatState.READY:
        return False
    offer(call, seat, now=now, ways=ways)
    return True


def offer(call: Call, seat: Seat, *, now: datetime, ways: Ways) -> None:
    """Ring a waiting call at this seat."""
    call.state = states.move(call.state, CallVerb.OFFER)
    call.offered_to, call.offered_at = seat.staff_id, now
    seating.ring(seat, call, now=now)
    history.note(call, CallVerb.OFFER, at=now, operator=seat.staff_id)
    if ways.rings_at_offer:
        ring_operator(call, seat, now=now)


def ring_operator(call: Call, seat: Seat, *, now: datetime) -> None:
    """Dial the operator's phone; answering it leads to the caller."""
    login = db.session.get_one(Staff, seat.staff_id).username
    leg = bridging.new_leg(
        call,
        LegRole.OPERATOR,
        address=bridging.address_of(seat, login),
        staff_id=seat.staff_id,
    )
    orders.dial(leg, Step.OPERATOR, now)


def _is_theirs(call: Call, by: int) -> None:
    if call.state is not CallState.OFFERED:
        raise Refused("call_moved_on", "This call has moved on meanwhile.")
    if call.offered_to != by:
        raise Forbidden("not_yours", "This call is offered to somebody else.")
    bridging.needs_own_line(call)


def _is_late(call: Call, late: datetime) -> bool:
    return call.offered_at is not None and call.offered_at <= late
