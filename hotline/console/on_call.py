"""The call on an operator's desk: what it fills the form with, and what ties the ticket to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline import phone
from hotline.access import Viewer
from hotline.calls import linking
from hotline.calls.kinds import Result
from hotline.calls.models import Call, Line
from hotline.console import calling
from hotline.console.calling import Caller
from hotline.console.forms import EntryForm, Exit
from hotline.extensions import db
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket

RESULTS: Mapping[str, Result] = {
    Exit.EXISTING: Result.EXISTING,
    Exit.ANSWER: Result.ANSWERED,
    Exit.TICKET: Result.TICKET,
    Exit.TRANSFER: Result.TRANSFERRED,
    Exit.REFUSE: Result.ANSWERED,
    Exit.FILE: Result.OTHER,
}


@dataclass(frozen=True)
class OnCall:
    """A call whose form is open, with what is known of the caller."""

    ref: str
    number: str | None
    caller: Caller | None
    district: str

    @property
    def values(self) -> dict[str, str]:
        """What the form holds before anybody types."""
        known = {"call": self.ref, "phone": self.number or "", "district": self.district}
        return known | {"channel": Channel.PHONE.value}


def of(viewer: Viewer, ref: str, now: datetime) -> OnCall | None:
    """The operator's own call of this reference."""
    call = linking.look(ref, viewer.staff_id) if ref else None
    if call is None:
        return None
    return OnCall(
        ref=call.ref,
        number=phone.national(call.phone) if call.phone else None,
        caller=calling.by_key(viewer, call.citizen_id, now),
        district=_district(call.citizen_id),
    )


def locked(viewer: Viewer, data: EntryForm) -> Call | None:
    """The call that this matter came by, before anything else is locked. Raises Forbidden."""
    return linking.own(data.call, viewer.staff_id) if data.call else None


def line_of(call: Call | None) -> str | None:
    """The published number that was dialled."""
    line = db.session.get(Line, call.line_id) if call is not None and call.line_id else None
    return line.number if line else None


def tie(call: Call | None, ticket: Ticket, data: EntryForm, *, by: int, now: datetime) -> None:
    """The ticket came of the call, and is what came of it."""
    if call is not None:
        result = Result.TICKET if data.later else RESULTS[data.leave_by]
        linking.link(call, ticket.id, by=by, now=now, result=result)


def _district(citizen_id: int | None) -> str:
    """Where the caller's last matter was."""
    if citizen_id is None:
        return ""
    asked = select(Ticket.district_code).where(
        Ticket.citizen_id == citizen_id,
        Ticket.district_code.is_not(None),
        ~Ticket.is_confidential,
    )
    return db.session.scalars(asked.order_by(Ticket.id.desc()).limit(1)).first() or ""
