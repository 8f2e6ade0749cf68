"""The pages of the dispatcher, the reviewer and the unit, and their verbs as page actions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch import earlier as replies
from dispatch import (
    forms,
    joint_desk,
    merging,
    pages,
    second_level_pages,
    showing,
    steps,
    time_pages,
    units,
)
from hotline import access, fields, http
from hotline.access import Permission
from hotline.attachments import uploads
from hotline.attachments.acting import on_page as with_files
from hotline.errors import Invalid
from hotline.tickets import access as ticket_access
from hotline.tickets.acting import acting, on_many, on_page
from hotline.tickets.forms import NothingForm
from hotline.words import N_

bp = Blueprint("dispatch", __name__, template_folder="templates")

LONGEST_SEARCH = 100


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the templates of dispatch may ask for; nothing is read before they do."""
    return {
        "dispatch_desk": showing.desk_of,
        "desk_left": showing.desk_left,
        "time_left": showing.time_left,
        "unit_terms": units.terms,
        "unit_people": units.people,
        "may_name": units.may_name,
        "handler_options": units.handler_options,
        "whose_options": units.whose_options,
        "reply_panels": units.reply_panels,
        **joint_desk.GIVEN,
        "unit_panels": units.unit_panels,
    }


@bp.get("/dispatch")
@access.needs(Permission.DISPATCH)
def page() -> ResponseReturnValue:
    """What waits for a unit, the most urgent and oldest first, with suggestions."""
    return pages.desk()


@bp.get("/dispatch/map")
@access.needs(Permission.DISPATCH)
def map_page() -> ResponseReturnValue:
    """Today's tickets by district, beside the map."""
    return pages.on_map()


@bp.get("/dispatch/map/pins")
@access.needs(Permission.DISPATCH)
def map_pins() -> ResponseReturnValue:
    """The points of these tickets, for the map."""
    return pages.pins()


@bp.get("/dispatch/together")
@access.needs(Permission.DISPATCH)
def together() -> ResponseReturnValue:
    """Several tickets of one event, before anything is done to them."""
    return pages.together(request.args.getlist("numbers"))


@bp.post("/dispatch/together")
@access.needs(Permission.DISPATCH)
def order_together() -> ResponseReturnValue:
    """Give several tickets to one unit."""
    back, numbers = url_for("dispatch.page"), request.form.getlist("numbers")
    return on_many(
        forms.BatchForm,
        steps.dispatch_together,
        name="together",
        back=back,
        show=lambda: pages.together(numbers, fields.kept("together")),
    )


@bp.post("/dispatch/merge")
@access.needs(Permission.DISPATCH)
def merge() -> ResponseReturnValue:
    """Let several tickets of one event follow one of them."""
    sent = fields.sent(forms.MergeManyForm)
    back = http.local(request.form.get("_back"), url_for("dispatch.page"))
    if sent.data is None:
        return pages.together(request.form.getlist("numbers")), Invalid.status
    lead = sent.data.into
    numbers = [one for one in sent.data.numbers if one != lead]
    return http.write(lambda: merging.merge(numbers, lead, acting(), back))


@bp.get("/dispatch/review")
@access.needs(Permission.REVIEW)
def reviews() -> ResponseReturnValue:
    """Replies awaiting review; returns, extensions and suspensions awaiting a decision."""
    tab = time_pages.tab_of_page()
    return time_pages.decisions(tab) if tab else pages.reviews()


@bp.get("/unit")
@access.needs(Permission.HANDLE)
def unit_page() -> ResponseReturnValue:
    """What the viewer's units have to do, by time left."""
    return second_level_pages.unit()


@bp.post("/unit/sign")
@access.needs(Permission.HANDLE)
def sign_many() -> ResponseReturnValue:
    """Confirm receipt of several, and say who sees to them."""
    back = url_for("dispatch.unit_page")
    return on_many(forms.SignManyForm, steps.sign_and_name, name="sign_many", back=back)


@bp.post("/unit/handler")
@access.needs(Permission.HANDLE)
def name_many() -> ResponseReturnValue:
    """Say who of the unit sees to several."""
    back = url_for("dispatch.unit_page")
    return on_many(forms.HandlerForm, steps.name_handler, name="name_many", back=back)


@bp.post("/tickets/<number>/handler")
@access.needs(Permission.HANDLE)
def name_handler(number: str) -> ResponseReturnValue:
    """Say who of the unit sees to it."""
    said = N_("The handler is named.")
    return on_page(number, forms.HandlerForm, steps.name_handler, name="handler", said=said)


@bp.post("/tickets/<number>/dispatch")
@access.needs(Permission.DISPATCH)
def order(number: str) -> ResponseReturnValue:
    """Give the ticket to a unit."""
    return on_page(
        number,
        forms.DispatchPageForm,
        steps.dispatch,
        name="dispatch",
        said=N_("Dispatched."),
        show=_shown_by("dispatch.page", pages.desk),
    )


@bp.post("/tickets/<number>/sign")
@access.needs(Permission.HANDLE)
def sign(number: str) -> ResponseReturnValue:
    """Confirm receipt."""
    return on_page(number, NothingForm, steps.sign, name="sign", said=N_("Signed."))


@bp.get("/tickets/<number>/earlier")
@access.needs(Permission.HANDLE)
def earlier(number: str) -> ResponseReturnValue:
    """The unit's own earlier replies to the ticket's subject, for the editor of the next one."""
    viewer, words = access.current(), request.args.get("q", "")[:LONGEST_SEARCH]
    ticket = ticket_access.see(viewer, number)
    is_part = request.headers.get("HX-Request") == "true"
    return render_template(
        "dispatch/_earlier.html" if is_part else "dispatch/earlier.html",
        found=replies.of(ticket, viewer, words),
        words=words,
        ticket=ticket,
    )


@bp.post("/tickets/<number>/contact")
@access.needs(Permission.HANDLE)
def contact(number: str) -> ResponseReturnValue:
    """Write down a contact with the citizen."""
    said = N_("The contact is written down.")
    return on_page(number, forms.ContactPageForm, steps.contact, name="contact", said=said)


@bp.post("/tickets/<number>/progress")
@access.needs(Permission.HANDLE)
@uploads.accepted
def progress(number: str) -> ResponseReturnValue:
    """Tell the citizen how far it is."""
    said = N_("The citizen can read it now.")
    return with_files(number, forms.ProgressForm, steps.progress, name="progress", said=said)


@bp.post("/tickets/<number>/return")
@access.needs(Permission.HANDLE)
def ask_return(number: str) -> ResponseReturnValue:
    """Say that it is not the unit's duty."""
    said = N_("The return is asked; the hotline decides.")
    return on_page(number, forms.ReturnForm, steps.ask_return, name="return", said=said)


@bp.post("/tickets/<number>/reply")
@access.needs(Permission.HANDLE)
@uploads.accepted
def reply(number: str) -> ResponseReturnValue:
    """Answer; the hotline reviews it next."""
    said = N_("The reply is with the hotline for review.")
    return with_files(number, forms.ReplyPageForm, steps.reply, name="reply", said=said)


@bp.post("/tickets/<number>/review")
@access.needs(Permission.REVIEW)
def review(number: str) -> ResponseReturnValue:
    """Accept a reply or send it back."""
    return on_page(
        number,
        forms.ReviewForm,
        steps.review,
        name="review",
        said=N_("Reviewed."),
        show=_shown_by("dispatch.reviews", pages.reviews),
    )


@bp.post("/tickets/<number>/returns/<int:return_id>")
@access.needs(Permission.REVIEW)
def decide_return(number: str, return_id: int) -> ResponseReturnValue:
    """Uphold or refuse a return."""
    return on_page(
        number,
        forms.DecisionForm,
        partial(steps.decide_return, return_id),
        name="decide",
        said=N_("Decided."),
        show=_shown_by("dispatch.reviews", pages.reviews),
    )


def _shown_by(endpoint: str, show: Callable[[str], str]) -> Callable[[str], str] | None:
    """The working page shows a refusal when the form came from there, else the ticket's page."""
    came_from = http.local(request.form.get("_back"), "").partition("?")[0]
    return show if came_from == url_for(endpoint) else None
