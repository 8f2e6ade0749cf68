"""`POST /api/v1/cti/calls`: the events of any telephone exchange."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, Field

from hotline import access, fields, http, phone
from hotline.access import Permission
from hotline.calls import circumstances, exchange
from hotline.calls.exchange import Event, Told
from hotline.calls.kinds import Direction
from hotline.calls.models import Call
from hotline.extensions import db
from hotline.fields import Form
from hotline.people.models import Staff
from hotline.words import N_

api_bp = APIBlueprint("exchange_api", __name__, url_prefix="/api/v1", tag="Calls")
LONGEST_ID = 60
WITHHELD = frozenset({"", "anonymous", "unknown", "withheld", "private", "restricted"})


def _plain_id(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(N_("Use letters, digits and signs without blanks."))
    return text


class EventForm(Form):
    """One event of an exchange; `from` is who dialled, `to` what was dialled."""

    event: Event
    callId: Annotated[str, Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_plain_id)]
    direction: Direction = Direction.INBOUND
    from_: str | None = Field(None, alias="from", max_length=phone.LONGEST_TEXT)
    to: str | None = Field(None, max_length=phone.LONGEST_TEXT)
    user: str | None = Field(None, max_length=40)

    def told(self) -> Told:
        """As the operation takes it: a number that can't be read counts as withheld."""
        is_outbound = self.direction is Direction.OUTBOUND
        return Told(
            event=self.event,
            call_id=self.callId,
            direction=self.direction,
            sender=_number(self.from_),
            recipient=_number(self.to) if is_outbound else (self.to or None),
            user=self.user or None,
        )


@api_bp.post("/cti/calls")
@access.needs(Permission.DRIVE_CALLS)
def calls() -> ResponseReturnValue:
    """Tell that a call came in or was made, was picked up, or is over.

    Said twice or late it changes nothing; 201 for a call that was not known, else 200.
    """
    told = fields.parse(EventForm).told()

    def work() -> http.Answer:
        call, is_new = exchange.tell(told, circumstances.present())
        return http.ok(_on_the_wire(call, told.call_id), 201 if is_new else 200)

    return http.write(work)


def _on_the_wire(call: Call, call_id: str) -> dict[str, Any]:
    staff_id = call.staff_id or call.offered_to
    staff = db.session.get(Staff, staff_id) if staff_id else None
    return {
        "callId": call_id,
        "ref": call.ref,
        "direction": call.direction.value,
        "state": call.state.value,
        "user": staff.username if staff else None,
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
    }


def _number(text: str | None) -> str | None:
    if text is None or text.strip().lower() in WITHHELD:
        return None
    try:
        return phone.normalise(text)
    except phone.PhoneError:
        return None
