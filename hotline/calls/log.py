"""The call log: filtered, the newest first, paged by key, in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, select, tuple_

from hotline import crypto
from hotline.access import Viewer
from hotline.calls.kinds import Direction, HungUpBy, Purpose, RecordingState, Result
from hotline.calls.log_forms import LogForm
from hotline.calls.models import Call, CallTicket, Line
from hotline.calls.recording_models import Recording
from hotline.calls.seat_models import Seat
from hotline.calls.seeing import OWED_CALLS, visible
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.phone import mask
from hotline.tickets import cursors
from hotline.tickets.models import Ticket

A_PAGE = 50
ORDER = "r"
KEY = (Call.created_at, Call.id)
NUMBERS = (
    select(func.array_agg(Ticket.number))
    .join(CallTicket, CallTicket.ticket_id == Ticket.id)
    .where(CallTicket.call_id == Call.id)
    .scalar_subquery()
)
HAS_SOUND = (
    select(Recording.id)
    .where(Recording.call_id == Call.id, Recording.state == RecordingState.STORED)
    .exists()
)


@dataclass(frozen=True)
class LogLine:
    """A call as the log shows it; the number is masked."""

    id: int
    ref: str
    direction: Direction
    purpose: Purpose | None
    state: CallState
    created_at: datetime
    phone: str | None
    line: str | None
    operator: str | None
    waited: float | None
    talked: float | None
    result: Result | None
    is_critical: bool
    not_before: datetime | None
    attempt: int
    tickets: Sequence[str]
    has_sound: bool
    is_lost: bool


@dataclass(frozen=True)
class Page:
    """Some lines, and the cursor of the next page."""

    items: list[LogLine]
    next: str | None


@dataclass(frozen=True)
class Choices:
    """What there is to choose from among lines and operators."""

    lines: list[tuple[str, str]]
    operators: list[tuple[str, str]]


def found(viewer: Viewer, wanted: LogForm, zone: ZoneInfo) -> Page:
    """One page of the calls that fit and that this viewer may see. Raises MadeUp."""
    asked = (
        select(Call, Line.number, Staff.name, NUMBERS, HAS_SOUND)
        .outerjoin(Line, Line.id == Call.line_id)
        .outerjoin(Staff, Staff.id == func.coalesce(Call.staff_id, Call.offered_to))
        .where(visible(viewer), *_narrowing(wanted, zone))
        .order_by(Call.created_at.desc(), Call.id.desc())
        .limit(A_PAGE + 1)
    )
    if wanted.cursor:
        asked = asked.where(tuple_(*KEY) < tuple_(*cursors.read(ORDER, wanted.cursor)))
    rows = db.session.execute(asked).all()
    shown = [_line(row) for row in rows[:A_PAGE]]
    last = shown[-1] if len(rows) > A_PAGE else None
    return Page(shown, cursors.write(ORDER, (last.created_at, last.id)) if last else None)


def choices() -> Choices:
    """Lines, and whoever has a seat; two statements."""
    lines = db.session.execute(select(Line.number, Line.name).order_by(Line.number))
    people = select(Staff.id, Staff.name).join(Seat, Seat.staff_id == Staff.id)
    operators = db.session.execute(people.order_by(Staff.name))
    return Choices(
        [(number, f"{number} {name}") for number, name in lines],
        [(str(staff_id), name) for staff_id, name in operators],
    )


def owed_count(viewer: Viewer) -> int:
    """How many calls the hotline owes that this viewer may see."""
    asked = select(func.count()).select_from(Call).where(OWED_CALLS, visible(viewer))
    return int(db.session.scalars(asked).one())


def _narrowing(wanted: LogForm, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    given: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.direction, lambda value: Call.direction == value),
        (wanted.state, lambda value: Call.state == value),
        (wanted.line, lambda value: Line.number == value),
        (wanted.operator, lambda value: Call.staff_id == value),
        (wanted.result, lambda value: Call.result == value),
        (wanted.number, lambda value: Call.phone_index == crypto.blind_index(value)),
        (wanted.from_, lambda value: Call.created_at >= _midnight(value, zone)),
        (wanted.to, lambda value: Call.created_at < _midnight(value, zone) + timedelta(days=1)),
        (wanted.owed, lambda _: OWED_CALLS),
    ]
    return [made(value) for value, made in given if value is not None]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _line(row: Row[*tuple[Any, ...]]) -> LogLine:
    call, number, operator, tickets, has_sound = row
    return LogLine(
        id=call.id,
        ref=call.ref,
        direction=call.direction,
        purpose=call.purpose,
        state=call.state,
        created_at=call.created_at,
        phone=mask(call.phone) if call.phone else None,
        line=number,
        operator=operator,
        waited=_seconds(call.queued_at, call.answered_at or call.ended_at)
        if call.direction is Direction.INBOUND
        else None,
        talked=_seconds(call.answered_at, call.ended_at),
        result=call.result,
        is_critical=call.is_critical,
        not_before=call.not_before,
        attempt=call.attempt,
        tickets=sorted(tickets or ()),
        has_sound=has_sound,
        is_lost=call.hung_up_by is HungUpBy.LOST,
    )


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    if since is None or until is None:
        return None
    return max(0.0, (until - since).total_seconds())
