"""A late entry (补录): what was received off-line and is entered with its true time.

Decided here: never a time to come; longer ago than thirty days only by a shift leader, and never
longer than a year. The ticket's age runs from the true time, its clocks from the entry.
"""

from datetime import datetime, timedelta
from typing import Final

from hotline.access import Role, Viewer
from hotline.errors import Invalid

BY_ANYBODY: Final = timedelta(days=30)
AT_MOST: Final = timedelta(days=366)


def check_by(viewer: Viewer, received_at: datetime | None, now: datetime) -> None:
    """The same for this member of staff. Raises Invalid."""
    check(received_at, now, is_shift_leader=Role.SHIFT_LEADER in viewer.roles)


def check(received_at: datetime | None, now: datetime, *, is_shift_leader: bool) -> None:
    """Nothing when it may be entered so late. Raises Invalid, saying what to do instead."""
    if received_at is None:
        raise Invalid("needed", "Say when it was received.", field="received_at")
    if received_at > now:
        raise Invalid(
            "received_in_future",
            "This time has not come yet: enter when it was received.",
            field="received_at",
        )
    if now - received_at > AT_MOST:
        raise Invalid(
            "received_too_long_ago",
            "This is more than a year ago: enter it as a new matter of today.",
            field="received_at",
        )
    if now - received_at > BY_ANYBODY and not is_shift_leader:
        raise Invalid(
            "shift_leader_needed",
            "This is more than thirty days ago: a shift leader enters it.",
            field="received_at",
        )
