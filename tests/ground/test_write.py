"""One write a key: the same again is answered the same, whatever happens in between."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import Response
from sqlalchemy import select

from hotline import audit, clock, crypto, http
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.http import Answer, IdempotencyKey
from tests import committed, factories

ACTOR = "system:test"


def trace() -> Answer:
    """An operation that leaves a trace, and answers with a secret."""
    audit.record(ACTOR, "written", "ticket:1", at=factories.NOW)
    return http.ok({"query_code": "735201"}, 201)


def traces() -> int:
    """How often the operation was carried out."""
    found = db.session.query(AuditEntry).filter_by(actor=ACTOR).count()
    db.session.rollback()
    return found


def send(
    app: APIFlask,
    operation: Callable[[], Answer] = trace,
    *,
    key: str | None = "a-key",
    body: object = "a body",
    path: str = "/somewhere",
) -> Response:
    """Make a request whose work is the operation."""
    headers = {"Idempotency-Key": key} if key else {}
    with app.test_request_context(path, method="POST", json=body, headers=headers):
        return http.write(operation)


def test_the_same_key_gets_the_same_answer(app: APIFlask) -> None:
    first, second = send(app), send(app)
    assert (first.status_code, first.get_data()) == (201, b'{"query_code": "735201"}')
    assert (second.status_code, second.get_data()) == (first.status_code, first.get_data())
    assert second.mimetype == "application/json"
    assert traces() == 1


def test_another_body_under_the_same_key_is_refused(app: APIFlask) -> None:
    send(app)
    with pytest.raises(Refused) as refused:
        send(app, body="another body")
    assert (refused.value.code, refused.value.status) == ("key_reused", 409)
    assert traces() == 1


@pytest.mark.parametrize("other", [{"key": "another"}, {"path": "/elsewhere"}, {"key": None}])
def test_another_key_or_address_is_another_write(app: APIFlask, other: dict[str, str]) -> None:
    send(app)
    send(app, **other)  # type: ignore[arg-type]
    assert traces() == 2


def test_without_a_key_each_is_a_write(app: APIFlask) -> None:
    send(app, key=None)
    send(app, key=None)
    assert traces() == 2
    assert db.session.query(IdempotencyKey).count() == 0


def test_keys_of_two_people_are_two_keys(app: APIFlask) -> None:
    matter = {"channel": "phone", "title": "夜市占道", "body": "每晚占道经营。"}
    numbers = set()
    for name in ("one", "two"):
        token = factories.bearer(factories.staff(name, Role.OPERATOR))
        answer = app.test_client().post(
            "/api/v1/tickets", json=matter, headers=token | {"Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
        assert answer.json is not None
        numbers.add(answer.json["number"])
    assert len(numbers) == 2


def test_a_page_form_is_sent_once_though_its_csrf_token_differs(app: APIFlask) -> None:
    def page(token: str, words: str) -> Response:
        data = {"_key": "a-nonce", "csrf_token": token, "text": words}
        with app.test_request_context("/tickets/1/note", method="POST", data=data):
            return http.write(lambda: (trace(), http.go("/tickets/1"))[1])

    assert page("one", "words").location == "/tickets/1"
    assert page("two", "words").location == "/tickets/1"
    assert traces() == 1
    with pytest.raises(Refused):
        page("two", "other words")


def test_a_refusal_leaves_nothing_behind_and_may_be_tried_again(app: APIFlask) -> None:
    def refuse() -> Answer:
        trace()
        db.session.flush()
        raise Invalid("not_so", "Not like this.")

    with pytest.raises(Invalid):
        send(app, refuse)
    assert traces() == 0
    assert db.session.query(IdempotencyKey).count() == 0
    assert send(app).status_code == 201
    assert traces() == 1


def test_what_breaks_at_the_end_leaves_nothing_behind(app: APIFlask) -> None:
    def break_late() -> Answer:
        trace()
        db.session.add(AuditEntry(at=factories.NOW, actor=ACTOR, kind="x" * 500, subject="s"))
        return http.ok({})

    with pytest.raises(Exception, match="too long"):
        send(app, break_late)
    assert traces() == 0
    assert db.session.query(IdempotencyKey).count() == 0


def test_the_stored_answer_can_be_read_by_nobody_without_the_key(app: APIFlask) -> None:
    send(app)
    row = db.session.scalars(select(IdempotencyKey)).one()
    assert row.answer is not None
    assert b"735201" not in bytes(row.answer)
    assert json.loads(crypto.decrypt(row.answer))["body"] == {"query_code": "735201"}
    assert b"a-key" not in bytes(row.digest)


def test_a_key_that_is_too_long_is_refused(app: APIFlask) -> None:
    with pytest.raises(Invalid) as refused:
        send(app, key="k" * 201)
    assert refused.value.field == "Idempotency-Key"


def test_keys_are_forgotten_after_a_week(app: APIFlask) -> None:
    send(app)
    now = clock.now()
    assert http.forget_keys(now + timedelta(days=6)) == 0
    assert http.forget_keys(now + timedelta(days=8)) == 1
    send(app)
    assert traces() == 2


def test_two_at_once_are_one(committed_app: APIFlask) -> None:
    works = [lambda: send(committed_app).get_data()] * 8
    answers = committed.together(committed_app, works)
    assert set(answers) == {b'{"query_code": "735201"}'}
    assert traces() == 1


def test_of_two_at_once_the_second_takes_over_when_the_first_fails(
    committed_app: APIFlask,
) -> None:
    failed: list[bool] = []

    def fail_first() -> Answer:
        if not failed:
            failed.append(True)
            raise Invalid("not_so", "Not like this.")
        return trace()

    def try_it() -> int:
        try:
            return send(committed_app, fail_first).status_code
        except Invalid as refused:
            return refused.status

    assert sorted(committed.together(committed_app, [try_it] * 4)) == [201, 201, 201, 422]
    assert traces() == 1


@pytest.mark.parametrize("address", ["/", "/tickets/1?back=/x", "/kb/A1#top"])
def test_addresses_of_this_site_are_gone_to(address: str) -> None:
    assert http.local(address, "/otherwise") == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "tickets",
        "/x\r\nSet-Cookie: a=b",
        "http://[evil",
        "",
        None,
    ],
)
def test_other_addresses_are_not(address: str | None) -> None:
    assert http.local(address, "/otherwise") == "/otherwise"
