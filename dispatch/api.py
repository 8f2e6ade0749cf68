"""Dispatch's part of the JSON API: the verbs of dispatch and handling, and the suggestion."""

from functools import partial

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from dispatch import forms, joint_steps, steps, wire
from dispatch.joint_forms import AssistReplyForm
from hotline import access, fields
from hotline.access import Permission
from hotline.tickets.acting import by_api
from hotline.tickets.forms import NothingForm

api_bp = APIBlueprint("dispatch_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@api_bp.post("/tickets/<number>/dispatch")
@access.needs(Permission.DISPATCH)
def dispatch(number: str) -> ResponseReturnValue:
    """pending_dispatch → pending_signature: give the ticket to a unit."""
    return by_api(number, forms.DispatchForm, steps.dispatch)


@api_bp.post("/tickets/<number>/sign")
@access.needs(Permission.HANDLE)
def sign(number: str) -> ResponseReturnValue:
    """pending_signature → in_progress: the unit confirms receipt."""
    return by_api(number, NothingForm, steps.sign)


@api_bp.post("/tickets/<number>/contact")
@access.needs(Permission.HANDLE)
def contact(number: str) -> ResponseReturnValue:
    """The unit contacted the citizen."""
    return by_api(number, forms.ContactForm, steps.contact)


@api_bp.post("/tickets/<number>/progress")
@access.needs(Permission.HANDLE)
def progress(number: str) -> ResponseReturnValue:
    """Interim progress, which the citizen sees."""
    return by_api(number, forms.ProgressForm, steps.progress)


@api_bp.post("/tickets/<number>/return")
@access.needs(Permission.HANDLE)
def ask_return(number: str) -> ResponseReturnValue:
    """The unit says that it is not its duty."""
    return by_api(number, forms.ReturnForm, steps.ask_return)


@api_bp.post("/tickets/<number>/reply")
@access.needs(Permission.HANDLE)
def reply(number: str) -> ResponseReturnValue:
    """in_progress → in_review: the lead's answer; an assisting unit's goes to the lead."""
    if joint_steps.is_assisting(number, access.current()):
        return by_api(number, AssistReplyForm, joint_steps.reply)
    return by_api(number, forms.ReplyForm, steps.reply)


@api_bp.post("/tickets/<number>/review")
@access.needs(Permission.REVIEW)
def review(number: str) -> ResponseReturnValue:
    """in_review → awaiting_callback, or back to in_progress with a reason."""
    return by_api(number, forms.ReviewForm, steps.review)


@api_bp.post("/tickets/<number>/returns/<int:return_id>")
@access.needs(Permission.REVIEW)
def decide_return(number: str, return_id: int) -> ResponseReturnValue:
    """Uphold a return (back to dispatch) or refuse it (the unit goes on)."""
    return by_api(number, forms.DecisionForm, partial(steps.decide_return, return_id))


@api_bp.post("/dispatch/suggest")
@access.needs(Permission.READ)
def suggest() -> ResponseReturnValue:
    """Category and units for a matter, with reasons; a probability only where a rule is sure."""
    return wire.suggestion(fields.parse(forms.SuggestForm))
