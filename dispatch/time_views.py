"""Extensions, suspensions and promises as page actions, and the pages that list them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dispatch import pages, time_pages, time_terms
from dispatch import time_forms as forms
from dispatch import time_steps as steps
from hotline import access, http
from hotline.access import Permission
from hotline.attachments import uploads
from hotline.attachments.acting import on_page as with_files
from hotline.tickets.acting import on_many, on_page
from hotline.tickets.forms import NothingForm
from hotline.words import N_

bp = Blueprint("dispatch_time", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the templates may ask for; nothing is read before they do."""
    return {"time_terms": time_terms.of}


@bp.post("/tickets/<number>/extend")
@access.needs(Permission.HANDLE)
def extend(number: str) -> ResponseReturnValue:
    """Ask for more time."""
    said = N_("Asked: the hotline decides.")
    return on_page(number, forms.ExtendForm, steps.extend, name="extend", said=said)


@bp.post("/tickets/<number>/suspend")
@access.needs(Permission.HANDLE)
@uploads.accepted
def suspend(number: str) -> ResponseReturnValue:
    """Ask that the clocks stand still, with evidence."""
    said = N_("Asked: the hotline decides.")
    return with_files(number, forms.SuspendForm, steps.suspend, name="suspend", said=said)


@bp.post("/tickets/<number>/resume")
@access.needs(Permission.HANDLE)
def resume(number: str) -> ResponseReturnValue:
    """Work on it again before the end that was set."""
    said = N_("The limit runs again.")
    return on_page(number, NothingForm, steps.resume, name="resume", said=said)


@bp.post("/tickets/<number>/extensions/<int:extension_id>")
@access.needs(Permission.REVIEW)
def decide_extension(number: str, extension_id: int) -> ResponseReturnValue:
    """Grant or refuse more time."""
    return on_page(
        number,
        forms.GrantForm,
        partial(steps.decide_extension, extension_id),
        name="extension",
        said=N_("Decided."),
        show=_shown("extensions"),
    )


@bp.post("/tickets/<number>/suspensions/<int:suspension_id>")
@access.needs(Permission.REVIEW)
def decide_suspension(number: str, suspension_id: int) -> ResponseReturnValue:
    """Grant or refuse a suspension."""
    return on_page(
        number,
        forms.VerdictForm,
        partial(steps.decide_suspension, suspension_id),
        name="suspension",
        said=N_("Decided."),
        show=_shown("suspensions"),
    )


@bp.post("/dispatch/extensions")
@access.needs(Permission.REVIEW)
def decide_many() -> ResponseReturnValue:
    """Grant or refuse the extensions of several tickets."""
    back = url_for("dispatch.reviews", tab="extensions")
    return on_many(
        forms.GrantForm,
        steps.decide_extension_of,
        name="extension_many",
        back=back,
        show=lambda: time_pages.decisions("extensions"),
    )


@bp.post("/tickets/<number>/promise")
@access.needs(Permission.REVIEW)
def promise(number: str) -> ResponseReturnValue:
    """Enter a promise or move its day."""
    said = N_("Entered: on that day the unit is asked again.")
    return on_page(number, forms.PromiseForm, steps.promise, name="promise", said=said)


@bp.get("/dispatch/promises")
@access.needs(Permission.REVIEW)
def promises() -> ResponseReturnValue:
    """All promises ahead."""
    return time_pages.promises("dispatch/promises.html", "dispatch_time.promises")


@bp.get("/unit/promises")
@access.needs(Permission.HANDLE)
def unit_promises() -> ResponseReturnValue:
    """What the viewer's units have promised."""
    return time_pages.promises("dispatch/unit_promises.html", "dispatch_time.unit_promises")


def _shown(tab: str) -> Callable[[str], str] | None:
    """The page of requests shows a refusal when the form came from there."""
    came_from = http.local(request.form.get("_back"), "").partition("?")[0]
    is_from_list = came_from == url_for("dispatch.reviews") and pages.query_of_page().get("tab")
    return time_pages.shown_after(tab) if is_from_list else None
