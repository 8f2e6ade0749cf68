"""The routes of a change of type, category or urgency: page, fragment and JSON API."""

from apiflask import APIBlueprint
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dispatch import changing_steps
from dispatch.changing_steps import ChangePageForm
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import by_api, on_page
from hotline.words import N_

bp = Blueprint("changing", __name__)
api_bp = APIBlueprint("changing_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@bp.app_context_processor
def given() -> dict[str, object]:
    """What the ticket's page asks for: whether the viewer may change it."""
    return {"may_change": changing_steps.may_change}


@bp.get("/tickets/<number>/change")
@access.needs(Permission.CHANGE)
def page(number: str) -> ResponseReturnValue:
    """Change type, category or urgency, seeing what becomes of the limit."""
    return changing_steps.page(number)


@bp.get("/tickets/<number>/change/outlook")
@access.needs(Permission.CHANGE)
def outlook(number: str) -> ResponseReturnValue:
    """What the change that is being chosen would do; a fragment."""
    return changing_steps.fragment(number)


@bp.post("/tickets/<number>/change")
@access.needs(Permission.CHANGE)
def change(number: str) -> ResponseReturnValue:
    """Carry the change out, or only look at it; a refusal is shown where the form was."""
    if "_look" in request.form:
        return changing_steps.page(number)
    return on_page(
        number,
        ChangePageForm,
        changing_steps.change,
        name="change",
        said=N_("Corrected."),
        show=changing_steps.page if "_page" in request.form else None,
    )


@api_bp.post("/tickets/<number>/change")
@access.needs(Permission.CHANGE)
def change_by_api(number: str) -> ResponseReturnValue:
    """Correct type, category or urgency; after dispatch the limit changes with it."""
    return by_api(number, ChangePageForm, changing_steps.change)
