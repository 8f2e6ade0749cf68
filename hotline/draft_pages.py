"""Where a page keeps its drafts while somebody writes, and gets them back; each one's own only."""

from typing import Annotated

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from hotline import access, clock, drafts, fields, http
from hotline.errors import NotFound
from hotline.words import N_

bp = Blueprint("drafts", __name__)

Short = Annotated[str, Field(max_length=80)]


class DraftForm(fields.Form):
    """What a form holds, and the page it stands on."""

    values: dict[Short, list[str]]
    address: str = Field("", max_length=500)


@bp.get("/drafts")
@access.public
def names() -> ResponseReturnValue:
    """Which drafts there are."""
    return jsonify(names=drafts.names_of(access.current().staff_id))


@bp.get("/drafts/<name>")
@access.public
def draft(name: str) -> ResponseReturnValue:
    """One draft."""
    kept = drafts.get(access.current().staff_id, name)
    if kept is None:
        raise NotFound("no_draft", "There is no such draft.", field="name")
    return jsonify(values=kept.values, at=kept.updated_at.isoformat(timespec="seconds"))


@bp.put("/drafts/<name>")
@access.public
def keep(name: str) -> ResponseReturnValue:
    """Store what was typed so far; answers when."""
    viewer, now = access.current(), clock.now()
    data = fields.parse(DraftForm)
    address = http.local(data.address, "")

    def work() -> http.Answer:
        drafts.keep(viewer.staff_id, name, data.values, address=address, now=now)
        return http.ok({"at": now.isoformat(timespec="seconds")})

    return http.write(work)


@bp.delete("/drafts/<name>")
@access.public
def discard(name: str) -> ResponseReturnValue:
    """Forget it."""
    staff_id = access.current().staff_id

    def work() -> http.Answer:
        drafts.drop(staff_id, name)
        return http.ok({})

    return http.write(work)


@bp.post("/drafts/<name>/discard")
@access.public
def discard_from_list(name: str) -> ResponseReturnValue:
    """Forget it and go back to the page it was listed on."""
    staff_id, back = access.current().staff_id, http.local(request.form.get("_back"), "")

    def work() -> http.Answer:
        drafts.drop(staff_id, name)
        return http.go(back or url_for("people.account"), N_("The draft is discarded."))

    return http.write(work)
