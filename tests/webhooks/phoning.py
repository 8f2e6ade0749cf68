"""A phone at the carrier's: signed requests, and documents followed as a carrier follows them."""

import dataclasses
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline import clock
from hotline.calls.bridging import Ways
from hotline.calls.models import Call, CallEvent, CallLeg, CarrierOrder
from hotline.carrier import CAPABILITIES
from hotline.extensions import db
from hotline.tickets.numbers import check_digit
from tests.factories import NOW
from tests.webhooks import doors

VOICE = "/webhooks/carrier/voice"
FALLBACK = f"{VOICE}/fallback"
STATUS = "/webhooks/carrier/status/call"
RECORDING = "/webhooks/carrier/status/recording"
SOMLENG_VERBS = {"Reject", "Play", "Say", "Gather", "Redirect", "Dial", "Hangup", "Record"}
_sids = itertools.count(1)


def new_sid(kind: str = "CA") -> str:
    return f"{kind}{next(_sids):032x}"


class Document:
    """An answer of ours, read."""

    def __init__(self, answer: TestResponse) -> None:
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        assert answer.mimetype == "text/xml"
        self.xml = answer.get_data(as_text=True)
        self.root = ElementTree.fromstring(self.xml)  # noqa: S314
        assert self.root.tag == "Response"

    @property
    def verbs(self) -> list[str]:
        return [one.tag for one in self.root]

    @property
    def words(self) -> str:
        return " ".join(one.text or "" for one in self.root.iter("Say"))

    @property
    def is_over(self) -> bool:
        return self.verbs[-1] == "Hangup"

    def find(self, verb: str) -> ElementTree.Element:
        found = next(self.root.iter(verb), None)
        assert found is not None, self.xml
        return found

    @property
    def action(self) -> str:
        """Where keys, words, a recording or the end of a dial go."""
        found = next(one for one in self.root if one.get("action"))
        return str(found.get("action"))

    @property
    def silence(self) -> str:
        return str(self.find("Redirect").text)


class Handset:
    """One end of a call, as the carrier sees it."""

    def __init__(self, client: FlaskClient, caller: str = doors.PHONE, **more: str) -> None:
        self.client, self.sid = client, new_sid()
        self.fields = {
            "CallSid": self.sid,
            "AccountSid": "AC" + "0" * 32,
            "From": caller,
            "To": "+8633512345",
            "Direction": "inbound",
            "CallStatus": "in-progress",
        } | more
        self.last: Document

    def ask(self, url: str, **fields: str) -> Document:
        self.last = Document(self.send(url, **fields))
        return self.last

    def send(self, url: str, **fields: str) -> TestResponse:
        return self.send_with({}, url, **fields)

    def send_with(self, headers: dict[str, str], url: str, **fields: str) -> TestResponse:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = self.fields | fields
        signed = {"X-Twilio-Signature": doors.signature(path, sent)} | headers
        return self.client.post(path, data=sent, headers=signed)

    def dial(self) -> Document:
        return self.ask(VOICE)

    def press(self, keys: str) -> Document:
        return self.ask(self.last.action, Digits=keys)

    def speak(self, words: str) -> Document:
        return self.ask(self.last.action, SpeechResult=words, Confidence="0.9")

    def stay(self) -> Document:
        """Nothing is typed."""
        return self.ask(self.last.silence)

    def dialled_over(self, status: str) -> Document:
        return self.ask(self.last.action, DialCallStatus=status, DialCallDuration="9")

    def reported(self, status: str, **fields: str) -> TestResponse:
        return self.send(STATUS, CallStatus=status, **fields)

    @property
    def call(self) -> Call:
        leg = select(CallLeg.call_id).where(CallLeg.provider_id == self.sid)
        return db.session.scalars(select(Call).where(Call.id.in_(leg))).one()


class Clock:
    """Time that goes on only when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A Wednesday morning."""
    made = Clock(NOW)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@contextmanager
def carrier_like(app: APIFlask, name: str) -> Iterator[None]:
    """The carrier with the abilities of another."""
    carrier = app.extensions["carrier"]
    app.extensions["carrier"] = dataclasses.replace(carrier, capabilities=CAPABILITIES[name])
    try:
        yield
    finally:
        app.extensions["carrier"] = carrier


@pytest.fixture(params=["twilio", "somleng"])
def carrier(app: APIFlask, request: pytest.FixtureRequest) -> Iterator[str]:
    """Both kinds of carrier."""
    with carrier_like(app, request.param):
        yield str(request.param)


def ways(app: APIFlask) -> Ways:
    return Ways.of(app.extensions["carrier"])


def events(call: Call) -> list[str]:
    """What happened to a call, in order."""
    asked = select(CallEvent.kind).where(CallEvent.call_id == call.id).order_by(CallEvent.id)
    return list(db.session.scalars(asked))


def orders(call: Call) -> list[tuple[str, str]]:
    """What is asked of the carrier and waits."""
    asked = (
        select(CarrierOrder.asked, CarrierOrder.step)
        .join(CallLeg, CallLeg.id == CarrierOrder.leg_id)
        .where(CallLeg.call_id == call.id, CarrierOrder.state == "waiting")
        .order_by(CarrierOrder.id)
    )
    return [(one.value, step) for one, step in db.session.execute(asked)]


def calls() -> list[Call]:
    return list(db.session.scalars(select(Call).order_by(Call.id)))


def all_verbs(document: Document) -> set[str]:
    return {one.tag for one in document.root.iter()} - {"Response", "Number", "Sip"}


def another_number(number: str) -> str:
    """A well-formed number that no ticket has."""
    digits = number[:6] + "999999"
    return digits + check_digit(digits)
