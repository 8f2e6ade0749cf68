"""Operators' states: who takes calls, on which phone, and since when.

Decided here: an operator is ready only with a phone that rings; what is chosen during a call
holds after it; every change closes one span of the day and opens the next. The surprise:
`ringing`, `on_call` and `wrap_up` are set by calls alone.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from hotline import phone
from hotline.calls import history
from hotline.calls.bridging import Ways
from hotline.calls.kinds import CHOSEN_REASONS, BreakReason, Device, SeatState
from hotline.calls.models import Call
from hotline.calls.seat_models import Seat, SeatSpan
from hotline.errors import Invalid, Refused
from hotline.extensions import db

SEEN_WITHIN = timedelta(seconds=40)
"""A browser's phone that was not heard of for longer rings no more."""
BY_CALLS = (SeatState.RINGING, SeatState.ON_CALL, SeatState.WRAP_UP)
BY_HAND = (SeatState.READY, SeatState.BREAK, SeatState.OFF)


def seat_of(staff_id: int) -> Seat | None:
    """The operator's seat as it is."""
    return db.session.get(Seat, staff_id)


def locked(staff_id: int, now: datetime) -> Seat:
    """The operator's seat, locked; made, off and with the browser's phone, when they have none."""
    if db.session.get(Seat, staff_id) is None:
        first = {"state": SeatState.OFF, "since": now, "device": Device.BROWSER}
        made = insert(Seat).values(staff_id=staff_id, **first)
        db.session.execute(made.on_conflict_do_nothing())
    asked = select(Seat).where(Seat.staff_id == staff_id).with_for_update()
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def choose_phone(staff_id: int, device: Device, address: str, *, now: datetime) -> Seat:
    """Where this operator's calls ring from now on. Raises Invalid, Refused (`on_a_call`)."""
    seat = locked(staff_id, now)
    if seat.state in BY_CALLS:
        raise Refused("on_a_call", "Please end this call before you change your phone.")
    seat.device, seat.address = device, _checked(device, address)
    if seat.state is SeatState.READY:
        change(seat, SeatState.OFF, now=now)
    history.tell_seat(staff_id, now)
    return seat


def note_phone(staff_id: int, *, now: datetime) -> None:
    """The browser's phone of this operator is connected now."""
    seat = locked(staff_id, now)
    seat.registered_at = now


def set_state(
    staff_id: int, state: SeatState, reason: BreakReason | None, *, now: datetime, ways: Ways
) -> Seat:
    """Ready, break or off, chosen by the operator; during a call it holds from its end on.

    Raises Invalid (a break needs a reason), Refused (`no_phone`, `desk_phone_needed`).
    """
    if state not in BY_HAND:
        raise Invalid("bad_state", "Choose ready, break or off.", field="state")
    if state is SeatState.BREAK and reason not in CHOSEN_REASONS:
        raise Invalid("reason_needed", "Choose why you take no calls.", field="reason")
    seat = locked(staff_id, now)
    if state is SeatState.READY:
        _needs_phone(seat, ways, now)
    kept = reason if state is SeatState.BREAK else None
    if seat.state in (SeatState.RINGING, SeatState.ON_CALL):
        seat.after, seat.reason = state, kept
    else:
        seat.misses, seat.call_id = 0, None
        change(seat, state, now=now, reason=kept)
    return seat


def force(staff_id: int, state: SeatState, *, now: datetime) -> Seat:
    """A supervisor ends an operator's readiness or pause; a call goes on, and it holds after it."""
    if state not in BY_HAND:
        raise Invalid("bad_state", "Choose ready, break or off.", field="state")
    seat = locked(staff_id, now)
    reason = BreakReason.FORCED if state is SeatState.BREAK else None
    if seat.state in (SeatState.RINGING, SeatState.ON_CALL):
        seat.after, seat.reason = state, reason
    else:
        seat.call_id = seat.after = None
        change(seat, state, now=now, reason=reason)
    return seat


def change(
    seat: Seat, state: SeatState, *, now: datetime, reason: BreakReason | None = None
) -> None:
    """The seat is in another state from now on; the span before it ends."""
    is_same = (seat.state, seat.reason) == (state, reason)
    if seat.after is not None and state in BY_CALLS:
        reason = seat.reason  # of the break that was chosen for later
    seat.state, seat.reason = state, reason
    if state is SeatState.READY:
        seat.idle_since = now
    if state is not SeatState.WRAP_UP:
        seat.wrap_up_until = None
    history.tell_seat(seat.staff_id, now)
    if is_same:
        return
    seat.since = now
    ends = update(SeatSpan).where(SeatSpan.staff_id == seat.staff_id, SeatSpan.until.is_(None))
    db.session.execute(ends.values(until=now).execution_options(synchronize_session=False))
    if state is not SeatState.OFF:
        db.session.add(SeatSpan(staff_id=seat.staff_id, state=state, reason=reason, since=now))


def ring(seat: Seat, call: Call, *, now: datetime) -> None:
    """A call is offered to this operator; a break that they chose goes on after it."""
    if seat.state is SeatState.BREAK and seat.reason is not BreakReason.MISSED_CALLS:
        seat.after = SeatState.BREAK
    seat.call_id = call.id
    change(seat, SeatState.RINGING, now=now)


def talk(seat: Seat, call: Call, *, now: datetime) -> None:
    """The operator is on the line."""
    seat.call_id, seat.misses = call.id, 0
    change(seat, SeatState.ON_CALL, now=now)


def wrap_up(seat: Seat, *, now: datetime, seconds: int) -> None:
    """The talk is over; the operator writes it up, for so long at most."""
    change(seat, SeatState.WRAP_UP, now=now)
    seat.wrap_up_until = now + timedelta(seconds=seconds)


def release(seat: Seat, *, now: datetime) -> None:
    """Back to work, or to what was chosen meanwhile."""
    after, reason = seat.after or SeatState.READY, seat.reason
    seat.after, seat.call_id = None, None
    change(seat, after, now=now, reason=reason if after is SeatState.BREAK else None)


def miss(seat: Seat, *, now: datetime, most: int) -> None:
    """The operator let a call pass; after so many they get none until they say so."""
    seat.misses += 1
    seat.call_id = None
    if seat.misses >= most and seat.after is None:
        change(seat, SeatState.BREAK, now=now, reason=BreakReason.MISSED_CALLS)
    else:
        release(seat, now=now)


def _needs_phone(seat: Seat, ways: Ways, now: datetime) -> None:
    if seat.device is not Device.BROWSER:
        return
    if not ways.has_client:
        raise Refused(
            "desk_phone_needed",
            "This carrier reaches no browser: choose a desk phone or a SIP address first.",
        )
    if seat.registered_at is None or now - seat.registered_at > SEEN_WITHIN:
        raise Refused(
            "no_phone", "Your browser's phone is not connected: load the page again, then go ready."
        )


def _checked(device: Device, address: str) -> str | None:
    address = address.strip()
    if device is Device.BROWSER:
        return None
    if device is Device.SIP:
        user, at, host = address.removeprefix("sip:").partition("@")
        if not (user and at and host) or not address.isascii() or " " in address:
            raise Invalid("bad_sip", "Give a SIP address such as sip:101@pbx.", field="address")
        return f"sip:{user}@{host}"
    try:
        return phone.normalise(address)
    except phone.PhoneError as wrong:
        raise Invalid(
            "bad_phone", "Give a phone number that can be dialled.", field="address"
        ) from wrong
