"""Checking passwords: who is let in, who waits, what is hidden."""

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from argon2 import PasswordHasher
from sqlalchemy import func, select

from hotline.access import Role
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people import passwords, signing
from hotline.people.jobs import forget_ended_sessions
from hotline.people.models import EndedSession, Staff
from tests import factories

pytestmark = pytest.mark.usefixtures("app")
WRONG = "not-the-password"
MINUTE = timedelta(minutes=1)


def code(found: Staff | Refused) -> str:
    """Why somebody wasn't let in."""
    assert isinstance(found, Refused)
    return found.code


def attempt(now: datetime, password: str = WRONG) -> Staff | Refused:
    """Somebody called op comes to the door."""
    return signing.sign_in("op", password, now)


def test_the_right_password_lets_in_however_the_name_is_typed(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    assert signing.sign_in(" OP ", factories.PASSWORD, now) is person


@pytest.mark.parametrize(
    "password", ["", "wrong", factories.PASSWORD + " ", "A-password-for-tests"]
)
def test_a_wrong_password_doesnt(now: datetime, password: str) -> None:
    factories.staff("op", Role.OPERATOR)
    assert code(attempt(now, password)) == "bad_credentials"


def test_unknown_and_inactive_answer_like_a_wrong_password(now: datetime) -> None:
    factories.staff("op").is_active = False
    assert code(attempt(now, factories.PASSWORD)) == "bad_credentials"
    assert code(signing.sign_in("nobody", factories.PASSWORD, now)) == "bad_credentials"


def test_an_unknown_name_costs_the_same_work(
    monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    looked_at = []
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda _self, stored, _password: looked_at.append(stored)
    )
    assert code(signing.sign_in("nobody", "whatever", now)) == "bad_credentials"
    assert looked_at == [passwords.DECOY]


def test_the_decoy_is_made_like_a_real_digest() -> None:
    assert not PasswordHasher().check_needs_rehash(passwords.DECOY)


def test_nobodys_password_is_right() -> None:
    assert not passwords.is_right("whatever", None)
    assert not passwords.is_right("whatever", "!")


def test_the_fifth_failure_locks_and_the_delay_grows(now: datetime) -> None:
    factories.staff("op", Role.OPERATOR)
    for _ in range(4):
        assert code(attempt(now)) == "bad_credentials"
    found = attempt(now)
    assert code(found) == "locked" and isinstance(found, Refused)
    assert found.values["seconds"] == 30
    assert code(attempt(now + timedelta(seconds=29), factories.PASSWORD)) == "locked"
    later = attempt(now + timedelta(seconds=30))
    assert isinstance(later, Refused) and later.values["seconds"] == 60


def test_trying_while_locked_doesnt_count(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    person.failures, person.locked_until = 5, now + MINUTE
    for _ in range(10):
        assert code(attempt(now)) == "locked"
    assert (person.failures, person.locked_until) == (5, now + MINUTE)


def test_getting_in_forgets_the_failures(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    person.failures, person.locked_until = 7, now
    assert attempt(now, factories.PASSWORD) is person
    db.session.flush()
    db.session.refresh(person)
    assert person.failures == 0 and person.locked_until is None
    assert code(attempt(now)) == "bad_credentials"


def test_a_digest_of_other_parameters_is_made_anew(app: APIFlask, now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    before = person.password_hash
    app.extensions[passwords.EXTENSION] = PasswordHasher(2, 16, 1)
    assert attempt(now, factories.PASSWORD) is person
    assert person.password_hash != before and not passwords.is_outdated(person.password_hash)
    assert passwords.is_right(factories.PASSWORD, person.password_hash)


def test_ended_sessions_are_kept_as_long_as_their_cookie_could_live(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    signing.sign_out(person.id, b"old", now - timedelta(hours=12, seconds=1))
    signing.sign_out(person.id, b"young", now - timedelta(hours=11))
    assert signing.forget_ended_sessions(now) == 1
    assert db.session.scalar(select(EndedSession.digest)) == b"young"


def test_the_job_forgets_them_too() -> None:
    person = factories.staff("op", Role.OPERATOR)
    signing.sign_out(person.id, b"old", datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    forget_ended_sessions()
    assert db.session.scalar(select(func.count()).select_from(EndedSession)) == 0
