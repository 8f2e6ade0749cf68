"""Only the carrier calls the doors for calls; whatever is signed is answered without an error."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline.calls import finding
from hotline.calls.kinds import Step
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Handset

PATHS = [
    phoning.VOICE,
    f"{phoning.VOICE}/menu?call=x&leg=y&n=0",
    phoning.FALLBACK,
    phoning.STATUS,
    f"{phoning.RECORDING}?call=x&kind=call",
]
ANSWERED = (200, 204)
SIGNED = "X-Twilio-Signature"


def fields(**changes: str) -> dict[str, str]:
    given = {"CallSid": phoning.new_sid(), "From": doors.PHONE, "To": "+8633512345"}
    return given | {"Direction": "inbound", "CallStatus": "ringing"} | changes


def signed(url: str, sent: dict[str, str], token: str = doors.TOKEN) -> dict[str, str]:
    return {SIGNED: RequestValidator(token).compute_signature(url, sent)}


@pytest.mark.parametrize("path", PATHS)
def test_signed_by_the_carrier(client: FlaskClient, path: str) -> None:
    sent = fields()
    answer = client.post(path, data=sent, headers=signed(doors.BASE + path, sent))
    assert answer.status_code in ANSWERED


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [{}, {SIGNED: ""}, {SIGNED: "x"}, {SIGNED: "é"}, {SIGNED: "A" * 5000}],
    ids=["missing", "empty", "wrong", "malformed", "long"],
)
def test_not_signed(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.post(path, data=fields(), headers=headers)
    assert (answer.status_code, answer.get_data()) == (403, b"")
    assert phoning.calls() == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:9000",
        "https://127.0.0.1:8000",
        "http://localhost:8000",
        "http://evil.example",
    ],
)
def test_signed_for_another_host_port_or_scheme(client: FlaskClient, path: str, base: str) -> None:
    sent = fields()
    answer = client.post(path, data=sent, headers=signed(base + path, sent))
    assert answer.status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_behind_a_proxy_the_public_address_counts(
    client: FlaskClient, app: APIFlask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_BASE_URL", "https://hotline.example.cn/")
    sent = fields()
    headers = signed(f"https://hotline.example.cn{path}", sent)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    for base in ("http://10.0.0.7:8000", "http://hotline.example.cn"):
        answer = client.post(path, data=sent, headers=headers | forwarded, base_url=base)
        assert answer.status_code in ANSWERED, answer.get_data(as_text=True)
    assert client.post(path, data=sent, headers=signed(doors.BASE + path, sent)).status_code == 403


def test_the_order_of_fields_doesnt_count(client: FlaskClient) -> None:
    sent = fields()
    headers = signed(doors.BASE + phoning.VOICE, sent)
    turned = dict(reversed(sent.items()))
    assert client.post(phoning.VOICE, data=turned, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"From": "+8613900000000"}, {"CallSid": "CA1"}, {"Digits": "1"}, {"To": ""}]
)
def test_changed_added_or_missing_fields(client: FlaskClient, changes: dict[str, str]) -> None:
    sent = fields()
    headers = signed(doors.BASE + phoning.VOICE, sent)
    assert client.post(phoning.VOICE, data=sent | changes, headers=headers).status_code == 403
    less = {name: value for name, value in sent.items() if name != "To"}
    assert client.post(phoning.VOICE, data=less, headers=headers).status_code == 403


def test_the_query_is_signed(client: FlaskClient) -> None:
    path, sent = f"{phoning.VOICE}/menu?call=a&n=0", fields()
    headers = signed(doors.BASE + path, sent)
    for other in ("call=b&n=0", "n=0&call=a", "call=a&n=0&x=1", "call=a"):
        answer = client.post(f"{phoning.VOICE}/menu?{other}", data=sent, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"CallSid": "CA1"}},
        {"data": b"\xff\xfe\x00", "content_type": "application/octet-stream"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"%zz=%00&&&===", "content_type": "application/x-www-form-urlencoded"},
    ],
    ids=["json", "bytes", "multipart", "garbage"],
)
@pytest.mark.parametrize("path", PATHS)
def test_other_bodies(client: FlaskClient, path: str, body: dict[str, Any]) -> None:
    assert client.post(path, headers=signed(doors.BASE + path, fields()), **body).status_code == 403
    # Signed for no fields at all, as anybody's body without a form would be.
    bare = client.post(path, headers=signed(doors.BASE + path, {}), **body)
    assert bare.status_code in (*ANSWERED, 403)
    assert phoning.calls() == []


def test_a_replay_is_signed_and_changes_nothing(client: FlaskClient) -> None:
    sent = fields()
    headers = signed(doors.BASE + phoning.VOICE, sent)
    answers = {client.post(phoning.VOICE, data=sent, headers=headers).get_data() for _ in range(3)}
    assert len(answers) == 1
    assert len(phoning.calls()) == 1


@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_shut(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 405
    assert client.put(path).status_code == 405


NAMES = [
    *("CallSid", "From", "To", "Direction", "CallStatus", "Digits", "SpeechResult"),
    *("RecordingSid", "RecordingDuration", "RecordingStatus", "DialCallStatus"),
    *("DialCallDuration", "SequenceNumber", "AnsweredBy", "CallDuration", "_key", "csrf_token"),
]
TOLD = ["completed", "in-progress", "1", "0", "9", "hangup", "-1", "1e9", "9" * 40, "inbound", ""]
VALUES = st.text(max_size=80) | st.sampled_from(TOLD)
ADDRESS = st.dictionaries(
    st.sampled_from(["n", "p", "r", "to", "number", "kind", "at"]), VALUES, max_size=5
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    step=st.sampled_from([*Step, "fallback", "nothing", "..", "\u2603"]),
    sent=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    query=ADDRESS,
    is_known=st.booleans(),
)
def test_any_signed_form_is_answered(
    client: FlaskClient, *, step: str, sent: dict[str, str], query: dict[str, str], is_known: bool
) -> None:
    phone = Handset(client)
    phone.dial()
    leg = finding.all_legs(phone.call)[0]
    known = {"call": phone.call.ref, "leg": leg.ref} if is_known else {}
    if is_known:
        sent = {"CallSid": phone.sid} | sent
    for path in (f"{phoning.VOICE}/{step}", phoning.VOICE, phoning.STATUS, phoning.RECORDING):
        answer = _signed_post(client, path, sent, query | known)
        assert answer.status_code in (*ANSWERED, 404 if ".." in path else 200)
        if answer.status_code == 200:
            phoning.Document(answer)


def _signed_post(
    client: FlaskClient, path: str, sent: dict[str, str], query: dict[str, str]
) -> Any:
    with client.application.test_request_context(path, method="POST", query_string=query) as made:
        request = made.request
        asked = request.query_string.decode("latin-1")
        target = request.path + (f"?{asked}" if asked else "")
    headers = signed(doors.BASE + target, sent)
    return client.post(path, query_string=query, data=sent, headers=headers)
