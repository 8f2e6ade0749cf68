"""What a ticket's page shows of its texts, and to whom."""

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import access, relay
from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.messages import operations, parts
from hotline.messages.models import Message
from hotline.messages.operations import Incoming
from hotline.messages.parts import TextView
from hotline.messages.rules import Delivery
from hotline.tickets import access as tickets
from hotline.tickets.kinds import Role as PartRole
from hotline.tickets.models import Ticket
from hotline.tickets.operations import hand_to
from tests import factories

PHONE = "+8613812345678"


@pytest.fixture
def ticket(app: APIFlask, now: datetime) -> Ticket:
    """A ticket with a text from and one to its citizen, held by a unit."""
    made = factories.sorted_ticket(now=now)
    text = Incoming("supplement", PHONE, "电话里说不清", "SM1", made.id, made.citizen_id)
    operations.receive(text, now=now)
    hand_to(made, factories.unit("D15").id, PartRole.LEAD, at=now)
    db.session.commit()
    relay.drain()
    return made


def viewer(*roles: Role, unit: str | None = None) -> Viewer:
    units = frozenset({factories.unit(unit).id}) if unit else frozenset[int]()
    return Viewer.of(1, "试", "test", roles=frozenset(roles), unit_ids=units)


def shown(ticket: Ticket, who: Viewer) -> list[TextView]:
    view = tickets.see(who, ticket.number)
    return list(parts.load([view], who).get(ticket.id, []))


def test_texts_both_ways_with_number_and_code_covered(ticket: Ticket) -> None:
    came, went = shown(ticket, viewer(Role.OPERATOR))
    assert (came.is_from_citizen, came.body, came.phone) == (True, "电话里说不清", "138****5678")
    assert (went.kind, went.state, went.is_from_citizen) == (
        "acknowledged",
        Delivery.QUEUED,
        False,
    )
    assert ticket.number in went.body
    assert "******" in went.body


def test_a_unit_sees_them_unless_confidential(ticket: Ticket) -> None:
    handler = viewer(Role.HANDLER, unit="D15")
    assert len(shown(ticket, handler)) == 2
    ticket.is_confidential = True
    db.session.commit()
    assert shown(ticket, handler) == []
    assert len(shown(ticket, viewer(Role.OPERATOR))) == 2


def test_a_supervisor_sees_no_number_of_a_confidential_one(ticket: Ticket) -> None:
    ticket.is_confidential = True
    db.session.commit()
    supervisor = viewer(Role.SUPERVISOR)
    assert not supervisor.may(access.Permission.UNMASK)
    assert {one.phone for one in shown(ticket, supervisor)} == {"***"}


def test_the_page_shows_a_text_that_was_lost(client: FlaskClient, ticket: Ticket) -> None:
    for message in db.session.query(Message):
        message.state = Delivery.FAILED if message.kind == "acknowledged" else message.state
    db.session.commit()
    factories.sign_in(client, factories.staff("op", Role.OPERATOR))
    page = client.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "电话里说不清" in page
    assert "可能未送达诉求人" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_the_api_lists_them(client: FlaskClient, ticket: Ticket) -> None:
    headers = factories.bearer(factories.staff("op", Role.OPERATOR))
    answer = client.get(f"/api/v1/tickets/{ticket.number}", headers=headers)
    assert answer.status_code == 200
    listed = answer.get_json()["messages"]
    assert [one["direction"] for one in listed] == ["in", "out"]
    assert listed[0]["phone"] == "138****5678"
