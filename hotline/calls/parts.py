"""What calls add to a ticket: the calls it came of or was spoken about in, with their recordings.

Decided here: a unit sees them without the hotline's own note, and none of a confidential ticket.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from hotline.access import Viewer
from hotline.calls import listening
from hotline.calls.kinds import Direction, Purpose, Result
from hotline.calls.listening import Sound
from hotline.calls.models import Call, CallTicket, Line
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.labels import msgid
from hotline.people.models import Staff
from hotline.phone import mask
from hotline.tickets.parts import Part
from hotline.tickets.story import Told
from hotline.tickets.view import HIDDEN, TicketView
from hotline.words import N_


@dataclass(frozen=True)
class CallView:
    """One call as a ticket shows it."""

    ref: str
    direction: Direction
    purpose: Purpose | None
    state: CallState
    result: Result | None
    phone: str | None
    line: str | None
    operator: str | None
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    note: str | None
    rating: int | None
    recordings: list[Sound] = field(default_factory=list)

    @property
    def talked(self) -> timedelta | None:
        """How long somebody talked."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.answered_at


def load(views: Sequence[TicketView], viewer: Viewer) -> Mapping[int, list[CallView]]:
    """The calls of these tickets, the latest first."""
    seen = {one.id: one for one in views if viewer.is_hotline or not one.is_confidential}
    if not seen:
        return {}
    rows = db.session.execute(
        select(CallTicket.ticket_id, Call, Line, Staff.name)
        .join(Call, Call.id == CallTicket.call_id)
        .outerjoin(Line, Line.id == Call.line_id)
        .outerjoin(Staff, Staff.id == Call.staff_id)
        .where(CallTicket.ticket_id.in_(seen))
        .order_by(Call.id.desc())
    ).all()
    sounds = listening.of_calls({row[1].id for row in rows}, viewer) if rows else {}
    found: dict[int, list[CallView]] = {}
    for ticket_id, call, line, operator in rows:
        shown = replace(_shown(call, line, operator), recordings=sounds.get(call.id, []))
        if seen[ticket_id].person is None:
            shown = replace(shown, phone=HIDDEN)
        if not viewer.is_hotline:
            shown = replace(shown, note=None)
        found.setdefault(ticket_id, []).append(shown)
    return found


def tell(calls: Sequence[CallView]) -> Iterator[Told]:
    """The calls as moments of the ticket's story."""
    for one in calls:
        state = one.result or one.state
        group = "call_result" if one.result else "call_state"
        yield Told(
            at=one.created_at,
            title=gettext(msgid("call_direction", one.direction.value)),
            text=one.note or "",
            actor=one.operator or "",
            icon="phone-outgoing" if one.direction is Direction.OUTBOUND else "phone-incoming",
            is_strong=False,
            lines=(gettext(msgid(group, state.value)),),
            key=f"call-{one.ref}",
        )


def _shown(call: Call, line: Line | None, operator: str | None) -> CallView:
    return CallView(
        ref=call.ref,
        direction=call.direction,
        purpose=call.purpose,
        state=call.state,
        result=call.result,
        phone=mask(call.phone) if call.phone else None,
        line=f"{line.number} {line.name}" if line else None,
        operator=operator,
        created_at=call.created_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        note=call.note,
        rating=call.rating,
    )


PARTS = [
    Part(
        "calls",
        N_("Calls"),
        list[CallView],
        load,
        template="calls/_calls.html",
        tells=tell,
        rows=CallTicket.ticket_id,
    )
]
