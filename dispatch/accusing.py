"""Who may not get a complaint or a report: the unit whose own people it is about.

Decided here: such a ticket never goes to that unit alone, nor to what lies below it; the unit
above or a supervision body leads, and the unit itself may at most assist. Replies of the unit
that runs the hotline are reviewed by the hotline's head. Whom a text accuses says `routing`.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select

from dispatch import routing
from dispatch.routing import BLAMING, RoutingRules
from dispatch.wording import Words
from hotline import settings
from hotline.access import Role, Viewer
from hotline.errors import Forbidden, Invalid
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.models import Ticket


def refuse_lead(ticket: Ticket, unit: Unit, words: Words) -> None:
    """Raise Invalid when a complaint or report is about this unit's people, or those above it."""
    if ticket.request_type not in BLAMING:
        return
    family = _family(unit)
    named = routing.accused(f"{words.title}\n{words.body}", {u.code: u.name for u in family})
    if named & {one.code for one in family if one.id in (unit.id, unit.parent_id)}:
        raise Invalid(
            "about_this_unit",
            "It complains of this unit's own people, so neither the unit nor anything below it "
            "leads: let the unit above it or a supervision body lead. The unit may assist.",
            field="lead",
        )


def needs_head(unit_code: str, viewer: Viewer) -> bool:
    """Whether somebody else reviews this unit's replies: it runs the hotline, its head does."""
    return unit_code in settings.read(RoutingRules).host_units and Role.HEAD not in viewer.roles


def refuse_host(unit_code: str, viewer: Viewer | None) -> None:
    """Raise Forbidden when a reply of the unit that runs the hotline is reviewed inside it."""
    if viewer is not None and needs_head(unit_code, viewer):
        raise Forbidden(
            "head_reviews",
            "This unit runs the hotline: only the head of the hotline reviews its replies.",
        )


def _family(unit: Unit) -> Sequence[Unit]:
    """The unit, the one above it and those below, whose names may hold its own."""
    return db.session.scalars(
        select(Unit).where(
            or_(Unit.id.in_([unit.id, unit.parent_id or unit.id]), Unit.parent_id == unit.id)
        )
    ).all()
