"""Which units hold a ticket beside the one in the lead, by name; read only."""

from sqlalchemy import select

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
