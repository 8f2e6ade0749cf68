"""The JSON API of dispatch: field names as promised, every refusal with its code."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch.models import Return
from hotline import clock
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Category, Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import People

REPLY = {"completion": "solved", "text": "已清理。", "basis": "《城市市容条例》"}


@pytest.fixture
def who(app: Any) -> People:
    """One of each who takes part."""
    return samples.people()


def call(client: FlaskClient, person: Staff, path: str, body: dict[str, Any] | None = None) -> Any:
    """A call as this person."""
    return client.post(f"/api/v1/{path}", json=body or {}, headers=factories.bearer(person))


def told(answer: Any) -> tuple[int, str, list[str]]:
    """Status, code and fields of a refusal."""
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], sorted(error["fields"])


def test_dispatch_and_sign(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(now=clock.now())
    here = f"tickets/{ticket.number}"
    body = call(client, who.dispatcher, f"{here}/dispatch", {"lead": "d16", "note": "请核实"})
    one = body.get_json()["assignments"][0]
    assert (body.status_code, body.get_json()["state"]) == (200, "pending_signature")
    assert {name: one[name] for name in ("unit", "role", "round", "state", "signed_at")} == {
        "unit": "D16",
        "role": "lead",
        "round": 1,
        "state": "pending_signature",
        "signed_at": None,
    }
    assert one["due_at"] and one["lamp"] == "green" and one["dispatched_at"]
    signed = call(client, who.handler, f"{here}/sign").get_json()
    assert signed["assignments"][0]["signed_at"]
    due = datetime.fromisoformat(signed["assignments"][0]["due_at"])
    assert due == datetime.fromisoformat(signed["due_at"])


def test_what_a_unit_does_meanwhile(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now())
    here = f"tickets/{ticket.number}"
    assert call(client, who.handler, f"{here}/contact", {"result": "busy"}).status_code == 200
    assert call(client, who.handler, f"{here}/contact").status_code == 200
    told_so = call(client, who.handler, f"{here}/progress", {"text": "在办"}).get_json()
    assert [one["kind"] for one in told_so["events"]][-3:] == [
        "contacted", "contacted", "progressed",
    ]  # fmt: skip
    assert told_so["assignments"][0]["contacted_at"]


def test_a_return_is_asked_and_refused(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now())
    here = f"tickets/{ticket.number}"
    body = {"reason": "not_our_duty", "basis": "三定方案"}
    asked = call(client, who.handler, f"{here}/return", body).get_json()
    assert (asked["state"], asked["returns"][0]["basis"]) == ("return_requested", "三定方案")
    path = f"{here}/returns/{asked['returns'][0]['id']}"
    decided = call(client, who.reviewer, path, {"uphold": False, "note": "属你局"}).get_json()
    assert decided["state"] == "in_progress"
    assert (decided["returns"][0]["is_upheld"], decided["returns"][0]["note"]) == (False, "属你局")


def test_reply_and_review(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now())
    here = f"tickets/{ticket.number}"
    at = (clock.now() - timedelta(minutes=1)).isoformat()
    body = REPLY | {"contacted_at": at, "contact_result": "reached"}
    replied = call(client, who.handler, f"{here}/reply", body).get_json()
    assert replied["assignments"][0]["replies"][0]["text"] == "已清理。"
    done = call(client, who.reviewer, f"{here}/review", {"accept": True}).get_json()
    assert (done["state"], done["assignments"][0]["state"]) == ("awaiting_callback",) * 2
    assert done["assignments"][0]["replies"][0]["is_accepted"] is True


def test_promises_stand_on_the_wire(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now())
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    body = REPLY | {"completion": "planned", "promised_on": day}
    call(client, who.handler, f"tickets/{ticket.number}/reply", body)
    done = call(client, who.reviewer, f"tickets/{ticket.number}/review", {"accept": True})
    assert done.get_json()["promises"] == [
        {
            "unit": "D16",
            "unit_name": "市城市管理综合行政执法局",
            "promised_on": day,
            "is_open": True,
            "asked_again_at": None,
        }
    ]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["lead"]),
        ({"lead": ""}, ["lead"]),
        ({"lead": 16}, ["lead"]),
        ({"lead": "X99"}, ["lead"]),
        ({"lead": "D16", "assist": ["D16"]}, ["assist"]),
        ({"lead": "D16", "assist": ["D14", "d14"]}, ["assist"]),
        ({"lead": "D16", "assist": ["X99"]}, ["assist"]),
        ({"lead": "D16", "assist": ["D14"] * 11}, ["assist"]),
        ({"lead": "D16", "assist": "D14"}, ["assist"]),
        ({"lead": "D16", "category": "nothing"}, ["category"]),
        ({"lead": "D16", "urgency": "soon"}, ["urgency"]),
        ({"lead": "D16", "unit_text": "a" * 5001}, ["unit_text"]),
        ({"lead": "D16", "whatever": 1}, ["whatever"]),
    ],
)
def test_bad_dispatches(
    client: FlaskClient, who: People, body: dict[str, Any], fields: list[str]
) -> None:
    ticket = factories.sorted_ticket(now=clock.now())
    status, _, named = told(call(client, who.dispatcher, f"tickets/{ticket.number}/dispatch", body))
    assert (status, named) == (422, fields)


def test_an_empty_list_of_assistants_is_fine(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(now=clock.now())
    body = {"lead": "D16", "assist": []}
    sent = call(client, who.dispatcher, f"tickets/{ticket.number}/dispatch", body)
    assert sent.status_code == 200


@pytest.mark.parametrize(
    ("verb", "body", "fields"),
    [
        ("contact", {"result": "maybe"}, ["result"]),
        ("progress", {}, ["text"]),
        ("progress", {"text": " "}, ["text"]),
        ("return", {"reason": "tired", "basis": "x"}, ["reason"]),
        ("return", {"reason": "other_unit"}, ["basis"]),
        ("reply", {}, ["basis", "completion", "text"]),
        ("reply", REPLY | {"completion": "done"}, ["completion"]),
        ("reply", REPLY | {"completion": "planned"}, ["promised_on"]),
        ("reply", REPLY | {"promised_on": "soon"}, ["promised_on"]),
        ("reply", REPLY | {"contacted_at": "2026-11-18T10:00:00"}, ["contacted_at"]),
        ("reply", REPLY | {"contact_result": "reached"}, ["contacted_at"]),
    ],
)
def test_bad_unit_calls(
    client: FlaskClient, who: People, verb: str, body: dict[str, Any], fields: list[str]
) -> None:
    ticket = samples.signed(now=clock.now())
    status, _, named = told(call(client, who.handler, f"tickets/{ticket.number}/{verb}", body))
    assert (status, named) == (422, fields)


def test_bad_decisions(client: FlaskClient, who: People) -> None:
    ticket = samples.replied(now=clock.now())
    here = f"tickets/{ticket.number}/review"
    assert told(call(client, who.reviewer, here)) == (422, "invalid", ["accept"])
    unsaid = told(call(client, who.reviewer, here, {"accept": False}))
    assert unsaid == (422, "reason_needed", ["reason"])
    missing = told(call(client, who.reviewer, f"tickets/{ticket.number}/returns/1"))
    assert missing == (422, "invalid", ["note", "uphold"])
    nothing = {"uphold": True, "note": "x"}
    unknown = told(call(client, who.reviewer, f"tickets/{ticket.number}/returns/1", nothing))
    assert unknown == (404, "return_not_found", ["id"])


def test_refusals_of_returns(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now() - timedelta(days=20))
    body = {"reason": "not_our_duty", "basis": "x"}
    late = call(client, who.handler, f"tickets/{ticket.number}/return", body)
    assert told(late) == (409, "too_late", ["reason"])
    assert db.session.query(Return).count() == 0


def test_permissions(client: FlaskClient, who: People) -> None:
    ticket = samples.dispatched(now=clock.now())
    here = f"tickets/{ticket.number}"
    assert call(client, who.dispatcher, f"{here}/sign").status_code == 403
    assert call(client, who.stranger, f"{here}/sign").status_code == 404
    assert call(client, who.handler, f"{here}/dispatch", {"lead": "D14"}).status_code == 403
    assert call(client, who.handler, f"{here}/review", {"accept": True}).status_code == 403
    assert client.post(f"/api/v1/{here}/sign", json={}).status_code == 401
    wrong = told(call(client, who.handler, f"{here}/reply", REPLY))
    assert wrong == (409, "wrong_state", [])


def test_a_unit_without_the_ticket_in_hand_may_not(client: FlaskClient, who: People) -> None:
    """A member of both sides sees every ticket and still acts only for their unit."""
    ticket = samples.dispatched(now=clock.now(), unit="D14")
    assert call(client, who.stranger, f"tickets/{ticket.number}/sign").status_code == 200
    other: Ticket = samples.dispatched(now=clock.now(), phone="+8613900004444")
    assert call(client, who.stranger, f"tickets/{other.number}/sign").status_code == 404


def suggest(client: FlaskClient, person: Staff, **body: Any) -> Any:
    """What is suggested."""
    given = {"title": "夜市占道", "body": "每晚占道经营"} | body
    return call(client, person, "dispatch/suggest", given)


def test_a_known_category_makes_the_first_unit_certain(
    client: FlaskClient, who: People, catalogue: None
) -> None:
    found = suggest(client, who.dispatcher, category="T010101", place="海港区文化路").get_json()
    assert found["category"] == "T010101"
    assert [(one["code"], one["probability"]) for one in found["units"]] == [
        ("C01", 1.0), ("D16", None),
    ]  # fmt: skip
    assert found["units"][0]["because"] == ["district_of_place"]
    assert found["similar"] == []


def test_words_lead_to_a_category_without_a_made_up_number(
    client: FlaskClient, who: People, catalogue: None
) -> None:
    leaf = db.session.get(Category, "T010102")
    assert leaf is not None
    leaf.keywords = "停水|没水"
    found = suggest(client, who.dispatcher, title="停水", body="海港区家里没水两天了").get_json()
    assert found["category"] == "T010102"
    unit = found["units"][0]
    assert (unit["code"], unit["probability"]) == ("E01", None)
    assert unit["because"] == ["word:停水", "word:没水", "supplies_district", "usual_supplier"]
    nothing = suggest(client, who.dispatcher, title="你好", body="谢谢").get_json()
    assert (nothing["category"], nothing["units"]) == (None, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [({"category": "X"}, "category"), ({"district": "X"}, "district"), ({"title": ""}, "title")],
)
def test_bad_suggestion_requests(
    client: FlaskClient, who: People, body: dict[str, str], field: str
) -> None:
    status, _, fields = told(suggest(client, who.dispatcher, **body))
    assert (status, fields) == (422, [field])
