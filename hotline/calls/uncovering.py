"""Showing the whole number of a call: the same rules and traces as for a ticket's.

Decided here: whoever was or is on the call sees it by one click; others with the permission need a
reason and their password again.
"""

from datetime import datetime

from hotline import audit
from hotline.access import Permission, Viewer
from hotline.calls.models import Call
from hotline.errors import Invalid, NotFound, TooMany
from hotline.phone import national
from hotline.tickets import uncovering as tickets
from hotline.tickets.uncovering import UncoverRules, Way


def way(call: Call, viewer: Viewer) -> Way:
    """How this viewer comes to the call's number."""
    if call.phone is None or not viewer.may(Permission.UNMASK):
        return Way.NEVER
    is_theirs = viewer.staff_id in (call.staff_id, call.offered_to)
    return Way.WORKING if is_theirs else Way.ASKING


def uncover(
    call: Call, viewer: Viewer, reason: str | None, *, now: datetime, rules: UncoverRules
) -> str:
    """The whole number; who looked and why is written down.

    Raises NotFound where the viewer never sees it, Invalid (`reason_needed`), TooMany.
    """
    how = way(call, viewer)
    if how is Way.NEVER or call.phone is None:
        raise NotFound("no_phone", "There is no number here that you may see.")
    if how is Way.ASKING and not reason:
        raise Invalid("reason_needed", "Say why you need the number.", field="reason")
    if tickets.looks(viewer, now) >= rules.most_an_hour:
        raise TooMany(
            "looked_too_often",
            "You looked at too many numbers within an hour. This was written down; the shift "
            "leader can say how to go on.",
        )
    facts = {"way": how.value} | ({"reason": reason} if reason else {})
    audit.record(viewer.actor, tickets.UNCOVERED, subject(call), at=now, **facts)
    return national(call.phone)


def refuse(call: Call, viewer: Viewer, *, now: datetime) -> None:
    """Write down that somebody wanted more numbers than they may look at."""
    audit.record(viewer.actor, tickets.REFUSED, subject(call), at=now)


def subject(call: Call) -> str:
    """How the audit names the call."""
    return f"call:{call.id}"
