"""Finding a citizen by the number they call from."""

from sqlalchemy import select

from hotline import crypto
from hotline.citizens.models import Citizen
from hotline.extensions import db


def by_phone(phone: str) -> Citizen | None:
    """The citizen with this normalised (E.164) number, found by the blind index."""
    asked = select(Citizen).where(Citizen.phone_index == crypto.blind_index(phone))
    return db.session.scalars(asked).one_or_none()
