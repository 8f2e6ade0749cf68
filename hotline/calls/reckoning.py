"""The figures of a period, read from calls and from operators' time."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from hotline.calls import figures
from hotline.calls.figures import AGAIN_WITHIN, Bounds, Figures, Period, Share, Span, Talked
from hotline.calls.kinds import Direction, HungUpBy, Purpose
from hotline.calls.models import Call, Line
from hotline.calls.rules import CallRules
from hotline.calls.seat_models import SeatSpan
from hotline.errors import MadeUp
from hotline.extensions import db
from hotline.people.models import Staff

MOST_DAYS = 31


@dataclass(frozen=True)
class Reckoned:
    """The figures, and what its operators are called."""

    table: figures.Table
    names: dict[int, str]
    lines: dict[str, str]


def days(since_on: date | None, until_on: date | None, now: datetime, zone: ZoneInfo) -> Period:
    """These days, both included; today, or one day, where not both are given. Raises MadeUp."""
    today = now.astimezone(zone).date()
    last = until_on or today
    first = since_on or last
    if first > last or (last - first).days >= MOST_DAYS:
        raise MadeUp("bad_period", "Ask for 31 days at most, the first one first.", field="from")
    since = datetime.combine(first, time(), zone)
    return Period(since, datetime.combine(last + timedelta(days=1), time(), zone), zone)


def table(period: Period, now: datetime, rules: CallRules) -> figures.Table:
    """All figures of the period; two statements."""
    bounds = Bounds(rules.service_level_seconds, rules.short_abandon_seconds)
    return figures.table(_calls(period), _spans(period), period, now, bounds)


def reckon(period: Period, now: datetime, rules: CallRules) -> Reckoned:
    """The same with the names of operators and lines; four statements."""
    made = table(period, now, rules)
    asked = select(Staff.id, Staff.name).where(Staff.id.in_(made.by_operator))
    names = {staff_id: name for staff_id, name in db.session.execute(asked)}
    known = select(Line.number, Line.name).where(Line.number.in_(made.by_line))
    lines = {number: name for number, name in db.session.execute(known)}
    return Reckoned(made, names, lines)


def on_the_wire(found: Reckoned, period: Period) -> dict[str, Any]:
    """The figures as JSON: each share with numerator, denominator and value."""
    made_of = found.table
    return {
        "from": period.since.date().isoformat(),
        "to": (period.until - timedelta(days=1)).date().isoformat(),
        "total": _written(made_of.total),
        "by_hour": [{"hour": one, **_written(made)} for one, made in made_of.by_hour.items()],
        "by_line": [
            {"line": one, "name": found.lines.get(one, ""), **_written(made)}
            for one, made in made_of.by_line.items()
        ],
        "by_operator": [
            {"operator": one, "name": found.names.get(one, ""), **_written(made)}
            for one, made in made_of.by_operator.items()
        ],
    }


def _written(made: Figures) -> dict[str, Any]:
    return {
        name: _share(getattr(made, name)) if isinstance(getattr(made, name), Share) else value
        for name, value in asdict(made).items()
    }


def _share(share: Share) -> dict[str, float | None]:
    return {"numerator": share.part, "denominator": share.whole, "value": share.value}


def _calls(period: Period) -> list[Talked]:
    """Calls of the period; of those of the day after only who came into the queue.

    A call that we make counts once an operator was on it; what a machine asks counts nowhere.
    """
    is_inside = Call.created_at < period.until
    is_ours = and_(Call.direction == Direction.OUTBOUND, Call.staff_id.is_not(None), is_inside)
    came_in = and_(
        Call.direction == Direction.INBOUND, or_(is_inside, Call.phone_index.is_not(None))
    )
    seen = (
        Call.direction,
        Call.state,
        Call.created_at,
        Call.queued_at,
        Call.answered_at,
        Call.ended_at,
        Call.finished_at,
        Line.number,
        Call.staff_id,
        Call.phone_index,
        Call.hung_up_by.is_not_distinct_from(HungUpBy.LOST),
    )
    asked = (
        select(*seen)
        .outerjoin(Line, Line.id == Call.line_id)
        .where(
            Call.created_at >= period.since,
            Call.created_at < period.until + AGAIN_WITHIN,
            Call.purpose.is_distinct_from(Purpose.SURVEY),
            or_(is_ours, came_in),
        )
    )
    rows: list[Any] = list(db.session.execute(asked))
    return [Talked(*row) for row in rows]


def _spans(period: Period) -> list[Span]:
    asked = select(SeatSpan.staff_id, SeatSpan.state, SeatSpan.since, SeatSpan.until).where(
        SeatSpan.since < period.until,
        or_(SeatSpan.until.is_(None), SeatSpan.until > period.since),
    )
    rows: list[Any] = list(db.session.execute(asked))
    return [Span(*row) for row in rows]
