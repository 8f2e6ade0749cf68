"""What every test stands on: one application, a real PostgreSQL, one transaction a test.

The schema is made once a worker in a database of its own; each test runs inside an outer
transaction that is rolled back, so code under test may commit. No network but loopback.
"""

import base64
import os
import re
import secrets
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from apiflask import APIFlask
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from hotline import clock
from hotline.config import Config
from hotline.extensions import Base, db, limiter
from hotline.tickets import modes
from tests import factories
from wsgi import create_app

pytest_plugins = ["tests.committed", "tests.spreading"]
CSRF_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NONCE_FIELD = re.compile(r'name="_key"[^>]*value="([^"]+)"')

ONCE = tuple(
    f"tests/{one}/"
    for one in (
        *("demo", "front", "house", "launcher", "phonebooth", "rules", "scenarios", "worktime"),
        *("attachments", "citizens", "console", "live", "notices", "people", "portal", "webhooks"),
        *("calendar", "callbacks", "desk", "dispatch", "kb"),
    )
)
"""What asks it plainly: the flows and the random histories go through these rooms on each."""
ONCE_BY_NAME = re.compile(
    r"/test_(\w+_)?pages\.py|^tests/flows/test_(again|bad_input|made_up|without_redis|wrong_steps)"
)
"""Pages, which `test_statements` opens on each, and refusals: what they say is looked at here."""
STORES = {"database_url", "built_app", "committing_app"}
"""A test that asks for none of these asks no database."""
ON_EACH = (
    *("tests/house/test_migrations.py", "tests/house/test_statements.py"),
    *("tests/callbacks/test_queue.py", "tests/dispatch/test_flow.py"),
    "tests/rules/test_histories.py",
    "tests/kb/test_suggestions.py",
)
WITH_OTHERS = re.compile(r"/test_(\w+_)?(at_once|concurrency|killed|races|together)\.py")
"""What several do at the same time, and what is left by those that were killed: locks."""
LONGEST = (
    *("tests/browser/test_every_page.py", "tests/launcher/test_server.py"),
    *("tests/demo/", "tests/rules/test_histories.py", "tests/scenarios/"),
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a browser test that was skipped has failed: the browser must be there."""
    report = yield
    is_excused = os.environ.get("CI") != "true" or item.get_closest_marker("browser") is None
    if report.skipped and not is_excused:
        report.outcome = "failed"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what says the same on every PostgreSQL, so that it needs to run on one only."""
    if _is_alike(item) and not _is_asked_of_each(item):
        item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one process does alone, and long, begins first: the walk of all pages, the demo.

    What takes a browser follows, one after the other, so that a process starts it once.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, str]:
    is_in_browser = item.get_closest_marker("browser") is not None
    folder = item.nodeid.rpartition("/")[0] if is_in_browser else "~"
    return not item.nodeid.startswith(LONGEST), folder


def _is_asked_of_each(item: pytest.Item) -> bool:
    """Whether a test asks what one PostgreSQL may answer in another way than the next."""
    is_of_several = WITH_OTHERS.search(item.nodeid) is not None and _asks_a_database(item)
    return is_of_several or item.nodeid.startswith(ON_EACH)


def _is_alike(item: pytest.Item) -> bool:
    """Whether a test says the same on every PostgreSQL."""
    is_asked = _asks_a_database(item)
    path = item.nodeid
    return not is_asked or path.startswith(ONCE) or ONCE_BY_NAME.search(path) is not None


def _asks_a_database(item: pytest.Item) -> bool:
    return not STORES.isdisjoint(getattr(item, "fixturenames", ()))


class FreshClient(FlaskClient):
    """A client whose every request has an application context of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make the request, then read the test's own objects anew."""
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.expire_all()
        return answer


def config_for(database_url: str, redis_url: str, var_dir: Path, **changes: str) -> Config:
    """A configuration as an installation would have it."""
    key = {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in "fic"}
    return Config.load(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "a-key-for-tests-only-" + "x" * 32,
            "FIELD_KEYS": f"field:{key['f']},index:{key['i']},chain:{key['c']}",
            "VAR_DIR": str(var_dir),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "token-for-tests",
            "HOTLINE_NUMBER": "+8633512345",
        }
        | changes
    )


def needed(name: str) -> str:
    """A setting that ./script/test gives."""
    value = os.environ.get(name)
    if not value:
        pytest.exit(f"{name} is not set: run ./script/test, or script.launcher.testdb", 2)
    return value


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A fresh database for this test process, dropped at the end."""
    url = needed("TEST_DATABASE_URL")
    name = f"t_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    made = psycopg.conninfo.conninfo_to_dict(url)
    yield _address(url, str(made.get("dbname", "postgres")), name)
    _drop(url, name)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The Redis of this run."""
    return needed("TEST_REDIS_URL")


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every application of this run compiles a template that none has compiled before."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / "templates"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        options = Flask.jinja_options | {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
        patch.setattr(Flask, "jinja_options", options)
        yield


@pytest.fixture(scope="session")
def built_app(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIFlask]:
    """The application with its schema and the directory, built once."""
    app = create_app(config_for(database_url, redis_url, tmp_path_factory.mktemp("var")))
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    app.test_client_class = FreshClient
    app.extensions["password_hasher"] = factories.cheap_hasher()
    limiter.enabled = False
    with app.app_context():
        Base.metadata.create_all(db.engine)
        factories.load_directory()
        db.session.commit()
        db.session.remove()
        yield app
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _loggers_not_kept() -> Iterator[None]:
    """A logger used before another application is made would write past `capture_logs`."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        not_kept = {"cache_logger_on_first_use": False}
        patch.setattr(structlog, "configure", lambda **given: configure(**(given | not_kept)))
        yield


@contextmanager
def isolated(made: APIFlask) -> Iterator[APIFlask]:
    """An application inside one transaction, rolled back at the end."""
    with made.app_context():
        real = db.engine
        connection = real.connect()
        outer = connection.begin()
        engines: dict[Any, Any] = db.engines  # type: ignore[assignment]
        engines[None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        for cache in ("rulebook", "settings_cache", "calendar_cache", "emergency_mode"):
            made.extensions.pop(cache, None)
        try:
            yield made
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = real


@pytest.fixture
def app(built_app: APIFlask) -> Iterator[APIFlask]:
    """The application inside a transaction of this test, rolled back at its end."""
    with isolated(built_app) as made:
        yield made


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in working time: 2026-11-18 10:00 in the city."""
    return datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class Statements:
    """Counts the SQL statements of a block, BEGIN and COMMIT and savepoints left out."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __len__(self) -> int:
        return len(self.seen)


@pytest.fixture
def statements(app: APIFlask) -> Iterator[Statements]:
    """Every statement executed since the test began; clear `.seen` before what is measured."""
    counted, connection = Statements(), db.engines[None]
    modes.current(clock.now())  # kept for some seconds: whoever asks next finds it known

    def note(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)", sql, re.I):
            counted.seen.append(sql)

    event.listen(connection, "before_cursor_execute", note)
    yield counted
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not (host.startswith("127.") or host in ("localhost", "::1")):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _drop(url: str, name: str) -> None:
    """Drop a database; an autovacuum worker that is in it right now is waited for."""
    for _ in range(10):
        try:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg.errors.InsufficientPrivilege:
            threading.Event().wait(0.5)
        else:
            return


def _address(url: str, old: str, new: str) -> str:
    head, found, query = url.partition("?")
    base, _, tail = head.rpartition("/")
    return f"{base}/{new}{found}{query}" if tail in (old, "") else f"{head}/{new}{found}{query}"
