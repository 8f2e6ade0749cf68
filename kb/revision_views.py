"""What an article said before: its revisions, what changed in each, and taking one back."""

from functools import partial

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.access import Permission
from hotline.errors import Invalid
from hotline.fields import Form
from hotline.words import N_
from kb import acting, comparing, files, reading, revisions, showing
from kb.wording import from_json

bp = Blueprint("kb_revisions", __name__, template_folder="templates")


class RestoreForm(Form):
    """Which revision is taken back."""

    revision: int


@bp.get("/kb/<number>/revisions")
@access.needs(Permission.READ_KNOWLEDGE)
def page(number: str) -> ResponseReturnValue:
    """All revisions, the newest first."""
    return _page(number)


@bp.get("/kb/<number>/revisions/<int:version>")
@access.needs(Permission.READ_KNOWLEDGE)
def one(number: str, version: int) -> ResponseReturnValue:
    """One revision: what it said, what it changed, what has changed since."""
    return _one(number, version)


@bp.post("/kb/<number>/restore")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def restore(number: str) -> ResponseReturnValue:
    """Take an earlier wording back; it waits for somebody else's eyes like any other."""
    form = fields.sent(RestoreForm)
    if form.data is None:
        return _page(number, next(iter(form.errors.values()))), Invalid.status
    said = N_("The earlier wording is a draft now; submit it, and somebody else can publish it.")
    work = partial(acting.restore, number, form.data.revision)
    return acting.on_page_do(number, work, said, _page)


def _page(number: str, problem: str | None = None) -> str:
    article = reading.article(access.current(), number)
    listed = revisions.listed(number)
    return render_template("kb/revisions.html", article=article, listed=listed, problem=problem)


def _one(number: str, version: int) -> str:
    article = reading.article(access.current(), number)
    kept = revisions.one(number, version)
    said = from_json(kept.wording)
    before = revisions.difference(number, version - 1, version) if version > 1 else []
    since = revisions.difference(number, version) if version < article.revision else []
    return render_template(
        "kb/revision.html",
        article=article,
        kept=kept,
        said=said,
        words=showing.words(said.body, said.guide, files.for_staff, below=2),
        before=comparing.changes(before),
        since=comparing.changes(since),
    )
