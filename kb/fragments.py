"""Knowledge for the console while somebody types: the best answers, and one in full."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.access import Permission
from kb import reading
from kb.forms import QuestionForm

bp = Blueprint("kb_fragments", __name__, template_folder="templates")


@bp.get("/kb/pick")
@access.needs(Permission.READ_KNOWLEDGE)
def pick() -> ResponseReturnValue:
    """The best answers to what was typed."""
    form = fields.asked(QuestionForm)
    hits = reading.answers(form.q, form.limit)
    return render_template("kb/_pick.html", q=form.q, hits=hits)


@bp.get("/kb/pick/<number>")
@access.needs(Permission.READ_KNOWLEDGE)
def picked(number: str) -> ResponseReturnValue:
    """One article in full, beside the form."""
    shown = reading.article(access.current(), number)
    return render_template("kb/_picked.html", article=shown)
