"""Finding a citizen by the number they call from, and what is known of them."""

from sqlalchemy import select

from hotline import crypto
from hotline.citizens.models import Citizen, CitizenFlag, CitizenNote
from hotline.extensions import db


def by_phone(phone: str) -> Citizen | None:
    """The citizen with this normalised (E.164) number, found by the blind index."""
    asked = select(Citizen).where(Citizen.phone_index == crypto.blind_index(phone))
    return db.session.scalars(asked).one_or_none()


def by_id(citizen_id: int) -> Citizen | None:
    """The citizen of a ticket."""
    return db.session.get(Citizen, citizen_id)


def notes_of(citizen_id: int) -> list[CitizenNote]:
    """The notes that stand, the latest first."""
    asked = select(CitizenNote).where(
        CitizenNote.citizen_id == citizen_id, CitizenNote.ended_at.is_(None)
    )
    return list(db.session.scalars(asked.order_by(CitizenNote.id.desc())))


def flags_of(citizen_id: int) -> list[CitizenFlag]:
    """The flags that are set, in the order they were."""
    asked = select(CitizenFlag).where(
        CitizenFlag.citizen_id == citizen_id, CitizenFlag.ended_at.is_(None)
    )
    return list(db.session.scalars(asked.order_by(CitizenFlag.id)))
