"""Recordings: which there are, and hearing one, which leaves a trace once per opening.

The surprise: a browser asks for one recording in several pieces. What a page shows carries a token
of its own, and all pieces asked for with it are one listening.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline import audit, crypto
from hotline.access import Viewer
from hotline.calls.kinds import RecordingKind, RecordingState
from hotline.calls.models import Call
from hotline.calls.recording_models import Recording
from hotline.calls.seeing import audible
from hotline.extensions import db
from hotline.people.models import Staff

HEARD = "recording_heard"
PURPOSE = "listening"
OPEN_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Sound:
    """A recording as pages show it; `opening` stands in the address of the sound."""

    id: int
    call_ref: str
    kind: RecordingKind
    state: RecordingState
    seconds: int
    at: datetime
    operator: str | None
    opening: str

    @property
    def is_kept(self) -> bool:
        """Whether it can be heard."""
        return self.state is RecordingState.STORED


def of_calls(call_ids: Collection[int], viewer: Viewer) -> dict[int, list[Sound]]:
    """Call id → its recordings that this viewer may hear, in one statement."""
    if not call_ids:
        return {}
    asked = (
        select(Recording, Call.ref, Staff.name)
        .join(Call, Call.id == Recording.call_id)
        .outerjoin(Staff, Staff.id == Call.staff_id)
        .where(Recording.call_id.in_(call_ids), audible(viewer))
        .order_by(Recording.id)
    )
    found: dict[int, list[Sound]] = {}
    for one, ref, operator in db.session.execute(asked):
        sound = Sound(
            id=one.id,
            call_ref=ref,
            kind=one.kind,
            state=one.state,
            seconds=one.seconds,
            at=one.announced_at,
            operator=operator,
            opening=crypto.handed_out(PURPOSE, [viewer.staff_id, one.id, secrets.token_hex(8)]),
        )
        found.setdefault(one.call_id, []).append(sound)
    return found


def opening_of(token: str, recording_id: int, viewer: Viewer) -> str:
    """By which key a listening is one; a fresh one for a token that isn't of this page."""
    try:
        staff_id, of_recording, mark = crypto.taken_back(PURPOSE, token, within=OPEN_FOR)
    except (crypto.BadToken, ValueError, TypeError):
        return secrets.token_hex(8)
    is_of_it = (staff_id, of_recording) == (viewer.staff_id, recording_id)
    return str(mark) if is_of_it else secrets.token_hex(8)


def heard(recording: Recording, viewer: Viewer, *, now: datetime) -> None:
    """Write down who listened, and when."""
    subject = f"call:{recording.call_id}"
    audit.record(viewer.actor, HEARD, subject, at=now, recording=recording.id)
