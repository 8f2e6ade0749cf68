"""A cheap hasher for the tests of people: an ordinary one takes a tenth of a second a password."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from argon2 import PasswordHasher

from hotline.people import passwords


@pytest.fixture(autouse=True)
def _cheap_hasher(request: pytest.FixtureRequest) -> Iterator[None]:
    if "app" not in request.fixturenames:
        yield
        return
    app: APIFlask = request.getfixturevalue("app")
    real = app.extensions[passwords.EXTENSION]
    app.extensions[passwords.EXTENSION] = PasswordHasher(1, 8, 1)
    yield
    app.extensions[passwords.EXTENSION] = real
