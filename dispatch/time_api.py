"""Extensions, suspensions and promises in the JSON API."""

from functools import partial

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from dispatch import time_forms as forms
from dispatch import time_steps as steps
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import by_api
from hotline.tickets.forms import NothingForm

api_bp = APIBlueprint("dispatch_time_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@api_bp.post("/tickets/<number>/extend")
@access.needs(Permission.HANDLE)
def extend(number: str) -> ResponseReturnValue:
    """The unit asks for more working days, before its limit."""
    return by_api(number, forms.ExtendForm, steps.extend)


@api_bp.post("/tickets/<number>/extensions/<int:extension_id>")
@access.needs(Permission.REVIEW)
def decide_extension(number: str, extension_id: int) -> ResponseReturnValue:
    """Grant or refuse more time; a second one is for the head of the hotline."""
    return by_api(number, forms.GrantForm, partial(steps.decide_extension, extension_id))


@api_bp.post("/tickets/<number>/suspend")
@access.needs(Permission.HANDLE)
def suspend(number: str) -> ResponseReturnValue:
    """The unit asks that its clocks stand still, for a listed reason, until a day."""
    return by_api(number, forms.SuspendForm, steps.suspend)


@api_bp.post("/tickets/<number>/suspensions/<int:suspension_id>")
@access.needs(Permission.REVIEW)
def decide_suspension(number: str, suspension_id: int) -> ResponseReturnValue:
    """Grant or refuse a suspension."""
    return by_api(number, forms.VerdictForm, partial(steps.decide_suspension, suspension_id))


@api_bp.post("/tickets/<number>/resume")
@access.needs(Permission.HANDLE)
def resume(number: str) -> ResponseReturnValue:
    """The unit works on it again: its clocks run on with what they had left."""
    return by_api(number, NothingForm, steps.resume)


@api_bp.post("/tickets/<number>/promise")
@access.needs(Permission.REVIEW)
def promise(number: str) -> ResponseReturnValue:
    """Enter what was promised for a day, or move the day; then the same unit is asked again."""
    return by_api(number, forms.PromiseForm, steps.promise)
