"""How somebody of the staff wants to be reached beside the page: their own number, and texts.

The number is their own to give and to take back; it is shown to nobody but supervisors who
have to ring the head of a unit.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from hotline.extensions import db
from supervision.models import Reach


def of(staff_id: int) -> Reach | None:
    """What somebody wished."""
    return db.session.get(Reach, staff_id, populate_existing=True)


def keep(staff_id: int, phone: str | None, *, wants_texts: bool, now: datetime) -> None:
    """Keep a wish; without a number it is forgotten."""
    if phone is None:
        gone = delete(Reach).where(Reach.staff_id == staff_id)
        db.session.execute(gone.execution_options(synchronize_session=False))
        return
    values = {"phone": phone, "wants_texts": wants_texts, "changed_at": now}
    row = insert(Reach).values(staff_id=staff_id, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["staff_id"], set_=values))
