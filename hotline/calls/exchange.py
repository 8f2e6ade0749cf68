"""Events of somebody else's telephone exchange: it rings, it is picked up, it is over.

They drive the screen-pop, the operators' states, the log and the figures just as calls of our own
carrier do; only the lines themselves are the exchange's, so nothing is ever asked of a carrier.
Decided here: an event said twice or late changes nothing; one that contradicts what is known is
refused in words. The surprise: the exchange offers calls itself, so an offer of it never ends by
our clock (`offered_at` is not set), and an operator who was off is off again afterwards.
"""

from dataclasses import dataclass
from enum import StrEnum

from hotline import crypto
from hotline.calls import arriving, ending, finding, history, queueing, seating, states
from hotline.calls.arriving import Arrival
from hotline.calls.ending import At
from hotline.calls.kinds import (
    ELSEWHERE,
    Direction,
    HungUpBy,
    LegEnd,
    LegRole,
    LegState,
    Purpose,
    SeatState,
)
from hotline.calls.models import Call, CallLeg, new_ref
from hotline.calls.states import CallState, CallVerb
from hotline.citizens import queries as citizens
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people import queries as people
from hotline.people.models import Staff

RESTS = (SeatState.OFF, SeatState.BREAK)
FREE = (SeatState.OFF, SeatState.BREAK, SeatState.READY, SeatState.WRAP_UP)


class Event(StrEnum):
    """What an exchange tells, in the spelling of the interface."""

    NEW_CALL = "newCall"
    ANSWER = "answer"
    HANG_UP = "hangup"


@dataclass(frozen=True)
class Told:
    """One event; numbers in E.164, None where withheld; `user` is an operator's login."""

    event: Event
    call_id: str
    direction: Direction
    sender: str | None = None
    recipient: str | None = None
    user: str | None = None

    @property
    def provider_id(self) -> str:
        """The id of the citizen's end with us."""
        return f"{ELSEWHERE}{self.call_id}"


def tell(told: Told, at: At) -> tuple[Call, bool]:
    """Do what the event says; answers the call, and whether it is new.

    Raises NotFound (`call_unknown`), Invalid (`unknown_user`, `user_needed`), Refused.
    """
    known = finding.by_provider(told.provider_id)
    if known is None and told.event is Event.HANG_UP:
        raise NotFound("call_unknown", "There was no newCall with this callId.", field="callId")
    call, citizen = known or _new(told, at)
    call.heard_at = max(call.heard_at, at.now)
    if known is not None and told.event is Event.HANG_UP:
        _hang_up(call, citizen, at)
    elif call.ended_at is not None:
        _late(told)
    elif told.event is Event.ANSWER:
        _answer(call, told, at)
    elif told.user is not None:
        _ring(call, _operator(told), at)
    return call, known is None


def _new(told: Told, at: At) -> tuple[Call, CallLeg]:
    """A call that we hear of for the first time, be it by its answer."""
    if not told.recipient:
        raise Invalid("number_needed", "Give the number that was dialled.", field="to")
    if told.direction is Direction.INBOUND:
        arrival = Arrival(told.provider_id, told.sender, told.recipient or "")
        call = arriving.arrive(arrival, now=at.now, rules=at.rules)
        call.state = CallState.RINGING
        call.queued_at = at.now
    else:
        call = _outgoing(told, at)
    history.note(call, "from_exchange", at=at.now)
    found = finding.by_provider(told.provider_id)
    if found is None:
        raise AssertionError("a call that was just written is found")
    return found


def _outgoing(told: Told, at: At) -> Call:
    citizen = citizens.by_phone(told.recipient or "")
    call = Call(
        ref=new_ref(),
        direction=Direction.OUTBOUND,
        purpose=Purpose.CLICK,
        phone=told.recipient,
        phone_index=crypto.blind_index(told.recipient or ""),
        citizen_id=citizen.id if citizen else None,
        state=CallState.RINGING,
        created_at=at.now,
        heard_at=at.now,
        declined_by=[],
    )
    db.session.add(call)
    db.session.flush()
    _leg(call, LegRole.CITIZEN, told.provider_id, at, address=told.recipient)
    return call


def _ring(call: Call, staff: Staff, at: At) -> None:
    """It rings at this operator; at another one before, it no longer does."""
    if call.state is CallState.CONNECTED or call.offered_to == staff.id:
        return
    _silence(call, at)
    seat = seating.locked(staff.id, at.now)
    if seat.state not in FREE:
        raise Refused("user_busy", "This operator is on another call: end that one first.")
    rests, reason = seat.state, seat.reason
    if call.state is CallState.RINGING:
        call.state = states.move(call.state, CallVerb.QUEUE)
        call.queued_at = call.queued_at or at.now
    call.state = states.move(call.state, CallVerb.OFFER)
    call.offered_to = staff.id
    _leg(call, LegRole.OPERATOR, None, at, staff_id=staff.id)
    seating.ring(seat, call, now=at.now)
    if rests in RESTS:
        seat.after, seat.reason = rests, reason
    history.note(call, CallVerb.OFFER, at=at.now, operator=staff.id)


def _answer(call: Call, told: Told, at: At) -> None:
    """An operator has picked up; on a call that is talked on, another one has taken it over."""
    staff = _operator(told)
    if call.state is CallState.CONNECTED and call.staff_id == staff.id:
        return
    if call.state is CallState.CONNECTED:
        _take_over(call, staff, at)
        return
    _ring(call, staff, at)
    call.state = states.move(call.state, CallVerb.ANSWER)
    call.staff_id, call.offered_to = staff.id, None
    call.answered_at = call.answered_at or at.now
    for leg in finding.open_legs(call):
        leg.state, leg.answered_at = LegState.ANSWERED, leg.answered_at or at.now
    seating.talk(seating.locked(staff.id, at.now), call, now=at.now)
    queueing.settle(call, now=at.now)
    history.note(call, CallVerb.ANSWER, at=at.now, operator=staff.id)


def _take_over(call: Call, staff: Staff, at: At) -> None:
    before = call.staff_id or 0
    seat = seating.locked(staff.id, at.now)
    if seat.state not in FREE:
        raise Refused("user_busy", "This operator is on another call: end that one first.")
    own = finding.operator_leg(call, before)
    if own is not None:
        own.state, own.ended_at, own.outcome = LegState.ENDED, at.now, LegEnd.COMPLETED
    leaving = seating.locked(before, at.now)
    if leaving.call_id == call.id:
        seating.wrap_up(leaving, now=at.now, seconds=at.rules.wrap_up_seconds)
    leg = _leg(call, LegRole.OPERATOR, None, at, staff_id=staff.id)
    leg.state, leg.answered_at = LegState.ANSWERED, at.now
    rests, reason = seat.state, seat.reason
    seating.talk(seat, call, now=at.now)
    if rests in RESTS:
        seat.after, seat.reason = rests, reason
    call.staff_id = staff.id
    history.note(call, "passed_on", at=at.now, staff=[before, staff.id])


def _hang_up(call: Call, citizen: CallLeg, at: At) -> None:
    """The line is free again; said twice, nothing more happens. Told late, it is lost no more."""
    if call.hung_up_by is HungUpBy.LOST:
        call.ended_at, call.hung_up_by = at.now, HungUpBy.CITIZEN
        history.note(call, "end_told", at=at.now)
    if citizen.state is not LegState.ENDED:
        citizen.outcome = LegEnd.COMPLETED
        ending.end_leg(call, citizen, at)


def _silence(call: Call, at: At) -> None:
    """It rings no more where it rang; that operator missed nothing, the exchange decides."""
    if call.state is not CallState.OFFERED or call.offered_to is None:
        return
    former = call.offered_to
    call.state = states.move(call.state, CallVerb.MISS)
    call.offered_to = None
    for leg in finding.open_legs(call, LegRole.OPERATOR):
        leg.state, leg.ended_at, leg.outcome = LegState.ENDED, at.now, LegEnd.NO_ANSWER
    seat = seating.locked(former, at.now)
    if seat.call_id == call.id:
        seating.release(seat, now=at.now)
    history.note(call, CallVerb.MISS, at=at.now, staff=[former], operator=former)


def _late(told: Told) -> None:
    """A newCall after the end is a repetition; an answer after it is a contradiction."""
    if told.event is Event.ANSWER:
        raise Refused("call_over", "This call is over already.", field="callId")


def _operator(told: Told) -> Staff:
    if told.user is None:
        raise Invalid("user_needed", "Say which operator: give their login.", field="user")
    found = people.staff_by_username(told.user.strip().lower())
    if found is None or not found.is_active:
        raise Invalid("unknown_user", "There is no operator with this login.", field="user")
    return found


def _leg(
    call: Call, role: LegRole, provider_id: str | None, at: At, *, address: str | None = None,
    staff_id: int | None = None,
) -> CallLeg:  # fmt: skip
    ref = new_ref()
    leg = CallLeg(
        call_id=call.id,
        ref=ref,
        role=role,
        provider_id=provider_id or f"{ELSEWHERE}{ref}",
        address=address,
        staff_id=staff_id,
        state=LegState.RINGING,
        created_at=at.now,
    )
    db.session.add(leg)
    db.session.flush()
    return leg
