"""An operator and a citizen speak: answered, held, joined by others, passed on, hung up.

Every function takes the call locked. What a document of the carrier asks twice is answered the
same and done once.
"""

from dataclasses import dataclass
from datetime import datetime

from hotline.calls import (
    bridging,
    finding,
    history,
    offering,
    orders,
    queueing,
    seating,
    states,
)
from hotline.calls.bridging import Ways
from hotline.calls.kinds import Direction, HungUpBy, LegRole, LegState, SeatState, Step
from hotline.calls.models import Call, CallLeg
from hotline.calls.rules import CallRules
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState, CallVerb
from hotline.errors import Forbidden, Invalid, Refused
from hotline.extensions import db
from hotline.people.models import Staff


@dataclass(frozen=True)
class Target:
    """Whom to call in or pass on to: an operator, or a number with what it is called."""

    label: str
    address: str = ""
    staff_id: int | None = None


def answered(call: Call, leg: CallLeg, *, now: datetime, ways: Ways) -> bool:
    """This end was picked up; False when it came too late and has to be hung up."""
    if leg.state is LegState.ENDED or call.state not in states.UNDER_WAY:
        return False
    is_first = leg.state is not LegState.ANSWERED
    if leg.role is LegRole.OPERATOR and call.state is CallState.OFFERED:
        if call.offered_to != leg.staff_id:
            return False
        connect(call, leg, now=now, ways=ways)
    elif call.state is not CallState.CONNECTED and leg.role is not LegRole.CITIZEN:
        return False
    leg.state, leg.answered_at = LegState.ANSWERED, leg.answered_at or now
    if is_first and leg.role is LegRole.CITIZEN:
        call.answered_at = call.answered_at or now
        queueing.settle(call, now=now)
        history.note(call, "citizen_answered", at=now)
    if is_first and leg.role is LegRole.THIRD:
        _third_answered(call, leg, now=now)
    return True


def accept(call: Call, *, by: int, now: datetime, ways: Ways) -> None:
    """The console's own Answer, where the offer rings no phone: the caller is sent to it now.

    Raises Refused, Forbidden.
    """
    if ways.rings_at_offer:
        raise Refused("answer_on_phone", "Answer on your phone: it is ringing.")
    bridging.needs_own_line(call)
    if call.state is not CallState.OFFERED:
        raise Refused("call_moved_on", "This call has moved on meanwhile.")
    if call.offered_to != by:
        raise Forbidden("not_yours", "This call is offered to somebody else.")
    seat = seating.locked(by, now)
    login = db.session.get_one(Staff, by).username
    address = bridging.address_of(seat, login)
    leg = bridging.new_leg(call, LegRole.OPERATOR, address=address, staff_id=by)
    connect(call, leg, now=now, ways=ways)


def connect(call: Call, leg: CallLeg, *, now: datetime, ways: Ways) -> None:
    """The operator has the call: the caller is led to them, or the citizen is dialled."""
    call.state = states.move(call.state, CallVerb.ANSWER)
    call.staff_id, call.offered_to = leg.staff_id, None
    seat = seating.locked(leg.staff_id or 0, now)
    seating.talk(seat, call, now=now)
    history.note(call, CallVerb.ANSWER, at=now, operator=leg.staff_id)
    citizen = finding.citizen_leg(call)
    is_there = citizen is not None and citizen.state is LegState.ANSWERED
    if call.direction is Direction.INBOUND or is_there:
        call.answered_at = call.answered_at or now
        queueing.settle(call, now=now)
        if citizen is not None:
            orders.redirect(citizen, Step.JOIN if ways.has_conference else Step.BRIDGE, now)
    elif ways.has_conference:
        citizen = citizen or _citizen_end(call)
        orders.dial(citizen, Step.OUTGOING, now)
    else:
        orders.dial(leg, Step.OUTGOING, now)


def hold(call: Call, *, by: int, now: datetime) -> None:
    """The citizen hears the waiting sound, the operator is alone. Raises Refused, Forbidden."""
    citizen = _spoken_to(call, by)
    if call.held_at is None:
        call.held_at = now
        orders.redirect(citizen, Step.HOLD, now)
        history.note(call, "held", at=now, actor=f"staff:{by}")


def resume(call: Call, *, by: int, now: datetime, ways: Ways) -> None:
    """Back to the citizen. Raises Refused, Forbidden."""
    citizen = _spoken_to(call, by)
    if call.held_at is not None:
        call.held_at = None
        orders.redirect(citizen, Step.JOIN if ways.has_conference else Step.BRIDGE, now)
        history.note(call, "resumed", at=now, actor=f"staff:{by}")


def call_in(call: Call, target: Target, *, by: int, now: datetime, ways: Ways) -> CallLeg:
    """Ring a third person into the talk. Raises Refused, Forbidden, Invalid."""
    bridging.needs_conference(ways)
    _spoken_to(call, by)
    leg = _third(call, target, now)
    orders.dial(leg, Step.THIRD, now)
    history.note(call, "called_in", at=now, actor=f"staff:{by}", staff=[target.staff_id])
    return leg


def listen(call: Call, *, by: int, login: str, now: datetime, ways: Ways) -> CallLeg:
    """A supervisor hears a talk without being heard; it stands in the call's history."""
    bridging.needs_conference(ways)
    bridging.needs_own_line(call)
    if call.state is not CallState.CONNECTED:
        raise Refused("nobody_talks", "Nobody is talking on this call now.")
    seat = seating.locked(by, now)
    leg = bridging.new_leg(
        call,
        LegRole.LISTENER,
        address=bridging.address_of(seat, login),
        staff_id=by,
    )
    orders.dial(leg, Step.LISTEN, now)
    history.note(call, "listened", at=now, actor=f"staff:{by}")
    return leg


def pass_on(call: Call, target: Target | None, *, by: int, now: datetime, rules: CallRules,
            ways: Ways) -> None:  # fmt: skip
    """Leave the citizen with somebody else: with who was called in, or with `target` at once.

    Raises Refused (`nobody_called_in`), Forbidden, Invalid.
    """
    citizen = _spoken_to(call, by)
    if target is not None and target.staff_id is not None and not ways.has_conference:
        _offer_to(call, target.staff_id, by=by, now=now, rules=rules, ways=ways)
        return
    thirds = finding.open_legs(call, LegRole.THIRD)
    if target is not None:
        leg = _third(call, target, now)
        if ways.has_conference:
            orders.dial(leg, Step.THIRD, now)
        else:
            orders.redirect(citizen, Step.THIRD, now)
        thirds = [leg]
    if not thirds:
        raise Refused("nobody_called_in", "Nobody else is on the line: choose whom to pass it to.")
    if call.held_at is not None and ways.has_conference:
        orders.redirect(citizen, Step.JOIN, now)
    call.held_at = None
    _leave(call, by, now=now, rules=rules)
    call.staff_id = thirds[-1].staff_id or call.staff_id
    history.note(call, "passed_on", at=now, actor=f"staff:{by}", staff=[by, thirds[-1].staff_id])


def _offer_to(
    call: Call, staff_id: int, *, by: int, now: datetime, rules: CallRules, ways: Ways
) -> None:
    """Where no phone rings at an offer: it stands in the colleague's console like any other."""
    seat = _ready_seat(staff_id, now)
    _leave(call, by, now=now, rules=rules)
    _wait_again(call, now)
    history.note(call, "passed_on", at=now, actor=f"staff:{by}", staff=[by, staff_id])
    offering.offer(call, seat, now=now, ways=ways)


def drop_third(call: Call, leg: CallLeg, *, by: int, now: datetime) -> None:
    """Hang up on who was called in; the talk goes on. Raises Refused, Forbidden."""
    _spoken_to(call, by)
    orders.hang_up(leg, now)
    history.note(call, "third_dropped", at=now, actor=f"staff:{by}")


def hang_up(call: Call, *, by: int, now: datetime, rules: CallRules) -> None:
    """The operator ends the talk; the caller may rate it. Raises Refused, Forbidden."""
    _own(call, by)
    call.state = states.move(call.state, CallVerb.HANG_UP)
    call.hung_up_by, call.held_at = HungUpBy.OPERATOR, None
    if finding.citizen_leg(call) is None or bridging.is_elsewhere(call):
        # Rung from within the operator's end, which ends both; or another exchange may never tell.
        call.ended_at = call.ended_at or now
    for leg in finding.open_legs(call):
        if leg.role is LegRole.CITIZEN and call.direction is Direction.INBOUND:
            orders.redirect(leg, Step.RATE, now)
        else:
            orders.hang_up(leg, now)
    free_seats(call, now=now, rules=rules)
    history.note(call, CallVerb.HANG_UP, at=now, actor=f"staff:{by}")


def give_back(call: Call, *, now: datetime, why: str) -> None:
    """The operator was lost, not the caller: who waits again is first in line."""
    lost = call.staff_id
    _wait_again(call, now)
    history.note(call, CallVerb.GIVE_BACK, at=now, staff=[lost], why=why)


def _wait_again(call: Call, now: datetime) -> None:
    call.state = states.move(call.state, CallVerb.GIVE_BACK)
    call.staff_id = call.held_at = None
    citizen = finding.citizen_leg(call)
    if citizen is not None:
        orders.redirect(citizen, Step.WAIT, now)


def free_seats(call: Call, *, now: datetime, rules: CallRules) -> None:
    """Whoever talked on this call writes it up now; who was only rung is ready again."""
    for staff_id in sorted({leg.staff_id for leg in _staffed(call) if leg.staff_id is not None}):
        seat = seating.locked(staff_id, now)
        if seat.call_id != call.id:
            continue
        if seat.state is SeatState.ON_CALL:
            seating.wrap_up(seat, now=now, seconds=rules.wrap_up_seconds)
        elif seat.state is SeatState.RINGING:
            seating.release(seat, now=now)


def _leave(call: Call, by: int, *, now: datetime, rules: CallRules) -> None:
    own = finding.operator_leg(call, by)
    if own is not None:
        orders.hang_up(own, now)
        own.state, own.ended_at = LegState.ENDED, now
    seating.wrap_up(seating.locked(by, now), now=now, seconds=rules.wrap_up_seconds)


def _third(call: Call, target: Target, now: datetime) -> CallLeg:
    address = target.address
    if target.staff_id is not None:
        seat = _ready_seat(target.staff_id, now)
        login = db.session.get_one(Staff, target.staff_id).username
        address = bridging.address_of(seat, login)
        seating.ring(seat, call, now=now)
    if not address:
        raise Invalid("no_number", "Give a number, or choose whom to call.", field="target")
    return bridging.new_leg(
        call,
        LegRole.THIRD,
        address=address,
        staff_id=target.staff_id,
        label=target.label,
    )


def _ready_seat(staff_id: int, now: datetime) -> Seat:
    seat = seating.locked(staff_id, now)
    if seat.state is not SeatState.READY:
        raise Refused("not_ready", "This colleague takes no calls right now: choose another.")
    return seat


def _third_answered(call: Call, leg: CallLeg, *, now: datetime) -> None:
    if leg.staff_id is not None:
        seating.talk(seating.locked(leg.staff_id, now), call, now=now)
    history.note(call, "third_answered", at=now, staff=[leg.staff_id], label=leg.label)


def _citizen_end(call: Call) -> CallLeg:
    return bridging.new_leg(call, LegRole.CITIZEN, address=call.phone)


def _own(call: Call, by: int) -> None:
    """Raises Refused, Forbidden unless this operator is on this call."""
    if call.state is not CallState.CONNECTED:
        raise Refused("nobody_talks", "Nobody is talking on this call now.")
    if call.staff_id != by:
        raise Forbidden("not_yours", "This is somebody else's call.")


def _spoken_to(call: Call, by: int) -> CallLeg:
    """The citizen's end of a call that this operator is on. Raises Refused, Forbidden."""
    _own(call, by)
    bridging.needs_own_line(call)
    citizen = finding.citizen_leg(call)
    if citizen is None:
        raise Refused("caller_gone", "The caller is not on the line.")
    return citizen


def _staffed(call: Call) -> list[CallLeg]:
    found = finding.all_legs(call)
    return [one for one in found if one.role in (LegRole.OPERATOR, LegRole.THIRD)]
