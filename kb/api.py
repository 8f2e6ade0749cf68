"""The knowledge base's part of the JSON API."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.access import Permission
from hotline.attachments import uploads
from kb import acting, operations, reading, wire
from kb.forms import ArticleForm, EditForm, ListForm, PublishForm, QuestionForm, RetireForm
from kb.use import noting
from kb.use.kinds import Source

api_bp = APIBlueprint("kb_api", __name__, url_prefix="/api/v1", tag="Knowledge")


@api_bp.get("/kb/suggest")
@access.needs(Permission.READ_KNOWLEDGE)
def suggest() -> dict[str, Any]:
    """The best answers to a question, with score and highlighted words."""
    form = fields.asked(QuestionForm)
    hits = reading.answers(form.q, form.limit)
    noting.asked_page(form.q, hits, noting.staff(Source.API))
    return {"items": [wire.hit(one) for one in hits], "next": None}


@api_bp.get("/kb/articles")
@access.needs(Permission.READ_KNOWLEDGE)
def index() -> dict[str, Any]:
    """A list of articles, the last changed first."""
    return wire.page(reading.page(access.current(), fields.asked(ListForm)))


@api_bp.get("/kb/articles/<number>")
@access.needs(Permission.READ_KNOWLEDGE)
def show(number: str) -> dict[str, Any]:
    """One article with its words."""
    return wire.full(reading.article(access.current(), number))


@api_bp.post("/kb/articles")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
@uploads.long_words
def create() -> ResponseReturnValue:
    """Write a draft."""
    data = fields.parse(ArticleForm)
    return acting.by_api(partial(acting.add, data), 201)


@api_bp.put("/kb/articles/<number>")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
@uploads.long_words
def edit(number: str) -> ResponseReturnValue:
    """Change the words; of a published article a changed wording is made beside it."""
    data = fields.parse(EditForm)
    return acting.by_api(partial(acting.edit, number, data))


@api_bp.post("/kb/articles/<number>/submit")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def submit(number: str) -> ResponseReturnValue:
    """Ask somebody else to publish it."""
    return acting.by_api(partial(acting.act, number, operations.submit))


@api_bp.post("/kb/articles/<number>/publish")
@access.needs(Permission.EDIT_KNOWLEDGE)
def publish(number: str) -> ResponseReturnValue:
    """Publish what somebody else wrote, at once or at a time to come."""
    data = fields.parse(PublishForm)
    return acting.by_api(partial(acting.publish, number, data))


@api_bp.post("/kb/articles/<number>/retire")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def retire(number: str) -> ResponseReturnValue:
    """Take it out of use."""
    data = fields.parse(RetireForm)
    return acting.by_api(partial(acting.retire, number, data))
