"""The second level on pages: hand down, take back, the head's decision, what lies where inside."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dispatch import second_level_desk as desk
from dispatch import second_level_forms as forms
from dispatch import second_level_pages as pages
from dispatch import second_level_steps as steps
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import on_page
from hotline.tickets.forms import NothingForm
from hotline.words import N_

bp = Blueprint("second_level", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What templates may ask about the second level; nothing is read before they do."""
    return {
        "own_handdown": desk.own_handdown,
        "handdown_desk": desk.handdown_desk,
        "heads_unit": desk.heads_unit,
        "heads_any": desk.heads_any,
        "standing_in": desk.standing_in,
        "stands_in_until": desk.stands_in_until,
        "needs_head": desk.needs_head,
        "declined_reply": desk.declined_reply,
        "reply_start": desk.reply_start,
        "inside_row": desk.inside_row,
        "sub_unit_options": desk.sub_unit_options,
        "unit_left": desk.unit_left,
    }


@bp.get("/unit/inside")
@access.needs(Permission.HANDLE)
def page() -> ResponseReturnValue:
    """What lies with which sub-unit, and the replies that wait for the head."""
    return pages.inside()


@bp.post("/tickets/<number>/handdown")
@access.needs(Permission.HANDLE)
def hand_down(number: str) -> ResponseReturnValue:
    """Hand it to a sub-unit."""
    said = N_("It is handed down; the sub-unit sees it now.")
    return on_page(number, forms.HandDownForm, steps.hand_down, name="handdown", said=said)


@bp.post("/tickets/<number>/takeback")
@access.needs(Permission.HANDLE)
def take_back(number: str) -> ResponseReturnValue:
    """Take it back from the sub-unit."""
    said = N_("It is with your unit again.")
    return on_page(number, forms.TakeBackForm, steps.take_back, name="takeback", said=said)


@bp.post("/tickets/<number>/approve")
@access.needs(Permission.HANDLE)
def approve(number: str) -> ResponseReturnValue:
    """Let a reply of the unit go out."""
    said = N_("Approved; the reply is with the hotline for review.")
    return on_page(number, NothingForm, steps.approve, name="approve", said=said)


@bp.post("/tickets/<number>/decline")
@access.needs(Permission.HANDLE)
def decline(number: str) -> ResponseReturnValue:
    """Send a reply of the unit back to who wrote it."""
    said = N_("Declined; who wrote it reads why.")
    return on_page(number, forms.DeclineForm, steps.decline, name="decline", said=said)
