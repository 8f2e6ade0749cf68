"""Use and learning of the knowledge base in the JSON API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import NotFound
from kb import reading
from kb import wire as articles
from kb.use import noting, operations, queries, texting, wire
from kb.use.forms import (
    ApiComplaintForm,
    ApiTextForm,
    ApiUseForm,
    GapsForm,
    KeysForm,
    StandForm,
)
from kb.use.kinds import Source, Stand, UseKind

api_bp = APIBlueprint("kb_use_api", __name__, url_prefix="/api/v1", tag="Knowledge")


@api_bp.post("/kb/articles/<number>/uses")
@access.needs(Permission.READ_KNOWLEDGE)
def use(number: str) -> ResponseReturnValue:
    """Say what was done with an article: opened, inserted, helpful, unhelpful."""
    data = fields.parse(ApiUseForm)

    def work() -> http.Answer:
        reading.article(access.current(), number)
        asker, now = noting.staff(Source.API), clock.now()
        ticket = noting.ticket(data.ticket)
        is_new = noting.note_use(number, data.kind, asker, at=now, ticket_id=ticket)
        return http.ok({"counted": is_new}, 201)

    return http.write(work)


@api_bp.post("/kb/articles/<number>/complaints")
@access.needs(Permission.READ_KNOWLEDGE)
def complain(number: str) -> ResponseReturnValue:
    """Say what is wrong with an article."""
    data = fields.parse(ApiComplaintForm)

    def work() -> http.Answer:
        reading.article(access.current(), number)
        asker, now = noting.staff(Source.API), clock.now()
        made = operations.complain(
            number, data.words, asker, now=now, ticket_id=noting.ticket(data.ticket)
        )
        return http.ok({"id": made.id, "state": made.state.value}, 201)

    return http.write(work)


@api_bp.post("/kb/articles/<number>/text")
@access.needs(Permission.CALL)
def text(number: str) -> ResponseReturnValue:
    """Send an article's words by text to who asks right now."""
    data, viewer = fields.parse(ApiTextForm), access.current()

    def work() -> http.Answer:
        article, now = reading.article(viewer, number), clock.now()
        to = texting.recipient(viewer, data.ticket or "", data.phone or "")
        texting.send(article, to, data.words or texting.draft(article), now=now)
        asker = noting.staff(Source.API)
        noting.note_use(number, UseKind.TEXTED, asker, at=now, ticket_id=to.ticket_id)
        return http.ok({"to": to.shown}, 201)

    return http.write(work)


@api_bp.get("/kb/articles/<number>/figures")
@access.needs(Permission.READ_KNOWLEDGE)
def figures(number: str) -> dict[str, Any]:
    """How often an article was used, and with what success."""
    reading.article(access.current(), number)
    found = queries.figures("used", limit=1, number=number)
    if not found:
        raise NotFound("unknown_article", "There is no such article.", field="number")
    return wire.figures(found[0])


@api_bp.get("/kb/gaps")
@access.needs(Permission.EDIT_KNOWLEDGE)
def gaps() -> dict[str, Any]:
    """What was asked in vain, in groups, the most frequent first."""
    form = fields.asked(GapsForm)
    is_found = {"yes": True, "no": False}.get(form.found)
    groups = queries.missing(clock.now() - timedelta(days=form.days), is_found=is_found)
    return {"items": [wire.gap(one) for one in groups[: queries.A_PAGE]], "next": None}


@api_bp.post("/kb/gaps/dismiss")
@access.needs(Permission.EDIT_KNOWLEDGE)
def dismiss() -> ResponseReturnValue:
    """Show a group of questions no more."""
    data, by = fields.parse(KeysForm), access.current().staff_id
    now = clock.now()
    example = data.example or data.keys[0]
    return _done(lambda: operations.dismiss(data.keys, example, by=by, now=now))


@api_bp.post("/kb/gaps/restore")
@access.needs(Permission.EDIT_KNOWLEDGE)
def restore() -> ResponseReturnValue:
    """Show a dismissed group of questions again."""
    data = fields.parse(KeysForm)
    return _done(lambda: operations.bring_back(data.keys))


@api_bp.get("/kb/proposals")
@access.needs(Permission.EDIT_KNOWLEDGE)
def proposals() -> dict[str, Any]:
    """The drafts that answers without an article suggest."""
    return {"items": [wire.proposal(one) for one in queries.proposals()], "next": None}


@api_bp.post("/kb/proposals/<int:proposal_id>/accept")
@access.needs(Permission.EDIT_KNOWLEDGE)
def accept(proposal_id: int) -> ResponseReturnValue:
    """Make a draft of a proposal; answers the article."""
    viewer = access.current()

    def work() -> http.Answer:
        made = operations.accept(proposal_id, by=viewer.staff_id, now=clock.now())
        return http.ok(articles.full(reading.article(viewer, made.number)), 201)

    return http.write(work)


@api_bp.post("/kb/proposals/<int:proposal_id>/dismiss")
@access.needs(Permission.EDIT_KNOWLEDGE)
def dismiss_proposal(proposal_id: int) -> ResponseReturnValue:
    """Want no draft of it."""
    by, now = access.current().staff_id, clock.now()
    return _done(lambda: operations.decide(proposal_id, Stand.DISMISSED, by=by, now=now))


@api_bp.post("/kb/proposals/<int:proposal_id>/restore")
@access.needs(Permission.EDIT_KNOWLEDGE)
def restore_proposal(proposal_id: int) -> ResponseReturnValue:
    """Bring a dismissed one back."""
    by, now = access.current().staff_id, clock.now()
    return _done(lambda: operations.decide(proposal_id, Stand.OPEN, by=by, now=now))


@api_bp.get("/kb/complaints")
@access.needs(Permission.EDIT_KNOWLEDGE)
def complaints() -> dict[str, Any]:
    """What is said to be wrong and waits for an editor, the oldest first."""
    return {"items": [wire.complaint(one) for one in queries.complaints()], "next": None}


@api_bp.post("/kb/complaints/<int:complaint_id>")
@access.needs(Permission.EDIT_KNOWLEDGE)
def settle(complaint_id: int) -> ResponseReturnValue:
    """Say what became of a complaint."""
    data, by = fields.parse(StandForm), access.current().staff_id
    now = clock.now()
    return _done(lambda: operations.settle(complaint_id, Stand(data.stand), by=by, now=now))


def _done(operation: Callable[[], object]) -> ResponseReturnValue:
    def work() -> http.Answer:
        operation()
        return http.ok({"done": True})

    return http.write(work)
