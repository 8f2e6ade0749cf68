"""Showing whole phone numbers: to whom, how easily, how often, and the trace that it leaves.

Decided here: who works on a ticket right now sees its numbers by one click; for others with the
permission, and for every confidential ticket, a reason and the password again are needed. Each
look leaves a trace. Too many within an hour are refused, and that too is written down.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import String, cast, func, literal, select

from hotline import audit
from hotline.access import Permission, Viewer
from hotline.audit import AuditEntry
from hotline.citizens.models import Citizen
from hotline.errors import Forbidden, Invalid, NotFound, TooMany
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.phone import national, normalise
from hotline.tickets import next_steps
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from hotline.tickets.view import TicketView

UNCOVERED: Final = "phone_uncovered"
REFUSED: Final = "phone_refused"
DIALLED: Final = "phone_dialled"
TRACES: Final = (UNCOVERED, REFUSED, DIALLED, "ticket_printed", "order_printed", "letter_printed")
WINDOW: Final = timedelta(hours=1)
MOST_TRACES: Final = 30


class Way(StrEnum):
    """How somebody comes to see a number."""

    WORKING = "working"
    ASKING = "asking"
    NEVER = "never"


@dataclass(frozen=True)
class UncoverRules:
    """How many looks at numbers somebody has within an hour; a setting."""

    most_an_hour: int = 30


@dataclass(frozen=True)
class Trace:
    """Who looked or printed, when, and why."""

    at: datetime
    kind: str
    name: str | None
    reason: str | None


WORKS: Mapping[State, Callable[[TicketView, Viewer], bool]] = {
    State.RECEIVED: lambda _, viewer: viewer.may(Permission.SORT),
    State.PENDING_DISPATCH: lambda _, viewer: viewer.may(Permission.DISPATCH),
    State.IN_PROGRESS: next_steps.holds,
    State.AWAITING_CALLBACK: lambda _, viewer: viewer.may(Permission.CALLBACK),
}
"""Who works on a ticket in which state, so that they may have to ring its citizen."""


def way(ticket: TicketView, viewer: Viewer) -> Way:
    """How this viewer comes to the ticket's numbers."""
    if ticket.person is None or not ticket.person.has_any_phone:
        return Way.NEVER
    works = WORKS.get(ticket.state)
    if works is not None and works(ticket, viewer) and not ticket.is_confidential:
        return Way.WORKING
    return Way.ASKING if viewer.may(Permission.UNMASK) else Way.NEVER


def uncover(
    ticket: TicketView,
    viewer: Viewer,
    reason: str | None,
    *,
    now: datetime,
    rules: UncoverRules,
) -> list[str]:
    """The whole numbers, the first one first; who looked and why is written down.

    Raises NotFound where the viewer never sees them, Invalid (`reason_needed`), TooMany.
    """
    how = way(ticket, viewer)
    if how is Way.NEVER:
        raise NotFound("no_phone", "There is no number here that you may see.")
    if how is Way.ASKING and not reason:
        raise Invalid("reason_needed", "Say why you need the number.", field="reason")
    if looks(viewer, now) >= rules.most_an_hour:
        raise TooMany(
            "looked_too_often",
            "You looked at too many numbers within an hour. This was written down; the shift "
            "leader can say how to go on.",
        )
    facts = {"way": how.value} | ({"reason": reason} if reason else {})
    audit.record(viewer.actor, UNCOVERED, subject(ticket), at=now, **facts)
    return _numbers(ticket)


def to_dial(ticket: TicketView, viewer: Viewer, *, now: datetime) -> str:
    """The citizen's number in E.164, to be dialled and not shown; who dials is written down.

    Raises NotFound without a number, Forbidden (`not_working`) for whoever else's turn it is.
    """
    how = way(ticket, viewer)
    numbers = _numbers(ticket) if how is not Way.NEVER else []
    if not numbers:
        raise NotFound("no_phone", "There is no number here that you may see.")
    if how is Way.ASKING:
        raise Forbidden("not_working", "Only who works on this ticket now calls its citizen.")
    audit.record(viewer.actor, DIALLED, subject(ticket), at=now)
    return normalise(numbers[0])


def looks(viewer: Viewer, now: datetime) -> int:
    """How many numbers somebody looked at within the last hour."""
    asked = select(func.count()).where(
        AuditEntry.actor == viewer.actor,
        AuditEntry.kind == UNCOVERED,
        AuditEntry.at > now - WINDOW,
    )
    return db.session.scalar(asked) or 0


def refuse(ticket: TicketView, viewer: Viewer, *, now: datetime) -> None:
    """Write down that somebody wanted more numbers than they may look at."""
    audit.record(viewer.actor, REFUSED, subject(ticket), at=now)


def traces(ticket: TicketView, viewer: Viewer) -> list[Trace]:
    """Who looked at numbers or printed sheets, the latest first; for supervisors and heads."""
    if not viewer.may(Permission.SUPERVISE):
        return []
    who = literal("staff:") + cast(Staff.id, String)
    rows = db.session.execute(
        select(AuditEntry, Staff.name)
        .outerjoin(Staff, who == AuditEntry.actor)
        .where(AuditEntry.subject == subject(ticket), AuditEntry.kind.in_(TRACES))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_TRACES)
    )
    return [Trace(one.at, one.kind, name, one.facts.get("reason")) for one, name in rows]


def subject(ticket: TicketView) -> str:
    """How the audit names the ticket."""
    return f"ticket:{ticket.id}"


def _numbers(ticket: TicketView) -> list[str]:
    phone, reporter = db.session.execute(
        select(Citizen.phone, TicketText.reporter)
        .select_from(TicketText)
        .join(Ticket, Ticket.id == TicketText.ticket_id)
        .outerjoin(Citizen, Citizen.id == Ticket.citizen_id)
        .where(TicketText.ticket_id == ticket.id)
    ).one()
    kept = json.loads(reporter) if reporter else {}
    return [national(one) for one in (phone, kept.get("alt_phone")) if one]
