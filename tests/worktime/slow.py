"""A second, slow notion of working time: it walks the days one by one and adds up what it sees.

Written apart from `hotline.worktime`, to compare with it; it shares only the rules' dataclass.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.worktime import Closure, Hours

ORDINARY = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
NOTHING = timedelta(0)


class Slow:
    """Walks."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[Hours, ...],
        exceptions: dict[date, bool],
        closures: tuple[Closure, ...] = (),
    ) -> None:
        self.zone, self.hours, self.exceptions = zone, hours, exceptions
        self.closures = closures

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """Openings and closings of a day, in UTC."""
        found = []
        seen_until = datetime.min.replace(tzinfo=UTC)
        for opening, closing in self._open_walls(day):
            next_day = day + timedelta(days=1) if closing == time(0) else day
            start = datetime.combine(day, opening, self.zone).astimezone(UTC)
            end = datetime.combine(next_day, closing, self.zone).astimezone(UTC)
            start = max(start, seen_until)
            if start < end:
                found.append((start, end))
                seen_until = end
        return found

    def _open_walls(self, day: date) -> list[tuple[time, time]]:
        """The day minute by minute, as far as closures touch it at all."""
        walls = list(self._walls(day))
        shut = [(one.starts, one.ends) for one in self.closures if one.day == day]
        if not shut:
            return walls
        minutes = [
            n for n in range(1440) if _within(n, walls) and not any(_within(n, [s]) for s in shut)
        ]
        starts = [n for n in minutes if n - 1 not in minutes or _begins(n, walls)]
        ends = [n + 1 for n in minutes if n + 1 not in minutes or _begins(n + 1, walls)]
        return [(_wall(start), _wall(end)) for start, end in zip(starts, ends, strict=True)]

    def is_working(self, day: date) -> bool:
        """A weekday that is no holiday, or a make-up day; and open at all."""
        counts = self.exceptions.get(day, day.isoweekday() <= 5)
        return counts and bool(self.intervals(day))

    def end_of_working_days(self, start: datetime, days: int) -> datetime:
        """Walk to the last day."""
        day = start.astimezone(self.zone).date()
        while days:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return self.intervals(day)[-1][1]

    def working_days_between(self, a: date, b: date) -> int:
        """Count them."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))

    def time_between(self, a: datetime, b: datetime) -> timedelta:
        """Add up what lies between."""
        total = NOTHING
        for start, end in self._walk(a):
            if start >= b:
                break
            total += max(NOTHING, min(end, b) - max(start, a))
        return total

    def add_time(self, start: datetime, amount: timedelta) -> datetime:
        """Use it up, interval by interval."""
        for opening, closing in self._walk(start):
            begin = max(opening, start)
            if begin > closing:
                continue
            if amount == NOTHING or (begin < closing and amount <= closing - begin):
                return begin + amount
            amount -= closing - begin
        raise AssertionError("walked out of the calendar")

    def is_open(self, at: datetime) -> bool:
        """Within an interval, closing included."""
        return any(start <= at <= end for start, end in self._around(at))

    def in_working_time(self, at: datetime) -> bool:
        """Within an interval, closing not included."""
        return any(start <= at < end for start, end in self._around(at))

    def _walls(self, day: date) -> tuple[tuple[time, time], ...]:
        is_holiday = self.exceptions.get(day) is False
        is_make_up = day.isoweekday() > 5 and self.exceptions.get(day) is True
        found: tuple[tuple[time, time], ...] = ORDINARY
        if is_holiday or (day.isoweekday() > 5 and not is_make_up):
            found = ()
        for rule in self.hours:
            if is_holiday and not rule.opens_holidays:
                continue
            if rule.from_on and day < rule.from_on:
                continue
            if rule.until_on and day > rule.until_on:
                continue
            if rule.weekdays is not None and (is_make_up or day.weekday() not in rule.weekdays):
                continue
            if rule.weekdays is None and day.isoweekday() > 5 and not is_make_up:
                continue
            found = rule.intervals
        return found

    def _walk(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        for _ in range(1500):
            yield from self.intervals(day)
            day += timedelta(days=1)

    def _around(self, at: datetime) -> list[tuple[datetime, datetime]]:
        day = at.astimezone(self.zone).date()
        return [*self.intervals(day - timedelta(days=1)), *self.intervals(day)]


def _minutes(interval: tuple[time, time]) -> tuple[int, int]:
    start, end = (at.hour * 60 + at.minute for at in interval)
    return start, end or 1440


def _within(minute: int, intervals: Iterable[tuple[time, time]]) -> bool:
    return any(start <= minute < end for start, end in map(_minutes, intervals))


def _begins(minute: int, intervals: Iterable[tuple[time, time]]) -> bool:
    return any(minute == start for start, _ in map(_minutes, intervals))


def _wall(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
