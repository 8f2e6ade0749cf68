"""What the unit's pages ask for beside their lists: terms of a return, colleagues, who may name.

Decided here: what choices are offered. What is allowed is decided in `rules` and `staffing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext

from dispatch import queries, records, returning, rules, staffing
from dispatch.forms import Whose
from dispatch.part_views import AssignmentView
from dispatch.queries import Colleague
from dispatch.rules import Asking, ReturnReason, ReturnRules
from hotline import access, clock, settings
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Lamp, Pace
from hotline.tickets.view import TicketView

Option = tuple[str, str]


@dataclass(frozen=True)
class UnitTerms:
    """Until when a return may be asked, or the msgid of why not; the first contact still owed."""

    return_until: datetime
    is_late: bool
    fault: str | None
    contact_due_at: datetime | None
    contact_lamp: Lamp | None
    contact_pace: Pace | None


def terms(ticket: TicketView, current: AssignmentView) -> UnitTerms:
    """What the unit may still ask for and owes; one statement."""
    found, now = records.terms(ticket.id, current.id), clock.now()
    calendar, numbers = tickets.rulebook().calendar, settings.read(ReturnRules)
    asking = Asking(
        dispatched_at=current.dispatched_at,
        urgency=ticket.urgency,
        has_duty_24h=found.has_duty_24h,
        was_asked=found.was_asked,
        upheld=0 if current.is_assisting else found.upheld,
        reason=ReturnReason.AFTER_INSPECTION,
    )
    fault = rules.return_fault(asking, now, calendar, numbers)
    return UnitTerms(
        return_until=rules.return_until(asking, calendar, numbers),
        is_late=rules.is_late(asking, now, calendar, numbers),
        fault=returning.FAULTS[fault] if fault else None,
        contact_due_at=found.contact_due_at,
        contact_lamp=found.contact_lamp,
        contact_pace=found.contact_pace,
    )


def people(current: AssignmentView) -> Sequence[Colleague]:
    """The people of the unit that holds it; one statement."""
    return queries.colleagues([current.unit_id], clock.now())


def may_name(current: AssignmentView) -> bool:
    """Whether the viewer may say who sees to it, be it only by taking it."""
    viewer = access.current()
    holder, leads = current.handler_staff_id, staffing.leads(viewer)
    return rules.may_name(viewer.staff_id, leads=leads, holder=holder, to=viewer.staff_id)


def handler_options(colleagues: Iterable[Colleague]) -> list[Option]:
    """To whom the viewer can give a ticket: all by who leads the work, else oneself or nobody."""
    viewer = access.current()
    mine = (str(viewer.staff_id), gettext("Me"))
    others = [
        (str(one.staff_id), one.name) for one in colleagues if one.staff_id != viewer.staff_id
    ]
    return [mine, *dict.fromkeys(others), ("0", gettext("Nobody in particular"))]


def whose_options(colleagues: Iterable[Colleague]) -> list[Option]:
    """Whose tickets a list can show."""
    said = {
        Whose.MINE_AND_FREE: gettext("Mine and nobody’s"),
        Whose.MINE: gettext("Mine"),
        Whose.FREE: gettext("Nobody’s"),
        Whose.ALL: gettext("All"),
    }
    people = {str(one.staff_id): one.name for one in colleagues}
    return [(whose.value, words) for whose, words in said.items()] + list(people.items())


def unit_panels() -> list[str]:
    """The templates with which other rooms tell a unit what else waits for it."""
    panels: list[str] = current_app.extensions.get("unit_panels", [])
    return panels


def reply_panels() -> list[str]:
    """The templates with which other rooms help to write a reply."""
    panels: list[str] = current_app.extensions.get("reply_panels", [])
    return panels
