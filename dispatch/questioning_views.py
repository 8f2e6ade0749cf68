"""The routes of questions to the citizen: the unit asks, the hotline passes the answer on."""

from apiflask import APIBlueprint
from flask import Blueprint
from flask.typing import ResponseReturnValue

from dispatch import questioning
from dispatch.questioning import AskForm
from hotline import access
from hotline.access import Permission
from hotline.tickets import questions
from hotline.tickets.acting import by_api, on_page
from hotline.tickets.forms import TextForm
from hotline.words import N_

bp = Blueprint("questioning", __name__)
api_bp = APIBlueprint("questioning_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@bp.app_context_processor
def given() -> dict[str, object]:
    """What the ticket's page asks for: the question that waits for its answer."""
    return {"open_question": questions.open_of, "may_ask": questioning.may_ask}


@bp.post("/tickets/<number>/ask")
@access.needs(Permission.HANDLE)
def ask(number: str) -> ResponseReturnValue:
    """Ask the citizen for all that is missing."""
    said = N_("The question is on its way to the citizen.")
    return on_page(number, AskForm, questioning.ask, name="ask", said=said)


@bp.post("/tickets/<number>/answer-question")
@access.needs(Permission.NOTE)
def answer(number: str) -> ResponseReturnValue:
    """Write down for the unit what the citizen answered."""
    said = N_("The unit can read the answer now.")
    return on_page(number, TextForm, questioning.answer, name="answer_question", said=said)


@api_bp.post("/tickets/<number>/ask")
@access.needs(Permission.HANDLE)
def ask_by_api(number: str) -> ResponseReturnValue:
    """The unit asks the citizen for all that is missing, in one go."""
    return by_api(number, AskForm, questioning.ask)


@api_bp.post("/tickets/<number>/answer-question")
@access.needs(Permission.NOTE)
def answer_by_api(number: str) -> ResponseReturnValue:
    """The hotline asked the citizen and writes the answer for the unit."""
    return by_api(number, TextForm, questioning.answer)
