"""Click to call: whose number may be dialled from a page, without the page ever holding it.

Decided here: a ticket's citizen is dialled by who works on it now, which leaves a trace as
showing the number does; any other number stands in a page sealed. Not here: how the call is made.
"""

from datetime import datetime, timedelta
from typing import Final

from hotline import crypto, phone
from hotline.access import Viewer
from hotline.errors import Invalid
from hotline.tickets import access as ticket_access
from hotline.tickets import uncovering

NUMBER: Final = "number to dial"
SEALED_FOR: Final = timedelta(hours=12)


def sealed(number: str) -> str:
    """A number as a page may hold it."""
    return crypto.handed_out(NUMBER, number)


def unsealed(token: str) -> str:
    """The number that a page of ours named. Raises Invalid for any other."""
    try:
        return str(crypto.taken_back(NUMBER, token, within=SEALED_FOR))
    except crypto.BadToken as wrong:
        raise Invalid("bad_seal", "Please load the page again.", field="sealed") from wrong


def of_ticket(viewer: Viewer, number: str, now: datetime) -> tuple[str, int]:
    """The number of a ticket's citizen in E.164, and the ticket's key; leaves a trace.

    Raises NotFound, Invalid (`no_phone`), Forbidden (`not_working`).
    """
    ticket = ticket_access.see(viewer, number)
    return uncovering.to_dial(ticket, viewer, now=now), ticket.id


def typed(number: str) -> str:
    """A number as somebody typed it. Raises Invalid."""
    try:
        return phone.short_code(number) or phone.normalise(number)
    except phone.PhoneError as wrong:
        raise Invalid(
            "bad_phone", "Give a phone number that can be dialled.", field="number"
        ) from wrong
