"""Texts as the carrier and a gateway send them, signed as they sign."""

import itertools
import json
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from hotline.carrier import sign_gateway
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets.models import Ticket, TicketText

BASE = "http://127.0.0.1:8000"
TOKEN = "token-for-tests"
PHONE = "+8613812345678"
SMS = "/webhooks/carrier/sms"
STATUS = "/webhooks/carrier/status/message"
GATEWAY = "/webhooks/gateway/sms"
SECRET = "a-secret-of-the-gateway-for-tests"

_sids = itertools.count(1)


def new_sid() -> str:
    return f"SM{next(_sids):032x}"


def fields(body: str, **changes: str) -> dict[str, str]:
    """The form fields of a text."""
    given = {
        "MessageSid": new_sid(),
        "From": PHONE,
        "To": "+8633512345",
        "Body": body,
        "NumSegments": "1",
        "NumMedia": "0",
        "AccountSid": "AC" + "0" * 32,
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def signature(path: str, sent: dict[str, str], token: str = TOKEN) -> str:
    made: str = RequestValidator(token).compute_signature(BASE + path, sent)
    return made


def post(client: FlaskClient, path: str, sent: dict[str, str]) -> TestResponse:
    """Signed by the carrier."""
    headers = {"X-Twilio-Signature": signature(path, sent)}
    return client.post(path, data=sent, headers=headers)


def text(client: FlaskClient, body: str, **changes: str) -> TestResponse:
    """A citizen's text."""
    answer = post(client, SMS, fields(body, **changes))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


def by_gateway(client: FlaskClient, sent: dict[str, Any], at: datetime) -> TestResponse:
    """A text by a local gateway, as JSON."""
    raw, moment = json.dumps(sent).encode(), str(int(at.timestamp()))
    headers = {"X-Timestamp": moment, "X-Signature": sign_gateway(SECRET, moment, raw)}
    return client.post(GATEWAY, data=raw, headers=headers, content_type="application/json")


def tickets() -> list[Ticket]:
    """All tickets, oldest first."""
    return list(db.session.scalars(select(Ticket).order_by(Ticket.id)))


def body_of(ticket: Ticket) -> str:
    return db.session.scalars(
        select(TicketText.body).where(TicketText.ticket_id == ticket.id)
    ).one()


def code_of(ticket: Ticket) -> str:
    return db.session.scalars(
        select(TicketText.query_code).where(TicketText.ticket_id == ticket.id)
    ).one()


def messages(direction: str | None = None) -> list[Message]:
    """All texts, oldest first."""
    found = db.session.scalars(select(Message).order_by(Message.id))
    return [one for one in found if direction in (None, one.direction.value)]


def out_kinds() -> list[str]:
    return [one.kind for one in messages("out")]
