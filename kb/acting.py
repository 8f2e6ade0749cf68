"""The one way in which a page or an API call changes an article.

Each runs an operation in one write, as the viewer and at the present moment. On a refusal a
page is shown again with the reason and with everything that was typed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.attachments import uploads
from hotline.attachments.uploads import Upload
from hotline.errors import Invalid, Refused
from hotline.fields import PageForm
from hotline.words import N_
from kb import days, files, operations, owning, reading, wire
from kb.forms import PREFIX, ArticleForm, EditForm, PublishForm, RemarkForm, RetireForm
from kb.laying import Own
from kb.models import Article
from kb.reading import Shown

F = TypeVar("F", bound=ArticleForm)
PREVIEW = "_preview"
PREFILLED = ("title", "questions", "body", "category")
LONGEST_PREFILLED = 2_000


class Verb(Protocol):
    """An operation that needs nothing but the article, and whose articles one may touch."""

    def __call__(self, number: str, /, *, by: int, now: datetime, own: Own) -> Article: ...


def add(form: ArticleForm) -> Article:
    """Write a draft as the viewer."""
    viewer, now = access.current(), clock.now()
    own = owning.own_units(viewer)
    return operations.add(form.wording(), by=viewer.staff_id, now=now, own=own)


def edit(number: str, form: EditForm) -> Article:
    """Change the words as the viewer."""
    viewer, now = access.current(), clock.now()
    own, version = owning.own_units(viewer), form.version
    by = viewer.staff_id
    return operations.edit(number, form.wording(), by=by, now=now, version=version, own=own)


def act(number: str, verb: Verb) -> Article:
    """Do a verb that units' people do with their own articles too, as the viewer."""
    viewer = access.current()
    return verb(number, by=viewer.staff_id, now=clock.now(), own=owning.own_units(viewer))


def publish(number: str, form: PublishForm) -> Article:
    """Publish it or approve it for later, as the viewer."""
    return operations.publish(
        number,
        by=access.current().staff_id,
        now=clock.now(),
        at=form.at(),
        is_at_once=form.is_at_once,
        version=form.version,
    )


def send_back(number: str, form: RemarkForm) -> Article:
    """Give it back to whoever wrote it, as the viewer."""
    by, now = access.current().staff_id, clock.now()
    return operations.send_back(number, by=by, now=now, remark=form.remark)


def retire(number: str, form: RetireForm) -> Article:
    """Take it out of use, as the viewer."""
    viewer, now = access.current(), clock.now()
    own, seen = owning.own_units(viewer), form.seen
    return operations.retire(number, by=viewer.staff_id, now=now, own=own, seen=seen)


def unschedule(number: str) -> Article:
    """Take the approval back, as the viewer."""
    return operations.unschedule(number, by=access.current().staff_id, now=clock.now())


def restore(number: str, revision: int) -> Article:
    """Take an earlier wording back, as the viewer."""
    viewer, own = access.current(), owning.own_units(access.current())
    by = viewer.staff_id
    return operations.restore(number, revision, by=by, now=clock.now(), own=own)


def save(
    model: type[F],
    work: Callable[[F], Article],
    show: Callable[[PageForm[F]], str],
    first: PageForm[F] | None = None,
) -> ResponseReturnValue:
    """The editor's page: shown with `first` values, or saved and on to the article.

    Files that came with the form are named at the words' end. `_preview` shows what was typed as
    it will be read, for browsers without scripts.
    """
    form = fields.sent(model)
    if request.method != "POST" or PREVIEW in request.form:
        return show(first or form if request.method != "POST" else form)
    status = Invalid.status
    if form.data is not None:
        data = form.data
        try:
            given = uploads.read()
            return http.write(lambda: _went(work(_with(given, data)), N_("Saved as a draft.")))
        except Refused as error:
            form.refuse(error)
            status = error.status
    return show(form), status


def on_page(
    number: str, verb: Verb, said: str, show: Callable[[str, str], str]
) -> ResponseReturnValue:
    """A button on the article's page. Raises NotFound; other refusals are shown on the page."""
    return on_page_do(number, lambda: act(number, verb), said, show)


def on_page_do(
    number: str,
    work: Callable[[], Article],
    said: str | Callable[[Article], str],
    show: Callable[[str, str], str],
) -> ResponseReturnValue:
    """The same for any work on the article. Raises NotFound."""

    def done() -> http.Answer:
        article = work()
        return _went(article, said if isinstance(said, str) else said(article))

    try:
        return http.write(done)
    except Refused as error:
        if error.status == 404:
            raise
        return show(number, fields.said(error)), error.status


def by_api(work: Callable[[], Article], status: int = 200) -> ResponseReturnValue:
    """An API call; answers the article as it is afterwards."""

    def done() -> http.Answer:
        shown = reading.article(access.current(), work().number)
        return http.ok(wire.full(shown), status)

    return http.write(done)


def typed(article: Shown) -> dict[str, str]:
    """An article's words as the editor's fields hold them."""
    values: dict[str, Any] = {
        "kind": article.kind.value,
        "title": article.title,
        "body": article.body,
        "keywords": " ".join(article.keywords),
        "category": article.category[0] if article.category else None,
        "unit": article.unit[0] if article.unit else None,
        "is_public": "1" if article.is_public else None,
        "valid_from": article.valid_from,
        "valid_until": article.valid_until,
        "source": article.source,
        "questions": "\n".join(article.questions),
        "synonyms": " ".join(article.synonyms),
        "places": " ".join(article.places),
        "languages": " ".join(article.languages),
        "document_number": article.document_number,
        "source_url": article.source_url,
        "publish_at": _wall(article.publish_at),
        "review_days": article.review_days,
        "version": article.version,
    }
    values |= {f"{PREFIX}{name}": words for name, words in article.guide.items()}
    return {name: str(value) for name, value in values.items() if value is not None}


def _wall(moment: datetime | None) -> str | None:
    """A moment as a page's field holds it: the city's time without a zone."""
    if moment is None:
        return None
    return moment.astimezone(days.zone()).strftime("%Y-%m-%dT%H:%M")


def prefilled() -> dict[str, str]:
    """What the page for a new article begins with, from its address: the words that were missed."""
    given = {name: request.args.get(name, "")[:LONGEST_PREFILLED] for name in PREFILLED}
    return {name: words for name, words in given.items() if words}


def _with(given: Sequence[Upload], form: F) -> F:
    if not given:
        return form
    made = files.keep(given, by=access.current().staff_id, now=clock.now())
    return form.model_copy(update={"body": files.appended(form.body, made)})


def _went(article: Article, said: str) -> http.Answer:
    return http.go(url_for("kb.article", number=article.number), said)
