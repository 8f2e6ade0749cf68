"""What waits for the viewer beside tickets: warnings not opened, orders to be answered.

For the navigation and the unit's page: one statement a request, no further than is shown.
"""

from flask import g
from sqlalchemy import ScalarSelect, Select, func, select

from hotline import access
from hotline.extensions import db
from supervision.models import Order, WarningRow
from supervision.rules import OrderState

MOST = 100


def unopened() -> int:
    """The viewer's own warnings that they did not open yet."""
    return _waiting()[0]


def unanswered() -> int:
    """Supervision orders that the viewer's units have to answer."""
    return _waiting()[1]


def _waiting() -> tuple[int, int]:
    if "supervision_waiting" not in g:
        viewer = access.current()
        warnings = select(WarningRow.id).where(
            WarningRow.staff_id == viewer.staff_id, WarningRow.opened_at.is_(None)
        )
        orders = select(Order.id).where(
            Order.unit_id.in_(viewer.unit_ids), Order.state == OrderState.OPEN
        )
        row = db.session.execute(select(_few(warnings), _few(orders))).one()
        g.supervision_waiting = (row[0], row[1])
    found: tuple[int, int] = g.supervision_waiting
    return found


def _few(of: Select[int]) -> ScalarSelect[int]:
    few = of.limit(MOST).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
