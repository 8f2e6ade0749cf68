"""The pages of the dispatcher, the reviewer and the unit, and their verbs as page actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from dispatch import forms, lists, parts, queries, steps, suggesting
from hotline import access, clock, counters
from hotline.access import Permission
from hotline.labels import msgid
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.tickets.acting import on_page
from hotline.tickets.clocks import Due, Pace, remaining
from hotline.tickets.forms import NothingForm
from hotline.tickets.operations import COUNTER
from hotline.tickets.states import State, Urgency
from hotline.tickets.view import TicketView
from hotline.words import N_
from hotline.worktime import Remaining

bp = Blueprint("dispatch", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the templates of dispatch may ask for; nothing is read before they do."""
    return {"dispatch_desk": _desk, "desk_left": _desk_left, "time_left": _time_left}


@bp.get("/dispatch")
@access.needs(Permission.DISPATCH)
def page() -> ResponseReturnValue:
    """What waits for a unit, the most urgent and oldest first, with suggestions."""
    found = lists.pending(access.current(), request.args.get("cursor"))
    wanted = request.args.get("ticket")
    chosen = next((one for one in found.items if one.number == wanted), None)
    return render_template(
        "dispatch/page.html",
        found=found,
        chosen=chosen or (found.items[0] if found.items else None),
        desk=suggesting.desk(found.items, tickets.rulebook()),
        tabs=_desk_tabs("dispatch"),
        districts=tickets.rulebook().districts,
    )


@bp.get("/dispatch/review")
@access.needs(Permission.REVIEW)
def reviews() -> ResponseReturnValue:
    """Replies awaiting review and returns awaiting a decision."""
    viewer, cursor = access.current(), request.args.get("cursor")
    is_returns = request.args.get("tab") == "returns"
    found = (lists.to_decide if is_returns else lists.to_review)(viewer, cursor)
    return render_template(
        "dispatch/reviews.html",
        found=found,
        is_returns=is_returns,
        assignments=parts.assignments(found.items, viewer),
        returns=parts.returns(found.items, viewer) if is_returns else {},
        tabs=_desk_tabs("returns" if is_returns else "reviews"),
    )


@bp.get("/unit")
@access.needs(Permission.HANDLE)
def unit_page() -> ResponseReturnValue:
    """What the viewer's units have to do, by time left."""
    viewer, shown = access.current(), lists.tab(request.args.get("tab", ""))
    found = lists.of_unit(viewer, shown, request.args.get("cursor"))
    units = people.units_by_id(viewer.unit_ids)
    return render_template(
        "dispatch/unit.html",
        found=found,
        shown=shown,
        assignments=parts.assignments(found.items, viewer),
        units=units,
        tabs=_unit_tabs(shown, queries.stage_counts([one.code for one in units])),
    )


@bp.post("/tickets/<number>/dispatch")
@access.needs(Permission.DISPATCH)
def order(number: str) -> ResponseReturnValue:
    """Give the ticket to a unit."""
    said = N_("Dispatched.")
    return on_page(number, forms.DispatchForm, steps.dispatch, name="dispatch", said=said)


@bp.post("/tickets/<number>/sign")
@access.needs(Permission.HANDLE)
def sign(number: str) -> ResponseReturnValue:
    """Confirm receipt."""
    return on_page(number, NothingForm, steps.sign, name="sign", said=N_("Signed."))


@bp.post("/tickets/<number>/contact")
@access.needs(Permission.HANDLE)
def contact(number: str) -> ResponseReturnValue:
    """Write down a contact with the citizen."""
    said = N_("The contact is written down.")
    return on_page(number, forms.ContactForm, steps.contact, name="contact", said=said)


@bp.post("/tickets/<number>/progress")
@access.needs(Permission.HANDLE)
def progress(number: str) -> ResponseReturnValue:
    """Tell the citizen how far it is."""
    said = N_("The citizen can read it now.")
    return on_page(number, forms.ProgressForm, steps.progress, name="progress", said=said)


@bp.post("/tickets/<number>/return")
@access.needs(Permission.HANDLE)
def ask_return(number: str) -> ResponseReturnValue:
    """Say that it is not the unit's duty."""
    said = N_("The return is asked; the hotline decides.")
    return on_page(number, forms.ReturnForm, steps.ask_return, name="return", said=said)


@bp.post("/tickets/<number>/reply")
@access.needs(Permission.HANDLE)
def reply(number: str) -> ResponseReturnValue:
    """Answer; the hotline reviews it next."""
    said = N_("The reply is with the hotline for review.")
    return on_page(number, forms.ReplyPageForm, steps.reply, name="reply", said=said)


@bp.post("/tickets/<number>/review")
@access.needs(Permission.REVIEW)
def review(number: str) -> ResponseReturnValue:
    """Accept a reply or send it back."""
    return on_page(number, forms.ReviewForm, steps.review, name="review", said=N_("Reviewed."))


@bp.post("/tickets/<number>/returns/<int:return_id>")
@access.needs(Permission.REVIEW)
def decide_return(number: str, return_id: int) -> ResponseReturnValue:
    """Uphold or refuse a return."""
    decide = partial(steps.decide_return, return_id)
    return on_page(number, forms.DecisionForm, decide, name="decide", said=N_("Decided."))


def _desk(ticket: TicketView) -> suggesting.Desk:
    return suggesting.desk([ticket], tickets.rulebook())


def _desk_left(ticket: TicketView) -> Remaining | timedelta | None:
    """Time left of the hotline's own clock; its desk keeps the urgent ones day and night."""
    if ticket.due_at is None:
        return None
    is_natural = ticket.urgency is Urgency.CRITICAL or (
        ticket.urgency is Urgency.URGENT and ticket.state is not State.IN_REVIEW
    )
    return _time_left(ticket.due_at, Pace.NATURAL_HOURS if is_natural else Pace.WORKING_HOURS)


def _desk_tabs(active: str) -> list[tuple[str, str, bool, int | None]]:
    """The hotline's lists that need a decision, as far as the viewer takes it."""
    viewer, counts = access.current(), counters.read(COUNTER)
    every = (
        ("dispatch", Permission.DISPATCH, State.PENDING_DISPATCH, url_for("dispatch.page")),
        ("reviews", Permission.REVIEW, State.IN_REVIEW, url_for("dispatch.reviews")),
        (
            "returns",
            Permission.REVIEW,
            State.RETURN_REQUESTED,
            url_for("dispatch.reviews", tab="returns"),
        ),
    )
    return [
        (url, gettext(msgid("desk_tab", name)), name == active, counts.get(state.value, 0))
        for name, permission, state, url in every
        if viewer.may(permission)
    ]


def _unit_tabs(
    shown: lists.Tab, counts: Mapping[str, int]
) -> list[tuple[str, str, bool, int | None]]:
    return [
        (
            url_for("dispatch.unit_page", tab=one.name),
            gettext(msgid("unit_tab", one.name)),
            one.name == shown.name,
            None if one.name == "closed" else counts.get(one.name, 0),
        )
        for one in lists.UNIT_TABS
    ]


def _time_left(due_at: datetime, pace: Pace) -> Remaining | timedelta:
    due = Due(due_at, is_provisional=False, pace=pace)
    return remaining(due, clock.now(), tickets.rulebook().calendar)
