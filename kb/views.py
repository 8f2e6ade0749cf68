"""The knowledge pages: staff's lists, article and editor, and the citizens' answers."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.access import Permission
from hotline.attachments import uploads
from hotline.errors import Invalid, NotFound
from hotline.fields import PageForm
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.words import N_
from kb import (
    acting,
    browsing,
    comparing,
    files,
    linked_data,
    markup,
    operations,
    public_reading,
    publishing,
    qr,
    reading,
    reminding,
    shelves,
    showing,
)
from kb.forms import PREFIX, ArticleForm, EditForm, PublishForm, RemarkForm, RetireForm
from kb.public_reading import Standing
from kb.reading import Shown
from kb.shelf_forms import AnswersForm, ShelfForm
from kb.use import noting
from kb.use.kinds import Source

GONE = 410

bp = Blueprint("kb", __name__, template_folder="templates")


@bp.get("/kb")
@access.needs(Permission.READ_KNOWLEDGE)
def page() -> ResponseReturnValue:
    """Search and browse; who writes sees what is in work and what is due, too."""
    form, viewer = fields.asked(ShelfForm), access.current()
    view = browsing.staff(viewer, form)
    noting.asked_page(form.q, view.hits, noting.staff(Source.KNOWLEDGE))
    return render_template(
        "kb/page.html",
        form=form,
        view=view,
        is_editor=viewer.may(Permission.EDIT_KNOWLEDGE),
        is_writer=viewer.may(Permission.WRITE_OWN_KNOWLEDGE),
    )


@bp.post("/kb/publish")
@access.needs(Permission.EDIT_KNOWLEDGE)
def publish_many() -> ResponseReturnValue:
    """Publish the ticked ones, each by itself; what can't be is told."""
    return publishing.many(request.form.getlist("numbers"))


@bp.get("/kb/<number>")
@access.needs(Permission.READ_KNOWLEDGE)
def article(number: str) -> ResponseReturnValue:
    """One article, with what the viewer can do with it."""
    noting.opened(number, noting.staff(Source.KNOWLEDGE))
    return _article(number)


@bp.route("/kb/new", methods=["GET", "POST"])
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
@uploads.accepted
@uploads.long_words
def write() -> ResponseReturnValue:
    """Write a new article."""
    first = PageForm(ArticleForm, None, **acting.prefilled())
    return acting.save(ArticleForm, acting.add, partial(_editor, None), first)


@bp.route("/kb/<number>/edit", methods=["GET", "POST"])
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
@uploads.accepted
@uploads.long_words
def edit(number: str) -> ResponseReturnValue:
    """Change an article's words."""
    known = reading.article(access.current(), number)
    first = PageForm(EditForm, None, **acting.typed(known))
    return acting.save(EditForm, partial(acting.edit, number), partial(_editor, known), first)


@bp.post("/kb/preview")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def preview() -> ResponseReturnValue:
    """What is being typed, as it will be read; nothing is stored."""
    return render_template("kb/_preview.html", words=_typed_words(request.form.to_dict()))


@bp.post("/kb/<number>/submit")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def submit(number: str) -> ResponseReturnValue:
    """Ask somebody else to publish it."""
    said = N_("Submitted. Somebody else can publish it now.")
    return acting.on_page(number, operations.submit, said, _article)


@bp.post("/kb/<number>/send-back")
@access.needs(Permission.EDIT_KNOWLEDGE)
def send_back(number: str) -> ResponseReturnValue:
    """Give it back to whoever wrote it, saying what is missing."""
    form = fields.sent(RemarkForm)
    if form.data is None:
        return _article(number, next(iter(form.errors.values()))), Invalid.status
    work = partial(acting.send_back, number, form.data)
    return acting.on_page_do(number, work, N_("Sent back with your remark."), _article)


@bp.post("/kb/<number>/publish")
@access.needs(Permission.EDIT_KNOWLEDGE)
def publish(number: str) -> ResponseReturnValue:
    """Publish what somebody else wrote."""
    form = fields.sent(PublishForm)
    if form.data is None:
        return _article(number, next(iter(form.errors.values()))), Invalid.status
    work = partial(acting.publish, number, form.data)
    return acting.on_page_do(number, work, publishing.said, _article)


@bp.post("/kb/<number>/unschedule")
@access.needs(Permission.EDIT_KNOWLEDGE)
def unschedule(number: str) -> ResponseReturnValue:
    """Take the approval for a time to come back."""
    said = N_("The approval is taken back; it waits to be published again.")
    return acting.on_page_do(number, partial(acting.unschedule, number), said, _article)


@bp.post("/kb/<number>/confirm")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def confirm(number: str) -> ResponseReturnValue:
    """Everything was looked through and is still right; the next review is counted from today."""
    said = N_("Reviewed. The next review is counted from today.")
    return acting.on_page(number, reminding.confirm, said, _article)


@bp.post("/kb/<number>/retire")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def retire(number: str) -> ResponseReturnValue:
    """Take it out of use."""
    form = fields.sent(RetireForm)
    if form.data is None:
        return _article(number, next(iter(form.errors.values()))), Invalid.status
    work = partial(acting.retire, number, form.data)
    return acting.on_page_do(number, work, N_("Taken out of use."), _article)


@bp.get("/answers")
@access.public
def answers() -> ResponseReturnValue:
    """What citizens can read up themselves: asked for, or looked through by category."""
    form = fields.asked(AnswersForm)
    view = browsing.citizens(form)
    noting.asked_page(form.q, view.hits, noting.citizen(Source.PUBLIC))
    return render_template("kb/answers.html", form=form, view=view, canonical=qr.canonical)


@bp.get("/answers/<number>")
@access.public
def answer(number: str) -> ResponseReturnValue:
    """One public answer; of one that is over, that it is, and where to look instead."""
    try:
        standing = public_reading.standing(number)
    except NotFound as error:
        return render_template("kb/gone.html", article=None), error.status
    if standing.is_over:
        return render_template("kb/gone.html", article=standing.article), GONE
    noting.opened(number, noting.citizen(Source.PUBLIC))
    return _answer(standing)


def _article(number: str, problem: str | None = None) -> str:
    shown = reading.article(access.current(), number)
    return render_template(
        "kb/article.html",
        article=shown,
        words=showing.words(shown.body, shown.guide, files.for_staff),
        trail=shelves.trail(shown.category[0] if shown.category else None),
        has_page=qr.has_page(shown),
        changes=comparing.awaited(shown),
        problem=problem,
    )


def _answer(standing: Standing) -> str:
    article = standing.article
    trail = [(name, qr.canonical("kb.answers", category=code)) for code, name in standing.trail]
    url = qr.address(article.number)
    text = markup.plain(article.body)
    return render_template(
        "kb/answer.html",
        article=article,
        trail=standing.trail,
        words=showing.words(article.body, article.guide, files.for_citizens(article.number)),
        url=url,
        description=linked_data.description(text),
        linked=linked_data.script(article, text, url=url, trail=trail),
    )


def _editor(known: Shown | None, form: PageForm[Any]) -> str:
    return render_template(
        "kb/edit.html",
        form=form,
        known=known,
        words=_typed_words(form.values),
        categories=tickets.leaf_groups(),
        units=[(unit.code, unit.name) for unit in people.units()],
        is_editor=access.current().may(Permission.EDIT_KNOWLEDGE),
    )


def _typed_words(typed: dict[str, str]) -> showing.Words:
    guide = {
        name.removeprefix(PREFIX): words
        for name, words in typed.items()
        if name.startswith(PREFIX) and typed.get("kind") == "item_guide"
    }
    return showing.words(typed.get("body", ""), guide, files.for_staff, below=2)
