"""The JSON API of callbacks: fields as promised, every refusal naming what is at fault."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline import clock
from hotline.people.models import Staff
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket
from tests import factories
from tests.callbacks import samples
from tests.callbacks.samples import People


@pytest.fixture
def who(app: Any) -> People:
    """One of each who takes part."""
    return samples.people()


def call(client: FlaskClient, person: Staff, ticket: Ticket, **body: Any) -> Any:
    """Write down a call as this person."""
    path = f"/api/v1/tickets/{ticket.number}/callbacks"
    return client.post(path, json=body, headers=factories.bearer(person))


def told(answer: Any) -> tuple[int, str, list[str]]:
    """Status, code and fields of a refusal."""
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], sorted(error["fields"])


def test_a_satisfied_answer_closes(client: FlaskClient, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    said = {"responded": True, "solved": "yes", "satisfied": 5, "reason": "很快"}
    answer = call(client, who.agent, ticket, outcome="reached", **said)
    body = answer.get_json()
    assert (answer.status_code, body["state"]) == (200, "closed")
    [plan] = body["callbacks"]
    assert (plan["outcome"], plan["satisfied"], plan["solved"]) == ("answered", 5, "yes")
    assert (plan["responded"], plan["consequence"], plan["rule"]) == (True, "close", "full")
    assert [one["outcome"] for one in plan["attempts"]] == ["reached"]
    assert [(one["via"], one["reason"]) for one in plan["answers"]] == [("person", "很快")]
    event = body["events"][-2]
    assert (event["kind"], event["facts"]["satisfied"]) == ("callback_recorded", 5)
    assert (event["text"], event["actor"]) == ("很快", f"staff:{who.agent.id}")


def test_a_dissatisfied_answer_is_a_second_round(client: FlaskClient, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    body = call(client, who.agent, ticket, outcome="reached", satisfied=1).get_json()
    assert (body["state"], body["round"]) == ("pending_signature", 2)
    assert body["assignments"][0]["round"] == 2


def test_the_plan_need_not_be_there_yet(client: FlaskClient, who: People) -> None:
    ticket = samples.accepted(now=clock.now())
    answer = call(client, who.agent, ticket, outcome="reached", satisfied=4)
    assert answer.get_json()["state"] == "closed"


def test_who_was_not_there_is_called_again(client: FlaskClient, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    body = call(client, who.agent, ticket, outcome="no_answer").get_json()
    [plan] = body["callbacks"]
    assert (body["state"], plan["state"], plan["outcome"]) == ("awaiting_callback", "open", None)
    assert plan["next_call_at"] and len(plan["attempts"]) == 1


def test_a_system_rings_at_its_own_times_unless_it_asks_for_ours(
    client: FlaskClient, who: People
) -> None:
    ticket, _ = samples.asked(now=clock.now())
    for _ in range(2):
        assert call(client, who.agent, ticket, outcome="no_answer").status_code == 200
    refused = call(client, who.agent, ticket, outcome="no_answer", asked_for=False)
    assert refused.status_code == 409
    [plan] = call(client, who.agent, ticket, outcome="busy").get_json()["callbacks"]
    assert len(plan["attempts"]) == 3


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (422, "invalid", ["outcome"])),
        ({"outcome": "asleep"}, (422, "invalid", ["outcome"])),
        ({"outcome": "reached"}, (422, "satisfied_needed", ["satisfied"])),
        ({"outcome": "reached", "satisfied": 6}, (422, "invalid", ["satisfied"])),
        ({"outcome": "reached", "satisfied": "viel"}, (422, "invalid", ["satisfied"])),
        ({"outcome": "reached", "solved": "maybe"}, (422, "invalid", ["solved"])),
        ({"outcome": "reached", "responded": "x"}, (422, "invalid", ["responded"])),
        ({"outcome": "busy", "satisfied": 5}, (422, "not_reached", ["outcome"])),
        (
            {"outcome": "reached", "satisfied": 5, "reason": "字" * 2001},
            (422, "invalid", ["reason"]),
        ),
        ({"outcome": "reached", "satisfied": 5, "mood": "ok"}, (422, "invalid", ["mood"])),
    ],
)
def test_what_is_wrong_is_named(
    client: FlaskClient, who: People, body: dict[str, Any], refusal: tuple[int, str, list[str]]
) -> None:
    ticket, _ = samples.asked(now=clock.now())
    assert told(call(client, who.agent, ticket, **body)) == refusal


def test_only_callback_agents_may(client: FlaskClient, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    for person in (who.reviewer, who.handler, who.head):
        answer = call(client, person, ticket, outcome="reached", satisfied=5)
        assert told(answer) == (403, "forbidden", [])
    path = f"/api/v1/tickets/{ticket.number}/callbacks"
    assert client.post(path, json={"outcome": "busy"}).status_code == 401


def test_unknown_tickets_and_other_states(client: FlaskClient, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    headers = factories.bearer(who.agent)
    unknown = client.post("/api/v1/tickets/1/callbacks", json={"outcome": "busy"}, headers=headers)
    assert told(unknown)[:2] == (404, "ticket_not_found")
    call(client, who.agent, ticket, outcome="reached", satisfied=1)
    again = call(client, who.agent, ticket, outcome="reached", satisfied=1)
    assert told(again)[:2] == (409, "wrong_state")


def test_a_repeated_key_counts_once(client: FlaskClient, who: People) -> None:
    ticket, plan = samples.asked(now=clock.now())
    path, headers = f"/api/v1/tickets/{ticket.number}/callbacks", factories.bearer(who.agent)
    first, second = (
        client.post(
            path, json={"outcome": "no_answer"}, headers=headers | {"Idempotency-Key": "one"}
        )
        for _ in range(2)
    )
    assert (first.status_code, second.get_json()) == (200, first.get_json())
    assert samples.plan_of(ticket).calls == 1


def test_a_unit_reads_the_rating_but_no_words_of_a_confidential_one(
    client: FlaskClient, who: People
) -> None:
    ticket, _ = samples.asked(
        now=clock.now(), completion=Completion.EXPLAINED, is_confidential=True
    )
    call(client, who.agent, ticket, outcome="reached", satisfied=1, reason="我是举报人张三")
    path, headers = f"/api/v1/tickets/{ticket.number}", factories.bearer(who.handler)
    body = client.get(path, headers=headers)
    [answer] = body.get_json()["callbacks"][0]["answers"]
    assert (answer["satisfied"], answer["reason"], answer["by"]) == (1, "***", None)
    assert "张三" not in body.get_data(as_text=True)
