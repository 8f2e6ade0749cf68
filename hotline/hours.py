"""When offices are open: dated rules, closures, and the open intervals of one day.

Decided here: which rule holds on which day, what a closure cuts out of it, and what that means in
moments. Not here: which days are working days (the calendar says), arithmetic on them
(`worktime`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

TICK: Final = timedelta(microseconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = EPOCH.toordinal()
MIDNIGHT: Final = time(0)
ONE_DAY: Final = timedelta(days=1)
DAY_TICKS: Final = ONE_DAY // TICK
SATURDAY: Final = 5

Interval = tuple[time, time]
"""Opening and closing; closing at 00:00 means the end of the day."""
Ticks = tuple[int, int]
"""The same in microseconds, since midnight or since 1970."""


@dataclass(frozen=True)
class Hours:
    """A rule for opening; of several that fit a day, the last one holds.

    `from_on` and `until_on` (both included) bound it, `weekdays` (0 = Monday) picks days. A rule
    that names Saturday or Sunday opens it. Make-up days take rules that name no weekday. A rule
    that `opens_holidays` holds on holidays too; they still count in no working-day limit. A rule
    without intervals closes the day; it is no working day then. Raises ValueError when intervals
    are out of order or overlap, when dates are swapped, for unknown weekdays.
    """

    intervals: tuple[Interval, ...]
    from_on: date | None = None
    until_on: date | None = None
    weekdays: frozenset[int] | None = None
    opens_holidays: bool = False

    def __post_init__(self) -> None:
        previous = 0
        for interval in self.intervals:
            start, end = since_midnight(interval)
            if start < previous or end <= start:
                raise ValueError("intervals must be in order and must not overlap")
            previous = end
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise ValueError("until_on must not lie before from_on")
        if self.weekdays is not None and not self.weekdays <= set(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6 (Sunday)")

    def fits(self, day: date) -> bool:
        """Say whether the rule's dates and weekdays take in this day."""
        return (
            (self.from_on is None or self.from_on <= day)
            and (self.until_on is None or day <= self.until_on)
            and (self.weekdays is None or day.weekday() in self.weekdays)
        )


@dataclass(frozen=True)
class Closure:
    """Shut once, a day or a part of it, whatever the rules say; 00:00 ends the day.

    A day that is shut as a whole is no working day. Raises ValueError when it ends before it
    begins.
    """

    day: date
    starts: time = MIDNIGHT
    ends: time = MIDNIGHT

    def __post_init__(self) -> None:
        start, end = since_midnight((self.starts, self.ends))
        if end <= start:
            raise ValueError("a closure must end after it begins")

    @property
    def interval(self) -> Interval:
        """From when until when of the day."""
        return self.starts, self.ends


def ordinary() -> Hours:
    """08:30–12:00 and 13:30–17:30, where no other rule fits."""
    return Hours(((time(8, 30), time(12)), (time(13, 30), time(17, 30))))


def round_the_clock() -> tuple[Hours, ...]:
    """Open day and night, on weekends and holidays too: a utility on duty."""
    always = ((MIDNIGHT, MIDNIGHT),)
    return (
        Hours(always, opens_holidays=True),
        Hours(always, weekdays=frozenset(range(7)), opens_holidays=True),
    )


def intervals_of(day: date, rules: Iterable[Hours], *, stated: bool | None) -> tuple[Interval, ...]:
    """The day's intervals by the last rule that fits; none on a holiday or a closed weekend.

    `rules` come last first. `stated` is what the calendar says of this single day, if anything.
    """
    is_weekend = day.weekday() >= SATURDAY
    for rule in rules:
        if stated is False and not rule.opens_holidays:
            continue
        names_weekday = rule.weekdays is not None
        is_for_such_days = not is_weekend or names_weekday != bool(stated)
        if is_for_such_days and rule.fits(day):
            return rule.intervals
    return ()


def cut(intervals: tuple[Interval, ...], closed: Sequence[Interval]) -> tuple[Ticks, ...]:
    """What stays open since midnight when some of it is shut."""
    left = _open(intervals)
    for start, end in map(since_midnight, closed):
        left = tuple(
            part
            for opening, closing in left
            for part in ((opening, min(closing, start)), (max(opening, end), closing))
            if part[0] < part[1]
        )
    return left


def edges_of(day: date, since: Iterable[Ticks], zone: ZoneInfo) -> list[Ticks]:
    """Openings and closings since 1970; an interval that a change of clocks swallows is out."""
    edges: list[Ticks] = []
    for part in since:
        start, end = (tick(at_wall(day, TICK * one, zone)) for one in part)
        start = max(start, edges[-1][1]) if edges else start
        if start < end:
            edges.append((start, end))
    return edges


def midnight(number: int, zone: ZoneInfo) -> int:
    """When the day of this ordinal begins, in ticks."""
    day = date.fromordinal(number)
    offset = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() or timedelta(0)
    return (number - EPOCH_DAY) * DAY_TICKS - offset // TICK


def at_wall(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """The moment when the clock on the wall shows so much after midnight of `day`."""
    return (datetime.combine(day, MIDNIGHT) + since_midnight).replace(tzinfo=zone)


def tick(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // TICK


def moment(ticks: int) -> datetime:
    """The moment of a tick, in UTC."""
    return EPOCH + ticks * TICK


@cache
def since_midnight(interval: Interval) -> Ticks:
    """An interval in microseconds since midnight."""
    start, end = (
        timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        for at in interval
    )
    return start // TICK, (end or ONE_DAY) // TICK


@cache
def _open(intervals: tuple[Interval, ...]) -> tuple[Ticks, ...]:
    return tuple(since_midnight(one) for one in intervals)
