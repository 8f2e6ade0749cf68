"""The stage of the flow tests: the application with a catalogue, and everybody who takes part."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from argon2 import PasswordHasher

from hotline.people import passwords
from tests.flows import steps
from tests.flows.steps import Hall


@pytest.fixture(autouse=True)
def _cheap_hasher(request: pytest.FixtureRequest) -> Iterator[None]:
    """Many sign in here; an ordinary digest takes a tenth of a second each time."""
    if "app" not in request.fixturenames:
        yield
        return
    app: APIFlask = request.getfixturevalue("app")
    real = app.extensions[passwords.EXTENSION]
    app.extensions[passwords.EXTENSION] = PasswordHasher(1, 8, 1)
    yield
    app.extensions[passwords.EXTENSION] = real


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """The hall with everybody in it."""
    return steps.open_hall(app)
