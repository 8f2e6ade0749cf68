"""Notes and flags on a citizen: set and ended by staff, each with its trace.

Decided here: how many notes stand at a time; setting a flag twice, or ending what is ended,
changes nothing. The words are encrypted, the audit names only the row.
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline import audit
from hotline.citizens.models import Citizen, CitizenFlag, CitizenNote
from hotline.citizens.rules import Flag
from hotline.errors import NotFound, Refused
from hotline.extensions import db

MOST_NOTES = 20


def note(citizen_id: int, words: str, *, by: str, now: datetime) -> None:
    """Write a note. Raises NotFound, Refused when too many stand already."""
    _lock(citizen_id)
    standing = select(func.count()).where(
        CitizenNote.citizen_id == citizen_id, CitizenNote.ended_at.is_(None)
    )
    if (db.session.scalar(standing) or 0) >= MOST_NOTES:
        raise Refused("too_many_notes", "There are too many notes; end some first.", field="words")
    made = CitizenNote(citizen_id=citizen_id, words=words, added_by=by, added_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record(by, "citizen_noted", f"citizen:{citizen_id}", at=now, note=made.id)


def end_note(citizen_id: int, note_id: int, *, by: str, now: datetime) -> None:
    """A note no longer holds."""
    ended = (
        update(CitizenNote)
        .where(
            CitizenNote.id == note_id,
            CitizenNote.citizen_id == citizen_id,
            CitizenNote.ended_at.is_(None),
        )
        .values(ended_at=now, ended_by=by)
        .returning(CitizenNote.id)
    )
    if db.session.scalar(ended) is not None:
        audit.record(by, "citizen_note_ended", f"citizen:{citizen_id}", at=now, note=note_id)


def flag(citizen_id: int, which: Flag, *, by: str, now: datetime) -> None:
    """Set a flag. Raises NotFound."""
    _lock(citizen_id)
    row = insert(CitizenFlag).values(citizen_id=citizen_id, flag=which, added_by=by, added_at=now)
    unset = row.on_conflict_do_nothing(
        index_elements=["citizen_id", "flag"], index_where=CitizenFlag.ended_at.is_(None)
    )
    if db.session.scalar(unset.returning(CitizenFlag.id)) is not None:
        audit.record(by, "citizen_flagged", f"citizen:{citizen_id}", at=now, flag=which.value)


def end_flag(citizen_id: int, which: Flag, *, by: str, now: datetime) -> None:
    """A flag no longer holds."""
    ended = (
        update(CitizenFlag)
        .where(
            CitizenFlag.citizen_id == citizen_id,
            CitizenFlag.flag == which,
            CitizenFlag.ended_at.is_(None),
        )
        .values(ended_at=now, ended_by=by)
        .returning(CitizenFlag.id)
    )
    if db.session.scalar(ended) is not None:
        audit.record(by, "citizen_flag_ended", f"citizen:{citizen_id}", at=now, flag=which.value)


def _lock(citizen_id: int) -> None:
    asked = select(Citizen.id).where(Citizen.id == citizen_id, Citizen.erased_at.is_(None))
    if db.session.scalar(asked.with_for_update(key_share=True)) is None:
        raise NotFound("no_citizen", "This citizen is not known.", field="who")
