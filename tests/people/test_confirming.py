"""The password once more: asked when not fresh, counted like a sign-in, this session's own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask import get_flashed_messages, session
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.people import confirming
from hotline.people.models import Staff
from tests import factories
from tests.people.browsing import log_in, post, words

HERE = "/confirm?next=/account"


@pytest.fixture
def person(client: FlaskClient) -> Staff:
    """An operator who is signed in."""
    made = factories.staff("ope", Role.OPERATOR)
    log_in(client, "ope")
    return made


@pytest.fixture
def guarded(app: APIFlask) -> Iterator[APIFlask]:
    """The function behind a page that asks for the password."""
    with app.test_request_context("/secret?of=2", headers={"Referer": "http://localhost/p?a=1"}):
        yield app


@confirming.needed
def secret() -> str:
    """What is guarded."""
    return "shown"


def test_the_right_password_goes_on_and_counts_ten_minutes(
    client: FlaskClient, person: Staff
) -> None:
    assert client.get(HERE).status_code == 200
    answer = post(client, "/confirm", HERE, present=factories.PASSWORD, next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get(HERE).location == "/account"
    later = clock.now() + confirming.COUNTS_FOR + timedelta(seconds=5)
    with time_machine.travel(later, tick=False):
        assert client.get(HERE).status_code == 200


def test_a_wrong_password_is_said_at_its_field_and_counts(
    client: FlaskClient, person: Staff
) -> None:
    for _ in range(4):
        answer = post(client, "/confirm", HERE, present="not-this-one")
        assert answer.status_code == 422 and "当前密码不正确" in words(answer)
        assert "not-this-one" not in words(answer)
    assert post(client, "/confirm", HERE, present="not-this-one").status_code == 429
    assert post(client, "/confirm", HERE, present=factories.PASSWORD).status_code == 429


def test_nobody_is_led_elsewhere(client: FlaskClient, person: Staff) -> None:
    answer = post(client, "/confirm", HERE, present=factories.PASSWORD, next="//evil.example/x")
    assert (answer.status_code, answer.location) == (303, "/console")


def test_only_who_is_signed_in_is_asked(client: FlaskClient, app: APIFlask) -> None:
    assert client.get(HERE).location.startswith("/login")


def test_an_opened_page_is_gone_on_to(guarded: APIFlask) -> None:
    answer = guarded.make_response(secret())
    assert (answer.status_code, answer.location) == (303, "/confirm?next=/secret?of%3D2")
    confirming.confirm(clock.now())
    assert secret() == "shown"


def test_what_was_sent_is_sent_again_by_hand(app: APIFlask) -> None:
    came = {"Referer": "http://localhost/p?a=1"}
    with app.test_request_context("/secret", method="POST", headers=came):
        answer = app.make_response(secret())
        assert (answer.status_code, answer.location) == (303, "/confirm?next=/p?a%3D1")
        assert len(get_flashed_messages()) == 1
    stranger = {"Referer": "http://evil.example/p"}
    with app.test_request_context("/secret", method="POST", headers=stranger):
        assert app.make_response(secret()).location == "/confirm?next="


def test_a_fragment_makes_its_page_go_there(app: APIFlask) -> None:
    with app.test_request_context("/secret", headers={"HX-Request": "true"}):
        answer = app.make_response(secret())
        assert answer.status_code == 401 and answer.headers["HX-Redirect"].startswith("/confirm")


def test_an_old_confirmation_is_none(guarded: APIFlask) -> None:
    long_ago = clock.now() - confirming.COUNTS_FOR - timedelta(seconds=1)
    session[confirming.CONFIRMED_AT] = int(long_ago.timestamp())
    assert not confirming.is_fresh()
