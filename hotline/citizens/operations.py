"""Making citizens known, and forgetting them.

A phone number is one citizen; without a number everybody is somebody new. The surprise is the
one statement of `find_or_make`: `ON CONFLICT DO UPDATE` would be as short, but writes a new
version of the row and holds its lock until the commit for every matter of a known citizen, so
that a number that is used by many (a hotel, a flood of texts) has its intakes wait in a line.
"""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, bindparam, delete, insert, select, text

from hotline import audit, crypto
from hotline.citizens.models import Citizen, CitizenFlag, CitizenNote
from hotline.columns import EncryptedText
from hotline.extensions import db

# Two first matters at once: the later INSERT waits, finds the number taken, adds nothing, and the
# snapshot of its statement doesn't show the other's row yet; asked again, it is found.
FIND_OR_MAKE = text(
    """
    WITH named AS (
        UPDATE citizens SET name = :name
        WHERE phone_index = :phone_index AND name IS NULL AND CAST(:name AS bytea) IS NOT NULL
    ), made AS (
        INSERT INTO citizens (phone, phone_index, name, created_at)
        SELECT CAST(:phone AS bytea), CAST(:phone_index AS bytea), CAST(:name AS bytea), :now
        WHERE NOT EXISTS (SELECT FROM citizens WHERE phone_index = :phone_index)
        ON CONFLICT (phone_index) DO NOTHING
        RETURNING id
    )
    SELECT id FROM made UNION ALL SELECT id FROM citizens WHERE phone_index = :phone_index
    """
).bindparams(
    bindparam("phone", type_=EncryptedText()),
    bindparam("phone_index", type_=LargeBinary()),
    bindparam("name", type_=EncryptedText()),
    bindparam("now", type_=DateTime(timezone=True)),
)


def find_or_make(phone: str | None, name: str | None, now: datetime) -> int | None:
    """The id of a normalised (E.164) number's citizen, made if new; None without number and name.

    One statement, for known and for new. A name is kept the first time one is given, and never
    replaced: what somebody else says on the same phone stands with their matter.
    """
    name = (name or "").strip() or None
    if phone:
        return _by_phone(phone, name, now)
    if name is None:
        return None
    made = insert(Citizen).values(name=name, created_at=now).returning(Citizen.id)
    return db.session.scalars(made).one()


def erase(citizen_id: int, *, by: str, now: datetime) -> None:
    """Forget name, number, notes and flags for good; the row stays, for tickets point at it."""
    asked = select(Citizen).where(Citizen.id == citizen_id, Citizen.erased_at.is_(None))
    citizen = db.session.scalars(asked.with_for_update(key_share=True)).one_or_none()
    if citizen is None:
        return
    citizen.phone = citizen.phone_index = citizen.name = None
    citizen.erased_at = now
    for kept in (CitizenNote, CitizenFlag):
        db.session.execute(delete(kept).where(kept.citizen_id == citizen_id))
    audit.record(by, "citizen_erased", f"citizen:{citizen_id}", at=now)


def _by_phone(phone: str, name: str | None, now: datetime) -> int:
    given = {
        "phone": phone,
        "phone_index": crypto.blind_index(phone),
        "name": name,
        "now": now,
    }
    found: int | None = db.session.scalar(FIND_OR_MAKE, given)
    if found is None:
        found = int(db.session.scalars(FIND_OR_MAKE, given).one())
    return found
