"""What a citizen may do to a ticket with its number and query code, on a page or by the API.

The code is the proof; wrong ones are limited by address and number (each route says so), and look
like an unknown number from outside.
"""

import re
from datetime import datetime
from typing import TypeVar

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Forbidden, NotFound
from hotline.extensions import db
from hotline.tickets import acting, operations, queries, wire
from hotline.tickets.acting import Act, Acting
from hotline.tickets.forms import CodeForm
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.numbers import is_same_code

C = TypeVar("C", bound=CodeForm)
CITIZEN = "citizen"
TRIES_BY_ADDRESS = "20 per minute"
TRIES_BY_NUMBER = "60 per hour"


def by_api(number: str, form: type[C], operation: Act[C]) -> ResponseReturnValue:
    """With a staff token as staff, else as the citizen who gives the code."""
    if access.viewer() is not None:
        if not access.current().may(Permission.NOTE):
            raise Forbidden(
                "forbidden", "Your role does not allow this: ask a colleague whose role does."
            )
        return acting.by_api(number, form, operation)
    data = fields.parse(form)

    def work() -> http.Answer:
        ticket = do(number, data.query_code or "", operation, data, now=clock.now())
        return http.ok(wire.for_citizen(ticket))

    return http.write(work)


def do(number: str, code: str, operation: Act[C], data: C, *, now: datetime) -> Ticket:
    """Lock the ticket whose code it is and act as its citizen. Raises NotFound."""
    ticket = operations.lock(number)
    check_code(ticket, code)
    operation(ticket, data, Acting(CITIZEN, now, queries.rulebook(), via="web"))
    return ticket


def open_with(number: str, code: str) -> Ticket:
    """The ticket of this number and code, only to be read. Raises NotFound."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one_or_none()
    if ticket is None:
        raise _not_found()
    check_code(ticket, code)
    return ticket


def check_code(ticket: Ticket, code: str) -> None:
    """Nothing when the code is the ticket's. Raises NotFound, as for an unknown number."""
    known = db.session.scalar(
        select(TicketText.query_code).where(TicketText.ticket_id == ticket.id)
    )
    if known is None or not is_same_code(code, known):
        raise _not_found()


def tried_number() -> str:
    """The number whose code is being tried: limits count by it, whatever the address.

    Only its digits count, so that blanks or a second number in the address start no new count.
    """
    given = (request.view_args or {}).get("number") or request.form.get("number", "")
    return "code:" + re.sub(r"[^0-9]", "", given)


def _not_found() -> NotFound:
    return NotFound(
        "ticket_not_found",
        "No ticket has this number and query code. Please check both.",
        field="query_code",
    )
