"""Recordings: brought over, deleted over there, deleted here in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from hotline import relay, settings
from hotline.calls import recording, recording_jobs
from hotline.calls.kinds import RecordingKind, RecordingState
from hotline.calls.recording_models import Recording
from hotline.calls.rules import CallRules
from hotline.carrier import CarrierDown, CarrierRefused
from hotline.carrier_wire import TooLarge
from hotline.extensions import db
from hotline.sealed import Missing
from tests.calls.carriers import Exchange, carrier
from tests.calls.living import Hall

SOUND = b"RIFF....WAVEfmt a long talk about a street lamp"


@pytest.fixture
def exchange(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    made = Exchange(sounds={"RE1": SOUND})
    monkeypatch.setitem(app.extensions, "carrier", carrier(made))
    return made


@pytest.fixture
def hall(exchange: Exchange) -> Iterator[Hall]:
    hall = Hall()
    with time_machine.travel(hall.now, tick=False):
        yield hall


def announced(hall: Hall) -> Recording:
    made = recording.announce("RE1", hall.caller(), RecordingKind.CALL, seconds=9, now=hall.now)
    assert made is not None
    db.session.commit()
    return db.session.get_one(Recording, made)


def fetch(row: Recording, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        recording_jobs.fetch_recordings(row.id)
    db.session.expire_all()


def state(row: Recording) -> RecordingState:
    return row.state


def files(app: APIFlask) -> list[Path]:
    folder: Path = app.extensions["config"].recordings_dir
    return [one for one in folder.glob("*/*") if one.is_file()]


def test_a_recording_is_brought_over_and_deleted_over_there(
    app: APIFlask, hall: Hall, exchange: Exchange
) -> None:
    before = len(files(app))
    row = announced(hall)
    fetch(row, hall.now)
    assert [one[0] for one in exchange.asked] == ["fetch", "delete"]
    assert state(row) is RecordingState.STORED
    assert (row.size, row.mimetype, row.next_try_at) == (len(SOUND), "audio/wav", None)
    assert recording.open_sound(row) == (SOUND, "audio/wav")
    assert len(files(app)) == before + 1
    assert all(SOUND not in one.read_bytes() for one in files(app))
    fetch(row, hall.now)
    assert len(exchange.asked) == 2


def test_the_same_recording_told_again_is_one(hall: Hall) -> None:
    row = announced(hall)
    again = recording.announce("RE1", hall.caller(), RecordingKind.CALL, seconds=9, now=hall.now)
    assert again is None
    assert db.session.scalars(select(Recording)).all() == [row]


def test_it_is_fetched_as_soon_as_it_is_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[object] = []
    monkeypatch.setattr("hotline.jobs.enqueue", lambda _job, *ids, **_queue: enqueued.extend(ids))
    row = announced(hall)
    relay.drain()
    assert enqueued == [row.id]
    with time_machine.travel(hall.now + timedelta(minutes=1), tick=False):
        recording_jobs.sweep_recordings()
    assert enqueued == [row.id, row.id]


def test_a_carrier_that_is_away_is_asked_again(hall: Hall, exchange: Exchange) -> None:
    row = announced(hall)
    exchange.faults = [CarrierDown("ReadTimeout", may_have_sent=True)] * 2
    fetch(row, hall.now)
    assert state(row) is RecordingState.ANNOUNCED
    assert row.error == "ReadTimeout"
    fetch(row, hall.now + timedelta(seconds=1))
    assert len(exchange.asked) == 1
    fetch(row, hall.now + timedelta(seconds=5))
    assert row.next_try_at == hall.now + timedelta(seconds=15)
    fetch(row, hall.now + timedelta(seconds=15))
    assert state(row) is RecordingState.STORED


def test_who_was_killed_while_fetching_holds_it_up_for_half_a_minute(hall: Hall) -> None:
    row = announced(hall)
    moment = hall.now
    for seconds in (30, 60, 120):
        assert recording.claim(row.id, now=moment) is not None
        assert recording.due(moment + timedelta(seconds=seconds - 1)) == []
        moment += timedelta(seconds=seconds)
        assert recording.due(moment) == [row.id]
    db.session.rollback()


def test_a_full_disk_is_no_reason_to_give_up(
    hall: Hall, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    row = announced(hall)
    with monkeypatch.context() as patch:
        patch.setattr("hotline.sealed.SealedFolder.put", full)
        fetch(row, hall.now)
        fetch(row, hall.now + timedelta(hours=25))
    assert state(row) is RecordingState.ANNOUNCED
    assert "No space left" in (row.error or "")
    fetch(row, hall.now + timedelta(hours=26))
    assert state(row) is RecordingState.STORED


def test_what_could_not_be_deleted_over_there_is_deleted_later(
    hall: Hall, exchange: Exchange
) -> None:
    row = announced(hall)
    exchange.faults = [None, CarrierDown("HTTP 503", may_have_sent=True)]
    fetch(row, hall.now)
    assert state(row) is RecordingState.STORED
    later = hall.now + timedelta(minutes=1)
    assert recording.due(later) == [row.id]
    fetch(row, later)
    assert [one[0] for one in exchange.asked] == ["fetch", "delete", "delete"]
    assert recording.due(later + timedelta(days=1)) == []


def test_a_platform_that_deletes_nothing_is_asked_once(hall: Hall, exchange: Exchange) -> None:
    row = announced(hall)
    exchange.faults = [None, CarrierRefused(405, "no")]
    fetch(row, hall.now)
    assert state(row) is RecordingState.STORED
    assert row.next_try_at is None


def test_a_recording_in_the_making_is_waited_for(hall: Hall, exchange: Exchange) -> None:
    row = announced(hall)
    exchange.faults = [CarrierRefused(20404, "not found")] * 2
    fetch(row, hall.now)
    assert state(row) is RecordingState.ANNOUNCED
    fetch(row, hall.now + timedelta(minutes=11))
    assert state(row) is RecordingState.FAILED


@pytest.mark.parametrize("fault", [TooLarge(5), CarrierRefused(0, "no sound")])
def test_what_can_not_be_taken_is_given_up(
    hall: Hall, exchange: Exchange, fault: Exception
) -> None:
    row = announced(hall)
    exchange.faults = [fault]
    fetch(row, hall.now)
    assert state(row) is RecordingState.FAILED
    assert row.error == str(fault)
    with pytest.raises(Missing):
        recording.open_sound(row)


def test_a_day_without_success_is_enough(hall: Hall, exchange: Exchange) -> None:
    row = announced(hall)
    exchange.faults = [CarrierDown("HTTP 500", may_have_sent=True)]
    fetch(row, hall.now + timedelta(hours=25))
    assert state(row) is RecordingState.FAILED


def test_its_sound_goes_when_its_time_is_over(app: APIFlask, hall: Hall) -> None:
    row = announced(hall)
    fetch(row, hall.now)
    kept = settings.read(CallRules).recordings_kept_days
    with time_machine.travel(hall.now + timedelta(days=kept, hours=-1), tick=False):
        recording_jobs.erase_recordings()
    assert recording.open_sound(row)[0] == SOUND
    with time_machine.travel(hall.now + timedelta(days=kept, hours=1), tick=False):
        recording_jobs.erase_recordings()
    db.session.expire_all()
    assert state(row) is RecordingState.DELETED
    assert row.deleted_at is not None
    with pytest.raises(Missing):
        recording.open_sound(row)
