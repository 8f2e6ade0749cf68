"""What an operator's bar shows: their state, the call, what it allows, who waits, their figures.

Read only, a few statements. Decided here: which keys a call allows whom; whose number is shown
whole (of one's own call) and whose is masked (everybody else's).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased

from hotline import phone
from hotline.calls import finding, linking
from hotline.calls.bridging import Ways
from hotline.calls.kinds import (
    BreakReason,
    Device,
    Direction,
    LegRole,
    LegState,
    Purpose,
    Result,
    SeatState,
)
from hotline.calls.models import Call, CallLeg, Line
from hotline.calls.seat_models import Seat, SeatSpan
from hotline.calls.seating import SEEN_WITHIN
from hotline.calls.states import IN_QUEUE, CallState
from hotline.citizens.models import Citizen
from hotline.extensions import db


@dataclass(frozen=True)
class Third:
    """Who was called in, and whether they are there yet."""

    ref: str
    label: str
    state: LegState


@dataclass(frozen=True)
class OwnCall:
    """The call on the operator's hands."""

    ref: str
    direction: Direction
    purpose: Purpose | None
    state: CallState
    number: str | None
    name: str | None
    line: str | None
    language: str
    since: datetime
    is_held: bool
    is_critical: bool
    is_owner: bool
    is_reached: bool
    is_over: bool
    thirds: list[Third]
    tickets: list[str]
    may: list[str]
    result: Result | None


@dataclass(frozen=True)
class Crowd:
    """Who waits: on the line since when at the longest, and how many are owed a call."""

    waiting: int = 0
    longest_since: datetime | None = None
    owed: int = 0


@dataclass(frozen=True)
class Day:
    """What one operator talked today; seconds a call on average."""

    taken: int = 0
    talk: int = 0
    write_up: int = 0


@dataclass(frozen=True)
class Bar:
    """All of it."""

    state: SeatState
    reason: BreakReason | None
    since: datetime | None
    after: SeatState | None
    device: Device
    address: str | None
    is_connected: bool
    wrap_up_until: datetime | None
    call: OwnCall | None
    crowd: Crowd
    day: Day
    ways: Ways
    listens: str | None = None  # the call on which they listen in

    @property
    def may_answer_here(self) -> bool:
        """Whether a button of the page answers, and not a phone on the table."""
        is_here = not self.ways.rings_at_offer or self.device is Device.BROWSER
        return is_here and (self.call is None or "answer" in self.call.may)


@dataclass(frozen=True)
class Caller:
    """One line of the waiting list; the number masked."""

    ref: str
    position: int
    number: str | None
    line: str | None
    purpose: Purpose | None
    since: datetime
    not_before: datetime | None
    is_critical: bool
    language: str
    is_offered: bool


@dataclass(frozen=True)
class Asked:
    """Who looks, when, and where."""

    staff_id: int
    now: datetime
    zone: ZoneInfo
    ways: Ways = field(default_factory=lambda: Ways(has_conference=False, has_client=False))


def of(asked: Asked) -> Bar:
    """The bar of this operator; three statements without a call, six with one."""
    found = db.session.execute(
        select(Seat, Call, Line, Citizen.name, _listened_to())
        .outerjoin(Call, Call.id == Seat.call_id)
        .outerjoin(Line, Line.id == Call.line_id)
        .outerjoin(Citizen, Citizen.id == Call.citizen_id)
        .where(Seat.staff_id == asked.staff_id)
    ).first()
    seat, call, line, name, listens = found or (None, None, None, None, None)
    own = _own(seat, call, _line_words(line), name, asked.ways) if seat and call else None
    seen = seat.registered_at if seat else None
    return Bar(
        state=seat.state if seat else SeatState.OFF,
        reason=seat.reason if seat else None,
        since=seat.since if seat else None,
        after=seat.after if seat else None,
        device=seat.device if seat else Device.BROWSER,
        address=seat.address if seat else None,
        is_connected=seen is not None and asked.now - seen <= SEEN_WITHIN,
        wrap_up_until=seat.wrap_up_until if seat else None,
        call=own,
        crowd=crowd(asked.now),
        day=day(asked),
        ways=asked.ways,
        listens=listens,
    )


def callers() -> list[Caller]:
    """Who waits, in turn, and to whom we owe a call; one statement."""
    rows = db.session.execute(
        select(Call, Line)
        .outerjoin(Line, Line.id == Call.line_id)
        .where(Call.state.in_(IN_QUEUE), Call.purpose.is_distinct_from(Purpose.CLICK))
        .order_by(Call.rank.desc(), Call.queued_at, Call.id)
        .limit(100)
    )
    return [
        Caller(
            ref=call.ref,
            position=at,
            number=phone.mask(call.phone) if call.phone else None,
            line=_line_words(line),
            purpose=call.purpose,
            since=call.queued_at or call.created_at,
            not_before=call.not_before,
            is_critical=call.is_critical,
            language=call.language,
            is_offered=call.state is CallState.OFFERED,
        )
        for at, (call, line) in enumerate(rows, 1)
    ]


def crowd(now: datetime) -> Crowd:
    """How many wait; one statement."""
    on_line = Call.direction == Direction.INBOUND
    is_due = Call.not_before.is_(None) | (Call.not_before <= now)
    waiting, longest, owed = db.session.execute(
        select(
            func.count().filter(on_line),
            func.min(Call.queued_at).filter(on_line),
            func.count().filter(~on_line & is_due),
        ).where(Call.state.in_(IN_QUEUE), Call.purpose.is_distinct_from(Purpose.CLICK))
    ).one()
    return Crowd(waiting, longest, owed)


def day(asked: Asked) -> Day:
    """Today's figures of this operator; one statement."""
    today = asked.now.astimezone(asked.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    lasted = func.extract("epoch", func.coalesce(SeatSpan.until, asked.now) - SeatSpan.since)
    rows = db.session.execute(
        select(SeatSpan.state, func.count(), func.avg(lasted))
        .where(
            SeatSpan.staff_id == asked.staff_id,
            SeatSpan.since >= today,
            SeatSpan.state.in_([SeatState.ON_CALL, SeatState.WRAP_UP]),
        )
        .group_by(SeatSpan.state)
    )
    found = {state: (count, round(seconds)) for state, count, seconds in rows}
    taken, talk = found.get(SeatState.ON_CALL, (0, 0))
    return Day(taken, talk, found.get(SeatState.WRAP_UP, (0, 0))[1])


def _listened_to() -> ScalarSelect[str]:
    talk = aliased(Call)
    return (
        select(talk.ref)
        .join(CallLeg, CallLeg.call_id == talk.id)
        .where(
            CallLeg.staff_id == Seat.staff_id,
            CallLeg.role == LegRole.LISTENER,
            CallLeg.state != LegState.ENDED,
        )
        .limit(1)
        .scalar_subquery()
    )


def _own(seat: Seat, call: Call, line: str | None, name: str | None, ways: Ways) -> OwnCall:
    legs = finding.all_legs(call)
    citizen = next((one for one in legs if one.role is LegRole.CITIZEN), None)
    # Of a call that was owed for long or talked on by others, not since then.
    is_ringing = seat.state is SeatState.RINGING or call.state is CallState.OFFERED
    since = seat.since if is_ringing else (call.answered_at or seat.since)
    return OwnCall(
        ref=call.ref,
        direction=call.direction,
        purpose=call.purpose,
        state=call.state,
        number=phone.national(call.phone) if call.phone else None,
        name=name,
        line=line,
        language=call.language,
        since=since,
        is_held=call.held_at is not None,
        is_critical=call.is_critical,
        is_owner=call.staff_id == seat.staff_id,
        is_reached=call.answered_at is not None,
        is_over=call.ended_at is not None,
        thirds=[
            Third(one.ref, one.label, one.state)
            for one in legs
            if one.role is LegRole.THIRD
            and one.state is not LegState.ENDED
            and one.staff_id != seat.staff_id
        ],
        tickets=linking.of(call.id),
        may=sorted(_allowed(seat, call, citizen, legs, ways)),
        result=call.result,
    )


def _allowed(
    seat: Seat, call: Call, citizen: CallLeg | None, legs: Sequence[CallLeg], ways: Ways
) -> set[str]:
    """The keys that mean something now."""
    is_elsewhere = citizen is not None and citizen.is_elsewhere
    if seat.state is SeatState.RINGING:
        return set() if is_elsewhere else {"answer", "decline"}
    if seat.state is SeatState.WRAP_UP:
        return {"finish", "ticket"}
    if seat.state is not SeatState.ON_CALL or call.state is not CallState.CONNECTED:
        return set()
    if is_elsewhere:
        return {"ticket", "hang_up"}
    if call.staff_id != seat.staff_id:
        return {"mute", "keypad", "leave"}
    may = {"mute", "keypad", "ticket"}
    if citizen is not None and citizen.state is not LegState.ENDED:
        may.add("hang_up")
        if call.answered_at is not None:
            may |= {"resume" if call.held_at else "hold", "pass_on"}
            may |= {"call_in"} if ways.has_conference else set()
    is_open = any(one.role is LegRole.THIRD and one.state is not LegState.ENDED for one in legs)
    return may | ({"drop", "join"} if is_open else set())


def _line_words(line: Line | None) -> str | None:
    return f"{line.number} {line.name}" if line else None
