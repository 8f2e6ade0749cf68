"""The hotline's figures of calls: rows in, numbers out; pure.

Each figure is a share with its numerator and denominator, so that anybody can check it, and shares
of parts may be added up. Decided here, with where it is from:

- *Queued*: incoming calls that entered the queue, without those who hung up within the first
  seconds (5): they did not wait, are shown apart and count nowhere (Genesys Cloud, "short
  abandons", left out of the calculation).
- *Answered in time*: answered within so many seconds (15) of entering the queue ÷ answered +
  abandoned. Who took a call back or left a message left the queue in peace and counts neither
  way (Genesys Cloud, service level without flow-outs; the 15 s of the 12345 platforms).
- *Connection*: answered ÷ queued (接通率 of the 12345 platforms).
- *Abandonment*: abandoned ÷ queued; who asked to be called back has not abandoned (Amazon Connect,
  abandonment rate), nor has who was spoken to before and hung up while being passed on.
- *Occupancy*: (on calls + writing up) ÷ time signed in without breaks (Amazon Connect, occupancy).
- *Talk* and *wrap-up*: seconds from the answer to the end, and from the end until it was written up
  ÷ calls that were talked on, both ways; each divided by the calls of which the time is over.
- *Lost* is a call of another exchange whose end was never told: it counts as answered when it was,
  else as incoming alone, and its times nowhere.
- *One call suffices*: answered callers with a known number who did not come into the queue again
  within 24 hours ÷ answered callers with a known number (first contact resolution).

The surprise: a call counts in the hour in which it came in, an operator's time where it was spent.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from hotline.calls.kinds import Direction, SeatState
from hotline.calls.states import CallState

T = TypeVar("T")
K = TypeVar("K")
AGAIN_WITHIN = timedelta(hours=24)
HOUR = timedelta(hours=1)
BUSY = frozenset({SeatState.ON_CALL, SeatState.WRAP_UP})
SIGNED_IN = BUSY | {SeatState.READY, SeatState.RINGING}


@dataclass(frozen=True)
class Talked:
    """A call, as the figures see it; `caller` stands for the number, None when it is withheld."""

    direction: Direction
    state: CallState
    created_at: datetime
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    finished_at: datetime | None = None
    line: str | None = None
    staff_id: int | None = None
    caller: Hashable | None = None
    is_lost: bool = False


@dataclass(frozen=True)
class Span:
    """How long an operator was in one state; `until` None: still."""

    staff_id: int
    state: SeatState
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Bounds:
    """Which figures make a difference: in time means within, a short abandonment up to."""

    in_time_seconds: int = 15
    short_seconds: int = 5


@dataclass(frozen=True)
class Share:
    """A numerator over a denominator."""

    part: float = 0
    whole: float = 0

    @property
    def value(self) -> float | None:
        """The quotient, four digits behind the point; None where there is nothing to divide by."""
        return round(self.part / self.whole, 4) if self.whole else None


@dataclass(frozen=True)
class Figures:
    """What some calls come to."""

    incoming: int
    outgoing: int
    queued: int
    answered: int
    abandoned: int
    short: int
    asked_back: int
    messages: int
    in_time: Share
    connection: Share
    abandonment: Share
    occupancy: Share
    talk: Share
    wrap_up: Share
    one_call: Share


@dataclass(frozen=True)
class Table:
    """The same figures for all, by hour of the day, by line and by operator."""

    total: Figures
    by_hour: Mapping[int, Figures] = field(default_factory=dict)
    by_line: Mapping[str, Figures] = field(default_factory=dict)
    by_operator: Mapping[int, Figures] = field(default_factory=dict)


@dataclass(frozen=True)
class Period:
    """From when until when, and which clock hangs on the wall."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    def has(self, moment: datetime) -> bool:
        """Whether it lies inside; its end does not."""
        return self.since <= moment < self.until


def table(
    calls: Iterable[Talked], spans: Iterable[Span], period: Period, now: datetime, bounds: Bounds
) -> Table:
    """All figures of a period. Of calls after it only whether the caller came again is seen."""
    known = list(calls)
    inside = [one for one in known if period.has(one.created_at)]
    worked = [one for span in spans for one in _by_hours(span, period, now)]
    returns = _Returns(known)

    def made(some: Sequence[Talked], spent: Sequence[Span]) -> Figures:
        return _figures(some, spent, returns, bounds)

    hours = _grouped(inside, lambda one: one.created_at.astimezone(period.zone).hour)
    spent = _grouped(worked, lambda one: one.since.astimezone(period.zone).hour)
    people = _grouped(inside, lambda one: one.staff_id)
    shifts = _grouped(worked, lambda one: one.staff_id)
    lines = _grouped(inside, lambda one: one.line)
    return Table(
        total=made(inside, worked),
        by_hour={one: made(hours[one], spent[one]) for one in sorted({*hours, *spent})},
        by_line={one: made(lines[one], []) for one in sorted(lines)},
        by_operator={one: made(people[one], shifts[one]) for one in sorted({*people, *shifts})},
    )


class _Returns:
    """Who came into the queue when, so that it can be asked whether somebody came again."""

    def __init__(self, calls: Iterable[Talked]) -> None:
        self._came: dict[Hashable, list[datetime]] = defaultdict(list)
        for one in calls:
            if one.direction is Direction.INBOUND and one.caller and one.queued_at:
                self._came[one.caller].append(one.queued_at)
        for moments in self._came.values():
            moments.sort()

    def came_again(self, call: Talked) -> bool:
        if call.answered_at is None:
            return False
        moments = self._came.get(call.caller, [])
        found = bisect_right(moments, call.answered_at)
        return found < len(moments) and moments[found] <= call.answered_at + AGAIN_WITHIN


def is_short(call: Talked, bounds: Bounds) -> bool:
    """Whether somebody entered the queue and hung up at once."""
    if call.state is not CallState.ABANDONED or call.queued_at is None or call.ended_at is None:
        return False
    return _seconds(call.queued_at, call.ended_at) <= bounds.short_seconds


def _figures(
    calls: Sequence[Talked], spans: Sequence[Span], returns: _Returns, bounds: Bounds
) -> Figures:
    incoming = [one for one in calls if one.direction is Direction.INBOUND]
    told = [one for one in incoming if not (one.is_lost and one.answered_at is None)]
    entered = [one for one in told if one.queued_at is not None]
    queued = [one for one in entered if not is_short(one, bounds)]
    answered = [one for one in queued if one.answered_at is not None]
    gone = [one for one in queued if one.state is CallState.ABANDONED]
    abandoned = [one for one in gone if one.answered_at is None]
    prompt = [one for one in answered if _waited(one) <= bounds.in_time_seconds]
    callers = [one for one in answered if one.caller is not None]
    return Figures(
        incoming=len(incoming),
        outgoing=len(calls) - len(incoming),
        queued=len(queued),
        answered=len(answered),
        abandoned=len(abandoned),
        short=len(entered) - len(queued),
        asked_back=sum(one.state is CallState.CALLBACK_ASKED for one in queued),
        messages=sum(one.state is CallState.VOICEMAIL for one in incoming),
        in_time=Share(len(prompt), len(answered) + len(abandoned)),
        connection=Share(len(answered), len(queued)),
        abandonment=Share(len(abandoned), len(queued)),
        occupancy=_occupancy(spans),
        talk=_average(calls, lambda one: one.answered_at, lambda one: one.ended_at),
        wrap_up=_average(calls, lambda one: one.ended_at, lambda one: one.finished_at),
        one_call=Share(sum(not returns.came_again(one) for one in callers), len(callers)),
    )


Moment = Callable[[Talked], datetime | None]


def _average(calls: Iterable[Talked], begins: Moment, ends: Moment) -> Share:
    """Seconds over calls, of the calls that somebody spoke on and of which both are known."""
    times = [
        _seconds(begin, end)
        for one in calls
        if one.answered_at and not one.is_lost and (begin := begins(one)) and (end := ends(one))
    ]
    return Share(sum(times), len(times))


def _occupancy(spans: Iterable[Span]) -> Share:
    spent: dict[bool, float] = {True: 0.0, False: 0.0}
    for one in spans:
        if one.state in SIGNED_IN and one.until is not None:
            spent[one.state in BUSY] += _seconds(one.since, one.until)
    return Share(spent[True], spent[True] + spent[False])


def _by_hours(span: Span, period: Period, now: datetime) -> list[Span]:
    """What of a span lies in the period, cut at each full hour."""
    begin, end = max(span.since, period.since), min(span.until or now, period.until)
    found = []
    while begin < end:
        full = begin.replace(minute=0, second=0, microsecond=0) + HOUR
        found.append(Span(span.staff_id, span.state, begin, min(full, end)))
        begin = full
    return found


def _grouped(some: Iterable[T], key: Callable[[T], K | None]) -> defaultdict[K, list[T]]:
    found: defaultdict[K, list[T]] = defaultdict(list)
    for one in some:
        named = key(one)
        if named is not None:
            found[named].append(one)
    return found


def _waited(call: Talked) -> float:
    return _seconds(call.queued_at or call.created_at, call.answered_at or call.created_at)


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
