"""Calls and tickets belong together: a ticket made during a call, or one the call is about.

Decided here: whose call it is (who talked, was called in, or rings now), and which result a way
out of the desk gives a call that has none yet.
"""

from datetime import datetime

from sqlalchemy import select

from hotline.calls import dialling, finding
from hotline.calls.kinds import Result
from hotline.calls.models import Call, CallLeg, CallTicket
from hotline.errors import Forbidden
from hotline.extensions import db
from hotline.tickets.models import Ticket


def own(ref: str, staff_id: int) -> Call:
    """This operator's call, locked. Raises NotFound, Forbidden (`not_yours`)."""
    call = finding.by_ref(ref)
    if staff_id not in (call.staff_id, call.offered_to) and not _took_part(call, staff_id):
        raise Forbidden("not_yours", "This is somebody else's call.")
    return call


def look(ref: str, staff_id: int) -> Call | None:
    """This operator's call as it is, not locked; None for anybody else's."""
    call = db.session.scalars(select(Call).where(Call.ref == ref)).one_or_none()
    if call is None:
        return None
    is_own = staff_id in (call.staff_id, call.offered_to) or _took_part(call, staff_id)
    return call if is_own else None


def link(
    call: Call, ticket_id: int, *, by: int, now: datetime, result: Result | None = None
) -> None:
    """The ticket is of this call; the first one says what came of it."""
    dialling.link(call, ticket_id, by=f"staff:{by}", now=now)
    call.result = call.result or result


def of(call_id: int) -> list[str]:
    """The numbers of a call's tickets, as they were linked."""
    asked = (
        select(Ticket.number)
        .join(CallTicket, CallTicket.ticket_id == Ticket.id)
        .where(CallTicket.call_id == call_id)
        .order_by(CallTicket.linked_at, Ticket.id)
    )
    return list(db.session.scalars(asked))


def _took_part(call: Call, staff_id: int) -> bool:
    asked = select(CallLeg.id).where(CallLeg.call_id == call.id, CallLeg.staff_id == staff_id)
    return db.session.scalars(asked.limit(1)).first() is not None
