"""Drafts: each one's own, encrypted, bounded, gone with what was carried out and with time."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from hotline import drafts
from hotline.access import Role
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from tests import factories
from tests.factories import NOW

SECRET_WORDS = "文化路夜市每晚占道经营"
VALUES = {"body": [SECRET_WORDS], "phone": ["13812345678"]}
ENTRY = {"body": SECRET_WORDS, "request_type": "complaint", "category": "T010101"}


def begin(app: APIFlask, name: str = "op") -> tuple[FlaskClient, dict[str, str]]:
    """Somebody's browser and the header that their pages send."""
    client = app.test_client()
    factories.sign_in(client, factories.staff(name, Role.OPERATOR))
    page = client.get("/console").get_data(as_text=True)
    return client, {"X-CSRFToken": factories.hidden(page, "csrf_token")}


def test_a_draft_is_kept_renewed_given_back_and_discarded(app: APIFlask) -> None:
    client, headers = begin(app)
    assert client.get("/drafts/entry").status_code == 404
    sent = {"values": VALUES, "address": "/console"}
    assert client.put("/drafts/entry", json=sent, headers=headers).status_code == 200
    renewed = sent | {"values": {"body": ["另一段"]}}
    at = client.put("/drafts/entry", json=renewed, headers=headers).get_json()["at"]
    assert client.get("/drafts").get_json() == {"names": ["entry"]}
    assert client.get("/drafts/entry").get_json() == {"values": {"body": ["另一段"]}, "at": at}
    assert client.delete("/drafts/entry", headers=headers).status_code == 200
    assert client.get("/drafts").get_json() == {"names": []}


def test_a_draft_belongs_to_its_writer(app: APIFlask) -> None:
    mine, headers = begin(app)
    mine.put("/drafts/entry", json={"values": VALUES}, headers=headers)
    other, others = begin(app, "other")
    assert other.get("/drafts/entry").status_code == 404
    assert other.delete("/drafts/entry", headers=others).status_code == 200
    assert mine.get("/drafts/entry").status_code == 200


def test_nobody_keeps_a_draft_without_a_session_or_a_token(app: APIFlask) -> None:
    client, _ = begin(app)
    assert client.put("/drafts/entry", json={"values": VALUES}).status_code == 400
    nobody = app.test_client()
    assert nobody.get("/drafts", headers={"HX-Request": "true"}).status_code == 401


def test_what_is_stored_can_not_be_read(app: APIFlask) -> None:
    client, headers = begin(app)
    client.put("/drafts/entry", json={"values": VALUES}, headers=headers)
    stored = db.session.execute(text('SELECT "values" FROM drafts')).scalar_one()
    assert SECRET_WORDS.encode() not in bytes(stored)
    assert b"13812345678" not in bytes(stored)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"values": "x"},
        {"values": {"body": "not a list"}},
        {"values": {"b" * 81: ["x"]}},
        {"values": {}, "more": 1},
        {"values": {"body": ["x" * drafts.LARGEST]}},
    ],
)
def test_what_no_form_sends_is_refused(app: APIFlask, sent: dict[str, object]) -> None:
    client, headers = begin(app)
    assert client.put("/drafts/entry", json=sent, headers=headers).status_code == 422


def test_a_foreign_address_is_not_kept(app: APIFlask) -> None:
    client, headers = begin(app)
    sent = {"values": VALUES, "address": "https://elsewhere.example/"}
    client.put("/drafts/entry", json=sent, headers=headers)
    person = db.session.execute(text("SELECT staff_id FROM drafts")).scalar_one()
    assert [one.address for one in drafts.of(person)] == [""]


def test_a_form_that_is_carried_out_takes_its_draft_along(app: APIFlask) -> None:
    client, headers = begin(app)
    client.put("/drafts/entry", json={"values": VALUES}, headers=headers)
    data = ENTRY | {"_draft": "entry", "csrf_token": headers["X-CSRFToken"]}
    refused = client.post("/console", data=data | {"category": "no-such"})
    assert refused.status_code == 422
    assert client.get("/drafts").get_json() == {"names": ["entry"]}
    assert client.post("/console", data=data).status_code == 303
    assert client.get("/drafts").get_json() == {"names": []}


def test_a_draft_is_discarded_from_a_list_without_javascript(app: APIFlask) -> None:
    client, headers = begin(app)
    client.put("/drafts/reply:1", json={"values": VALUES}, headers=headers)
    data = {"csrf_token": headers["X-CSRFToken"], "_back": "/console"}
    answer = client.post("/drafts/reply:1/discard", data=data)
    assert (answer.status_code, answer.location) == (303, "/console")
    assert client.get("/drafts").get_json() == {"names": []}


def test_drafts_are_bounded_in_size_and_number(app: APIFlask) -> None:
    person = factories.staff("op", Role.OPERATOR).id
    for number in range(drafts.MOST_DRAFTS):
        drafts.keep(person, f"reply:{number}", VALUES, address="", now=NOW)
    drafts.keep(person, "reply:0", VALUES, address="", now=NOW)
    with pytest.raises(Refused) as refused:
        drafts.keep(person, "one-more", VALUES, address="", now=NOW)
    assert refused.value.code == "too_many_drafts"
    many = {f"field{number}": ["x"] for number in range(drafts.MOST_FIELDS + 1)}
    with pytest.raises(Invalid):
        drafts.keep(person, "reply:0", many, address="", now=NOW)


def test_old_drafts_are_swept(app: APIFlask) -> None:
    person = factories.staff("op", Role.OPERATOR).id
    drafts.keep(person, "old", VALUES, address="", now=NOW - drafts.KEPT_FOR - timedelta(hours=1))
    drafts.keep(person, "new", VALUES, address="", now=NOW)
    drafts.sweep(NOW)
    assert drafts.names_of(person) == ["new"]


def test_a_draft_is_known_by_the_longest_that_was_typed(app: APIFlask) -> None:
    person = factories.staff("op", Role.OPERATOR).id
    drafts.keep(person, "entry", VALUES, address="/console", now=NOW)
    assert drafts.of(person)[0].first_words == SECRET_WORDS
