"""Guesses in parallel, over real transactions: each is counted, none slips past the lock."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from apiflask import APIFlask
from argon2 import PasswordHasher
from sqlalchemy import text

from hotline.errors import Refused
from hotline.extensions import db
from hotline.people import passwords, queries, signing
from tests import factories


@pytest.fixture
def target(built_app: APIFlask) -> Iterator[APIFlask]:
    """An account that everybody can see, taken away afterwards."""
    real = built_app.extensions[passwords.EXTENSION]
    built_app.extensions[passwords.EXTENSION] = PasswordHasher(1, 8, 1)
    with built_app.app_context():
        factories.staff("target")
        db.session.remove()
    yield built_app
    built_app.extensions[passwords.EXTENSION] = real
    with built_app.app_context():
        db.session.execute(text("TRUNCATE audit_entries"))
        db.session.execute(text("DELETE FROM staff WHERE username = 'target'"))
        db.session.commit()
        db.session.remove()


def test_of_twelve_guesses_at_once_four_are_free_and_one_locks(
    target: APIFlask, now: datetime
) -> None:
    together = threading.Barrier(12)

    def guess(_number: int) -> str:
        with target.app_context():
            together.wait()
            found = signing.sign_in("target", "not-this-one", now)
            db.session.commit()
            db.session.remove()
            return found.code if isinstance(found, Refused) else "in"

    with ThreadPoolExecutor(12) as crowd:
        said = Counter(crowd.map(guess, range(12)))
    assert said == {"bad_credentials": 4, "locked": 8}
    with target.app_context():
        person = queries.staff_by_username("target")
        assert person is not None and person.failures == 5
        db.session.remove()
