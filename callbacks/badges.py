"""How many callbacks wait, for the navigation; counted by index, and no further than shown."""

from sqlalchemy import ColumnElement, func, select

from callbacks.lists import CALLS, DECISIONS
from callbacks.models import Plan
from hotline import clock
from hotline.extensions import db

MOST = 100


def to_call() -> int:
    """Citizens whose time to be called has come."""
    return _upto(*CALLS.where, Plan.next_call_at <= clock.now())


def to_decide() -> int:
    """Dissatisfied citizens' tickets of which a reviewer decides."""
    return _upto(*DECISIONS.where)


def _upto(*where: ColumnElement[bool]) -> int:
    few = select(Plan.id).where(*where).limit(MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0
