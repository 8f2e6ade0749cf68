"""The ticket's page, the search page, and the ticket room's verbs as page actions."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hotline import access, http
from hotline.access import Permission
from hotline.tickets import finding, forms, steps, uncover_page
from hotline.tickets import page as page_of
from hotline.tickets.acting import on_page
from hotline.tickets.page import Asked
from hotline.words import N_

bp = Blueprint("tickets", __name__, template_folder="templates")


def show(number: str) -> str:
    """The ticket's page as the viewer may see it. Raises NotFound."""
    back = http.local(request.values.get("back") or request.values.get("_back"), "")
    return render_template(
        "tickets/page.html", **page_of.of(number, Asked.read(request.args, back))
    )


@bp.get("/tickets/<number>")
@access.needs(Permission.READ)
def page(number: str) -> ResponseReturnValue:
    """One ticket with its history."""
    return show(number)


@bp.get("/search")
@access.needs(Permission.READ)
def search() -> ResponseReturnValue:
    """Find tickets by number, phone, words and every filter."""
    return finding.page()


@bp.post("/tickets/<number>/uncover")
@access.needs(Permission.READ)
def uncover(number: str) -> ResponseReturnValue:
    """Show the citizen's numbers; who looked, and why, is written down."""
    return uncover_page.answer(number)


@bp.post("/tickets/<number>/sort")
@access.needs(Permission.SORT)
def sort(number: str) -> ResponseReturnValue:
    """Sort what came in."""
    return on_page(number, forms.SortForm, steps.sort, name="sort", said=N_("Sorted."))


@bp.post("/tickets/<number>/answer")
@access.needs(Permission.SORT)
def answer(number: str) -> ResponseReturnValue:
    """Answer at once."""
    return on_page(
        number, forms.AnswerForm, steps.answer, name="answer", said=N_("Answered and closed.")
    )


@bp.post("/tickets/<number>/refuse")
@access.needs(Permission.SORT)
def refuse(number: str) -> ResponseReturnValue:
    """Out of scope."""
    return on_page(number, forms.RefuseForm, steps.refuse, name="refuse", said=N_("Refused."))


@bp.post("/tickets/<number>/file")
@access.needs(Permission.SORT)
def file(number: str) -> ResponseReturnValue:
    """Nothing more to be done."""
    return on_page(number, forms.FileForm, steps.file, name="file", said=N_("Filed."))


@bp.post("/tickets/<number>/note")
@access.needs(Permission.NOTE)
def note(number: str) -> ResponseReturnValue:
    """A note of the hotline's own."""
    return on_page(number, forms.TextForm, steps.note, name="note", said=N_("Noted."))


@bp.post("/tickets/<number>/supplement")
@access.needs(Permission.NOTE)
def supplement(number: str) -> ResponseReturnValue:
    """More from the citizen, told to the hotline."""
    return on_page(number, forms.TextForm, steps.supplement, name="supplement", said=N_("Added."))


@bp.post("/tickets/<number>/urge")
@access.needs(Permission.NOTE)
def urge(number: str) -> ResponseReturnValue:
    """The citizen asks for haste."""
    return on_page(
        number, forms.NothingForm, steps.urge, name="urge", said=N_("The unit is urged.")
    )


@bp.post("/tickets/<number>/withdraw")
@access.needs(Permission.NOTE)
def withdraw(number: str) -> ResponseReturnValue:
    """The citizen takes it back."""
    return on_page(number, forms.ReasonForm, steps.withdraw, name="withdraw", said=N_("Withdrawn."))


@bp.post("/tickets/<number>/reopen")
@access.needs(Permission.SORT)
def reopen(number: str) -> ResponseReturnValue:
    """Take an ended matter up again."""
    return on_page(
        number, forms.ReasonForm, steps.reopen, name="reopen", said=N_("Taken up again.")
    )
