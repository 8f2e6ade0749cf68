"""The sheets of paper: the whole ticket, the order to its unit, the written answer.

Decided here: an order holds only what a unit may read, whoever prints it, and a letter only what
was accepted or given at once. Each printing leaves a trace; persons stay masked.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline import access, audit, clock, http
from hotline.access import Permission, Viewer
from hotline.errors import NotFound
from hotline.tickets import access as ticket_access
from hotline.tickets import holding, parts, queries, story, ticking, uncovering
from hotline.tickets.history_view import shown_to
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb
from hotline.tickets.story import Standing, Telling
from hotline.tickets.view import TicketView

bp = Blueprint("sheets", __name__, template_folder="templates")

GIVES_OUT = frozenset({Verb.DISPATCH.value, Verb.REDO.value})
TOLD_TO_CITIZEN = frozenset({Standing.ACCEPTED, Standing.GIVEN})


@bp.get("/tickets/<number>/print")
@access.needs(Permission.READ)
def whole(number: str) -> ResponseReturnValue:
    """The whole ticket, as far as the viewer may see it."""
    ticket, events = _read(number)
    told = story.timeline(events)
    shown = parts.of(ticket, access.current())
    rounds = story.rounds(story.woven(told, parts.told(shown)), Telling.ALL, oldest_first=True)
    given = {"rounds": rounds, "answer": story.answer_of(events), "parts": shown}
    return _sheet("ticket_printed", ticket, "tickets/print.html", **given)


@bp.get("/tickets/<number>/order")
@access.needs(Permission.READ)
def order(number: str) -> ResponseReturnValue:
    """The order to the unit that has it: matter, limit, place for signature and reply."""
    ticket, events = _read(number)
    given = next((one for one in reversed(events) if one.kind in GIVES_OUT), None)
    if given is None or not ticket.lead_name:
        raise NotFound("no_order", "No unit has this ticket, so there is no order to print.")
    viewer = access.current()
    return _sheet(
        "order_printed",
        ticket,
        "tickets/order.html",
        given=given,
        assisting=holding.assisting(ticket.id),
        inside=holding.inside(ticket.id, viewer),
        limits=_limits(ticket, viewer),
    )


def _limits(ticket: TicketView, viewer: Viewer) -> dict[str, datetime]:
    """Until when what is to be done: for the hotline the lead's limits, for a unit its own."""
    mine = [one for one in ticking.running(ticket, viewer, clock.now()) if one.unit_name]
    return {
        one.kind.value: one.due_at
        for one in mine
        if not viewer.is_hotline or one.unit_name == ticket.lead_name
    }


@bp.get("/tickets/<number>/letter")
@access.needs(Permission.READ)
def letter(number: str) -> ResponseReturnValue:
    """The written answer to the citizen, once there is one; from the hotline alone."""
    ticket, events = _read(number)
    answer = story.answer_of(events) if access.current().is_hotline else None
    if answer is None or answer.standing not in TOLD_TO_CITIZEN:
        raise NotFound("no_letter", "There is no accepted answer to be written to the citizen.")
    return _sheet("letter_printed", ticket, "tickets/letter.html", answer=answer)


def _read(number: str) -> tuple[TicketView, list[Happening]]:
    viewer = access.current()
    ticket = ticket_access.see(viewer, number)
    return ticket, shown_to(viewer, ticket, queries.history(ticket.id))


def _sheet(kind: str, ticket: TicketView, template: str, **given: Any) -> ResponseReturnValue:
    """The sheet, with the trace that it was printed."""
    viewer, now = access.current(), clock.now()
    districts = queries.rulebook().districts
    text = render_template(template, ticket=ticket, now=now, districts=districts, **given)

    def trace() -> http.Answer:
        audit.record(viewer.actor, kind, uncovering.subject(ticket), at=now)
        return http.Answer(text=text)

    return http.write(trace)
