"""Extensions, suspensions and promises through HTTP: roles, bad input, both languages, pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import People

LIMIT = timedelta(days=2)


@pytest.fixture
def ticket(app: Any) -> Ticket:
    """A complaint that D16 signed just now."""
    return samples.signed(now=clock.now())


@pytest.fixture
def people(ticket: Ticket) -> People:
    """Who takes part."""
    return samples.people()


def call(client: FlaskClient, who: Staff, path: str, body: Any = None) -> Any:
    """POST as a program of this person."""
    return client.post(f"/api/v1/tickets/{path}", json=body or {}, headers=factories.bearer(who))


def day(days: int) -> str:
    """A day so many days on, in the city."""
    here = clock.now().astimezone(factories.book().calendar.zone)
    return (here.date() + timedelta(days=days)).isoformat()


def test_an_extension_is_asked_by_the_unit_and_granted_by_the_hotline(
    client: FlaskClient, ticket: Ticket, people: People
) -> None:
    asked = call(
        client, people.handler, f"{ticket.number}/extend", {"working_days": 2, "reason": "待配件"}
    )
    assert asked.status_code == 200, asked.json
    (one,) = asked.json["extensions"]
    assert (one["working_days"], one["is_granted"], one["reason"]) == (2, None, "待配件")
    path = f"{ticket.number}/extensions/{one['id']}"
    own = call(client, people.handler, path, {"grant": True, "note": "同意"})
    assert own.status_code == 403
    granted = call(client, people.reviewer, path, {"grant": True, "note": "同意"})
    assert granted.status_code == 200, granted.json
    (one,) = granted.json["extensions"]
    assert one["is_granted"] is True
    assert granted.json["due_at"][:16] == one["new_due_at"][:16]
    again = call(client, people.reviewer, path, {"grant": False, "note": "不同意"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "decided_already")


@pytest.mark.parametrize("days", [0, -3, 400, "many", None, 2.5])
def test_an_extension_that_can_not_be(
    client: FlaskClient, ticket: Ticket, people: People, days: Any
) -> None:
    body = {"working_days": days, "reason": "待配件"}
    refused = call(client, people.handler, f"{ticket.number}/extend", body)
    assert refused.status_code == 422, refused.json
    assert "working_days" in refused.json["error"]["fields"]
    seen = client.get(f"/api/v1/tickets/{ticket.number}", headers=factories.bearer(people.handler))
    assert seen.json is not None
    assert seen.json["extensions"] == []


@pytest.mark.parametrize(
    ("locale", "words"), [("zh_CN", "最多"), ("en", "at most the original limit")]
)
def test_a_refusal_says_what_to_do_in_both_languages(
    client: FlaskClient, ticket: Ticket, people: People, locale: str, words: str
) -> None:
    body = {"working_days": 400, "reason": "待配件"}
    people.handler.locale = locale
    refused = call(client, people.handler, f"{ticket.number}/extend", body)
    assert words in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"until": None}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "soon"}, "until"),
        ({"reason": "holiday"}, "reason"),
        ({"evidence": ""}, "evidence"),
    ],
)
def test_a_suspension_that_can_not_be(
    client: FlaskClient, ticket: Ticket, people: People, body: dict[str, Any], field: str
) -> None:
    given = {"reason": "litigation", "until": day(10), "evidence": "（2026）冀0302民初1号"} | body
    sent = {name: value for name, value in given.items() if value is not None}
    refused = call(client, people.handler, f"{ticket.number}/suspend", sent)
    assert refused.status_code == 422, refused.json
    assert field in refused.json["error"]["fields"]


def test_a_suspension_is_asked_granted_and_resumed(
    client: FlaskClient, ticket: Ticket, people: People
) -> None:
    body = {"reason": "waiting_for_citizen", "until": day(10), "evidence": "已请补充照片"}
    asked = call(client, people.handler, f"{ticket.number}/suspend", body)
    assert asked.status_code == 200, asked.json
    (one,) = asked.json["suspensions"]
    assert (one["until"], one["is_granted"]) == (day(10), None)
    path = f"{ticket.number}/suspensions/{one['id']}"
    for stranger in (people.handler, people.dispatcher):
        assert call(client, stranger, path, {"grant": True, "note": "同意"}).status_code == 403
    granted = call(client, people.reviewer, path, {"grant": True, "note": "同意"})
    assert granted.json["suspensions"][0]["ended_at"] is None
    not_ours = call(client, people.stranger, f"{ticket.number}/resume")
    assert not_ours.status_code == 404
    resumed = call(client, people.handler, f"{ticket.number}/resume")
    assert resumed.json["suspensions"][0]["ended_because"] == "unit"
    again = call(client, people.handler, f"{ticket.number}/resume")
    assert (again.status_code, again.json["error"]["code"]) == (409, "not_suspended")


def test_a_critical_ticket_is_not_suspended(client: FlaskClient, people: People) -> None:
    critical = samples.signed(now=clock.now(), category="T010104", unit="D16")
    body = {"reason": "force_majeure", "until": day(3), "evidence": "暴雨红色预警"}
    refused = call(client, people.handler, f"{critical.number}/suspend", body)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "critical")


def test_the_second_extension_is_for_the_head(
    client: FlaskClient, ticket: Ticket, people: People
) -> None:
    head = factories.staff("hea", Role.HEAD)
    for who in (people.reviewer, head):
        body = {"working_days": 1, "reason": "待配件"}
        asked = call(client, people.handler, f"{ticket.number}/extend", body)
        path = f"{ticket.number}/extensions/{asked.json['extensions'][0]['id']}"
        if who is head:
            refused = call(client, people.reviewer, path, {"grant": True, "note": "同意"})
            assert (refused.status_code, refused.json["error"]["code"]) == (403, "head_decides")
        assert call(client, who, path, {"grant": True, "note": "同意"}).status_code == 200


def test_a_promise_is_the_reviewers_to_move(
    client: FlaskClient, ticket: Ticket, people: People
) -> None:
    early = call(client, people.reviewer, f"{ticket.number}/promise", {"promised_on": day(9)})
    assert early.status_code == 409
    said = {"completion": "planned", "text": "列入计划", "basis": "计划", "promised_on": day(9)}
    assert call(client, people.handler, f"{ticket.number}/reply", said).status_code == 200
    assert call(client, people.reviewer, f"{ticket.number}/review", {"accept": True}).json
    path, body = f"{ticket.number}/promise", {"promised_on": day(20)}
    assert call(client, people.handler, path, body).status_code == 403
    moved = call(client, people.reviewer, path, body)
    assert [one["promised_on"] for one in moved.json["promises"]] == [day(20)]
    for wrong in ({"promised_on": "2020-01-01"}, {}):
        assert call(client, people.reviewer, path, wrong).status_code == 422


def test_the_pages_of_both_sides(client: FlaskClient, ticket: Ticket, people: People) -> None:
    unit, desk = samples.browser(client, people.handler), samples.browser(client, people.reviewer)
    page = unit.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert f"/tickets/{ticket.number}/extend" in page
    fields = {"working_days": "2", "reason": "待配件"}
    assert samples.post(unit, f"/tickets/{ticket.number}/extend", **fields).status_code == 303
    fields = {"reason": "litigation", "until": day(9), "evidence": "（2026）冀0302民初1号"}
    assert samples.post(unit, f"/tickets/{ticket.number}/suspend", **fields).status_code == 303
    for tab in ("extensions", "suspensions"):
        shown = desk.get(f"/dispatch/review?tab={tab}").get_data(as_text=True)
        assert ticket.number in shown
        assert f"/tickets/{ticket.number}/{tab}/" in shown
    sent = samples.post(
        desk, "/dispatch/extensions", numbers=ticket.number, grant="true", note="可"
    )
    assert sent.status_code == 303
    assert "tab=extensions" in sent.location
    empty = desk.get("/dispatch/review?tab=extensions").get_data(as_text=True)
    assert ticket.number not in empty
    for who, path in ((desk, "/dispatch/promises"), (unit, "/unit/promises"), (unit, "/unit")):
        assert who.get(path).status_code == 200
    story = desk.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "待配件" in story


def test_a_refused_decision_is_shown_where_it_was_sent(
    client: FlaskClient, ticket: Ticket, people: People
) -> None:
    fields = {"working_days": 2, "reason": "待配件"}
    asked = call(client, people.handler, f"{ticket.number}/extend", fields)
    desk = samples.browser(client, people.reviewer)
    path = f"/tickets/{ticket.number}/extensions/{asked.json['extensions'][0]['id']}"
    back = "/dispatch/review?tab=extensions"
    shown = samples.post(desk, path, grant="true", note="", _back=back)
    assert shown.status_code == 422
    assert 'id="desk-list"' in shown.get_data(as_text=True)
