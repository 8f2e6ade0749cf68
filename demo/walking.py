"""When the steps of a case happened: walked forward from its beginning, in working time.

Decided here: how long each step takes to happen, the hours at which people call the hotline,
and that a case which would not be over yet began earlier. All chance comes from the case's
name, so every demo is the same. Not here: which steps there are (`courses`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from callbacks import windows
from hotline.worktime import Calendar

BUSY = (7, *(8,) * 3, *(9,) * 6, *(10,) * 6, *(11,) * 4, 12, 13, *(14,) * 4, *(15,) * 5)
HOURS = (*BUSY, *(16,) * 4, *(17,) * 3, *(18,) * 2, *(19,) * 3, *(20,) * 3, 21, 21, 22)
"""At which hours matters come in, as often as they stand here."""

LONGEST_SHIFT = 60


@dataclass(frozen=True)
class Pause:
    """How long until the next step: minutes of some kind, from so many to so many."""

    least: int
    most: int
    kind: str = "working"


@dataclass(frozen=True)
class Walk:
    """The way of one case: its name, days ago, hour, and the pauses before its steps."""

    name: str
    ago: int
    pauses: Sequence[Pause]
    hour: int | None = None

    def __call__(self, now: datetime, calendar: Calendar) -> list[datetime]:
        """The moments of intake and steps, the last not after now."""
        for shift in range(LONGEST_SHIFT):
            found = self._from(self.ago + shift, now, calendar)
            if found[-1] < now:
                return found
        raise ValueError(f"{self.name} takes too long to be over")

    def _from(self, ago: int, now: datetime, calendar: Calendar) -> list[datetime]:
        day = now.astimezone(calendar.zone).date() - timedelta(days=ago)
        hour = self.hour if self.hour is not None else HOURS[drawn(self.name, "hour", len(HOURS))]
        wall = time(hour, drawn(self.name, "minute", 60), drawn(self.name, "second", 60))
        found = [datetime.combine(day, wall, calendar.zone).astimezone(UTC)]
        for number, pause in enumerate(self.pauses):
            minutes = pause.least + drawn(self.name, str(number), pause.most - pause.least + 1)
            found.append(_after(found[-1], timedelta(minutes=minutes), pause.kind, calendar))
        return found


def _after(since: datetime, span: timedelta, kind: str, calendar: Calendar) -> datetime:
    """`since` and the span later: natural, in working time, or when people may be rung."""
    if kind == "natural":
        return since + span
    if kind == "call":
        at = since + span
        opening = windows.next_opening(at, calendar.zone)
        return opening if opening == at else opening + span % timedelta(minutes=85)
    at = calendar.add_time(since, span)
    return max(at, since + timedelta(minutes=1))


def drawn(name: str, what: str, below: int) -> int:
    """A number from 0 up to `below`, always the same for the same names."""
    digest = hashlib.sha256(f"{name}/{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % below
