"""Signing in and out over HTTP, with CSRF on."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.access import Role
from hotline.extensions import db, limiter
from hotline.people import operations, queries
from hotline.people.models import Staff
from tests import factories
from tests.conftest import FreshClient, Statements, config_for, isolated
from tests.people.browsing import log_in, post, words
from wsgi import create_app


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in, as the account page says."""
    return client.get("/account").status_code == 200


@pytest.fixture
def person(app: APIFlask) -> Staff:
    """An administrator, whose home is in this room."""
    return factories.staff("admin1", Role.ADMINISTRATOR)


def test_signing_in_goes_home(client: FlaskClient, person: Staff) -> None:
    answer = log_in(client, "admin1")
    assert (answer.status_code, answer.location) == (303, "/admin")
    assert is_in(client)
    assert client.get("/login").location == "/admin"


def test_a_wrong_password_is_said_in_words_and_stays_on_the_page(
    client: FlaskClient, person: Staff
) -> None:
    answer = log_in(client, "admin1", "not-this-one")
    assert answer.status_code == 422 and "用户名或密码不正确" in words(answer)
    assert 'value="admin1"' in words(answer) and "not-this-one" not in words(answer)
    assert not is_in(client)


def test_missing_fields_are_named(client: FlaskClient, app: APIFlask) -> None:
    answer = log_in(client, "", "")
    assert answer.status_code == 422 and words(answer).count('aria-invalid="true"') == 2


def test_five_wrong_passwords_lock_over_http_and_the_count_is_kept(
    client: FlaskClient, person: Staff
) -> None:
    for _ in range(4):
        assert log_in(client, "admin1", "not-this-one").status_code == 422
    answer = log_in(client, "admin1", "not-this-one")
    assert answer.status_code == 429 and "30 秒后再试" in words(answer)
    assert log_in(client, "admin1").status_code == 429
    db.session.expire_all()
    assert person.failures == 5


def test_a_form_without_csrf_is_refused(client: FlaskClient, person: Staff) -> None:
    sent = {"username": "admin1", "password": factories.PASSWORD}
    assert client.post("/login", data=sent).status_code == 400
    assert client.post("/logout").status_code == 400
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wanted", "gone_to"),
    [
        ("/account", "/account"),
        ("/admin?q=a&role=", "/admin?q=a&role="),
        ("//evil.example/", "/admin"),
        ("https://evil.example/", "/admin"),
        ("/\\evil.example", "/admin"),
        ("\\\\evil.example", "/admin"),
        ("javascript:alert(1)", "/admin"),
        ("/a\r\nSet-Cookie: x=y", "/admin"),
        ("//[", "/admin"),
        ("account", "/admin"),
        ("", "/admin"),
    ],
)
def test_next_is_local_or_nothing(
    client: FlaskClient, person: Staff, wanted: str, gone_to: str
) -> None:
    assert log_in(client, "admin1", next=wanted).location == gone_to
    assert client.get("/login", query_string={"next": wanted}).location == gone_to


def test_somebody_without_a_session_is_sent_to_sign_in_and_back(
    client: FlaskClient, person: Staff
) -> None:
    answer = client.get("/admin?q=%E5%BC%A0")
    assert (answer.status_code, answer.location) == (303, "/login?next=/admin?q%3D%25E5%25BC%25A0")
    page = client.get(answer.location).get_data(as_text=True)
    assert factories.hidden(page, "next") == "/admin?q=%E5%BC%A0"


def test_a_fragment_sends_its_page_to_sign_in(client: FlaskClient, app: APIFlask) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/console?x=1"}
    answer = client.get("/account", headers=headers)
    assert answer.status_code == 401 and answer.data == b""
    assert answer.headers["HX-Redirect"] == "/login?next=/console"


def test_signing_in_keeps_nothing_of_an_earlier_session(client: FlaskClient, person: Staff) -> None:
    page = client.get("/login").get_data(as_text=True)
    with client.session_transaction() as foisted:
        foisted["planted"] = "yes"
        token = foisted["csrf_token"]
    sent = {"username": "admin1", "password": factories.PASSWORD}
    client.post("/login", data=sent | {"csrf_token": factories.hidden(page, "csrf_token")})
    with client.session_transaction() as begun:
        assert "planted" not in begun and begun.get("csrf_token") != token
        assert not begun.permanent


def test_signing_out_ends_the_copies_of_the_cookie_too(
    app: APIFlask, client: FlaskClient, person: Staff
) -> None:
    log_in(client, "admin1")
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert is_in(thief)
    other = app.test_client()
    log_in(other, "admin1")
    answer = post(client, "/logout", "/account")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert "您已退出登录" in words(client.get("/login"))
    assert not is_in(client) and not is_in(thief) and is_in(other)


def test_browsers_keep_no_page_of_a_session(client: FlaskClient, person: Staff) -> None:
    assert "no-store" not in client.get("/login").headers.get("Cache-Control", "")
    log_in(client, "admin1")
    for path in ("/admin", "/account", "/admin/staff/admin1"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_signing_out_without_a_session_is_harmless(client: FlaskClient, app: APIFlask) -> None:
    assert post(client, "/logout", "/login").location == "/login"


Change = Callable[[Staff, datetime], object]
CHANGES: dict[str, Change] = {
    "role given": lambda who, now: operations.grant(
        who.id, Role.EDITOR, None, since=now, until=None, by="system", now=now
    ),
    "role ended": lambda who, now: operations.revoke(
        queries.memberships_of([who.id])[0].id, by="system", now=now
    ),
    "password set": lambda who, now: operations.set_password(
        who.id, "another-password", by="system", now=now
    ),
    "account closed": lambda who, now: operations.set_active(
        who.id, is_active=False, by="system", now=now
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_account_ends_its_sessions(
    app: APIFlask, client: FlaskClient, now: datetime, change: str
) -> None:
    who = factories.staff("op", Role.INSPECTOR)
    log_in(client, "op", next="/account")
    assert is_in(client)
    CHANGES[change](who, now)
    db.session.commit()
    assert not is_in(client)
    assert "您的账号有变更" in words(client.get("/login"))
    assert "您的账号有变更" not in words(client.get("/login"))


def test_a_session_ends_after_an_idle_hour(client: FlaskClient, person: Staff) -> None:
    with time_machine.travel(factories.NOW, tick=False) as clock:
        log_in(client, "admin1")
        for _ in range(3):
            clock.shift(timedelta(minutes=59))
            assert is_in(client)
        clock.shift(timedelta(minutes=60))
        assert not is_in(client)
        assert "一小时没有操作" in words(client.get("/login"))


def test_a_session_ends_after_twelve_hours(client: FlaskClient, person: Staff) -> None:
    with time_machine.travel(factories.NOW, tick=False) as clock:
        log_in(client, "admin1")
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert is_in(client)
        clock.shift(timedelta(minutes=30))
        assert not is_in(client)
        assert "已满十二小时" in words(client.get("/login"))


def test_a_stand_in_begins_and_ends_within_one_session(client: FlaskClient, app: APIFlask) -> None:
    who = factories.staff("stand-in")
    half = timedelta(minutes=30)
    since = factories.NOW + half
    operations.grant(
        who.id,
        Role.ADMINISTRATOR,
        None,
        since=since,
        until=since + half,
        by="system",
        now=factories.NOW,
    )
    db.session.commit()
    with time_machine.travel(factories.NOW, tick=False) as clock:
        assert log_in(client, "stand-in").location == "/account"
        for expected in (403, 200, 403):
            assert client.get("/admin").status_code == expected
            clock.shift(half)


def test_a_temporary_password_opens_only_the_door_to_another(
    client: FlaskClient, person: Staff, now: datetime
) -> None:
    told = operations.reset_password(person.id, by="system", now=now)
    db.session.commit()
    assert log_in(client, "admin1", told).location == "/password"
    assert not is_in(client)
    answer = post(client, "/password", "/password", password="short", again="short")
    assert answer.status_code == 422 and "至少 10 个字符" in words(answer)
    answer = post(client, "/password", "/password", password="my-own-password", again="my-own")
    assert answer.status_code == 422 and "两次输入的密码不一致" in words(answer)
    sent = {"password": "my-own-password", "again": "my-own-password"}
    assert post(client, "/password", "/password", **sent).location == "/admin"
    assert is_in(client)
    assert log_in(client.application.test_client(), "admin1", told).status_code == 422
    assert (
        log_in(client.application.test_client(), "admin1", "my-own-password").location == "/admin"
    )


def test_choosing_a_password_is_for_those_who_came_with_a_temporary_one(
    client: FlaskClient, person: Staff, now: datetime
) -> None:
    assert client.get("/password").location == "/login"
    sent = {"password": "my-own-password", "again": "my-own-password"}
    assert post(client, "/password", "/login", **sent).location == "/login"
    told = operations.reset_password(person.id, by="system", now=now)
    db.session.commit()
    with time_machine.travel(factories.NOW, tick=False) as clock:
        log_in(client, "admin1", told)
        clock.shift(timedelta(minutes=16))
        assert client.get("/password").location == "/login"


def test_changing_ones_password_ends_the_other_sessions(
    app: APIFlask, client: FlaskClient, person: Staff
) -> None:
    other = app.test_client()
    log_in(client, "admin1")
    log_in(other, "admin1")
    sent = {"password": "my-own-password", "again": "my-own-password"}
    answer = post(client, "/account/password", "/account", present="wrong", **sent)
    assert answer.status_code == 422 and "当前密码不正确" in words(answer)
    assert "my-own-password" not in words(answer)
    answer = post(client, "/account/password", "/account", present=factories.PASSWORD, **sent)
    assert answer.location == "/account"
    assert is_in(client) and not is_in(other)


@pytest.fixture
def limited(
    built_app: APIFlask, database_url: str, redis_url: str, tmp_path: Path
) -> Iterator[APIFlask]:
    """An application with the limits on, whose counts no other test has touched."""
    kept = dict(vars(limiter))
    limiter.enabled = True
    made = create_app(config_for(database_url, redis_url, tmp_path))
    made.config["TESTING"] = True
    made.test_client_class = FreshClient
    made.extensions["password_hasher"] = factories.cheap_hasher()
    with isolated(made):
        yield made
    with made.app_context():
        db.engine.dispose()
    vars(limiter).update(kept)


def test_failed_attempts_from_one_address_are_limited_and_good_ones_arent(
    limited: APIFlask,
) -> None:
    factories.staff("admin1", Role.ADMINISTRATOR)
    db.session.commit()
    here = {"REMOTE_ADDR": ".".join(["127", *(str(random.randrange(1, 255)) for _ in "abc")])}

    def come(password: str) -> TestResponse:
        browser = limited.test_client()
        browser.environ_base.update(here)
        return log_in(browser, "admin1", password)

    for _ in range(25):
        assert come(factories.PASSWORD).status_code == 303
    answers = (come("not-this-one") for _ in range(60))
    allowed = list(takewhile(lambda answer: "操作过于频繁" not in words(answer), answers))
    # A Redis that answers late is left alone for a moment, and its counts with it.
    assert 20 <= len(allowed) < 60
    assert come("not-this-one").status_code == 429


def test_a_page_costs_one_statement_for_knowing_who_asks(
    client: FlaskClient, person: Staff, statements: Statements
) -> None:
    log_in(client, "admin1")
    statements.seen.clear()
    assert is_in(client)
    assert len(statements) == 2  # who asks, and the roles that the page shows
