"""Pages' actions of joint handling: name further units, let one go, answer the lead."""

from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dispatch import joint_steps
from dispatch.joint_forms import AddAssistForm, AssistReplyForm, EndAssistForm
from hotline import access
from hotline.access import Permission
from hotline.attachments import uploads
from hotline.attachments.acting import on_page as with_files
from hotline.tickets.acting import on_page
from hotline.words import N_

bp = Blueprint("joint", __name__, template_folder="templates")


@bp.post("/tickets/<number>/assist")
@access.needs(Permission.DISPATCH)
def add(number: str) -> ResponseReturnValue:
    """Further units assist."""
    said = N_("The units assist from now on.")
    return on_page(number, AddAssistForm, joint_steps.add, name="assist", said=said)


@bp.post("/tickets/<number>/assist/<code>/end")
@access.needs(Permission.DISPATCH)
def let_go(number: str, code: str) -> ResponseReturnValue:
    """A unit no longer assists."""
    said = N_("The unit is let go.")
    step = partial(joint_steps.let_go, code)
    return on_page(number, EndAssistForm, step, name="let_go", said=said)


@bp.post("/tickets/<number>/assist/reply")
@access.needs(Permission.HANDLE)
@uploads.accepted
def reply(number: str) -> ResponseReturnValue:
    """The assisting unit answers the lead."""
    said = N_("The reply is with the lead.")
    return with_files(number, AssistReplyForm, joint_steps.reply, name="assist_reply", said=said)
