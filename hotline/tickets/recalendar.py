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
from hotline.tickets import clocks, counting, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.history import Entry, append_events
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.recalendar_rules import Counted, moved
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

    row: ClockRow
    before: datetime
    days: int


def follow(change: Change, after: tuple[datetime, int] | None, *, now: datetime) -> Done:
    """Look at a batch of clocks from `after` on, and move those that lie elsewhere now.

    The latest first: what moves later, as most do, is not met a second time.
    Only their tickets are locked, in id order; one that somebody holds right now is passed by.
    """
    rows = db.session.execute(_batch(change, after)).all()
    at = (rows[-1][0].due_at, rows[-1][0].id) if len(rows) == BATCH else None  # before it moves
    stale = {row.ticket_id for row, upstream in rows if _is_stale(change, row, upstream, now)}
    tickets = _lock(stale)
    count = _write(change, tickets, now) if tickets else 0
    return Done(len(rows), count, len(tickets) < len(stale), at)


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
        select(ClockRow, Ticket.upstream_due_at)
        .join(Ticket, Ticket.id == ClockRow.ticket_id)
        .where(*_concerned(change))
        .order_by(ClockRow.due_at.desc(), ClockRow.id.desc())
        .limit(BATCH)
        .execution_options(populate_existing=True)
    )
    if after is not None:
        asked = asked.where(tuple_(ClockRow.due_at, ClockRow.id) < after)
    return asked


def _lock(ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    found = db.session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(sorted(ticket_ids)))
        .order_by(Ticket.id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return {ticket.id: ticket for ticket in found}


def _write(change: Change, tickets: dict[int, Ticket], now: datetime) -> int:
    """Move what lies elsewhere now, read anew under the lock; answers how many clocks moved."""
    rows = db.session.scalars(
        select(ClockRow)
        .where(ClockRow.ticket_id.in_(tickets), *_concerned(change))
        .order_by(ClockRow.ticket_id, ClockRow.id)
        .execution_options(populate_existing=True)
    ).all()
    moves: dict[int, list[_Move]] = {}
    lamps: list[Fact | None] = []
    for row in rows:
        ticket = tickets[row.ticket_id]
        move, lamp = _follow_one(change, row, ticket, now)
        lamps.append(lamp)
        if move is not None:
            moves.setdefault(ticket.id, []).append(move)
    append_events(
        Entry(tickets[one], Verb.MOVE_DEADLINE.value, ACTOR, now, _facts(change, of_one))
        for one, of_one in moves.items()
    )
    publish([one for one in lamps if one is not None])
    return sum(map(len, moves.values()))


def _follow_one(
    change: Change, row: ClockRow, ticket: Ticket, now: datetime
) -> tuple[_Move | None, Fact | None]:
    made_of, before, lamp = _made_of(change, row), row.due_at, row.lamp
    due = _due(change, row, made_of, ticket.upstream_due_at, now)
    if due.due_at != before:
        timing.move(ticket, row, due, at=now, book=change.book)
        row.lamp = lamp  # judged below, so that it is told
    row.is_provisional = due.is_provisional
    counting.put(row, made_of)
    told = timing.judged(row, ticket, now, change.book)
    if due.due_at == before:
        return None, told
    return _Move(row, before, _days(change, before, due.due_at, row.unit_id)), told


def _is_stale(change: Change, row: ClockRow, upstream: datetime | None, now: datetime) -> bool:
    due = _due(change, row, _made_of(change, row), upstream, now)
    if due != Due(row.due_at, row.is_provisional, row.pace):
        return True
    calendar, rules = change.book.calendar_of(row.unit_id), change.book.clocks
    if row.is_held or (row.next_change_at is not None and row.next_change_at <= now):
        return False  # decided elsewhere, or the sweep's
    shown = clocks.lamp(due, row.started_at, now, calendar, rules)
    at = clocks.next_change_at(due, row.started_at, now, calendar, rules)
    return (shown, at) != (row.lamp, row.next_change_at)


def _made_of(change: Change, row: ClockRow) -> Counted | None:
    known = counting.kept(row)
    if known is not None or row.pace is not Pace.WORKING_DAYS:
        return known
    before = change.calendar_before(change.book.calendar_of(row.unit_id))
    return counting.found_in(row, before)


def _due(
    change: Change,
    row: ClockRow,
    made_of: Counted | None,
    upstream: datetime | None,
    now: datetime,
) -> Due:
    calendar, reached = change.book.calendar_of(row.unit_id), row.due_at
    if made_of is not None:
        reached = moved(
            made_of,
            row.due_at,
            calendar,
            asked_at=change.asked_at,
            now=now,
            latest=_latest(change, row, upstream, calendar),
        )
    last_on = reached.astimezone(calendar.zone).date()
    return Due(reached, calendar.is_provisional(last_on), row.pace)


def _latest(
    change: Change, row: ClockRow, upstream: datetime | None, calendar: Calendar
) -> datetime | None:
    if row.kind is not Clock.HANDLE:
        return None
    return clocks.upstream_cap(upstream, row.started_at, calendar, change.book.clocks)


def _days(change: Change, before: datetime, after: datetime, unit_id: int | None) -> int:
    """By how many working days it moved, as they counted before or count now."""
    calendar = change.book.calendar_of(unit_id)
    first, last = (at.astimezone(calendar.zone).date() for at in (before, after))
    both = (calendar, change.calendar_before(calendar))
    return max((one.working_days_between(first, last) for one in both), key=abs)


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
