"""Which units hold a ticket beside the one in the lead, by name; read only.

Decided here: what lies inside a unit is for that unit and its sub-unit to know, and the hotline.
"""

from sqlalchemy import select

from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.kinds import Role
from hotline.tickets.models import Holder


def assisting(ticket_id: int) -> list[str]:
    """The names of the units that assist, in the order in which they were named."""
    return list(
        db.session.scalars(
            select(Unit.name)
            .join(Holder, Holder.unit_id == Unit.id)
            .where(
                Holder.ticket_id == ticket_id,
                Holder.role == Role.ASSIST,
                Holder.until.is_(None),
            )
            .order_by(Holder.id)
        )
    )


def inside(ticket_id: int, viewer: Viewer) -> list[str]:
    """The names of the sub-units that have it, as far as they concern the viewer."""
    asked = (
        select(Unit.name)
        .join(Holder, Holder.unit_id == Unit.id)
        .where(Holder.ticket_id == ticket_id, Holder.role == Role.SUB, Holder.until.is_(None))
        .order_by(Holder.id)
    )
    if not viewer.is_hotline:
        own = viewer.unit_ids
        asked = asked.where(Unit.id.in_(own) | Unit.parent_id.in_(own))
    return list(db.session.scalars(asked))
