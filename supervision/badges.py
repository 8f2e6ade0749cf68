"""How many warnings the viewer has not opened, for the navigation; no further than shown."""

from sqlalchemy import func, select

from hotline import access
from hotline.extensions import db
from supervision.models import WarningRow

MOST = 100


def unopened() -> int:
    """The viewer's own warnings that they did not open yet; one statement, by index."""
    mine = access.current().staff_id
    few = (
        select(WarningRow.id)
        .where(WarningRow.staff_id == mine, WarningRow.opened_at.is_(None))
        .limit(MOST)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(few)) or 0
