"""Who lives, and what /readyz says when somebody doesn't."""

from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hotline import clock, processes
from hotline.extensions import db
from hotline.processes import Process
from tests import committed


def let_live(*kinds: str) -> None:
    """Processes of these kinds were seen just now."""
    for kind in kinds:
        processes.seen(kind)


def kinds() -> list[str]:
    """The kinds of process that are written down."""
    found = list(processes.last_seen())
    db.session.rollback()
    return found


def test_ready_when_everybody_is_there(client: FlaskClient) -> None:
    let_live(*processes.WANTED)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "database": "ok",
        "redis": "ok",
        "relay": "ok",
        "worker": "ok",
        "clock": "ok",
        "switchboard": "ok",
    }


@pytest.mark.parametrize("missing", processes.WANTED)
def test_the_missing_one_is_named(client: FlaskClient, missing: str) -> None:
    let_live(*(kind for kind in processes.WANTED if kind != missing))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert [name for name, state in answer.json.items() if state == "missing"] == [missing]


def test_who_was_not_seen_for_fifteen_seconds_is_missing(app: APIFlask) -> None:
    let_live(*processes.WANTED)
    seen_at = processes.last_seen()["relay"]
    assert processes.missing(seen_at + processes.SEEN_WITHIN) == []
    assert processes.missing(seen_at + timedelta(seconds=16)) == list(processes.WANTED)


def test_one_of_two_is_enough(app: APIFlask) -> None:
    let_live(*processes.WANTED)
    long_ago = clock.now() - timedelta(minutes=5)
    db.session.add(Process(kind="relay", host="elsewhere", pid=1, seen_at=long_ago))
    db.session.commit()
    assert processes.missing(clock.now()) == []


def test_who_stops_in_order_is_gone_at_once_and_the_long_gone_are_forgotten(
    app: APIFlask,
) -> None:
    let_live("relay")
    db.session.execute(update(Process).values(seen_at=clock.now() - timedelta(hours=2)))
    let_live("clock")
    assert list(db.session.scalars(select(Process.kind))) == ["clock"]
    processes.gone("clock")
    assert db.session.query(Process).count() == 0


def test_a_heartbeat_is_seen_while_it_beats(committed_app: APIFlask) -> None:
    with processes.heartbeat(committed_app, "relay"):
        committed.wait_for(lambda: "relay" in kinds())
    assert kinds() == []


def test_without_redis_it_lives_and_says_so(
    app: APIFlask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    let_live(*processes.WANTED)
    monkeypatch.setitem(app.config, "REDIS_URL", f"unix://{tmp_path}/none.sock")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert [name for name, state in answer.json.items() if state == "missing"] == ["redis"]


def test_without_a_database_it_lives_and_says_so(redis_url: str, tmp_path: Path) -> None:
    app = committed.build(committed.new_name("nowhere"), redis_url, tmp_path)
    with app.app_context():
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        db.engine.dispose()
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "missing"
    assert answer.json["redis"] == "ok"
