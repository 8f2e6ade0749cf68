"""Joint handling in the JSON API: name further units, let one go.

An assisting unit's own steps are the paths that every unit uses (`dispatch.api`).
"""

from functools import partial

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from dispatch import joint_steps
from dispatch.joint_forms import AddAssistForm, EndAssistForm
from hotline import access
from hotline.access import Permission
from hotline.tickets.acting import by_api

api_bp = APIBlueprint("joint_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@api_bp.post("/tickets/<number>/assist")
@access.needs(Permission.DISPATCH)
def add(number: str) -> ResponseReturnValue:
    """Further units assist the lead."""
    return by_api(number, AddAssistForm, joint_steps.add)


@api_bp.post("/tickets/<number>/assist/<code>/end")
@access.needs(Permission.DISPATCH)
def let_go(number: str, code: str) -> ResponseReturnValue:
    """A unit no longer assists; it sees the ticket no more."""
    return by_api(number, EndAssistForm, partial(joint_steps.let_go, code))
