"""The deadlines follow a change of the calendar, batch by batch.

Decided here: which clocks are looked at, and what is written when one moves: the clock, what its
ticket shows, one event a ticket, the lamp. Not here: where a deadline lies (`recalendar_rules`),
who works on it and how long (`recalendar_jobs`), how far it is (`calendar.recomputing`).

The surprise: no clock is told by how much to move. Each is found again in the calendar as it is
now, so that to do it twice, or by two at once, changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from hotline.calendar import queries as stored
from hotline.calendar.recomputing import Recomputation
from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.tickets import clock_batches, clocks, counting, timing
from hotline.tickets.clock_batches import Head, Running
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.history import Entry, append_events
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.recalendar_rules import Counted, due_at_of, moved
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from hotline.worktime import Calendar

BATCH = 500
PURPLE_WITHIN = timedelta(days=45)
"""A limit that passed so long ago is purple, whatever the calendar says."""
ACTOR = "system"
HOURS = "calendar:hours"


@dataclass(frozen=True)
class Change:
    """What is to be followed, with the rules in force now."""

    days: tuple[date, ...]
    since_on: date
    because: str
    asked_at: datetime
    book: Rulebook
    _before: dict[int, Calendar] = field(default_factory=dict)
    _found: dict[tuple[int, Counted], datetime] = field(default_factory=dict)
    _days: dict[tuple[int, date, date], int] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Recomputation, book: Rulebook) -> "Change":
        """The change of this recomputation."""
        because = "hours" if run.subject == HOURS else "calendar"
        return cls(tuple(run.days), run.since_on, because, run.asked_at, book)

    def calendar_before(self, calendar: Calendar) -> Calendar:
        """The calendar without this change, for clocks that don't know what they count."""
        if id(calendar) not in self._before:
            days = () if self.because == "hours" else self.days  # one unit's own, perhaps
            back = {day: not calendar.is_working(day) for day in days}
            changed = replace(calendar, exceptions=dict(calendar.exceptions) | back)
            self._before[id(calendar)] = changed
        return self._before[id(calendar)]

    def due_at_of(self, made_of: Counted, calendar: Calendar) -> datetime:
        """Where such a deadline lies now, found once: thousands share it."""
        key = (id(calendar), made_of)
        if key not in self._found:
            self._found[key] = due_at_of(made_of, calendar)
        return self._found[key]

    def days_between(self, first: datetime, last: datetime, calendar: Calendar) -> int:
        """Working days from one to the other, as they counted before or count now."""
        a, b = (at.astimezone(calendar.zone).date() for at in (first, last))
        key = (id(calendar), a, b)
        if key not in self._days:
            both = (calendar, self.calendar_before(calendar))
            self._days[key] = max((one.working_days_between(a, b) for one in both), key=abs)
        return self._days[key]


@dataclass(frozen=True)
class Done:
    """What became of a batch: where the next begins (None: nowhere), what was passed by."""

    looked_at: int
    moved: int
    was_passed_by: bool
    at: tuple[datetime, int] | None


@dataclass(frozen=True)
class _Move:
    """A clock that is due at another moment from now on."""

    row: Running
    before: datetime
    days: int


def follow(change: Change, after: tuple[datetime, int] | None, *, now: datetime) -> Done:
    """Look at a batch of clocks from `after` on, and move those that lie elsewhere now.

    The latest first: what moves later, as most do, is not met a second time.
    Only their tickets are locked, in id order; one that somebody holds right now is passed by.
    """
    rows = [
        (Running(*row), upstream) for *row, upstream in db.session.execute(_batch(change, after))
    ]
    at = (rows[-1][0].due_at, rows[-1][0].id) if len(rows) == BATCH else None  # before it moves
    stale = {row.ticket_id for row, upstream in rows if _is_stale(change, row, upstream, now)}
    heads = clock_batches.lock(stale)
    count = _write(change, heads, now) if heads else 0
    return Done(len(rows), count, len(heads) < len(stale), at)


def touched(change: Change) -> int:
    """How many running clocks the change may concern; each is looked at."""
    asked = select(func.count()).select_from(ClockRow).where(*_concerned(change))
    return db.session.scalar(asked) or 0


def counting_with(days: Iterable[date], now: datetime) -> int:
    """How many running working-day deadlines count at least one of these days."""
    zone = stored.load().zone
    counted = [
        (ClockRow.counted_from < day) & (ClockRow.due_at >= _midnight(day, zone))
        for day in sorted(days)
    ]
    if not counted:
        return 0
    asked = (
        select(func.count())
        .select_from(ClockRow)
        .where(*_running(), ClockRow.due_at > now, or_(*counted))
    )
    return db.session.scalar(asked) or 0


def _running() -> tuple[ColumnElement[bool], ...]:
    return (
        ClockRow.stopped_at.is_(None),
        ClockRow.paused_at.is_(None),
        ClockRow.pace != Pace.NATURAL_HOURS.value,
    )


def _concerned(change: Change) -> tuple[ColumnElement[bool], ...]:
    since = _midnight(change.since_on, change.book.calendar.zone) - PURPLE_WITHIN
    return (*_running(), ClockRow.due_at >= since)


def _batch(change: Change, after: tuple[datetime, int] | None) -> Any:
    asked = (
        select(*clock_batches.CLOCK_COLUMNS, Ticket.upstream_due_at)
        .join(Ticket, Ticket.id == ClockRow.ticket_id)
        .where(*_concerned(change))
        .order_by(ClockRow.due_at.desc(), ClockRow.id.desc())
        .limit(BATCH)
    )
    if after is not None:
        asked = asked.where(tuple_(ClockRow.due_at, ClockRow.id) < after)
    return asked


def _write(change: Change, heads: dict[int, Head], now: datetime) -> int:
    """Move what lies elsewhere now, read anew under the lock; answers how many clocks moved."""
    rows = clock_batches.read(clock_batches.among(ClockRow.ticket_id, heads), *_concerned(change))
    moves: dict[int, list[_Move]] = {}
    lamps: list[Fact] = []
    for row in rows:
        move, lamp = _follow_one(change, row, heads[row.ticket_id], now)
        if lamp is not None:
            lamps.append(lamp)
        if move is not None:
            moves.setdefault(row.ticket_id, []).append(move)
    append_events(
        Entry(heads[one], Verb.MOVE_DEADLINE.value, ACTOR, now, _facts(change, moves[one]))
        for one in sorted(moves)
    )
    publish(lamps)
    clock_batches.write(rows, list(heads.values()))
    return sum(map(len, moves.values()))


def _follow_one(
    change: Change, row: Running, ticket: Head, now: datetime
) -> tuple[_Move | None, Fact | None]:
    made_of, before = _made_of(change, row), row.due_at
    due = _due(change, row, made_of, ticket.upstream_due_at, now)
    is_shown = timing.is_shown(row, ticket)
    row.due_at, row.is_provisional = due.due_at, due.is_provisional
    counting.put(row, made_of)
    told = timing.judged(row, ticket, now, change.book)
    if is_shown:
        ticket.due_at, ticket.lamp = row.due_at, row.lamp
    if due.due_at == before:
        return None, told
    calendar = change.book.calendar_of(row.unit_id)
    return _Move(row, before, change.days_between(before, due.due_at, calendar)), told


def _is_stale(change: Change, row: Running, upstream: datetime | None, now: datetime) -> bool:
    due = _due(change, row, _made_of(change, row), upstream, now)
    if due != Due(row.due_at, row.is_provisional, row.pace):
        return True
    if row.is_held or (row.next_change_at is not None and row.next_change_at <= now):
        return False  # decided elsewhere, or the sweep's
    calendar = change.book.calendar_of(row.unit_id)
    standing = clocks.standing(due, row.started_at, now, calendar, change.book.clocks)
    return standing != (row.lamp, row.next_change_at)


def _made_of(change: Change, row: Running) -> Counted | None:
    known = counting.kept(row)
    if known is not None or row.pace is not Pace.WORKING_DAYS:
        return known
    before = change.calendar_before(change.book.calendar_of(row.unit_id))
    return counting.found_in(row, before)


def _due(
    change: Change,
    row: Running,
    made_of: Counted | None,
    upstream: datetime | None,
    now: datetime,
) -> Due:
    calendar, due_at = change.book.calendar_of(row.unit_id), row.due_at
    if made_of is not None:
        due_at = moved(
            made_of,
            row.due_at,
            calendar,
            asked_at=change.asked_at,
            now=now,
            latest=_latest(change, row, upstream, calendar),
            find=change.due_at_of,
        )
    last_on = due_at.astimezone(calendar.zone).date()
    return Due(due_at, calendar.is_provisional(last_on), row.pace)


def _latest(
    change: Change, row: Running, upstream: datetime | None, calendar: Calendar
) -> datetime | None:
    if row.kind is not Clock.HANDLE:
        return None
    return clocks.upstream_cap(upstream, row.started_at, calendar, change.book.clocks)


def _facts(change: Change, moves: Sequence[_Move]) -> dict[str, Any]:
    return {
        "because": change.because,
        "deadlines": [
            {
                "clock": one.row.kind.value,
                "clock_id": one.row.id,
                "unit_id": one.row.unit_id,
                "before": one.before.isoformat(timespec="minutes"),
                "after": one.row.due_at.isoformat(timespec="minutes"),
                "days": one.days,
            }
            for one in moves
        ],
    }


def _midnight(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
