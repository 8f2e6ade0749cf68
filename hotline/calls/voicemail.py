"""A message left instead of waiting becomes a ticket to be sorted; the recording hangs on the call.

The surprise: the carrier tells of a message twice, to the caller's document and by itself, in any
order, the second perhaps after the call's end. Whoever comes first makes the ticket.
"""

from datetime import datetime

from sqlalchemy import select

from hotline import phone
from hotline.calls import dialling, history, prompting, states
from hotline.calls.models import Call, CallTicket, Line
from hotline.calls.states import CallVerb
from hotline.extensions import db
from hotline.tickets.intake import Matter, Reporter, Taken, intake
from hotline.tickets.kinds import Channel
from hotline.tickets.rulebook import Rulebook

BY = "citizen:phone"
SHORTEST = 1


def take(call: Call, seconds: int, *, now: datetime, book: Rulebook) -> Taken | None:
    """The ticket of this message, made now; None when it is there already, or nothing was said."""
    if seconds < SHORTEST or _is_taken(call):
        return None
    if states.may(call.state, CallVerb.RECORD):
        call.state = states.move(call.state, CallVerb.RECORD)
    line = db.session.get(Line, call.line_id) if call.line_id else None
    words = prompting.say("message_body", call.language, seconds=str(seconds)).words
    matter = Matter(
        channel=Channel.PHONE,
        body=words,
        reporter=Reporter(phone=call.phone),
        line=phone.short_code(line.number) if line else None,
    )
    taken = intake(matter, by=BY, now=now, book=book, may_sort=False)
    db.session.flush()
    dialling.link(call, taken.ticket.id, by=BY, now=now)
    call.citizen_id = call.citizen_id or taken.ticket.citizen_id
    history.note(call, "message_taken", at=now, ticket=taken.ticket.number, seconds=seconds)
    return taken


def _is_taken(call: Call) -> bool:
    asked = select(CallTicket.ticket_id).where(
        CallTicket.call_id == call.id, CallTicket.linked_by == BY
    )
    return db.session.scalar(asked.limit(1)) is not None
