"""The knowledge pages: staff's list, article and editor, and the citizens' answers."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.access import Permission
from hotline.errors import Invalid
from hotline.fields import PageForm
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.words import N_
from kb import acting, operations, reading
from kb.forms import ArticleForm, EditForm, ListForm, PublishForm
from kb.reading import Shown
from kb.rules import State

SEARCHED = 30

bp = Blueprint("kb", __name__, template_folder="templates")


@bp.get("/kb")
@access.needs(Permission.READ_KNOWLEDGE)
def page() -> ResponseReturnValue:
    """Search and browse; editors see drafts, submitted and retired articles too."""
    form, viewer = fields.asked(ListForm), access.current()
    is_search = bool(form.q) and form.state is State.PUBLISHED
    return render_template(
        "kb/page.html",
        form=form,
        is_editor=viewer.may(Permission.EDIT_KNOWLEDGE),
        hits=reading.answers(form.q, SEARCHED) if is_search else None,
        found=None if is_search else reading.page(viewer, form),
    )


@bp.get("/kb/<number>")
@access.needs(Permission.READ_KNOWLEDGE)
def article(number: str) -> ResponseReturnValue:
    """One article, with what an editor can do with it."""
    return _article(number)


@bp.route("/kb/new", methods=["GET", "POST"])
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def write() -> ResponseReturnValue:
    """Write a new article."""
    return acting.save(ArticleForm, acting.add, partial(_editor, None))


@bp.route("/kb/<number>/edit", methods=["GET", "POST"])
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def edit(number: str) -> ResponseReturnValue:
    """Change an article's words."""
    known = reading.article(access.current(), number)
    first = PageForm(EditForm, None, **acting.typed(known))
    return acting.save(EditForm, partial(acting.edit, number), partial(_editor, known), first)


@bp.post("/kb/<number>/submit")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def submit(number: str) -> ResponseReturnValue:
    """Ask somebody else to publish it."""
    said = N_("Submitted. Somebody else can publish it now.")
    return acting.on_page(number, operations.submit, said, _article)


@bp.post("/kb/<number>/publish")
@access.needs(Permission.EDIT_KNOWLEDGE)
def publish(number: str) -> ResponseReturnValue:
    """Publish what somebody else wrote."""
    form = fields.sent(PublishForm)
    if form.data is None:
        return _article(number, next(iter(form.errors.values()))), Invalid.status
    work = partial(acting.publish, number, form.data)
    return acting.on_page_do(number, work, N_("Published."), _article)


@bp.post("/kb/<number>/retire")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def retire(number: str) -> ResponseReturnValue:
    """Take it out of use."""
    return acting.on_page(number, operations.retire, N_("Taken out of use."), _article)


@bp.get("/answers")
@access.public
def answers() -> ResponseReturnValue:
    """What citizens can read up themselves."""
    form = fields.asked(ListForm)
    return render_template(
        "kb/answers.html",
        form=form,
        hits=reading.answers(form.q, SEARCHED, public_only=True) if form.q else None,
        found=None if form.q else reading.public_page(form),
    )


@bp.get("/answers/<number>")
@access.public
def answer(number: str) -> ResponseReturnValue:
    """One public answer."""
    return render_template("kb/answer.html", article=reading.public_article(number))


def _article(number: str, problem: str | None = None) -> str:
    shown = reading.article(access.current(), number)
    return render_template("kb/article.html", article=shown, problem=problem)


def _editor(known: Shown | None, form: PageForm[Any]) -> str:
    return render_template(
        "kb/edit.html",
        form=form,
        known=known,
        categories=tickets.leaf_groups(),
        units=[(unit.code, unit.name) for unit in people.units()],
    )
