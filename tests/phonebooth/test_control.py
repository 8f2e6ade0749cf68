"""The control API, by which tests make the network misbehave."""

from typing import Any

import pytest
import requests

from phonebooth import webhooks
from phonebooth.webhooks import Outcome
from tests.phonebooth.running import ACCOUNT, CITIZEN, TOKEN, Booth, Hotline, settings, until

AUTH = (ACCOUNT, TOKEN)


def call(booth: Booth, method: str, path: str, json: Any = None) -> requests.Response:
    url = f"{booth.url}/control/{path}"
    return requests.request(method, url, json=json, auth=AUTH, timeout=5)


def test_faults_are_switched_on_listed_and_off(booth: Booth) -> None:
    first = call(booth, "POST", "faults", {"direction": "inbound", "kind": "repeat", "times": 3})
    assert first.status_code == 201
    call(booth, "POST", "faults", {"direction": "rest", "kind": "answer", "status": 429})
    listed = call(booth, "GET", "faults").json()["faults"]
    assert [(row["direction"], row["kind"], row["left"]) for row in listed] == [
        ("inbound", "repeat", 3),
        ("rest", "answer", 1),
    ]
    path = f"faults/{first.json()['id']}"
    assert call(booth, "DELETE", path).status_code == 204
    assert call(booth, "DELETE", path).status_code == 404
    assert call(booth, "DELETE", "faults").status_code == 204
    assert call(booth, "GET", "faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [
        None,
        [],
        {"direction": "inbound"},
        {"direction": "inbound", "kind": "answer"},
        {"direction": "sideways", "kind": "drop"},
        {"direction": "rest", "kind": "drop", "time": 2},
        {"direction": "rest", "kind": "answer", "status": 200},
        {"direction": "rest", "kind": "drop", "times": 0},
    ],
)
def test_a_wrong_fault_is_refused_with_the_reason(booth: Booth, fault: object) -> None:
    answer = call(booth, "POST", "faults", fault)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_a_citizens_text_is_sent_and_its_delivery_read(booth: Booth, hotline: Hotline) -> None:
    answer = call(booth, "POST", "texts", {"from": "138 0335 0001", "body": "路灯坏了\ud800"})
    assert answer.status_code == 202
    until(lambda: hotline.texts())
    assert hotline.texts()[0].fields["Body"] == "路灯坏了?"
    until(lambda: call(booth, "GET", "deliveries").json()["deliveries"])
    [row] = call(booth, "GET", "deliveries").json()["deliveries"]
    assert (row["sid"], row["status"], row["phone"]) == (answer.json()["sid"], 200, CITIZEN)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("texts", {"from": "12345", "body": "你好"}),
        ("texts", {"from": CITIZEN}),
        ("phones", {"phone": "x", "is_off": True}),
        ("phones", {"phone": CITIZEN}),
    ],
)
def test_what_makes_no_sense_is_refused(booth: Booth, path: str, body: object) -> None:
    assert call(booth, "POST", path, body).status_code == 422
    assert booth.exchange.store.revision == 0


def test_a_phone_is_switched_off(booth: Booth) -> None:
    assert call(booth, "POST", "phones", {"phone": CITIZEN, "is_off": True}).status_code == 204
    assert booth.exchange.store.is_off(CITIZEN)


@pytest.mark.parametrize(
    ("problem", "attempts"), [("no_connection", 2), ("no_answer", 1), ("hung_up", 1), ("", 1)]
)
def test_only_a_missing_connection_is_tried_again(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, problem: str, attempts: int
) -> None:
    tried: list[str] = []

    def attempt(webhook: webhooks.Webhook, headers: dict[str, str], _timeouts: object) -> Outcome:
        tried.append(headers["I-Twilio-Idempotency-Token"])
        return Outcome(problem=problem)

    monkeypatch.setattr(webhooks, "_attempt", attempt)
    message = booth.exchange.text_citizen(CITIZEN, "已受理", "")
    webhooks.post(webhooks.message_status(settings(), message), settings())
    assert len(tried) == attempts
    assert len(set(tried)) == 1
