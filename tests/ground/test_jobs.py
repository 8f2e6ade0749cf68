"""Jobs: enqueued after the commit, never waited for, done in a context of their own."""

import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from redis import Redis
from rq import Queue

from hotline import audit, jobs
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.redis import connect
from tests import factories

ACTOR = "system:test"


def leave_a_trace(subject: str) -> None:
    """A job that is done."""
    with jobs.transaction():
        audit.record(ACTOR, "worked", subject, at=factories.NOW)


def break_off(subject: str) -> None:
    """A job that isn't."""
    audit.record(ACTOR, "worked", subject, at=factories.NOW)
    db.session.flush()
    raise RuntimeError("in the middle")


def traces() -> list[str]:
    """The subjects of the traces that stand."""
    found = db.session.query(AuditEntry).filter_by(actor=ACTOR).order_by(AuditEntry.id)
    return [one.subject for one in found]


@pytest.fixture
def queue(app: APIFlask) -> Iterator[Queue]:
    """A queue that nobody else uses."""
    connection: Redis = connect(app.config["REDIS_URL"])
    made = Queue(f"tests-{secrets.token_hex(4)}", connection=connection)
    yield made
    made.delete(delete_jobs=True)
    connection.close()


def test_what_one_transaction_asks_for_goes_together(queue: Queue) -> None:
    numbers = range(jobs.MOST_TOGETHER + 3)
    with jobs.transaction():
        for number in numbers:
            jobs.enqueue_after_commit(leave_a_trace, number, queue=queue.name)
        jobs.enqueue_after_commit(break_off, "ticket:1", queue=queue.name)
    told = [one.args for one in queue.get_jobs()]
    assert [len(args) - 1 for args in told] == [jobs.MOST_TOGETHER, 3, 1]
    assert [one for args in told[:2] for one in args[1:]] == list(numbers)


def test_a_job_is_enqueued_when_its_transaction_has_committed(queue: Queue) -> None:
    with jobs.transaction():
        jobs.enqueue_after_commit(leave_a_trace, "ticket:1", queue=queue.name)
        assert queue.count == 0
    (job,) = queue.get_jobs()
    assert job.args == ("tests.ground.test_jobs:leave_a_trace", "ticket:1")
    with jobs.transaction():
        pass
    assert queue.count == 1


def test_a_transaction_that_fails_enqueues_nothing(queue: Queue) -> None:
    with pytest.raises(RuntimeError), jobs.transaction():
        jobs.enqueue_after_commit(leave_a_trace, "ticket:1", queue=queue.name)
        audit.record(ACTOR, "worked", "ticket:1", at=factories.NOW)
        raise RuntimeError
    with jobs.transaction():
        pass
    assert queue.count == 0
    assert traces() == []


def test_a_job_is_found_by_its_path_and_done(app: APIFlask) -> None:
    jobs.perform(jobs.path_of(leave_a_trace), "ticket:1")
    assert traces() == ["ticket:1"]


def test_a_job_that_fails_leaves_nothing_behind(app: APIFlask) -> None:
    with pytest.raises(RuntimeError):
        jobs.perform(jobs.path_of(break_off), "ticket:1")
    assert traces() == []


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_without_redis_nothing_waits_and_nothing_breaks(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, silent: str
) -> None:
    for address in (f"unix://{tmp_path}/none.sock", "redis://127.0.0.1:1/0", silent):
        monkeypatch.setitem(app.config, "REDIS_URL", address)
        began = time.monotonic()
        assert jobs.enqueue(leave_a_trace, "ticket:1") is False
        assert time.monotonic() - began < 1.0, address


def test_a_commit_stands_though_redis_is_away(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "REDIS_URL", f"unix://{tmp_path}/none.sock")
    with jobs.transaction():
        jobs.enqueue_after_commit(leave_a_trace, "ticket:2")
        audit.record(ACTOR, "worked", "ticket:1", at=factories.NOW)
    assert traces() == ["ticket:1"]
