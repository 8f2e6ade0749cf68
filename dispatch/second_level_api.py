"""The second level by the JSON API; `…/sign`, `…/reply` and the others serve sub-units too."""

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from dispatch import second_level_forms as forms
from dispatch import second_level_steps as steps
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import by_api
from hotline.tickets.forms import NothingForm

api_bp = APIBlueprint("second_level_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@api_bp.post("/tickets/<number>/handdown")
@access.needs(Permission.HANDLE)
def hand_down(number: str) -> ResponseReturnValue:
    """The unit hands it to one of its sub-units, which signs and replies inside the unit."""
    return by_api(number, forms.HandDownForm, steps.hand_down)


@api_bp.post("/tickets/<number>/takeback")
@access.needs(Permission.HANDLE)
def take_back(number: str) -> ResponseReturnValue:
    """The unit takes it back from its sub-unit."""
    return by_api(number, forms.TakeBackForm, steps.take_back)


@api_bp.post("/tickets/<number>/approve")
@access.needs(Permission.HANDLE)
def approve(number: str) -> ResponseReturnValue:
    """in_progress → in_review: the head of the unit lets a handler's reply go out."""
    return by_api(number, NothingForm, steps.approve)


@api_bp.post("/tickets/<number>/decline")
@access.needs(Permission.HANDLE)
def decline(number: str) -> ResponseReturnValue:
    """The head of the unit sends a handler's reply back with a reason."""
    return by_api(number, forms.DeclineForm, steps.decline)
