"""When offices are open: dated rules, and the open intervals of one day.

Decided here: which rule holds on which day, and what that means in moments. Not here: which days
are working days (the calendar says), arithmetic on them (`worktime`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

TICK: Final = timedelta(microseconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MIDNIGHT: Final = time(0)
ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5

Interval = tuple[time, time]
"""Opening and closing; closing at 00:00 means the end of the day."""


@dataclass(frozen=True)
class Hours:
    """A rule for opening; of several that fit a day, the last one holds.

    `from_on` and `until_on` (both included) bound it, `weekdays` (0 = Monday) picks days. A rule
    that names Saturday or Sunday opens it. Make-up days take rules that name no weekday. A rule
    without intervals closes the day; it is no working day then. Raises ValueError when intervals
    are out of order or overlap, when dates are swapped, for unknown weekdays.
    """

    intervals: tuple[Interval, ...]
    from_on: date | None = None
    until_on: date | None = None
    weekdays: frozenset[int] | None = None

    def __post_init__(self) -> None:
        previous = timedelta(0)
        for interval in self.intervals:
            start, end = _since_midnight(interval)
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


def ordinary() -> Hours:
    """08:30–12:00 and 13:30–17:30, where no other rule fits."""
    return Hours(((time(8, 30), time(12)), (time(13, 30), time(17, 30))))


def intervals_of(day: date, rules: Iterable[Hours], *, stated: bool | None) -> tuple[Interval, ...]:
    """The day's intervals by the last rule that fits; none on a holiday or a closed weekend.

    `rules` come last first. `stated` is what the calendar says of this single day, if anything.
    """
    if stated is False:
        return ()
    is_weekend = day.weekday() >= SATURDAY
    for rule in rules:
        names_weekday = rule.weekdays is not None
        is_for_such_days = not is_weekend or names_weekday != bool(stated)
        if is_for_such_days and rule.fits(day):
            return rule.intervals
    return ()


def edges_of(day: date, intervals: Iterable[Interval], zone: ZoneInfo) -> list[tuple[int, int]]:
    """Openings and closings in ticks; an interval that a change of clocks swallows is left out."""
    edges: list[tuple[int, int]] = []
    midnight = tick(at_wall(day, timedelta(0), zone))
    is_plain = tick(at_wall(day, ONE_DAY, zone)) - midnight == ONE_DAY // TICK
    for interval in intervals:
        # Two conversions a day are enough where the clocks don't change.
        start, end = (
            midnight + since // TICK if is_plain else tick(at_wall(day, since, zone))
            for since in _since_midnight(interval)
        )
        start = max(start, edges[-1][1]) if edges else start
        if start < end:
            edges.append((start, end))
    return edges


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
def _since_midnight(interval: Interval) -> tuple[timedelta, timedelta]:
    start, end = (
        timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        for at in interval
    )
    return start, end or ONE_DAY
