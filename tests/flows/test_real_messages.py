"""Citizens' own words, as they really come: none lost, none twice, none failed."""

import csv
import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hotline import counters, relay
from hotline.extensions import db
from hotline.messages import inbound
from hotline.messages.models import Message
from hotline.messages.rules import Direction
from hotline.tickets import audit, importing
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from tests.webhooks import doors

FILE = Path(__file__).parents[3] / "shared" / "data" / "real" / "messages_unlabelled.csv.gz"
IMPORTED, TEXTED = 500, 200

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="real messages are not shared here")


def rows(first: int, many: int) -> Iterator[dict[str, str]]:
    """So many rows of the file."""
    with gzip.open(FILE, "rt", encoding="utf-8-sig", newline="") as file:
        yield from itertools.islice(csv.DictReader(file), first, first + many)


def bodies() -> list[str]:
    """The words of all tickets."""
    return list(db.session.scalars(select(TicketText.body).order_by(TicketText.ticket_id)))


def all_is_true(app: APIFlask, tickets: int) -> None:
    """Every chain verifies and every counter equals the truth."""
    report = audit.verify_all()
    assert (report.tickets, report.faults) == (tickets, [])
    assert counters.prove(app.extensions["truths"]) == []


def test_500_are_imported_once(app: APIFlask, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "body", "created_at", "external_id"])
        given = list(rows(0, IMPORTED))
        writer.writerows((one["title"], one["body"], one["time"], one["id"]) for one in given)
    report = importing.import_file(path)
    assert (report.made, report.known, report.bad) == (IMPORTED, 0, [])
    assert [one.strip() for one in bodies()] == [one["body"].strip() for one in given]
    again = importing.import_file(path)
    assert (again.made, again.known, again.bad) == (0, IMPORTED, [])
    all_is_true(app, IMPORTED)


def test_200_texts_become_tickets_once(app: APIFlask) -> None:
    client = app.test_client()
    given = [one["body"] for one in rows(IMPORTED, TEXTED)]
    sent = [
        doors.fields(body, From=f"+86139{place:08d}")
        for place, body in enumerate(given, 10_000_000)
    ]
    for one in sent:
        assert doors.post(client, doors.SMS, one).status_code == 200
    for one in sent[:20]:
        assert doors.post(client, doors.SMS, one).status_code == 200, "the carrier repeats itself"
    assert bodies() == [inbound.classify(body).text for body in given]
    states = db.session.execute(select(Ticket.state, func.count()).group_by(Ticket.state))
    assert states.all() == [(State.RECEIVED, TEXTED)]
    relay.drain()
    told = select(func.count(Message.id)).where(Message.direction == Direction.OUT)
    assert db.session.scalars(told).one() == TEXTED, "each is acknowledged once"
    all_is_true(app, TEXTED)
