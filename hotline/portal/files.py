"""A citizen's files: their own, and those that came with what the unit told them.

Only for a browser that opened the ticket with number and code (`tracking.is_open`).
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select

from hotline import access
from hotline.attachments import queries, serving
from hotline.attachments.models import Attachment
from hotline.extensions import db
from hotline.portal import tracking
from hotline.tickets.models import Ticket

bp = Blueprint("portal_files", __name__)


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the citizen's page of a ticket asks for."""
    return {"files_of_citizen": of_number}


@bp.get("/track/<number>/attachments/<key>")
@access.public
@serving.sandboxed
def file(number: str, key: str) -> Response:
    """One file, to be saved."""
    return serving.download(_opened(number, key))


@bp.get("/track/<number>/attachments/<key>/thumbnail")
@access.public
@serving.sandboxed
def thumbnail(number: str, key: str) -> Response:
    """A picture in small."""
    return serving.picture(_opened(number, key), is_small=True)


def of_number(number: str) -> Sequence[Attachment]:
    """The files that the citizen of this ticket may have; the caller knows that it is theirs."""
    return queries.for_citizen(_id_of(number) or 0)


def _opened(number: str, key: str) -> Attachment:
    ticket_id = _id_of(number) if tracking.is_open(number) else None
    found = queries.one_for_citizen(ticket_id, key) if ticket_id is not None else None
    if found is None:
        raise serving.missing()
    return found


def _id_of(number: str) -> int | None:
    return db.session.scalar(select(Ticket.id).where(Ticket.number == number))
