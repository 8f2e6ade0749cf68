"""The answer to a click on "show the number": in place where htmx runs, else as a page.

Decided here: when the password comes in between, and what somebody sees who is refused. Who may
look, and how often, is decided in `uncovering`.
"""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http, settings
from hotline.errors import Refused, TooMany
from hotline.people import confirming
from hotline.tickets import access as ticket_access
from hotline.tickets import uncovering
from hotline.tickets.forms import UncoverForm
from hotline.tickets.uncovering import UncoverRules, Way
from hotline.tickets.view import TicketView

Sent = fields.PageForm[UncoverForm]


def answer(number: str) -> ResponseReturnValue:
    """Show the numbers of a ticket, or say what is still needed. Raises NotFound."""
    viewer = access.current()
    ticket = ticket_access.see(viewer, number)
    sent = fields.sent(UncoverForm)
    reason = sent.data.reason if sent.data else None
    is_asking = uncovering.way(ticket, viewer) is Way.ASKING
    if is_asking and not reason and _is_in_place():
        return "", 200, {"HX-Redirect": url_for("tickets.page", number=number) + "#person"}
    if is_asking and not confirming.is_fresh():
        return confirming.ask()
    try:
        return http.write(lambda: _uncovered(ticket, reason))
    except Refused as error:
        return _still_covered(ticket, sent, error)


def _uncovered(ticket: TicketView, reason: str | None) -> http.Answer:
    rules = settings.read(UncoverRules)
    phones = uncovering.uncover(ticket, access.current(), reason, now=clock.now(), rules=rules)
    template = "tickets/_phones.html" if _is_in_place() else "tickets/phone.html"
    return http.Answer(text=render_template(template, ticket=ticket, phones=phones))


def _still_covered(ticket: TicketView, sent: Sent, error: Refused) -> ResponseReturnValue:
    """Say why not, in place or on the ticket's page; too many looks are written down."""
    status = sent.refuse(error)
    if isinstance(error, TooMany):
        http.write(lambda: _refused(ticket))
    if _is_in_place():
        return render_template("tickets/_still_covered.html", form=sent)
    fields.keep("uncover", sent)
    return current_app.extensions["ticket_page"](ticket.number), status


def _refused(ticket: TicketView) -> http.Answer:
    uncovering.refuse(ticket, access.current(), now=clock.now())
    return http.Answer()


def _is_in_place() -> bool:
    return "HX-Request" in request.headers
