"""The supervisors' page, orders and cards on a ticket's page, and the calls to duty phones."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, audit, clock, fields, http
from hotline.access import Permission
from hotline.errors import NotFound, Refused
from hotline.tickets import access as ticket_access
from hotline.tickets import queries as tickets
from hotline.tickets.acting import on_page
from hotline.tickets.forms import ReasonForm, TextForm
from hotline.words import N_
from supervision import duty, pages, parts, steps
from supervision.forms import DecisionForm, RingForm, ShowForm
from supervision.rules import Whom

bp = Blueprint("supervision", __name__, template_folder="templates")


@bp.get("/supervision")
@access.needs(Permission.SUPERVISE)
def page() -> ResponseReturnValue:
    """Lamps by unit, what turns today, cards, calls, orders, returns, what is owed."""
    return pages.shown()


@bp.post("/tickets/<number>/supervise")
@access.needs(Permission.SUPERVISE)
def supervise(number: str) -> ResponseReturnValue:
    """Push the leading unit by a supervision order."""
    said = N_("The order is with the unit.")
    return on_page(number, ReasonForm, steps.supervise, name="supervise", said=said)


@bp.post("/tickets/<number>/orders/<int:order_id>/answer")
@access.needs(Permission.HANDLE)
def answer(number: str, order_id: int) -> ResponseReturnValue:
    """The unit answers an order."""
    step, said = partial(steps.answer, order_id), N_("The answer is with the supervisors.")
    return on_page(number, TextForm, step, name="order_answer", said=said)


@bp.post("/tickets/<number>/orders/<int:order_id>")
@access.needs(Permission.SUPERVISE)
def decide(number: str, order_id: int) -> ResponseReturnValue:
    """Be content with the unit's answer, or insist."""
    step, said = partial(steps.decide, order_id), N_("It is decided whether the answer suffices.")
    return on_page(number, DecisionForm, step, name="order_decision", said=said)


@bp.get("/tickets/<number>/orders/<int:order_id>")
@access.needs(Permission.READ)
def sheet(number: str, order_id: int) -> ResponseReturnValue:
    """The order on paper."""
    viewer = access.current()
    ticket = ticket_access.see(viewer, number)
    known = parts.orders([ticket], viewer).get(ticket.id, [])
    order = next((one for one in known if one.id == order_id), None)
    if order is None:
        raise NotFound("order_not_found", "There is no such order.", field="id")
    return http.write(lambda: _printed(ticket, order))


@bp.post("/tickets/<number>/cards/<int:card_id>/void")
@access.needs(Permission.SUPERVISE)
def void(number: str, card_id: int) -> ResponseReturnValue:
    """Void a card that was the hotline's own error."""
    step, said = partial(steps.void, card_id), N_("The card is void.")
    return on_page(number, ReasonForm, step, name="void_card", said=said)


@bp.post("/supervision/calls/<int:call_id>")
@access.needs(Permission.SUPERVISE)
def ring(call_id: int) -> ResponseReturnValue:
    """Write down what came of ringing somebody."""
    sent, back = fields.sent(RingForm), url_for("supervision.page", tab="calls")
    if sent.data is None:
        flash(" ".join(sent.errors.values()), "error")
        return redirect(back, 303)
    rung, by = sent.data.rung(), access.current().actor
    try:
        return http.write(lambda: _rung(call_id, rung, by, back))
    except Refused as error:
        flash(fields.said(error), "error")
        return redirect(back, 303)


@bp.post("/supervision/calls/<int:call_id>/number")
@access.needs(Permission.SUPERVISE)
def number(call_id: int) -> ResponseReturnValue:
    """The whole number of who is to be rung; the look is written down."""
    sent, back = fields.sent(ShowForm), url_for("supervision.page", tab="calls")
    if sent.data is None:
        return redirect(back, 303)
    whom = sent.data.whom
    try:
        return http.write(lambda: _shown(call_id, whom))
    except Refused as error:
        flash(fields.said(error), "error")
        return redirect(back, 303)


def _printed(ticket: Any, order: Any) -> http.Answer:
    now, by = clock.now(), access.current().actor
    audit.record(by, "supervision_order_printed", f"ticket:{ticket.id}", at=now, order=order.id)
    return http.Answer(
        text=render_template("supervision/sheet.html", ticket=ticket, order=order, now=now)
    )


def _rung(call_id: int, rung: duty.Rung, by: str, back: str) -> http.Answer:
    duty.write_down(call_id, rung, by=by, now=clock.now())
    return http.go(back, N_("The call is written down."))


def _shown(call_id: int, whom: Whom) -> http.Answer:
    now, zone = clock.now(), tickets.rulebook().calendar.zone
    by, today = access.current().actor, now.astimezone(zone).date()
    contact = duty.show_number(call_id, whom, today, by=by, now=now)
    is_part = request.headers.get("HX-Request") == "true"
    template = "supervision/_number.html" if is_part else "supervision/number.html"
    shown = render_template(template, contact=contact, whom=whom)
    return http.Answer(text=shown)
