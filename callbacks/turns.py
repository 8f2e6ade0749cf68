"""Whose turn it is: when a citizen is to be called, as which call, and why then.

Decided here: what is now, what is later today, and until when a text is held back. Not here:
when the next call is (`windows`), the order of the list (`lists`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callbacks import windows
from callbacks.parts import PlanView
from callbacks.windows import Band, CallbackRules
from hotline import clock, settings
from hotline.tickets import queries as tickets

NOON, EVENING = 12, 18


class When(StrEnum):
    """How far away the call is."""

    NOW = "now"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


class Part(StrEnum):
    """The part of the day that a band lies in."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Why(StrEnum):
    """Why it is called at that time."""

    FIRST = "first"
    OTHER_TIME = "other_time"
    OTHER_DAY = "other_day"


@dataclass(frozen=True)
class Turn:
    """A citizen's place in the queue."""

    when: When
    at: datetime
    band: Band
    part: Part
    call: int
    most: int
    why: Why

    @property
    def is_now(self) -> bool:
        """Whether the call may be made right now."""
        return self.when is When.NOW


def of(plan: PlanView, now: datetime, numbers: CallbackRules) -> Turn | None:
    """The plan's next call; None when none is planned."""
    if plan.next_call_at is None:
        return None
    zone = tickets.rulebook().calendar.zone
    slot = windows.slot_at(max(plan.next_call_at, now), zone, numbers)
    at = max(plan.next_call_at, slot.since)
    band = numbers.bands[slot.band]
    days = (slot.on - now.astimezone(zone).date()).days
    far = {0: When.TODAY, 1: When.TOMORROW}.get(days, When.LATER)
    return Turn(
        when=When.NOW if at <= now else far,
        at=at,
        band=band,
        part=_part(band),
        call=min(plan.calls + 1, numbers.most_calls),
        most=numbers.most_calls,
        why=_why(plan, numbers),
    )


def held_until(plan: PlanView) -> datetime | None:
    """When the text that asks will go, while it is still held back for the night."""
    if plan.asked_at is None or plan.expires_at is None:
        return None
    goes_at = plan.expires_at - timedelta(hours=settings.read(CallbackRules).link_hours)
    return goes_at if goes_at > max(clock.now(), plan.asked_at) else None


def _part(band: Band) -> Part:
    if band.since.hour < NOON:
        return Part.MORNING
    return Part.AFTERNOON if band.since.hour < EVENING else Part.EVENING


def _why(plan: PlanView, numbers: CallbackRules) -> Why:
    if not plan.calls:
        return Why.FIRST
    return Why.OTHER_DAY if plan.calls + 1 >= numbers.most_calls else Why.OTHER_TIME
