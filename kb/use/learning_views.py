"""The page on which editors learn what is missing: questions, proposals, complaints, figures."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid
from hotline.words import N_
from kb.use import operations, queries
from kb.use.forms import GapsForm, KeysForm, StandForm
from kb.use.kinds import Stand

bp = Blueprint("kb_learning", __name__)

MOST_FIGURES = 100


@bp.get("/kb/learning")
@access.needs(Permission.EDIT_KNOWLEDGE)
def page() -> ResponseReturnValue:
    """What was asked in vain, and the other things that editors learn from."""
    form = fields.asked(GapsForm)
    return render_template(
        "kb/learning.html", form=form, shown=_shown(form), open=queries.open_counts()
    )


@bp.post("/kb/learning/dismiss")
@access.needs(Permission.EDIT_KNOWLEDGE)
def dismiss() -> ResponseReturnValue:
    """Show a group of questions no more."""
    data = _keys()
    by = access.current().staff_id

    def work() -> http.Answer:
        operations.dismiss(data.keys, data.example, by=by, now=clock.now())
        if "HX-Request" not in request.headers:
            return _back(N_("Dismissed."))
        return http.Answer(
            text=render_template("kb/_dismissed.html", keys=data.keys, example=data.example)
        )

    return http.write(work)


@bp.post("/kb/learning/restore")
@access.needs(Permission.EDIT_KNOWLEDGE)
def restore() -> ResponseReturnValue:
    """Show a dismissed group of questions again."""
    data = _keys()

    def work() -> http.Answer:
        operations.bring_back(data.keys)
        return _back(N_("It is in the list again."))

    return http.write(work)


@bp.post("/kb/learning/proposals/<int:proposal_id>/accept")
@access.needs(Permission.EDIT_KNOWLEDGE)
def accept(proposal_id: int) -> ResponseReturnValue:
    """Make a draft of a proposal, and go on writing it."""
    by = access.current().staff_id

    def work() -> http.Answer:
        article = operations.accept(proposal_id, by=by, now=clock.now())
        said = N_("It is your draft now. Check every statement before you submit it.")
        return http.go(url_for("kb.edit", number=article.number), said)

    return http.write(work)


@bp.post("/kb/learning/proposals/<int:proposal_id>/dismiss")
@access.needs(Permission.EDIT_KNOWLEDGE)
def dismiss_proposal(proposal_id: int) -> ResponseReturnValue:
    """Want no draft of it."""
    return _decide(proposal_id, Stand.DISMISSED, N_("Dismissed."))


@bp.post("/kb/learning/proposals/<int:proposal_id>/restore")
@access.needs(Permission.EDIT_KNOWLEDGE)
def restore_proposal(proposal_id: int) -> ResponseReturnValue:
    """Think better of it."""
    return _decide(proposal_id, Stand.OPEN, N_("It is in the list again."))


@bp.post("/kb/learning/complaints/<int:complaint_id>")
@access.needs(Permission.EDIT_KNOWLEDGE)
def settle(complaint_id: int) -> ResponseReturnValue:
    """Say what became of a complaint."""
    form, by = fields.sent(StandForm), access.current().staff_id
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    stand = Stand(form.data.stand)

    def work() -> http.Answer:
        operations.settle(complaint_id, stand, by=by, now=clock.now())
        return _back(N_("It is in the list again.") if stand is Stand.OPEN else N_("Settled."))

    return http.write(work)


def _decide(proposal_id: int, stand: Stand, said: str) -> ResponseReturnValue:
    by = access.current().staff_id

    def work() -> http.Answer:
        operations.decide(proposal_id, stand, by=by, now=clock.now())
        return _back(said)

    return http.write(work)


def _shown(form: GapsForm) -> dict[str, Any]:
    """What the tab that is open shows, and nothing of the others."""
    shown: dict[str, Callable[[], dict[str, Any]]] = {
        "missing": lambda: {"groups": _groups(form)},
        "proposals": lambda: {"proposals": queries.proposals()},
        "complaints": lambda: {
            "complaints": queries.complaints(),
            "settled": queries.settled(),
        },
        "figures": lambda: {"figures": queries.figures(form.order, limit=MOST_FIGURES)},
        "dismissed": lambda: {
            "dismissed": queries.dismissed(),
            "proposals": queries.proposals(Stand.DISMISSED),
        },
    }
    return shown[form.tab]()


def _groups(form: GapsForm) -> list[queries.Group]:
    since = clock.now() - timedelta(days=form.days)
    is_found = {"yes": True, "no": False}.get(form.found)
    return queries.missing(since, is_found=is_found)[: queries.A_PAGE]


def _keys() -> KeysForm:
    form = fields.sent(KeysForm)
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    return form.data


def _back(said: str) -> http.Answer:
    return http.go(http.local(request.form.get("_back"), url_for("kb_learning.page")), said)
