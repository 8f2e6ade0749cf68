"""The JSON API of an article's life: sending back, approval, review, revisions."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from hotline import access, fields, settings
from hotline.access import Permission
from hotline.people import queries as people
from kb import acting, queries, reading, reminding, revisions, wire
from kb.forms import CompareForm, RemarkForm
from kb.rules import ArticleRules

api_bp = APIBlueprint("kb_life_api", __name__, url_prefix="/api/v1/kb", tag="Knowledge")


@api_bp.post("/articles/<number>/send-back")
@access.needs(Permission.EDIT_KNOWLEDGE)
def send_back(number: str) -> ResponseReturnValue:
    """Give a submitted article back to whoever wrote it, saying why."""
    data = fields.parse(RemarkForm)
    return acting.by_api(partial(acting.send_back, number, data))


@api_bp.post("/articles/<number>/unschedule")
@access.needs(Permission.EDIT_KNOWLEDGE)
def unschedule(number: str) -> ResponseReturnValue:
    """Take back the approval for a time to come."""
    return acting.by_api(partial(acting.unschedule, number))


@api_bp.post("/articles/<number>/confirm")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def confirm(number: str) -> ResponseReturnValue:
    """Say that it is still right; its next review is counted from today."""
    return acting.by_api(partial(acting.act, number, reminding.confirm))


@api_bp.get("/articles/<number>/revisions")
@access.needs(Permission.READ_KNOWLEDGE)
def index(number: str) -> dict[str, Any]:
    """What was published and when, the newest first."""
    reading.article(access.current(), number)
    return {"items": [wire.revision(one) for one in revisions.listed(number)], "next": None}


@api_bp.get("/articles/<number>/revisions/<int:version>")
@access.needs(Permission.READ_KNOWLEDGE)
def show(number: str, version: int) -> dict[str, Any]:
    """One revision with its words."""
    reading.article(access.current(), number)
    found = revisions.one(number, version)
    return wire.revision(found) | {"wording": found.wording}


@api_bp.get("/articles/<number>/difference")
@access.needs(Permission.READ_KNOWLEDGE)
def difference(number: str) -> dict[str, Any]:
    """What changed from one revision to another, or to what the article says now."""
    form = fields.asked(CompareForm)
    reading.article(access.current(), number)
    found = revisions.difference(number, form.older, form.newer)
    return {"items": [wire.difference(one) for one in found], "next": None}


@api_bp.post("/articles/<number>/revisions/<int:version>/restore")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
def restore(number: str, version: int) -> ResponseReturnValue:
    """Take back an earlier revision's words, for a second pair of eyes."""
    return acting.by_api(partial(acting.restore, number, version))


@api_bp.get("/upkeep")
@access.needs(Permission.EDIT_KNOWLEDGE)
def kept() -> dict[str, Any]:
    """How well each unit keeps its articles."""
    found = queries.upkeep(reading.today(), settings.read(ArticleRules))
    return {"items": wire.upkeep(found, people.units()), "next": None}
