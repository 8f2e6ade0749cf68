"""How ends of a call, and then calls, come to their end, in whatever order the carrier tells it.

Decided here: what the end of one leg means for the others, for the operator and for the caller;
who is called back. Said twice, late or backwards, it changes nothing: an ended leg stays ended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline.calls import (
    finding,
    flows,
    history,
    offering,
    orders,
    queueing,
    seating,
    states,
    talking,
)
from hotline.calls.bridging import Ways
from hotline.calls.kinds import (
    OWED,
    Direction,
    HungUpBy,
    LegEnd,
    LegRole,
    LegState,
    Purpose,
    Result,
    SeatState,
)
from hotline.calls.models import Call, CallLeg
from hotline.calls.rules import CallRules, callback_at, is_owed_a_call
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState, CallVerb
from hotline.errors import Forbidden, Refused
from hotline.extensions import db


@dataclass(frozen=True)
class LegReport:
    """What the carrier tells of one end; `status` in its words, `sequence` -1 where it has none."""

    status: str
    sequence: int = -1


@dataclass(frozen=True)
class At:
    """When, and by which rules."""

    now: datetime
    zone: ZoneInfo
    rules: CallRules
    ways: Ways


def leg_changed(call: Call, leg: CallLeg, report: LegReport, at: At) -> None:
    """Write down what the carrier tells of a leg, and what follows from it."""
    if leg.state is LegState.ENDED:
        # Ended by us already; only that nobody speaks there any more may be news.
        if leg.role is LegRole.CITIZEN and call.ended_at is None and _is_final(report.status):
            call.ended_at = at.now
        return
    if _is_final(report.status):
        leg.outcome = LegEnd(report.status)
        end_leg(call, leg, at)
        return
    if report.sequence <= leg.sequence and report.sequence >= 0:
        return
    leg.sequence = max(leg.sequence, report.sequence)
    call.heard_at = max(call.heard_at, at.now)
    if report.status == "ringing" and leg.state is LegState.PLANNED:
        leg.state = LegState.RINGING
        history.note(call, "ringing", at=at.now, leg=leg.role.value)


def leg_failed(call: Call, leg: CallLeg, at: At) -> None:
    """The carrier would not or could not dial this end: as if nobody had answered."""
    if leg.state is not LegState.ENDED:
        leg.outcome = LegEnd.FAILED
        end_leg(call, leg, at)


def end_leg(call: Call, leg: CallLeg, at: At) -> None:
    """This end is over: what that means for the call."""
    leg.state, leg.ended_at = LegState.ENDED, at.now
    history.note(call, "leg_ended", at=at.now, leg=leg.role.value, outcome=leg.outcome)
    if leg.role is LegRole.CITIZEN:
        _citizen_gone(call, at)
        flows.tell_over(call, leg.outcome, at=at.now)
    elif leg.role is LegRole.OPERATOR:
        _operator_gone(call, leg, at)
    elif leg.role is LegRole.THIRD:
        _third_gone(call, leg, at)


def finish(call: Call, *, by: int, result: Result | None, note: str, at: At) -> None:
    """The operator is done with a call that is over. Raises Refused, Forbidden."""
    seat = seating.locked(by, at.now)
    if seat.call_id != call.id or seat.state is not SeatState.WRAP_UP:
        if call.staff_id != by:
            raise Forbidden("not_yours", "This is somebody else's call.")
        if call.state in states.UNDER_WAY:
            raise Refused("still_talking", "Please end the call first.")
    else:
        seating.release(seat, now=at.now)
    call.result, call.note = result or call.result, note.strip() or call.note
    _close(call, at)


def end_wrap_ups(at: At) -> int:
    """Operators whose time for writing up is over are ready again; answers how many.

    A call whose operator went on to something else meanwhile is over as well.
    """
    asked = select(Seat.staff_id, Seat.call_id).where(
        Seat.state == SeatState.WRAP_UP, Seat.wrap_up_until <= at.now
    )
    ended = 0
    for staff_id, call_id in db.session.execute(asked).all():
        call = finding.taken(call_id) if call_id is not None else None
        if call_id is not None and call is None:
            continue
        seat = seating.locked(staff_id, at.now)
        is_due = seat.wrap_up_until is not None and seat.wrap_up_until <= at.now
        if seat.state is not SeatState.WRAP_UP or not is_due:
            continue
        seating.release(seat, now=at.now)
        if call is not None:
            _close(call, at)
        ended += 1
    for call_id in db.session.scalars(select(Call.id).where(finding.is_left_behind())).all():
        call = finding.taken(call_id)
        if call is not None:
            _close(call, at)
    return ended


def over(call: Call, at: At) -> None:
    """The carrier knows this call no more: every end of it is over."""
    for leg in finding.open_legs(call):
        leg.outcome = leg.outcome or LegEnd.COMPLETED
        end_leg(call, leg, at)
    call.ended_at = call.ended_at or at.now
    if call.state is CallState.CONNECTED:
        _hung_up(call, HungUpBy.SYSTEM, at)


def by_hand(call: Call, at: At, by: HungUpBy = HungUpBy.SYSTEM) -> None:
    """A call that is stuck is ended, wherever it is; the carrier is told to hang up."""
    for leg in finding.open_legs(call):
        orders.hang_up(leg, at.now)
    if call.state is CallState.CONNECTED:
        call.ended_at = call.ended_at or at.now
        _hung_up(call, by, at)
    else:
        _citizen_gone(call, at)
        call.hung_up_by = by


def _citizen_gone(call: Call, at: At) -> None:
    call.ended_at = call.ended_at or at.now
    state = call.state
    if state is CallState.CONNECTED:
        is_reached = call.direction is Direction.INBOUND or call.answered_at is not None
        call.result = call.result if is_reached else Result.NOT_REACHED
        _hung_up(call, HungUpBy.CITIZEN if is_reached else HungUpBy.SYSTEM, at)
    elif state is CallState.MENU and (call.is_served or call.direction is Direction.OUTBOUND):
        call.state = states.move(state, CallVerb.SERVE)
        call.finished_at = at.now
        history.note(call, CallVerb.SERVE, at=at.now)
    elif call.direction is Direction.OUTBOUND and states.may(state, CallVerb.VOID):
        call.state = states.move(state, CallVerb.VOID)
        call.finished_at = at.now
        if call.answered_at is None:
            call.result = call.result or Result.NOT_REACHED
        offering.withdraw(call, now=at.now)
        history.note(call, CallVerb.VOID, at=at.now)
    elif states.may(state, CallVerb.ABANDON):
        call.state = states.move(state, CallVerb.ABANDON)
        call.hung_up_by = HungUpBy.CITIZEN
        was_offered = call.offered_to
        offering.withdraw(call, now=at.now)
        history.note(call, CallVerb.ABANDON, at=at.now, staff=[was_offered])
        if is_owed_a_call(call.queued_at, call.ended_at, at.rules):
            _owe(call, Purpose.ABANDONED, at)
    else:
        history.note(call, "citizen_gone", at=at.now)


def _operator_gone(call: Call, leg: CallLeg, at: At) -> None:
    if call.state is CallState.OFFERED and call.offered_to == leg.staff_id:
        offering.pass_by(call, now=at.now, rules=at.rules)
        return
    if call.state is not CallState.CONNECTED or call.staff_id != leg.staff_id:
        return
    if call.held_at is not None and not at.ways.has_conference:
        return  # without conferences, holding ends the operator's own end
    _operator_lost(call, leg, at)


def _operator_lost(call: Call, leg: CallLeg, at: At) -> None:
    """The operator's phone ended by itself: a desk phone was hung up, a browser was lost."""
    thirds = finding.open_legs(call, LegRole.THIRD)
    seat = seating.locked(leg.staff_id or 0, at.now)
    is_lost = str(leg.address or "").startswith("client:") or leg.outcome is LegEnd.FAILED
    if any(one.state is LegState.ANSWERED for one in thirds):
        seating.wrap_up(seat, now=at.now, seconds=at.rules.wrap_up_seconds)
        call.staff_id = thirds[-1].staff_id or call.staff_id
        history.note(call, "passed_on", at=at.now, staff=[leg.staff_id])
    elif is_lost and call.direction is Direction.INBOUND and finding.citizen_leg(call) is not None:
        talking.give_back(call, now=at.now, why="operator_lost")
        seating.miss(seat, now=at.now, most=1)
    else:
        for other in finding.open_legs(call):
            orders.hang_up(other, at.now)
        _hung_up(call, HungUpBy.OPERATOR, at)


def _third_gone(call: Call, leg: CallLeg, at: At) -> None:
    if leg.staff_id is not None:
        seat = seating.locked(leg.staff_id, at.now)
        if seat.call_id == call.id and seat.state is SeatState.ON_CALL:
            seating.wrap_up(seat, now=at.now, seconds=at.rules.wrap_up_seconds)
        elif seat.call_id == call.id and seat.state is SeatState.RINGING:
            seating.miss(seat, now=at.now, most=at.rules.misses_until_break)
    left = finding.open_legs(call, LegRole.OPERATOR, LegRole.THIRD)
    if call.state is not CallState.CONNECTED or left:
        return
    if leg.answered_at is None and call.direction is Direction.INBOUND:
        # Passed on to nobody: the caller must not be left alone.
        talking.give_back(call, now=at.now, why="not_taken")
        return
    for other in finding.open_legs(call):
        orders.hang_up(other, at.now)
    _hung_up(call, HungUpBy.SYSTEM, at)


def _hung_up(call: Call, by: HungUpBy, at: At) -> None:
    call.state = states.move(call.state, CallVerb.HANG_UP)
    call.hung_up_by, call.held_at = call.hung_up_by or by, None
    if finding.citizen_leg(call) is None:
        call.ended_at = call.ended_at or at.now
    for other in finding.open_legs(call):
        orders.hang_up(other, at.now)
    talking.free_seats(call, now=at.now, rules=at.rules)
    history.note(call, CallVerb.HANG_UP, at=at.now)
    if not _is_written_up(call):
        _close(call, at)


def _is_written_up(call: Call) -> bool:
    """Whether somebody's time for writing up this call runs."""
    asked = select(Seat.staff_id).where(Seat.call_id == call.id, Seat.state == SeatState.WRAP_UP)
    return db.session.scalars(asked.limit(1)).first() is not None


def _close(call: Call, at: At) -> None:
    """Nobody has anything left to do with it; a call that reached nobody is owed again."""
    if call.state is not CallState.WRAP_UP or _is_written_up(call):
        return
    call.state = states.move(call.state, CallVerb.FINISH)
    call.finished_at = at.now
    if _was_reached_unheard(call, at):
        call.answered_at = call.ended_at
    history.note(call, CallVerb.FINISH, at=at.now)
    is_unreached = call.answered_at is None and call.purpose in OWED
    if is_unreached and call.attempt < at.rules.callback_attempts and call.purpose is not None:
        _owe(call, call.purpose, at, later=timedelta(minutes=at.rules.callback_wait_minutes))


def _was_reached_unheard(call: Call, at: At) -> bool:
    """Whether only the operator can tell that the citizen was there, and has written so.

    Rung from within the operator's end, an answer is told when the citizen hangs up; when the
    operator does, nothing is told.
    """
    is_silent = call.direction is Direction.OUTBOUND and not at.ways.has_conference
    is_reached = call.result not in (None, Result.NOT_REACHED)
    return is_silent and is_reached and call.answered_at is None


def _owe(call: Call, purpose: Purpose, at: At, later: timedelta = timedelta(0)) -> None:
    when = callback_at(at.now + later, at.zone, at.rules)
    queueing.owe(call, purpose, now=at.now, not_before=when)


def _is_final(status: str) -> bool:
    return status in {one.value for one in LegEnd}
