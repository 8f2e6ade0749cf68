"""From what a citizen typed to a ticket: pictures, what is known already, the receipt.

Decided here: in which order a report is looked at, and where a pin puts it. Nothing typed or
chosen is lost on the way: every page that comes back carries it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import url_for
from sqlalchemy import select

from hotline import clock, crypto, http
from hotline.attachments import operations as attachments
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.fields import PageForm
from hotline.messages.models import Message
from hotline.messages.rules import WAITING, Delivery
from hotline.portal import beforehand, outlines, pending
from hotline.portal.beforehand import Known
from hotline.portal.forms import ReportForm, Step
from hotline.portal.pending import Pending
from hotline.tickets import queries
from hotline.tickets.intake import intake
from hotline.tickets.models import Ticket
from hotline.tickets.places import spellings

RECEIPT: Final = "receipt"
RECEIPT_FOR: Final = timedelta(hours=24)
ON_THE_WAY: Final = timedelta(minutes=2)
CARRIED: Final = (
    "channel",
    "title",
    "body",
    "place",
    "district",
    "lat",
    "lng",
    "phone",
    "name",
    "contact_wish",
    "confidential",
    "website",
    "visit",
)
"""The fields that the page before sending hands on unseen."""


@dataclass(frozen=True)
class Receipt:
    """What a citizen is told after sending. `text` says whether a text is on its way or gone."""

    number: str
    code: str
    is_confidential: bool
    received_at: datetime
    due_at: datetime | None
    text: str


def collect(form: PageForm[ReportForm], dropped: Iterable[str]) -> list[Pending]:
    """The pictures kept so far but those to be dropped, and those just chosen.

    A wrong one is told at its field.
    """
    places = [int(one) for one in dropped if one.isdecimal() and len(one) <= 2]
    held = pending.read(form.values.get("held", ""), besides=places)
    try:
        return pending.add_sent(held)
    except Refused as error:
        form.refuse(error)
        return held


def known(data: ReportForm) -> Known | None:
    """What the citizen should see before it is sent; None when that was seen, or there is none."""
    if data.is_checked or data.is_trap:
        return None
    found = beforehand.find(
        data.body, data.place, data.district or None, data.pin, visit=data.traced
    )
    return found if found.is_any else None


def take(data: ReportForm, held: list[Pending]) -> http.Answer:
    """Make the ticket with its pictures; answers the way to the receipt."""
    if data.is_trap:
        raise Invalid("trap", "Please leave the last field empty.", field="website")
    book, now = queries.rulebook(), clock.now()
    if data.district and data.district not in book.districts:
        raise Invalid("unknown_unit", "There is no such district.", field="district")
    pin = data.pin
    if pin and not outlines.is_near_city(pin.lat, pin.lng):
        raise Invalid("outside", "The pin lies outside the city.", field="place")
    files = pending.uploads_of(held)
    district = beforehand.district_of(data.district or None, data.place, pin)
    matter = data.matter(
        district, data.place or _place_of(data, book.districts.get(district or ""))
    )
    made = intake(matter, by=attachments.CITIZEN, now=now, book=book, may_sort=False)
    first = made.ticket.last_seq
    attachments.take(made.ticket, files, by=attachments.CITIZEN, now=now, of=first)
    token = crypto.handed_out(RECEIPT, [made.ticket.number, made.query_code])
    return http.go(url_for("portal.received", token=token))


def receipt(token: str) -> Receipt:
    """What the token of a report that was just sent opens. Raises NotFound."""
    try:
        number, code = crypto.taken_back(RECEIPT, token, within=RECEIPT_FOR)
    except crypto.BadToken as wrong:
        raise NotFound("no_receipt", "This receipt is not known here.") from wrong
    ticket, text = db.session.execute(
        select(Ticket, Message.state)
        .outerjoin(Message, (Message.ticket_id == Ticket.id) & Message.kind.like("acknowledged%"))
        .where(Ticket.number == number)
        .limit(1)
    ).one()
    return Receipt(
        number=number,
        code=code,
        is_confidential=ticket.is_confidential,
        received_at=ticket.received_at,
        due_at=ticket.due_at if ticket.closed_at is None else None,
        text=_text(text, ticket.received_at),
    )


def is_change(form: PageForm[ReportForm]) -> bool:
    """Whether the citizen came back to change what was typed."""
    return form.values.get("step") == Step.CHANGE.value


def _text(state: Delivery | None, received_at: datetime) -> str:
    """How it stands with the text that carries number and code: waiting, sent, or none."""
    if state is None:
        return "waiting" if clock.now() - received_at < ON_THE_WAY else "none"
    if state in WAITING:
        return "waiting"
    return "sent" if state in (Delivery.SENT, Delivery.DELIVERED) else "none"


def _place_of(data: ReportForm, district: str | None) -> str:
    """A pin in words, for those who read the ticket without a map."""
    name = max(spellings(district), key=len) if district else ""
    return f"{name} {data.lat:.5f}, {data.lng:.5f}".strip()
