"""What a supervisor does from the board: set an operator's state, listen in, end a stuck call.

Every step leaves a trace. Decided here: nobody is made ready whose phone would not ring, and who
listens in needs a phone that does.
"""

from datetime import datetime

from hotline import audit
from hotline.access import Viewer
from hotline.calls import bridging, ending, finding, history, orders, seating, talking
from hotline.calls.bridging import Ways
from hotline.calls.ending import At
from hotline.calls.kinds import Device, LegRole, SeatState
from hotline.calls.models import Call
from hotline.calls.seat_models import Seat
from hotline.calls.states import UNDER_WAY
from hotline.errors import NotFound, Refused


def set_state(staff_id: int, state: SeatState, viewer: Viewer, *, now: datetime) -> None:
    """Set an operator ready, on a break or off; a call of theirs goes on, and it holds after it.

    Raises NotFound, Invalid, Refused (`phone_away`).
    """
    seat = seating.seat_of(staff_id)
    if seat is None:
        raise NotFound("seat_unknown", "This person has no seat.", field="staff_id")
    if state is SeatState.READY and not has_phone(seat, now):
        raise Refused(
            "phone_away", "The phone in this operator's browser is not connected: no call rings."
        )
    seating.force(staff_id, state, now=now)
    audit.record(viewer.actor, "seat_set", f"staff:{staff_id}", at=now, state=state.value)


def listen(call: Call, viewer: Viewer, *, now: datetime, ways: Ways) -> None:
    """Ring the supervisor's phone; who picks it up hears the talk. Raises Refused."""
    bridging.needs_conference(ways)
    seat = seating.locked(viewer.staff_id, now)
    if not has_phone(seat, now):
        raise Refused("no_own_phone", "Say below on which phone you listen, then try again.")
    talking.listen(call, by=viewer.staff_id, login=viewer.username, now=now, ways=ways)
    audit.record(viewer.actor, "call_listened", f"call:{call.id}", at=now)


def stop_listening(call: Call, staff_id: int, *, now: datetime) -> None:
    """Hang up the phone on which this supervisor listens; the talk goes on. Raises Refused."""
    own = [one for one in finding.open_legs(call, LegRole.LISTENER) if one.staff_id == staff_id]
    if not own:
        raise Refused("not_listening", "You are not listening in on this call.")
    for leg in own:
        orders.hang_up(leg, now)


def end(call: Call, viewer: Viewer, at: At) -> None:
    """End a call that is stuck. Raises Refused (`call_over`)."""
    if call.ended_at is not None or call.state not in UNDER_WAY:
        raise Refused("call_over", "This call is over already.")
    history.note(call, "ended_by_hand", at=at.now, actor=viewer.actor)
    ending.by_hand(call, at)
    audit.record(viewer.actor, "call_ended", f"call:{call.id}", at=at.now)


def has_phone(seat: Seat, now: datetime) -> bool:
    """Whether a call to this seat would ring somewhere."""
    if seat.device is not Device.BROWSER:
        return bool(seat.address)
    return seat.registered_at is not None and now - seat.registered_at <= seating.SEEN_WITHIN
