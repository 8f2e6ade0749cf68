"""The supervisor's live board: who does what, which calls are under way, how the day goes.

Six statements, whatever the size of the hall. Not here: what a supervisor does about it
(`overseeing`), how the figures are defined (`figures`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select

from hotline.calls import queueing, reckoning
from hotline.calls.figures import Figures
from hotline.calls.kinds import BreakReason, Device, Direction, Purpose, SeatState
from hotline.calls.models import Call, Line
from hotline.calls.rules import CallRules, Ready, Waiting, expected_waits
from hotline.calls.seat_models import Seat
from hotline.calls.states import IN_QUEUE, UNDER_WAY, CallState
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.phone import mask

RANK = (
    SeatState.RINGING,
    SeatState.ON_CALL,
    SeatState.WRAP_UP,
    SeatState.READY,
    SeatState.BREAK,
    SeatState.OFF,
)
STAFFED = frozenset(RANK[:4])
BUSY = frozenset(RANK[:3])
SHOWN_OFF_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class CallNow:
    """A call that is not over."""

    ref: str
    direction: Direction
    purpose: Purpose | None
    state: CallState
    phone: str | None
    line: str | None
    operator: str | None
    since: datetime
    is_critical: bool
    is_held: bool
    position: int | None = None
    expected: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class SeatNow:
    """An operator, their state, their call and their day."""

    staff_id: int
    name: str
    username: str
    state: SeatState
    reason: BreakReason | None
    since: datetime
    device: Device
    call: CallNow | None
    figures: Figures | None


@dataclass(frozen=True)
class Board:
    """Everything at one moment."""

    seats: Sequence[SeatNow]
    queue: Sequence[CallNow]
    owed: Sequence[CallNow]
    under_way: Sequence[CallNow]
    today: Figures
    longest_since: datetime | None

    def count(self, *states: SeatState) -> int:
        """How many operators are in one of these states."""
        return sum(one.state in states for one in self.seats)

    @property
    def ready(self) -> int:
        """How many wait for a call."""
        return self.count(SeatState.READY)

    @property
    def busy(self) -> int:
        """How many have a call, or write one up."""
        return self.count(*BUSY)

    @property
    def on_break(self) -> int:
        """How many are on a break."""
        return self.count(SeatState.BREAK)


def at(now: datetime, zone: ZoneInfo, rules: CallRules) -> Board:
    """The board of this moment."""
    today = reckoning.table(reckoning.days(None, None, now, zone), now, rules)
    seats = db.session.execute(_seats(now)).all()
    calls = _calls([seat for seat, _, _ in seats], now)
    by_ref = {one.ref: one for one in calls}
    queue = [one for one in calls if one.state in IN_QUEUE]
    callers = [one for one in queue if one.direction is Direction.INBOUND]
    return Board(
        seats=[
            SeatNow(
                seat.staff_id,
                staff.name,
                staff.username,
                seat.state,
                seat.reason,
                seat.since,
                seat.device,
                by_ref.get(ref or ""),
                today.by_operator.get(seat.staff_id),
            )
            for seat, staff, ref in sorted(seats, key=lambda row: RANK.index(row[0].state))
        ],
        queue=callers,
        owed=[one for one in queue if one.direction is Direction.OUTBOUND],
        under_way=[one for one in calls if one.state not in IN_QUEUE],
        today=today.total,
        longest_since=min((one.since for one in callers), default=None),
    )


def _calls(seats: Sequence[Seat], now: datetime) -> list[CallNow]:
    """What is not over: the queue in turn with position and wait, then what is talked on."""
    asked = (
        select(Call, Line.number, Staff.name)
        .outerjoin(Line, Line.id == Call.line_id)
        .outerjoin(Staff, Staff.id == func.coalesce(Call.staff_id, Call.offered_to))
        .where(Call.state.in_(UNDER_WAY), Call.ended_at.is_(None))
        .order_by(Call.rank.desc(), Call.queued_at, Call.id)
    )
    rows = db.session.execute(asked).all()
    waits = _waits([call for call, _, _ in rows], seats, now)
    position = {call_id: place for place, call_id in enumerate(waits, 1)}
    return [
        CallNow(
            ref=call.ref,
            direction=call.direction,
            purpose=call.purpose,
            state=call.state,
            phone=mask(call.phone) if call.phone else None,
            line=line,
            operator=operator,
            since=_since(call),
            is_critical=call.is_critical,
            is_held=call.held_at is not None,
            position=position.get(call.id),
            expected=waits.get(call.id),
            not_before=call.not_before,
        )
        for call, line, operator in rows
    ]


def _waits(calls: Sequence[Call], seats: Sequence[Seat], now: datetime) -> dict[int, int | None]:
    """Who waits, in turn, and how long each is expected to wait."""
    waiting = [
        Waiting(one.id, one.rank, one.queued_at, one.skill, frozenset(one.declined_by))
        for one in calls
        if one.state is CallState.WAITING
        and one.queued_at is not None
        and (one.not_before is None or one.not_before <= now)
    ]
    ready = [
        Ready(one.staff_id, one.idle_since, frozenset(one.skills))
        for one in seats
        if one.state is SeatState.READY and one.idle_since is not None
    ]
    staffed = [frozenset(one.skills) for one in seats if one.state in STAFFED]
    return expected_waits(waiting, ready, staffed, queueing.last_talks())


def _since(call: Call) -> datetime:
    """When it came into the state it is in, as far as that matters."""
    if call.state is CallState.CONNECTED:
        return call.answered_at or call.created_at
    return call.queued_at or call.created_at


def _seats(now: datetime) -> Select[*tuple[Seat, Staff, str]]:
    """Whoever is signed in, or was within the last hours."""
    return (
        select(Seat, Staff, Call.ref)
        .join(Staff, Staff.id == Seat.staff_id)
        .outerjoin(Call, Call.id == Seat.call_id)
        .where(or_(Seat.state != SeatState.OFF, Seat.since > now - SHOWN_OFF_FOR))
        .order_by(Seat.since)
    )
