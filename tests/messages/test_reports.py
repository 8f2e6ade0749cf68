"""What the carrier says of our texts: in any order, more than once, before we know the id."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import crypto, settings
from hotline.extensions import db
from hotline.messages import operations, reports
from hotline.messages.models import EarlyReport, Message, OptOut
from hotline.messages.operations import Outgoing
from hotline.messages.rules import Delivery, MessageRules
from tests import factories
from tests.webhooks import doors

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
SID = "SM" + "1" * 32


def sent(provider_id: str | None = SID) -> Message:
    """A text as the carrier has taken it."""
    text = Outgoing(kind="closed", phone=doors.PHONE, values={"number": "1"})
    zone, rules = factories.book().calendar.zone, settings.read(MessageRules)
    message_id = operations.queue_text(text, now=NOW, zone=zone, limits=rules)
    message = db.session.get_one(Message, message_id)
    message.state, message.provider_id, message.next_try_at = Delivery.SENT, provider_id, None
    db.session.commit()
    return message


def state_of(message: Message) -> Delivery:
    db.session.expire(message)
    return message.state


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "sending"])))
def test_delivered_stays_delivered(app: APIFlask, order: tuple[str, ...]) -> None:
    message = sent()
    for word in (*order, *order):
        reports.note_status(SID, word, None, now=NOW)
    assert state_of(message) is Delivery.DELIVERED


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (["failed"], Delivery.FAILED),
        (["undelivered", "sent"], Delivery.FAILED),
        (["undelivered", "delivered"], Delivery.DELIVERED),
        (["delivered", "failed"], Delivery.DELIVERED),
        (["queued", "accepted", "nonsense", ""], Delivery.SENT),
        (["DELIVERED"], Delivery.DELIVERED),
    ],
)
def test_what_comes_of_it(app: APIFlask, words: list[str], ends: Delivery) -> None:
    message = sent()
    for word in words:
        reports.note_status(SID, word, "30003" if ends is Delivery.FAILED else None, now=NOW)
    assert state_of(message) is ends
    assert message.error == ("30003" if ends is Delivery.FAILED else None)


def test_a_report_that_says_so_opts_out(app: APIFlask) -> None:
    sent()
    reports.note_status(SID, "undelivered", "21610", now=NOW)
    assert db.session.get(OptOut, crypto.blind_index(doors.PHONE)) is not None


def test_reports_that_come_too_early_are_laid_over(app: APIFlask) -> None:
    message = sent(None)
    for word in ("delivered", "sent"):
        reports.note_status(SID, word, None, now=NOW)
    assert reports.apply_early_reports(NOW) == 0
    message.provider_id = SID
    db.session.commit()
    assert reports.apply_early_reports(NOW) == 1
    assert state_of(message) is Delivery.DELIVERED
    assert db.session.scalars(select(EarlyReport)).all() == []


def test_reports_on_what_was_never_ours_are_forgotten(app: APIFlask) -> None:
    reports.note_status("SMnobody", "delivered", None, now=NOW)
    reports.apply_early_reports(NOW + timedelta(hours=23))
    assert len(db.session.scalars(select(EarlyReport)).all()) == 1
    reports.apply_early_reports(NOW + timedelta(hours=25))
    assert db.session.scalars(select(EarlyReport)).all() == []


def test_the_door_for_reports(client: FlaskClient) -> None:
    message = sent()
    report = {"MessageSid": SID, "MessageStatus": "delivered", "To": doors.PHONE}
    for _ in range(2):
        assert doors.post(client, doors.STATUS, report).status_code == 204
    assert state_of(message) is Delivery.DELIVERED


@pytest.mark.parametrize(
    "report",
    [
        {"MessageSid": SID},
        {"MessageSid": SID, "MessageStatus": "\x00"},
        {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "\x00\ud800"},
        {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "9" * 5000},
        {"MessageSid": "SMunknown", "MessageStatus": "failed", "ErrorCode": "\x00"},
    ],
)
def test_odd_reports(client: FlaskClient, report: dict[str, str]) -> None:
    sent()
    given = {name: value.encode("utf-8", "replace").decode() for name, value in report.items()}
    assert doors.post(client, doors.STATUS, given).status_code == 204


def test_a_report_without_id(client: FlaskClient) -> None:
    assert doors.post(client, doors.STATUS, {"MessageStatus": "sent"}).status_code == 400
