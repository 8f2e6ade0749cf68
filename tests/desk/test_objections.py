"""Objections to a refusal: once, within thirty days, decided by somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import history, merging, queries, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW
from tests.portal import steps

pytestmark = pytest.mark.usefixtures("app")
REFUSAL = {"reason": "petition", "text": "属信访事项。", "route": "信访局"}
WHY = "这不是信访事项，是占道经营。"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the moment at which the samples begin."""
    monkeypatch.setattr("hotline.clock.now", lambda: NOW)


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """Some time has passed."""
    monkeypatch.setattr("hotline.clock.now", lambda: NOW + timedelta(**span))


@pytest.fixture
def refused(api: Any) -> Ticket:
    """A ticket that an operator refused."""
    ticket = factories.taken().ticket
    assert api(Role.OPERATOR).refuse(ticket, **REFUSAL).status_code == 200
    return ticket


def code_of(ticket: Ticket) -> str:
    """The citizen's query code."""
    return db.session.get_one(TicketText, ticket.id).query_code


def test_the_citizen_objects_and_a_second_person_takes_it_up(
    api: Any, refused: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = api.nobody().appeal(refused, text=WHY, query_code=code_of(refused))
    assert (done.status_code, done.json["state"]) == (200, "refused")
    assert timing.running(refused.id, Clock.DECISION) is not None
    again = api.nobody().appeal(refused, text=WHY, query_code=code_of(refused))
    assert again.status_code == 409 and again.json["error"]["code"] == "objected_already"
    seen = api(Role.REVIEWER).get(f"/api/v1/tickets/{refused.number}").json["objections"]
    assert seen[0]["text"] == WHY and seen[0]["is_upheld"] is None
    later(monkeypatch, days=31)
    path = f"/api/v1/tickets/{refused.number}/objections/{seen[0]['id']}"
    taken = api(Role.REVIEWER).post(path, uphold=True, note="确属占道经营，予以受理。")
    assert (taken.status_code, taken.json["state"]) == (200, "pending_dispatch")
    assert timing.running(refused.id, Clock.DECISION) is None
    assert api(Role.REVIEWER).post(path, uphold=False, note="x").status_code == 409
    ticket = db.session.get_one(Ticket, refused.id)
    assert list(history.verify([ticket])) == []


def test_the_refusal_may_stand_and_the_citizen_reads_why(
    client: FlaskClient, api: Any, refused: Ticket
) -> None:
    token = factories.hidden(client.get("/track").text, "csrf_token")
    given = {"csrf_token": token, "number": refused.number, "query_code": code_of(refused)}
    client.post("/track", data=given)
    address = f"/track/{refused.number}"
    assert f"{address}/object" in client.get(address).text
    assert steps.press(client, refused.number, "object").status_code == 422
    assert steps.press(client, refused.number, "object", text=WHY).status_code == 303
    page = client.get(address).text
    assert f"{address}/object" not in page and WHY in page and "复核" in page
    assert steps.press(client, refused.number, "urge").status_code == 409
    citizen, client = client, samples.browser(client, factories.staff("rev", Role.REVIEWER))
    listed = client.get("/follow-ups?tab=objections").text
    assert refused.number in listed
    staff = f"/tickets/{refused.number}"
    form = client.get(staff).text
    assert "/objections/" in form
    path = form.split(f'action="{staff}/objections/')[1].split('"')[0]
    assert samples.post(client, f"{staff}/objections/{path}", uphold="false").status_code == 422
    done = samples.post(
        client, f"{staff}/objections/{path}", uphold="false", note="确属信访事项，维持原决定。"
    )
    assert done.status_code == 303
    assert db.session.get_one(Ticket, refused.id).state is State.REFUSED
    assert timing.running(refused.id, Clock.DECISION) is None
    page = citizen.get(address).text
    assert "维持原决定" in page
    assert "提出异议 1 件，改为受理 0 件" in client.get("/follow-ups?tab=objections").text
    assert queries.history(refused.id)[-1].kind == "refusal_kept"


def test_never_the_same_hands_and_never_too_late(
    api: Any, refused: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer = api(Role.REVIEWER)
    ticket = factories.taken(phone="+8613900000001").ticket
    opened = api(Role.OPERATOR).appeal(ticket, text=WHY)
    assert opened.status_code == 409 and opened.json["error"]["code"] == "wrong_state"
    assert api(Role.OPERATOR).appeal(refused, text=WHY).status_code == 200
    number = reviewer.get(f"/api/v1/tickets/{refused.number}").json["objections"][0]["id"]
    path = f"/api/v1/tickets/{refused.number}/objections/{number}"
    assert api(Role.OPERATOR).post(path, uphold=True, note="x").status_code == 403
    assert reviewer.post(path, uphold=True).status_code == 422
    assert reviewer.post(path + "9", uphold=True, note="x").status_code == 404
    other = factories.taken(phone="+8613900000002").ticket
    assert api(Role.OPERATOR).refuse(other, **REFUSAL).status_code == 200
    later(monkeypatch, days=31)
    late = api(Role.OPERATOR).appeal(other, text=WHY)
    assert late.status_code == 409 and late.json["error"]["code"] == "too_late_to_object"
    assert "重新反映" in late.json["error"]["message"]


def test_who_refused_it_does_not_decide(client: FlaskClient, api: Any) -> None:
    both = factories.staff("both", Role.OPERATOR, Role.REVIEWER)
    headers = factories.bearer(both)
    ticket = factories.taken().ticket
    path = f"/api/v1/tickets/{ticket.number}"
    assert client.post(f"{path}/refuse", json=REFUSAL, headers=headers).status_code == 200
    api(Role.OPERATOR).appeal(ticket, text=WHY)
    told: Any = client.get(path, headers=headers).json
    seen = told["objections"][0]
    assert seen["is_own_work"]
    decided = client.post(
        f"{path}/objections/{seen['id']}", json={"uphold": True, "note": "x"}, headers=headers
    )
    assert decided.status_code == 403 and "own_work" in decided.text


def test_reopening_settles_an_open_objection(api: Any, refused: Ticket) -> None:
    code = code_of(refused)
    assert api.nobody().appeal(refused, text=WHY, query_code=code).status_code == 200
    seen = api(Role.OPERATOR).reopen(refused, reason="有新情况").json
    assert seen["objections"][0]["is_upheld"] and seen["objections"][0]["note"] == "有新情况"


def test_a_follower_is_not_urged_and_says_what_else(api: Any) -> None:
    ticket = factories.sorted_ticket(phone="+8613900000101")
    merging.merge(ticket, factories.sorted_ticket(), by="staff:1", now=NOW)
    db.session.commit()
    code = code_of(ticket)
    for caller, words in ((api(Role.OPERATOR), "解除并单"), (api.nobody(), "12345")):
        given = {} if words != "12345" else {"query_code": code}
        error = caller.urge(ticket, **given).json["error"]
        assert error["code"] == "is_merged" and words in error["message"]
