"""When a citizen may be rung: the day's three bands, and when the next call of a round is.

Decided here: a call never leaves its band, the next one takes another time of day, the last one
another day; how soon after the last call another one counts. Not here: whether there is a next
one (`operations`).
Source: the callback paragraph of the hotline's rules: 09:00–11:30, 14:30–17:30, 18:30–20:00.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Band:
    """A time of day at which nobody minds being rung; `until` no longer belongs to it."""

    since: time
    until: time


BANDS = (
    Band(time(9), time(11, 30)),
    Band(time(14, 30), time(17, 30)),
    Band(time(18, 30), time(20)),
)


@dataclass(frozen=True)
class CallbackRules:
    """The numbers, all settings. Raises ValueError for what can't be kept."""

    bands: tuple[Band, ...] = BANDS
    most_calls: int = 3
    hours_between: int = 2
    link_hours: int = 48
    sample_percent: int = 10
    machine_calls_first: bool = False
    machine_calls_at_once: int = 5

    def __post_init__(self) -> None:
        if len(self.bands) < 2 or any(one.since >= one.until for one in self.bands):
            raise ValueError("at least two bands, each beginning before it ends")
        if any(a.until > b.since for a, b in zip(self.bands, self.bands[1:], strict=False)):
            raise ValueError("the bands stand in order of the day and don't overlap")
        if self.most_calls < 1 or self.link_hours < 1 or not 0 <= self.sample_percent <= 100:
            raise ValueError("calls and hours at least 1, a share of 0 to 100 percent")
        if self.machine_calls_at_once < 1:
            raise ValueError("at least one call of the machine at once")
        if not 0 <= self.hours_between <= 12:
            raise ValueError("0 to 12 hours between two calls")


DEFAULTS = CallbackRules()


@dataclass(frozen=True)
class Slot:
    """One band of one day."""

    on: date
    band: int
    since: datetime
    until: datetime


def may_call(at: datetime, zone: ZoneInfo, rules: CallbackRules = DEFAULTS) -> bool:
    """Whether it is a time at which people are rung."""
    return _slot_of(at, zone, rules) is not None


def next_opening(at: datetime, zone: ZoneInfo, rules: CallbackRules = DEFAULTS) -> datetime:
    """The first moment from `at` on at which people may be rung."""
    return max(at, next(_slots(at, zone, rules)).since)


def next_call_at(
    now: datetime, made: Sequence[datetime], zone: ZoneInfo, rules: CallbackRules = DEFAULTS
) -> datetime:
    """When to call next, after the calls of this round made so far (oldest first).

    At another time of day than the call before; the last call of a round falls on another day
    than the first where all before fell on one.
    """
    if not made:
        return next_opening(now, zone, rules)
    is_last = len(made) + 1 >= rules.most_calls
    before = _slot_of(made[-1], zone, rules)
    days = {at.astimezone(zone).date() for at in made}
    for slot in _slots(max(now, made[-1]), zone, rules):
        is_same_time = before is not None and slot.band == before.band
        if not is_same_time and not (is_last and days == {slot.on}):
            return max(now, slot.since)
    raise AssertionError("days never end")


def counts_from(
    made: Sequence[datetime], zone: ZoneInfo, rules: CallbackRules = DEFAULTS
) -> datetime | None:
    """From when on another call of the round counts; None before the first.

    Two calls in the same band of one day are one try, and so are two within some hours.
    """
    if not made:
        return None
    last = made[-1]
    slot = _slot_of(last, zone, rules)
    later = last + timedelta(hours=rules.hours_between)
    return max(later, slot.until) if slot is not None else later


def slot_at(at: datetime, zone: ZoneInfo, rules: CallbackRules = DEFAULTS) -> Slot:
    """The band that `at` lies in, or the next one."""
    return next(_slots(at, zone, rules))


def _slot_of(at: datetime, zone: ZoneInfo, rules: CallbackRules) -> Slot | None:
    slot = next(_slots(at, zone, rules))
    return slot if slot.since <= at else None


def _slots(since: datetime, zone: ZoneInfo, rules: CallbackRules) -> Iterator[Slot]:
    """The bands that are not over at `since`, in order, without end."""
    day = since.astimezone(zone).date()
    while True:
        for index, band in enumerate(rules.bands):
            slot = Slot(day, index, _at(day, band.since, zone), _at(day, band.until, zone))
            if slot.until > since:
                yield slot
        day += timedelta(days=1)


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
