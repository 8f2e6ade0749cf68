"""A citizen's files: their own and those of what they were told, and nobody else's."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dispatch import reviewing, working
from dispatch.models import Reply
from hotline.attachments import operations, queries
from hotline.attachments.models import Attachment
from hotline.attachments.rules import Source
from hotline.extensions import db
from hotline.tickets.models import Ticket, TicketText
from tests import factories
from tests.attachments import files, town
from tests.dispatch import samples
from tests.factories import NOW


def opened(client: FlaskClient, ticket: Ticket) -> None:
    """Look the ticket up with its code, as its citizen does."""
    code = db.session.query(TicketText.query_code).filter_by(ticket_id=ticket.id).scalar()
    page = client.get("/track").get_data(as_text=True)
    sent = {
        "number": ticket.number,
        "query_code": code,
        "csrf_token": factories.hidden(page, "csrf_token"),
    }
    assert client.post("/track", data=sent).status_code == 303


def path(ticket: Ticket, row: Attachment) -> str:
    """Where the citizen gets the file."""
    return f"/track/{ticket.number}/files/{row.key}"


def of_reply(ticket: Ticket) -> Attachment:
    """A file that goes with the ticket's last event, a reply or a report of the unit."""
    by, of = samples.HANDLER, ticket.last_seq
    made = operations.take(ticket, [files.upload()], by=by, now=NOW, of=of, source=Source.UNIT)
    db.session.commit()
    return made[0]


def test_their_own_and_those_of_the_accepted_reply(client: FlaskClient) -> None:
    ticket = samples.replied()
    own, reply = town.added(ticket, Source.CITIZEN, name="我的.pdf"), of_reply_before(ticket)
    inner = town.added(ticket, Source.HOTLINE)
    loose = town.added(ticket, Source.UNIT, of=0)
    opened(client, ticket)
    assert _got(client, ticket, own, reply, inner, loose) == [200, 404, 404, 404]
    reviewing.accept(
        ticket, samples.open_of(ticket), by=samples.REVIEWER, now=NOW + timedelta(hours=2)
    )
    db.session.commit()
    assert _got(client, ticket, own, reply, inner, loose) == [200, 200, 404, 404]
    assert list(queries.for_citizen(ticket.id)) == [own, reply]
    text = client.get(f"/track/{ticket.number}").get_data(as_text=True)
    assert "我的.pdf" in text


def of_reply_before(ticket: Ticket) -> Attachment:
    """A file of the reply that the ticket's last events hold."""
    seq = db.session.query(Reply.seq).filter_by(ticket_id=ticket.id).scalar()
    return town.added(ticket, Source.UNIT, of=seq)


def test_those_of_a_progress_report(client: FlaskClient) -> None:
    ticket = samples.signed()
    working.progress(ticket, samples.open_of(ticket), "明天施工。", by=samples.HANDLER, now=NOW)
    row = of_reply(ticket)
    opened(client, ticket)
    assert _got(client, ticket, row) == [200]


def test_nobody_else_gets_them(client: FlaskClient) -> None:
    ticket, other = factories.sorted_ticket(), factories.sorted_ticket(phone="+8613900000009")
    row, theirs = town.added(ticket, Source.CITIZEN), town.added(other, Source.CITIZEN)
    assert _got(client, ticket, row) == [404]
    opened(client, other)
    assert _got(client, ticket, row) == [404]
    assert client.get(path(other, row)).status_code == 404
    answer = client.get(path(other, theirs))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["图.jpg", "<b>.exe"])
def test_they_add_files_to_what_they_wrote(client: FlaskClient, name: str) -> None:
    ticket = factories.sorted_ticket()
    opened(client, ticket)
    page = f"/track/{ticket.number}"
    wrong = town.post(
        client, f"{page}/supplement", page, text="还有这张图", files=town.part(files.SVG, name)
    )
    assert wrong.status_code == 422
    assert "还有这张图" in wrong.get_data(as_text=True)
    assert "<b>" not in wrong.get_data(as_text=True)
    right = town.post(
        client, f"{page}/supplement", page, text="还有这张图", files=town.part(files.photo(), name)
    )
    assert right.status_code == 303
    (row,) = town.of(ticket)
    assert (row.source, row.of_seq) == (Source.CITIZEN, ticket.last_seq - 1)
    small = client.get(f"{path(ticket, row)}/picture")
    assert (small.status_code, small.headers["Content-Type"]) == (200, "image/jpeg")


def _got(client: FlaskClient, ticket: Ticket, *rows: Attachment) -> list[int]:
    return [client.get(path(ticket, row)).status_code for row in rows]
