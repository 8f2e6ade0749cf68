"""What templates ask about joint handling: who may assist, whose part is the viewer's, who waits.

Decided here: what is offered and preset. What is allowed is decided in the rules and refused by
the steps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request

from dispatch import joint_rules
from dispatch.joint_rules import Awaited, Waiting
from dispatch.part_views import AssignmentView, ReturnView
from dispatch.rules import ReturnRules, Stage
from dispatch.suggesting import Desk
from hotline import access, clock, settings
from hotline.access import Permission
from hotline.tickets import states
from hotline.tickets.kinds import Role
from hotline.tickets.states import State, Verb
from hotline.tickets.view import TicketView


@dataclass(frozen=True)
class Proposal:
    """A unit that may assist, and why; `handed_back`: it had the lead and the hotline took it."""

    code: str
    name: str
    open: int
    handed_back: bool
    is_accused: bool
    is_chosen: bool


def needs_joint(ticket: TicketView, desk: Desk) -> bool:
    """Whether it was handed back so often that lead and assisting units must be named."""
    upheld = len(desk.returned.get(ticket.id, []))
    return joint_rules.needs_joint(upheld, (), settings.read(ReturnRules).most_upheld)


def proposals(ticket: TicketView, desk: Desk) -> list[Proposal]:
    """The units that the catalogue lets assist, and after two returns those that had it."""
    back = [one.unit_code for one in desk.returned.get(ticket.id, [])]
    is_owed = needs_joint(ticket, desk)
    accused = desk.accused.get(ticket.id, set())
    names = {one.code: one.name for one in desk.units}
    typed = typed_units("assist")
    codes = dict.fromkeys([*desk.assist.get(ticket.id, ()), *(back if is_owed else [])])
    return [
        Proposal(
            code,
            names[code],
            desk.loads.get(code, 0),
            handed_back=code in back,
            is_accused=code in accused,
            is_chosen=code in typed if typed is not None else code not in accused,
        )
        for code in codes
        if code in names
    ]


def typed_units(field: str) -> set[str] | None:
    """The units that a form was sent with, to be shown again; None on a page just opened."""
    return set(request.form.getlist(field)) if request.method == "POST" else None


def own_part(content: Sequence[AssignmentView] | None) -> AssignmentView | None:
    """What the viewer's own unit has of a ticket: the lead, else its assisting part."""
    units = access.current().unit_ids
    mine = [one for one in content or () if one.unit_id in units]
    return next((one for one in mine if one.is_open), mine[0] if mine else None)


def assisting(content: Sequence[AssignmentView] | None) -> list[AssignmentView]:
    """The units that assist now."""
    return [one for one in content or () if one.is_assisting and one.is_open]


def waited_for(content: Sequence[AssignmentView] | None) -> Waiting:
    """Whom the lead's reply waits for, and whom it may overrule; units by name."""
    parts = assisting(content)
    return joint_rules.waiting(
        [Awaited(one.unit_name, _stage(one), _due(one)) for one in parts], clock.now()
    )


def may(part: AssignmentView, verb: str, ticket: TicketView) -> bool:
    """Whether the viewer's assisting unit may do this now."""
    if not access.current().may(Permission.HANDLE) or part.stage is None:
        return False
    return Verb(verb) in joint_rules.allowed(part.stage) and _fits(ticket.state, Verb(verb))


def undecided(found: Sequence[ReturnView]) -> list[ReturnView]:
    """The returns on which a decision is waited for first, the longest waiting before all."""
    return sorted(found, key=lambda one: (one.decided_at is not None, one.asked_at))


def may_decide(asked: ReturnView, ticket: TicketView) -> bool:
    """Whether the state lets somebody decide on this return: the lead's, or an assisting unit's."""
    if asked.role is Role.LEAD:
        return ticket.allows(Verb.UPHOLD_RETURN)
    return _fits(ticket.state, Verb.UPHOLD_RETURN)


def about(content: Sequence[AssignmentView], assignment_id: int) -> list[AssignmentView]:
    """The assignments with this one first, as the page of a decision on it shows them."""
    return sorted(content, key=lambda one: one.id != assignment_id)


def _fits(state: State, verb: Verb) -> bool:
    return state in states.BESIDE.get(verb, ()) or state in states.ASSISTING.get(verb, ())


def _stage(one: AssignmentView) -> Stage:
    return one.stage or Stage.IN_REVIEW


def _due(one: AssignmentView) -> datetime | None:
    return one.due_at if one.is_running and one.stage is Stage.IN_PROGRESS else None


GIVEN: Mapping[str, Callable[..., Any]] = {
    "needs_joint": needs_joint,
    "joint_proposals": proposals,
    "typed_units": typed_units,
    "own_part": own_part,
    "assisting": assisting,
    "waited_for": waited_for,
    "part_may": may,
    "may_decide": may_decide,
}
"""What templates may ask for by name."""
