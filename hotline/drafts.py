"""What somebody has begun to write and not sent yet, so that nothing typed is ever lost.

Decided here: a draft belongs to one member of staff, lies encrypted, is bounded in size and
number, is swept after thirty days. A page saves it at every pause (`draft_pages`), `http.write`
drops it in the transaction that carried its form out. Nothing here is part of a ticket.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock, jobs
from hotline.columns import Big, EncryptedText, Key, Stamp
from hotline.errors import Invalid, Refused
from hotline.extensions import Base, db

FIELD = "_draft"
KEPT_FOR = timedelta(days=30)
LARGEST = 100_000
MOST_FIELDS = 100
MOST_DRAFTS = 50
LONGEST_NAME = 80
CHOSEN = re.compile(r"[A-Za-z]?[a-z0-9_]*")

Values = dict[str, list[str]]


class Draft(Base):
    """One form that was not sent yet."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[Key]
    staff_id: Mapped[Big] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    values: Mapped[str] = mapped_column(EncryptedText)
    updated_at: Mapped[Stamp] = mapped_column(index=True)


@dataclass(frozen=True)
class Kept:
    """A draft as its writer sees it: each field's values, and the page that it was typed on."""

    name: str
    values: Values
    address: str
    updated_at: datetime

    @property
    def first_words(self) -> str:
        """The longest thing typed, to know the draft by; what was only chosen says little."""
        typed = [value.strip() for values in self.values.values() for value in values]
        words = [value for value in typed if not CHOSEN.fullmatch(value)]
        return max(words, key=len, default="").partition("\n")[0][:80]


def keep(staff_id: int, name: str, values: Values, *, address: str, now: datetime) -> None:
    """Store a draft over the one of this name.

    Raises Invalid when it is too large, Refused when there are too many.
    """
    held = json.dumps({"values": values, "address": address}, ensure_ascii=False)
    if len(held) > LARGEST or len(values) > MOST_FIELDS or len(name) > LONGEST_NAME:
        raise Invalid("draft_too_large", "This is too long to be kept as a draft.")
    others = select(func.count()).where(Draft.staff_id == staff_id, Draft.name != name)
    if (db.session.scalar(others) or 0) >= MOST_DRAFTS:
        raise Refused("too_many_drafts", "You have too many drafts; finish or discard some first.")
    row = insert(Draft).values(staff_id=staff_id, name=name, values=held, updated_at=now)
    renewed = {"values": row.excluded["values"], "updated_at": now}
    db.session.execute(row.on_conflict_do_update(index_elements=["staff_id", "name"], set_=renewed))


def get(staff_id: int, name: str) -> Kept | None:
    """The draft of this name, if there is one."""
    asked = select(Draft).where(Draft.staff_id == staff_id, Draft.name == name)
    found = db.session.scalars(asked).one_or_none()
    return _kept(found) if found else None


def names_of(staff_id: int) -> list[str]:
    """The names of somebody's drafts; nothing is decrypted."""
    return list(db.session.scalars(select(Draft.name).where(Draft.staff_id == staff_id)))


def of(staff_id: int) -> list[Kept]:
    """Somebody's drafts, the latest first."""
    asked = select(Draft).where(Draft.staff_id == staff_id).order_by(Draft.updated_at.desc())
    return [_kept(one) for one in db.session.scalars(asked.limit(MOST_DRAFTS))]


def drop(staff_id: int, name: str) -> None:
    """Forget a draft: it was sent, or is wanted no more."""
    db.session.execute(delete(Draft).where(Draft.staff_id == staff_id, Draft.name == name))


def sweep(now: datetime) -> None:
    """Delete the drafts that nobody has touched for thirty days."""
    db.session.execute(delete(Draft).where(Draft.updated_at < now - KEPT_FOR))


def forget_old() -> None:
    """The worker's entry point of `sweep`."""
    with jobs.transaction():
        sweep(clock.now())


def _kept(row: Draft) -> Kept:
    held = json.loads(row.values)
    return Kept(row.name, held["values"], held["address"], row.updated_at)


SCHEDULE = [jobs.Entry("drafts.forget_old", forget_old, daily_at=time(3, 40))]
