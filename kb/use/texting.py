"""An article's words by text to somebody who asks right now.

Decided here: whom it may go to. The number is the ticket's citizen's, or what somebody just
wrote down; a confidential matter or a report is answered by no text, for that would tell what it
is about. It is an answer to what was just asked, so it goes at night as well.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from sqlalchemy import select

from hotline import phone, settings
from hotline.access import Viewer
from hotline.citizens.models import Citizen
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.messages import operations as messages
from hotline.messages import rules, texts
from hotline.messages.operations import Outgoing
from hotline.messages.rules import MessageRules
from hotline.tickets import access as ticket_access
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from kb.reading import Shown

KIND = "knowledge"


@dataclass(frozen=True)
class Recipient:
    """Where a text would go, and what of that is shown."""

    number: str
    shown: str
    ticket_id: int | None = None
    citizen_id: int | None = None


def recipient(viewer: Viewer, ticket: str, typed: str) -> Recipient:
    """Whom the text goes to. Raises NotFound, Invalid for no number, Refused for a secret one."""
    if ticket:
        return _of_ticket(viewer, ticket)
    try:
        number = phone.normalise(typed)
    except phone.PhoneError as wrong:
        raise Invalid(
            "no_phone", "Write down the caller's phone number first.", field="phone"
        ) from wrong
    return Recipient(_textable(number), phone.national(number))


def draft(article: Shown) -> str:
    """What the text says at first: as much of the article as fits."""
    return rules.shortened(article.text, settings.read(MessageRules).longest_words)


def send(article: Shown, to: Recipient, words: str, *, now: datetime) -> None:
    """Write the text. Raises Refused for a number that wants none."""
    address = url_for("kb.answer", number=article.number) if article.is_public else ""
    base: str = current_app.config["PUBLIC_BASE_URL"]
    text = Outgoing(
        kind=KIND,
        phone=to.number,
        values={
            "title": article.title,
            "words": words,
            "url": f"{base.rstrip('/')}{address}" if address else "",
        },
        ticket_id=to.ticket_id,
        citizen_id=to.citizen_id,
        locale=texts.locale_for(words),
    )
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    written = messages.queue_text(text, now=now, zone=zone, limits=settings.read(MessageRules))
    if written is None:
        raise Refused("wants_no_texts", "This number wants no texts from us. Read it out instead.")


def _of_ticket(viewer: Viewer, number: str) -> Recipient:
    ticket = ticket_access.see(viewer, number)
    if ticket.is_confidential or ticket.request_type is RequestType.REPORT:
        raise Refused(
            "confidential_text",
            "A confidential matter is answered by no text. Read it out instead.",
        )
    wanted = select(Citizen).join(Ticket, Ticket.citizen_id == Citizen.id)
    citizen = db.session.scalars(wanted.where(Ticket.id == ticket.id)).one_or_none()
    if citizen is None or citizen.phone is None or ticket.person is None:
        raise Invalid("no_phone", "This ticket has no phone number.", field="phone")
    shown = phone.mask(citizen.phone)
    return Recipient(_textable(citizen.phone), shown, ticket.id, citizen.id)


def _textable(number: str) -> str:
    if not rules.may_be_texted(number):
        raise Invalid("no_mobile", "Texts go to mobile numbers only.", field="phone")
    return number
