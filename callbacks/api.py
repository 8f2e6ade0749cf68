"""Callbacks' part of the JSON API."""

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from callbacks import steps
from callbacks.forms import ReportedCallForm
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import by_api
from hotline.tickets.forms import NothingForm

api_bp = APIBlueprint("callbacks_api", __name__, url_prefix="/api/v1", tag="Callbacks")


@api_bp.post("/tickets/<number>/callbacks")
@access.needs(Permission.CALLBACK)
def record(number: str) -> ResponseReturnValue:
    """Write down a call to the citizen, with the answers."""
    return by_api(number, ReportedCallForm, steps.record)


@api_bp.post("/tickets/<number>/callbacks/call")
@access.needs(Permission.CALLBACK)
def call(number: str) -> ResponseReturnValue:
    """Let the machine call the citizen now and ask; what they answer is written down by itself."""
    return by_api(number, NothingForm, steps.call_by_machine)
