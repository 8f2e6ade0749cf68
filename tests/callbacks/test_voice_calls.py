"""Whom the machine calls, and who may have it call: by page, for many, and by the API."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks import voice_calls
from callbacks.rules import Result
from callbacks.voice_models import VoiceCall
from hotline import clock
from hotline.calls.models import CallTicket, CarrierOrder
from hotline.extensions import db
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from tests import factories
from tests.browsing import Browser
from tests.callbacks import samples
from tests.callbacks.samples import People
from tests.webhooks.phoning import Clock

AFTERNOON = samples.NOW + timedelta(hours=3)
NIGHT = timedelta(hours=8)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(AFTERNOON)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def who(app: APIFlask) -> People:
    return samples.people()


def ordered() -> int:
    """How many calls of the machine there are."""
    return len(db.session.scalars(select(VoiceCall.id)).all())


def by_api(client: FlaskClient, person: Any, ticket: Ticket) -> tuple[int, str]:
    """Let the machine call; status, and the refusal's code."""
    path = f"/api/v1/tickets/{ticket.number}/callbacks/call"
    answer = client.post(path, json={}, headers=factories.bearer(person))
    return answer.status_code, answer.get_json().get("error", {}).get("code", "")


def test_by_the_api_once_at_a_time(client: FlaskClient, who: People, time: Clock) -> None:
    ticket, _ = samples.asked()
    assert by_api(client, who.agent, ticket) == (200, "")
    assert by_api(client, who.agent, ticket) == (409, "machine_is_calling")
    assert ordered() == 1
    assert db.session.scalars(select(CallTicket.ticket_id)).one() == ticket.id
    assert db.session.scalars(select(CarrierOrder.step)).one() == "flow"
    shown = client.get(
        f"/api/v1/tickets/{ticket.number}", headers=factories.bearer(who.agent)
    ).get_json()
    [call] = shown["callbacks"][0]["machine_calls"]
    assert (call["ending"], call["ended_at"]) == (None, None)


def test_who_may(client: FlaskClient, who: People, time: Clock) -> None:
    ticket, _ = samples.asked()
    assert by_api(client, who.reviewer, ticket)[0] == 403
    assert by_api(client, who.handler, ticket)[0] == 403
    assert ordered() == 0


def test_not_outside_the_hours(client: FlaskClient, who: People, time: Clock) -> None:
    ticket, _ = samples.asked()
    time.now += NIGHT
    assert by_api(client, who.agent, ticket) == (409, "outside_hours")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"request_type": RequestType.REPORT}, "machine_private"),
        ({"is_confidential": True}, "machine_private"),
    ],
)
def test_not_about_private_matters(
    client: FlaskClient, who: People, time: Clock, changes: dict[str, Any], code: str
) -> None:
    ticket, _ = samples.asked()
    for name, value in changes.items():
        setattr(ticket, name, value)
    db.session.commit()
    assert by_api(client, who.agent, ticket) == (409, code)


def test_not_right_after_another_call(client: FlaskClient, who: People, time: Clock) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, samples.missed(), now=time.now)
    assert by_api(client, who.agent, ticket) == (409, "called_just_now")


def test_not_who_has_answered(client: FlaskClient, who: People, time: Clock) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, samples.GOOD, now=time.now)
    assert by_api(client, who.agent, ticket)[1] == "not_called_now"


def test_another_person_may_write_down_what_the_machine_found_out_later(
    client: FlaskClient, who: People, time: Clock
) -> None:
    ticket, plan = samples.asked()
    by_api(client, who.agent, ticket)
    samples.record(ticket, samples.missed(Result.BUSY), now=time.now)
    assert (plan.calls, voice_calls.under_way()) == (1, 1)


def test_on_the_page(app: APIFlask, who: People, time: Clock) -> None:
    ticket, plan = samples.asked()
    agent = Browser(app)
    agent.sign_in(who.agent)
    page = agent.get(f"/callbacks/{ticket.number}")
    assert "自动回访" in page.text
    agent.submit(page, f"/callbacks/{ticket.number}/call")
    assert ordered() == 1
    assert "正在自动回访这位市民" in agent.get(f"/callbacks/{ticket.number}").text
    assert "正在自动回访" in agent.get("/callbacks").text


def test_many_at_once(app: APIFlask, who: People, time: Clock) -> None:
    made = [samples.asked()[0] for _ in range(3)]
    made[2].is_confidential = True
    db.session.commit()
    agent = Browser(app)
    agent.sign_in(who.agent)
    page = agent.get("/callbacks")
    done = agent.submit(page, "/callbacks/call", numbers=[one.number for one in made])
    assert ordered() == 2
    assert "保密件不使用自动回访" in done.text
    time.now += NIGHT
    agent.sign_in(who.agent)
    assert "自动回访只在回访时段内进行" in agent.get("/callbacks").text
