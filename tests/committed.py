"""For tests that need transactions to be real: a database of their own, and threads.

Almost every test runs in one transaction that is rolled back (`app`). What several connections
do to each other can't be seen there: such a test asks for `committed_app`, whose database is
copied for it and dropped afterwards.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import pytest
from apiflask import APIFlask
from sqlalchemy.engine import make_url

from hotline.extensions import Base, db, limiter
from tests import conftest, factories
from wsgi import create_app

T = TypeVar("T")
TRIES = 10
LONGEST_SECONDS = 60.0


def new_name(kind: str) -> str:
    """A name for a database that no other test process has."""
    return f"{kind}_{os.getpid()}_{secrets.token_hex(3)}"


def address_of(name: str) -> str:
    """The address of a database beside the one that ./script/test gives."""
    given = make_url(conftest.needed("TEST_DATABASE_URL"))
    return given.set(database=name).render_as_string(hide_password=False)


def administer(statement: str) -> None:
    """Run a statement about databases; an autovacuum worker that is in one is waited for."""
    url = conftest.needed("TEST_DATABASE_URL")
    for left in reversed(range(TRIES)):
        try:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            if not left:
                raise
            threading.Event().wait(0.5)
        else:
            return


@contextmanager
def database(name: str, template: str = "template1") -> Iterator[str]:
    """A database for the time being; answers its address."""
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield address_of(name)
    finally:
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def build(name: str, redis_url: str, folder: object, **changes: str) -> APIFlask:
    """An application on the database of this name, which need not exist yet."""
    address = address_of(name)
    config = conftest.config_for(address, redis_url, folder, **changes)  # type: ignore[arg-type]
    app = create_app(config)
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    app.test_client_class = conftest.FreshClient
    limiter.enabled = False
    return app


@pytest.fixture(scope="session")
def committing_app(
    redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[APIFlask, str, str]]:
    """An application, the name of its database, and a full one from which it is copied."""
    name = new_name("c")
    template = f"{name}_full"
    app = build(name, redis_url, tmp_path_factory.mktemp("committed"))
    with database(name):
        with app.app_context():
            Base.metadata.create_all(db.engine)
            factories.load_directory()
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        administer(f'ALTER DATABASE "{name}" RENAME TO "{template}"')
        try:
            yield app, name, template
        finally:
            administer(f'DROP DATABASE "{template}" WITH (FORCE)')


@contextmanager
def anew(committing: tuple[APIFlask, str, str]) -> Iterator[APIFlask]:
    """The application on a fresh database, for the time being."""
    app, name, template = committing
    for cache in ("rulebook", "settings_cache", "calendar_cache", "emergency_mode"):
        app.extensions.pop(cache, None)
    with database(name, template), app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def committed_app(committing_app: tuple[APIFlask, str, str]) -> Iterator[APIFlask]:
    """The application on a fresh database with units and leaves; what is committed stays."""
    with anew(committing_app) as app:
        yield app


def together(app: APIFlask, works: Sequence[Callable[[], T]]) -> list[T]:
    """Do the works at once, each on a connection of its own; raises what one of them raised."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        with app.app_context():
            gate.wait(LONGEST_SECONDS)
            return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(LONGEST_SECONDS) for one in [pool.submit(run, work) for work in works]]


def pause(seconds: float) -> None:
    """Wait without being busy."""
    threading.Event().wait(seconds)


def wait_for(what: Callable[[], object]) -> None:
    """Wait until it is so; fail when it never is."""
    for _ in range(int(LONGEST_SECONDS / 0.02)):
        if what():
            return
        pause(0.02)
    pytest.fail("it never came")
