"""Recordings: announced, fetched, stored with us, deleted over there, and in time here too.

Decided here: nothing is deleted at the carrier before it lies with us, durable and encrypted; a
file goes before its row says so; its name tells nothing. Not here: who may play it, and the trace
that it leaves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from hotline import crypto
from hotline.calls import finding, history
from hotline.calls.kinds import RecordingKind, RecordingState
from hotline.calls.models import Call
from hotline.calls.recording_models import Recording
from hotline.carrier import CarrierRefused
from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.sealed import SealedFolder

ANNOUNCED = "recording.announced"
FIRST_CLAIM = timedelta(seconds=30)
"""Whoever fetches it has so long; who was killed meanwhile holds it up no longer."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=1)
NOT_YET_WITHIN = timedelta(minutes=10)
"""For so long after its announcement a recording may still be in the making over there."""
MOST_AT_ONCE = 100
NOT_THERE = frozenset({404, 20404})


@dataclass(frozen=True)
class Errand:
    """What is to be done over there: fetched and deleted, or only deleted still."""

    recording_id: int
    provider_id: str
    is_stored: bool


def announce(
    provider_id: str, call: Call, kind: RecordingKind, *, seconds: int, now: datetime
) -> int | None:
    """The carrier has recorded something; it is fetched soon. None when that is known already."""
    made = insert(Recording).values(
        call_id=call.id,
        kind=kind,
        provider_id=provider_id,
        state=RecordingState.ANNOUNCED,
        announced_at=now,
        seconds=max(0, seconds),
        next_try_at=now,
    )
    recording_id = db.session.scalar(
        made.on_conflict_do_nothing(index_elements=["provider_id"]).returning(Recording.id)
    )
    if recording_id is not None:
        publish([Fact(ANNOUNCED, f"recording:{recording_id}", {}, now)])
        history.note(call, "recorded", at=now, recording=recording_id, what=kind.value)
    return recording_id


def due(now: datetime) -> list[int]:
    """Recordings to be fetched, or to be deleted over there, now."""
    still_there = and_(
        Recording.state == RecordingState.STORED, Recording.stored_at > now - 2 * GIVE_UP_AFTER
    )
    asked = select(Recording.id).where(
        Recording.next_try_at <= now,
        or_(Recording.state == RecordingState.ANNOUNCED, still_there),
    )
    return list(db.session.scalars(asked.order_by(Recording.next_try_at).limit(MOST_AT_ONCE)))


def claim(recording_id: int, *, now: datetime) -> Errand | None:
    """Take it for this worker; None when it is done, taken, or must wait."""
    found = select(Recording).where(Recording.id == recording_id, Recording.next_try_at <= now)
    row = db.session.scalars(found.with_for_update(skip_locked=True)).one_or_none()
    if row is None or row.state not in (RecordingState.ANNOUNCED, RecordingState.STORED):
        return None
    row.attempts += 1
    row.next_try_at = now + _doubled(FIRST_CLAIM, row.attempts)
    return Errand(row.id, row.provider_id, row.state is RecordingState.STORED)


def keep(errand: Errand, content: bytes) -> str:
    """Store the sound; on return it is on disk. Answers its digest."""
    digest = hashlib.sha256(content).hexdigest()
    _folder().put(_name(errand.recording_id, digest), content)
    return digest


def note_stored(errand: Errand, *, digest: str, mimetype: str, size: int, now: datetime) -> None:
    """It lies with us; over there it is to be deleted."""
    call = finding.by_id(_call_of(errand.recording_id))  # a call before what hangs on it
    row = _locked(errand.recording_id)
    if row.state is not RecordingState.ANNOUNCED:
        return
    row.state, row.stored_at = RecordingState.STORED, now
    row.digest, row.mimetype, row.size = digest, mimetype, size
    row.attempts, row.error = 0, None
    history.note(call, "recording_stored", at=now, recording=row.id)


def note_deleted_there(errand: Errand) -> None:
    """The carrier has it no more."""
    row = _locked(errand.recording_id)
    row.next_try_at = row.error = None


def note_failure(errand: Errand, failure: Exception, *, now: datetime) -> None:
    """It is tried again, or given up: then the row says that there is no sound.

    Never given up for a disk of ours that is full: over there it still lies.
    """
    row = _locked(errand.recording_id)
    row.error = str(failure)[:200]
    age = now - row.announced_at
    is_final = isinstance(failure, CarrierRefused) and not (
        failure.code in NOT_THERE and age < NOT_YET_WITHIN
    )
    if is_final or (age > GIVE_UP_AFTER and not isinstance(failure, OSError)):
        row.next_try_at = None
        if row.state is RecordingState.ANNOUNCED:
            row.state = RecordingState.FAILED
    else:
        row.next_try_at = now + _doubled(FIRST_WAIT, row.attempts)


def open_sound(recording: Recording) -> tuple[bytes, str]:
    """The sound and its kind. Raises sealed.Missing when there is none (any more)."""
    name = _name(recording.id, recording.digest or "")
    return _folder().get(name), recording.mimetype or "audio/wav"


def expired(before: datetime) -> list[int]:
    """Recordings kept for so long that they are to go."""
    asked = select(Recording.id).where(
        Recording.state == RecordingState.STORED, Recording.stored_at < before
    )
    return list(db.session.scalars(asked.order_by(Recording.stored_at).limit(MOST_AT_ONCE)))


def erase(recording_id: int, *, now: datetime) -> None:
    """Delete the sound; the row stays and says when."""
    row = _locked(recording_id)
    if row.state is RecordingState.STORED:
        _folder().drop(_name(row.id, row.digest or ""))
        row.state, row.deleted_at, row.next_try_at = RecordingState.DELETED, now, None


def _doubled(first: timedelta, attempts: int) -> timedelta:
    times: int = 2 ** min(max(attempts, 1) - 1, 10)
    return min(first * times, LONGEST_WAIT)


def _call_of(recording_id: int) -> int:
    asked = select(Recording.call_id).where(Recording.id == recording_id)
    return db.session.scalars(asked).one()


def _locked(recording_id: int) -> Recording:
    return db.session.get_one(Recording, recording_id, with_for_update=True, populate_existing=True)


def _name(recording_id: int, digest: str) -> str:
    return crypto.blind_index(f"recording:{recording_id}:{digest}").hex()


def _folder() -> SealedFolder:
    return SealedFolder(current_app.extensions["config"].recordings_dir)
