"""When nothing can be stored: the caller hears so, the call is spooled, and made up for once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from hotline import http
from hotline.calls import spool_jobs, spooling
from hotline.calls.kinds import Direction, Purpose
from hotline.calls.models import Call
from hotline.calls.states import CallState
from hotline.extensions import db
from tests.house import tree
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset


@pytest.fixture(autouse=True)
def spool(app: APIFlask) -> Iterator[Path]:
    """An empty spool."""
    folder: Path = app.extensions["config"].var_dir / spooling.FOLDER
    _empty(folder)
    yield folder
    _empty(folder)


def _empty(folder: Path) -> None:
    for path in folder.glob("*"):
        path.unlink()


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write fails, as when the database is away."""

    def fail(*_given: object, **_named: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(http, "write", fail)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def owed() -> list[Call]:
    return [one for one in phoning.calls() if one.direction is Direction.OUTBOUND]


def test_the_last_word_needs_no_database(
    client: FlaskClient, statements: list[str], spool: Path, time: Clock
) -> None:
    before = len(statements)
    document = Handset(client).ask(phoning.FALLBACK)
    assert len(statements) == before
    assert "给您回电" in document.words
    assert "call you back" in document.words
    assert document.is_over
    assert len(files(spool)) == 1


def test_a_failing_door_says_the_same(
    client: FlaskClient, no_database: None, spool: Path, time: Clock
) -> None:
    phone = Handset(client)
    for _ in range(2):
        assert "给您回电" in phone.dial().words
    phone.ask(f"{phoning.VOICE}/wait?call=x")
    assert len(files(spool)) == 1
    words = files(spool)[0].read_text()
    assert doors.PHONE not in words
    assert "13812345678" not in words
    assert files(spool)[0].stat().st_mode & 0o077 == 0


def test_a_spooled_call_is_made_up_for_once(client: FlaskClient, spool: Path, time: Clock) -> None:
    phone = Handset(client)
    phone.ask(phoning.FALLBACK)
    kept = files(spool)[0].read_text()
    name = files(spool)[0]
    spool_jobs.replay_calls()
    assert files(spool) == []
    name.write_text(kept)
    spool_jobs.replay_calls()
    (call,) = owed()
    assert (call.purpose, call.phone) == (Purpose.MISSED, doors.PHONE)
    assert phone.call.state is CallState.ABANDONED
    assert phoning.events(phone.call).count("spooled") == 1


def test_a_call_cut_off_in_the_menu_is_made_up_for(
    client: FlaskClient, spool: Path, time: Clock
) -> None:
    phone = Handset(client)
    phone.dial()
    phone.ask(phoning.FALLBACK, ErrorCode="11200")
    phone.reported("completed")
    time.later(60)
    spool_jobs.replay_calls()
    assert [one.purpose for one in owed()] == [Purpose.MISSED]


def test_who_was_spoken_to_since_is_owed_nothing(
    client: FlaskClient, spool: Path, time: Clock
) -> None:
    Handset(client).ask(phoning.FALLBACK)
    time.later(10)
    later = Handset(client)
    later.dial()
    later.call.answered_at = time.now
    db.session.commit()
    spool_jobs.replay_calls()
    assert owed() == []


def test_who_withheld_the_number_leaves_a_record(
    client: FlaskClient, spool: Path, time: Clock
) -> None:
    phone = Handset(client, "anonymous")
    phone.ask(phoning.FALLBACK)
    spool_jobs.replay_calls()
    assert owed() == []
    assert phone.call.state is CallState.ABANDONED


def test_ends_of_ours_are_not_spooled(client: FlaskClient, spool: Path, time: Clock) -> None:
    assert Handset(client, Direction="outbound-api").ask(phoning.FALLBACK).is_over
    assert files(spool) == []


def test_a_full_disk_silences_nobody(
    client: FlaskClient, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(spooling, "keep", full)
    assert "给您回电" in Handset(client).ask(phoning.FALLBACK).words


@pytest.mark.parametrize(
    "words", ["", "{", "[]", "null", json.dumps({"provider_id": "x", "sender": "y"})]
)
def test_a_file_that_nobody_can_read_is_put_aside(
    client: FlaskClient, spool: Path, time: Clock, words: str
) -> None:
    spool.mkdir(parents=True, exist_ok=True)
    (spool / "bad.json").write_text(words)
    Handset(client).ask(phoning.FALLBACK)
    spool_jobs.replay_calls()
    assert files(spool) == []
    assert len(owed()) == 1
    assert (spool / "bad.broken").exists()


def test_the_file_for_the_web_server_says_the_same(client: FlaskClient, time: Clock) -> None:
    file = tree.ROOT / "hotline/static/voice/fallback.xml"
    assert file.read_text("utf-8").strip() == Handset(client).ask(phoning.FALLBACK).xml.strip()


def test_recorded_prompts_are_played(client: FlaskClient, app: APIFlask, time: Clock) -> None:
    folder = app.extensions["config"].var_dir / "prompts" / "zh_CN"
    folder.mkdir(parents=True, exist_ok=True)
    sound = folder / "menu.mp3"
    sound.write_bytes(b"ID3 sound")
    try:
        address = "/prompts/zh_CN/menu.mp3"
        played = [one.text for one in Handset(client).dial().root.iter("Play")]
        assert played == [f"{doors.BASE}{address}"]
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "audio/mpeg")
        assert answer.get_data() == b"ID3 sound"
    finally:
        sound.unlink()
    for other in ("zh_CN/nothing", "fr/menu", "zh_CN/..", "zh_CN/menu"):
        assert client.get(f"/prompts/{other}.mp3").status_code == 404
