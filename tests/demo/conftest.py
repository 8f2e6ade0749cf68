"""The demo, seeded once a test run by the command itself, into a database of its own.

Seeding is dear, so all processes of a run share it: the first that needs it makes it, the last
that used it drops it.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result

from hotline.extensions import Base, db
from tests import committed


@dataclass(frozen=True)
class Demo:
    """The application over the seeded database, what the command said, its processor time.

    Time on the wall would say more of what else the machine does.
    """

    app: APIFlask
    output: str
    exit_code: int


def seed(app: APIFlask, *options: str) -> Result:
    """Run the command as somebody at the command line would."""
    return app.test_cli_runner().invoke(args=["seed", *options])


@pytest.fixture(scope="session")
def seeded(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo; whoever reads it changes nothing."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (shared / "demo.users").open("w") as users:
        with alone(shared):
            fcntl.flock(users, fcntl.LOCK_SH)
            said = _made(shared, redis_url, own)
        app = committed.build(said["name"], redis_url, own, FIELD_KEYS=said["keys"])
        with app.app_context():
            yield Demo(app, said["output"], said["exit_code"])
            db.session.remove()
            db.engine.dispose()
        with alone(shared):
            _drop_if_last(shared, said["name"], users.fileno())


@contextmanager
def alone(shared: Path) -> Iterator[None]:
    """Only one process of the test run at a time."""
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(shared: Path, redis_url: str, own: Path) -> dict[str, Any]:
    """What the seeding said; seeded now unless another process did."""
    known = shared / "demo.json"
    if known.exists():
        return dict(json.loads(known.read_text(encoding="utf-8")))
    name, keys = committed.new_name("demo"), _keys()
    committed.administer(f'CREATE DATABASE "{name}" TEMPLATE "template1"')
    app = committed.build(name, redis_url, own, FIELD_KEYS=keys)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        said = seed(app, "--demo", "--if-empty")
        db.session.remove()
        db.engine.dispose()
    told = {"output": said.output, "exit_code": said.exit_code}
    told |= {"name": name, "keys": keys}
    known.write_text(json.dumps(told), encoding="utf-8")
    return told


def _keys() -> str:
    """Keys that all processes of the run read the demo with."""
    names = ("field", "index", "chain")
    made = {one: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for one in names}
    return ",".join(f"{name}:{key}" for name, key in made.items())


def _drop_if_last(shared: Path, name: str, users: int) -> None:
    """Drop the database when no other process uses it."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    committed.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    (shared / "demo.json").unlink(missing_ok=True)


@pytest.fixture
def demo(seeded: Demo) -> Iterator[Demo]:
    """The demo in an application context; what a test writes is rolled back."""
    assert seeded.exit_code == 0, seeded.output
    with seeded.app.app_context():
        yield seeded
        db.session.rollback()
        db.session.remove()
