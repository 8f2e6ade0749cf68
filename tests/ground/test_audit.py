"""Traces of who looked at and did what; they stand when what they tell of stands."""

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import audit
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from tests import factories
from tests.browsing import Browser


def traces(kind: str) -> list[AuditEntry]:
    """All traces of a kind."""
    found = select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def test_a_trace_says_who_did_what_to_what_and_when(app: APIFlask) -> None:
    audit.record("staff:7", "looked", "ticket:1", at=factories.NOW, why="to call back")
    db.session.commit()
    (trace,) = traces("looked")
    assert (trace.actor, trace.subject, trace.at) == ("staff:7", "ticket:1", factories.NOW)
    assert trace.facts == {"why": "to call back"}


def test_a_trace_goes_with_what_it_tells_of(app: APIFlask) -> None:
    audit.record("staff:7", "looked", "ticket:1", at=factories.NOW)
    db.session.rollback()
    assert traces("looked") == []


def test_uncovering_a_phone_leaves_a_trace(app: APIFlask) -> None:
    number = factories.taken().ticket.number
    operator = factories.staff("op", Role.OPERATOR)
    browser = Browser(app)
    browser.sign_in(operator)
    page = browser.get(f"/tickets/{number}")
    assert "13812345678" not in page.text
    shown = browser.submit(page, f"/tickets/{number}/uncover", anywhere=True)
    assert "13812345678" in shown.text.replace(" ", "")
    (trace,) = traces("phone_uncovered")
    assert trace.actor == f"staff:{operator.id}"


def test_who_may_not_uncover_leaves_none(app: APIFlask, client: FlaskClient) -> None:
    number = factories.taken().ticket.number
    browser = Browser(app)
    browser.sign_in(factories.staff("rev", Role.REVIEWER))
    page = browser.get(f"/tickets/{number}")
    answer = browser.submit(page, f"/tickets/{number}/uncover", anywhere=True)
    assert answer.status == 404
    assert "13812345678" not in answer.text
    assert traces("phone_uncovered") == []
