"""Tickets with files, and those who look at them."""

import io
from pathlib import Path
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.access import Role
from hotline.attachments import operations, queries
from hotline.attachments.models import Attachment
from hotline.attachments.rules import Source
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories
from tests.attachments import files
from tests.dispatch import samples
from tests.factories import NOW

BODY = {"Content-Type": "multipart/form-data; boundary=b"}


def added(
    ticket: Ticket, source: Source, *, name: str = "a.pdf", is_for_unit: bool = False, of: int = 1
) -> Attachment:
    """A file of the ticket."""
    by = "citizen" if source is Source.CITIZEN else samples.HANDLER
    made = operations.take(
        ticket,
        [files.upload(name)],
        by=by,
        now=NOW,
        of=of,
        source=source,
        is_for_unit=is_for_unit,
    )
    db.session.commit()
    return made[0]


def handler(code: str, username: str) -> Staff:
    """Somebody who handles for the unit."""
    return factories.staff(username, Role.HANDLER, unit_code=code)


def part(content: bytes, name: str = "a.pdf", mimetype: str = "image/png") -> tuple[Any, str, str]:
    """A file as a browser sends it; the type it claims is never believed."""
    return io.BytesIO(content), name, mimetype


def body(content: bytes) -> bytes:
    """One file as a whole body, for large ones: the test client keeps those in open files."""
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    return head + content + b"\r\n--b--\r\n"


def tokens(client: FlaskClient, path: str) -> dict[str, str]:
    """The CSRF token and a nonce of a page."""
    text = client.get(path).get_data(as_text=True)
    return {name: factories.hidden(text, name) for name in ("csrf_token", "_key")}


def post(client: FlaskClient, path: str, page: str, **data: Any) -> TestResponse:
    """Send a page's form with files."""
    sent = tokens(client, page) | data
    return client.post(path, data=sent, content_type="multipart/form-data")


def of(ticket: Ticket) -> list[Attachment]:
    """The ticket's files."""
    db.session.expire_all()
    return list(queries.of_tickets([ticket.id]))


def on_disk() -> list[Path]:
    """What lies in the storage."""
    folder: Path = current_app.extensions["config"].attachments_dir
    return sorted(folder.glob("*/*"))
