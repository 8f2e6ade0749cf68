"""Who isn't the carrier gets 403, whatever they send; nothing makes a 500."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline import clock
from tests.webhooks import doors


@pytest.mark.parametrize("path", [doors.SMS, doors.STATUS])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "x"},
        {"X-Twilio-Signature": "签名".encode().decode("latin-1")},
        {"X-Twilio-Signature": "A" * 5000},
    ],
)
def test_not_signed(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.post(path, data=doors.fields("路灯坏了"), headers=headers)
    assert answer.status_code == 403
    assert doors.tickets() == []


def test_signed_by_somebody_else(client: FlaskClient) -> None:
    sent = doors.fields("路灯坏了")
    made = doors.signature(doors.SMS, sent, "another-token")
    answer = client.post(doors.SMS, data=sent, headers={"X-Twilio-Signature": made})
    assert answer.status_code == 403


def test_signed_for_other_words_or_another_door(client: FlaskClient) -> None:
    sent = doors.fields("路灯坏了")
    headers = {"X-Twilio-Signature": doors.signature(doors.SMS, sent)}
    assert client.post(doors.SMS, data=sent | {"Body": "x"}, headers=headers).status_code == 403
    assert client.post(doors.STATUS, data=sent, headers=headers).status_code == 403
    assert client.post(doors.SMS + "?a=1", data=sent, headers=headers).status_code == 403


def test_the_query_is_signed_too(client: FlaskClient) -> None:
    sent, path = doors.fields("路灯坏了"), doors.SMS + "?to=a%20b"
    headers = {"X-Twilio-Signature": doors.signature(path, sent)}
    assert client.post(path, data=sent, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "given_body",
    [
        {"json": {"Body": "x"}},
        {"data": b"\xff\xfe\x00", "content_type": "application/octet-stream"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"%zz=%00&&&===", "content_type": "application/x-www-form-urlencoded"},
    ],
)
def test_other_bodies_are_not_signed(client: FlaskClient, given_body: dict[str, Any]) -> None:
    answer = client.post(doors.SMS, headers={"X-Twilio-Signature": "x"}, **given_body)
    assert answer.status_code == 403


def test_too_large(client: FlaskClient) -> None:
    assert doors.post(client, doors.SMS, doors.fields("水" * 130_000)).status_code == 413


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageSid": None},
        {"MessageSid": ""},
        {"MessageSid": "a b"},
        {"MessageSid": "\x00"},
        {"MessageSid": "x" * 81},
        {"From": None},
        {"From": " "},
    ],
)
def test_signed_without_id_or_sender(client: FlaskClient, changes: dict[str, Any]) -> None:
    answer = doors.post(client, doors.SMS, doors.fields("路灯坏了", **changes))
    assert answer.status_code == 400
    assert doors.tickets() == []


def test_the_other_verbs_are_shut(client: FlaskClient) -> None:
    assert client.get(doors.SMS).status_code == 405


@pytest.fixture
def gateway(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local gateway with a secret."""
    changed = dict(vars(app.extensions["config"])) | {"sms_gateway_secret": doors.SECRET}
    config = type(app.extensions["config"])(**changed)
    monkeypatch.setitem(app.extensions, "config", config)


def sent() -> dict[str, Any]:
    return {"from": 13812345678, "to": "12345", "text": "路灯坏了", "id": doors.new_sid()}


def test_a_gateway_brings_a_text_once(client: FlaskClient, gateway: None) -> None:
    brought, now = sent(), clock.now()
    for _ in range(2):
        answer = doors.by_gateway(client, brought, now)
        assert (answer.status_code, answer.get_json()) == (200, {"status": "taken"})
    (ticket,) = doors.tickets()
    assert (ticket.line, doors.body_of(ticket)) == ("12345", "路灯坏了")


@pytest.mark.parametrize("age", [-301, 301])
def test_an_old_or_early_signature_of_a_gateway(
    client: FlaskClient, gateway: None, age: int
) -> None:
    at = clock.now() - timedelta(seconds=age)
    assert doors.by_gateway(client, sent(), at).status_code == 403


def test_a_gateway_without_secret_is_shut(client: FlaskClient) -> None:
    assert doors.by_gateway(client, sent(), clock.now()).status_code == 403


@pytest.mark.parametrize("body", [[], "text", None, {"text": "路灯坏了"}, {"id": "1", "from": {}}])
def test_a_gateway_with_nonsense(client: FlaskClient, gateway: None, body: Any) -> None:
    assert doors.by_gateway(client, body, clock.now()).status_code == 400


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.text(max_size=300), sender=st.text(min_size=1, max_size=30))
def test_any_signed_text_is_taken(client: FlaskClient, body: str, sender: str) -> None:
    answer = doors.post(client, doors.SMS, doors.fields(body, From=sender))
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or not sender.strip() or not sender.isprintable()
