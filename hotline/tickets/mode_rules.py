"""Emergency mode: a flood, the start of heating; what is different while it lasts. Pure.

Decided here: that a new ticket is dispatched within minutes, that the mode ends at its time even
when nobody ends it, and for how long it may be set. Not here: who may switch it (`mode_views`),
what citizens are told (portal, messages), which callbacks wait (callbacks).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hotline.tickets.clocks import Due, Pace

LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True)
class Mode:
    """The mode that was switched on, in its own words for citizens."""

    id: int
    title: str
    announcement: str
    acknowledgement: str
    is_holding_callbacks: bool
    started_at: datetime
    ends_at: datetime | None

    def is_on(self, now: datetime) -> bool:
        """Whether it is in force at this moment."""
        return self.started_at <= now and (self.ends_at is None or now < self.ends_at)


def in_force(mode: Mode | None, now: datetime) -> Mode | None:
    """The mode, while it lasts."""
    return mode if mode is not None and mode.is_on(now) else None


def dispatch_due(due: Due, mode: Mode | None, now: datetime, minutes: int) -> Due:
    """While the mode lasts a ticket is dispatched within minutes, day and night."""
    if in_force(mode, now) is None:
        return due
    at_latest = Due(now + timedelta(minutes=minutes), is_provisional=False, pace=Pace.NATURAL_HOURS)
    return min(due, at_latest, key=lambda one: one.due_at)


def fault(ends_at: datetime | None, now: datetime) -> str | None:
    """Why it can't end then; None when it can."""
    if ends_at is None:
        return None
    if ends_at <= now:
        return "ends_in_past"
    return "ends_too_late" if ends_at - now > LONGEST else None
