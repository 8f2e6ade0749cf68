"""How often something is asked of the carrier, and for how long it is tried; pure.

A person waits on the line for a dial or a redirect, so that they are given up soon; a line that
nobody hangs up costs money and blocks a phone, so that hanging up is tried for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.calls.kinds import Asked


@dataclass(frozen=True)
class CarryingRules:
    """What the carrier is asked at once, all settings. Raises ValueError for less than one."""

    dials_per_second: int = 10
    hang_up_minutes: int = 10
    orders_kept_days: int = 14

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 1:
            raise ValueError("every figure must be at least 1")


SOON = timedelta(seconds=10)
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0


def tried_until(asked: Asked, first_tried_at: datetime, rules: CarryingRules) -> datetime:
    """From when on it is given up."""
    if asked is Asked.HANG_UP:
        return first_tried_at + timedelta(minutes=rules.hang_up_minutes)
    return first_tried_at + SOON


def wait_after(attempts: int, retry_after: float = 0.0) -> timedelta:
    """Until the next try: half a second, then twice as long each time, or as the carrier asks."""
    doubled = FIRST_WAIT * 2.0 ** min(max(attempts, 1) - 1, 10)
    return timedelta(seconds=max(retry_after, min(doubled, LONGEST_WAIT)))
