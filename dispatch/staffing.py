"""Who of a unit's people sees to a ticket: taken, given, let go.

Decided here: what the history says of it. Not here: who may (`rules.may_name`), and who belongs
to a unit (`hotline.people`). No clock and no state changes: the unit's duty stays the unit's.
"""

from datetime import datetime

from dispatch import rules
from dispatch.models import Assignment
from dispatch.queries import Colleague
from hotline.access import Role, Viewer
from hotline.errors import Forbidden, Refused
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb

LEADING = frozenset({Role.UNIT_HEAD, Role.UNIT_DISPATCHER})
"""Who says for everybody in the unit who sees to what."""


def leads(viewer: Viewer) -> bool:
    """Whether the viewer distributes a unit's work."""
    return bool(viewer.roles & LEADING)


def name_handler(
    ticket: Ticket,
    assignment: Assignment,
    colleague: Colleague | None,
    *,
    viewer: Viewer,
    now: datetime,
) -> None:
    """From now on this colleague sees to it; None: nobody in particular.

    Raises WrongState, Forbidden (`not_yours_to_give`), Refused when it is so already.
    """
    to = colleague.staff_id if colleague else None
    if to == assignment.handler_staff_id:
        raise Refused("named_already", "It is so already.", field="handler")
    holder = assignment.handler_staff_id
    if not rules.may_name(viewer.staff_id, leads=leads(viewer), holder=holder, to=to):
        raise Forbidden("not_yours_to_give", "A colleague has it; the head of the unit decides.")
    facts = {"assignment_id": assignment.id, "handler": f"staff:{to}" if to else None}
    words = colleague.name if colleague else None
    advance(ticket, Verb.NAME_HANDLER, by=viewer.actor, now=now, facts=facts, words=words)
    assignment.handler_staff_id = to
