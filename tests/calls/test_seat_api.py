"""Seats and calls for consoles of others: the same steps by JSON."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import clock
from hotline.access import Role
from hotline.calls import finding
from hotline.calls.states import CallState
from hotline.extensions import db
from tests import factories
from tests.calls.living import Hall


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """A hotline at this very moment."""
    made = Hall()
    made.now = clock.now()
    return made


@pytest.fixture
def headers(hall: Hall) -> dict[str, str]:
    """What an operator's console sends along."""
    return factories.bearer(hall.operator("op"))


def post(client: FlaskClient, path: str, headers: dict[str, str], **data: Any) -> TestResponse:
    return client.post(f"/api/v1{path}", json=data, headers=headers)


def test_a_call_by_the_api(app: APIFlask, hall: Hall, headers: dict[str, str]) -> None:
    client = app.test_client()
    call = hall.caller()
    db.session.commit()
    waiting = client.get("/api/v1/calls/waiting", headers=headers).get_json()
    assert [one["number"] for one in waiting["items"]] == ["138****5678"]
    answer = post(client, f"/calls/{call.ref}/pick", headers)
    assert answer.status_code == 200
    assert answer.get_json()["call"]["may"] == ["answer", "decline"]
    hall.picks_up(finding.by_ref(call.ref))
    db.session.commit()
    assert post(client, f"/calls/{call.ref}/hold", headers).get_json()["call"]["is_held"]
    assert post(client, f"/calls/{call.ref}/hang-up", headers).get_json()["state"] == "wrap_up"
    done = post(client, f"/calls/{call.ref}/finish", headers, result="other")
    assert (done.get_json()["state"], done.get_json()["call"]) == ("ready", None)
    assert finding.by_ref(call.ref).state is CallState.ENDED


def test_the_seat_by_the_api(app: APIFlask, headers: dict[str, str]) -> None:
    client = app.test_client()
    assert post(client, "/seat", headers, state="break").status_code == 422
    assert post(client, "/seat", headers, reason="rest").get_json()["state"] == "break"
    chosen = post(client, "/seat/phone", headers, device="number", address="0335 3801234")
    assert chosen.get_json()["device"] == "number"
    assert client.get("/api/v1/seat", headers=headers).get_json()["state"] == "break"


def test_dialling_by_the_api(app: APIFlask, headers: dict[str, str]) -> None:
    client = app.test_client()
    assert post(client, "/calls", headers).status_code == 422
    assert post(client, "/calls", headers, number="x").status_code == 422
    made = post(client, "/calls", headers, number="0335 3801234")
    assert (made.status_code, made.get_json()["state"]) == (201, "ringing")


def test_only_who_takes_calls(app: APIFlask) -> None:
    other = factories.bearer(factories.staff("review", Role.REVIEWER))
    assert app.test_client().get("/api/v1/seat", headers=other).status_code == 403
