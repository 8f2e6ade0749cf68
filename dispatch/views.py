"""The pages of the dispatcher, the reviewer and the unit, and their verbs as page actions."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dispatch import forms, lists, parts, queries, showing, steps, suggesting
from hotline import access
from hotline.access import Permission
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.tickets.acting import on_page
from hotline.tickets.forms import NothingForm
from hotline.words import N_

bp = Blueprint("dispatch", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the templates of dispatch may ask for; nothing is read before they do."""
    return {
        "dispatch_desk": showing.desk_of,
        "desk_left": showing.desk_left,
        "time_left": showing.time_left,
    }


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
        tabs=showing.desk_tabs("dispatch"),
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
        tabs=showing.desk_tabs("returns" if is_returns else "reviews"),
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
        tabs=showing.unit_tabs(shown, queries.stage_counts([one.code for one in units])),
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
