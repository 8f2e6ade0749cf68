"""Who may not get a complaint or a report: the unit whose own people it is about.

Decided here: such a ticket never goes to that unit alone, nor to what lies below it; the unit
above or a supervision body leads, and the unit itself may at most assist. A dispatcher who sees
that the text is about somebody else says why; it is written down for the hotline alone and holds
as long as the unit has it. Replies of the unit that runs the hotline are reviewed by the
hotline's head. Whom a text blames says `blame`.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select

from dispatch import blame
from dispatch.routing import BLAMING, RoutingRules
from dispatch.wording import Words
from hotline import settings
from hotline.access import Role, Viewer
from hotline.errors import Forbidden, Invalid
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb

NOT_ABOUT = "not_about"


def refuse_lead(ticket: Ticket, unit: Unit, words: Words, why_not: str | None = None) -> bool:
    """Raise Invalid when a complaint or report is about this unit's people, or those above it.

    Answers whether it would have been: `why_not` says why it is about somebody else.
    """
    if ticket.request_type not in BLAMING:
        return False
    rows = db.session.execute(select(Unit.id, Unit.code, Unit.name)).all()
    blamed = blamed_in(words, {code: name for _, code, name in rows})
    above = {code for id_, code, _ in rows if id_ in (unit.id, unit.parent_id)}
    if not blamed & above:
        return False
    if not why_not and not _was_overruled(ticket, unit):
        raise Invalid(
            "about_this_unit",
            "It complains of this unit's own people, so neither the unit nor anything below it "
            "leads: let the unit above it or a supervision body lead. The unit may assist. If the "
            "text is about somebody else, write down why.",
            field="lead",
        )
    return bool(why_not)


def overrule(ticket: Ticket, unit: Unit, why_not: str, *, by: str, now: datetime) -> None:
    """Write down, for the hotline alone, why the text is not about this unit's people."""
    advance(ticket, Verb.NOTE, by=by, now=now, facts={NOT_ABOUT: unit.code}, words=why_not)


def blamed_in(words: Words, names: Mapping[str, str]) -> set[str]:
    """Codes of the units whose people the ticket's own words blame; `names` of all units."""
    text = f"{words.title}\n{words.body}"
    return blame.accused(text, names, settings.read(RoutingRules).aliases)


def all_names() -> dict[str, str]:
    """Code → name of every unit and sub-unit."""
    return {code: name for code, name in db.session.execute(select(Unit.code, Unit.name))}


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


def _was_overruled(ticket: Ticket, unit: Unit) -> bool:
    written = exists().where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.kind == Verb.NOTE.value,
        TicketEvent.facts[NOT_ABOUT].astext == unit.code,
    )
    return bool(db.session.scalar(select(written)))
