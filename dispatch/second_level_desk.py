"""What templates ask about the second level: whose it is, to whom it can go, who approves.

Decided here: what is offered; what is allowed is decided in the rules and refused by the steps.
What a reply's form begins with is what was written last: a draft before the head, what a
sub-unit replied, or the reply that was sent back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from dispatch import second_level_parts as parts
from dispatch import second_level_queries as queries
from dispatch import second_level_rules as rules
from dispatch.part_views import AssignmentView
from dispatch.second_level_forms import InsideTab
from dispatch.second_level_lists import Load
from dispatch.second_level_parts import SubmittedView, SubView
from dispatch.second_level_rules import ApprovalRules
from dispatch.showing import time_left
from hotline import access, clock, settings
from hotline.access import Permission, Role
from hotline.tickets.clocks import Pace
from hotline.tickets.kinds import Urgency
from hotline.tickets.parts import Shown
from hotline.tickets.states import Verb
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining

Option = tuple[str, str]
LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Desk:
    """The sub-units to which the viewer can hand down, and what one of them has."""

    options: Sequence[Option]
    standing: SubView | None


def own_handdown(content: Sequence[SubView] | None) -> SubView | None:
    """What the viewer's own sub-unit has of the ticket."""
    viewer = access.current()
    return next((one for one in content or () if parts.is_own(one, viewer)), None)


def handdown_desk(ticket: TicketView, content: Sequence[SubView] | None) -> Desk | None:
    """What the viewer needs to hand down; None for who may not, or has nobody below."""
    viewer = access.current()
    if not viewer.may(Permission.HANDLE) or not ticket.allows(Verb.HAND_DOWN):
        return None
    below = queries.sub_units(viewer.unit_ids)
    parents = {one.parent_id for one in below if one.parent_id is not None}
    mine = {unit_id for unit_id in parents if _may_hand_down(unit_id)}
    options = [(one.code, f"{one.code} {one.name}") for one in below if one.parent_id in mine]
    if not options:
        return None
    standing = (one for one in content or () if one.is_open and one.parent_id in mine)
    return Desk(options, next(standing, None))


def heads_unit(unit_id: int | None) -> bool:
    """Whether the viewer is the head of this unit right now."""
    return unit_id is not None and parts.heads(access.current(), unit_id)


def standing_in(unit_id: int | None) -> datetime | None:
    """Until when the viewer stands in for the head of this unit; None in their own right."""
    if unit_id is None or not heads_unit(unit_id):
        return None
    return queries.stands_in_until(access.current().staff_id, unit_id, clock.now())


def stands_in_until() -> datetime | None:
    """Until when the viewer is head of a unit only in the head's absence; the nearest end."""
    if not heads_any():
        return None
    until = [standing_in(unit_id) for unit_id in access.current().unit_ids]
    return min((one for one in until if one is not None), default=None)


def heads_any() -> bool:
    """Whether the viewer heads any unit."""
    return Role.UNIT_HEAD in access.current().roles


def inside_row(content: Sequence[Any] | None, tab: InsideTab) -> Any:
    """What a row of the list tells: what is open of a hand-down, or the draft that waits."""
    is_draft = tab is InsideTab.APPROVE
    for one in content or ():
        if one.decided_at is None if is_draft else one.is_open:
            return one
    return None


def sub_unit_options(loads: Sequence[Load]) -> list[Option]:
    """By which sub-units a list can be narrowed."""
    return [(one.code, one.name) for one in loads]


def unit_left(due_at: datetime, urgency: Urgency) -> Remaining | timedelta:
    """Time left of a unit's own limit as its list shows it."""
    is_natural = urgency is Urgency.CRITICAL
    return time_left(due_at, Pace.NATURAL_HOURS if is_natural else Pace.WORKING_HOURS)


def needs_head(current: AssignmentView) -> bool:
    """Whether a reply of the viewer is put before the head first."""
    roles = access.current().roles_in(current.unit_id)
    is_set = settings.read(ApprovalRules).holds_for(current.unit)
    return not rules.goes_out(roles, needs_head=is_set)


def declined_reply(shown: Sequence[Shown] | None, current: AssignmentView) -> SubmittedView | None:
    """The draft that the head declined last, while nothing newer was put before them."""
    newest = next((one for one in _submitted(shown) if one.assignment_id == current.id), None)
    if newest is None or newest.is_approved is not False:
        return None
    later = any(one.replied_at > newest.submitted_at for one in current.replies)
    return None if later else newest


def reply_start(shown: Sequence[Shown] | None, current: AssignmentView | None) -> dict[str, str]:
    """What the form of a reply begins with; empty for a sub-unit, which writes its own."""
    if current is None:
        return {}
    known: list[tuple[datetime, Any]] = [(one.replied_at, one) for one in current.replies]
    known += [
        (one.submitted_at, one) for one in _submitted(shown) if one.assignment_id == current.id
    ]
    known += [
        (one.replied_at, one)
        for one in _content(shown, "handdowns")
        if one.replied_at and one.assignment_id == current.id
    ]
    if not known:
        return {}
    last = max(known, key=lambda pair: pair[0])[1]
    start = {"text": last.text or "", "basis": last.basis or "", "completion": last.completion}
    return start | _dated(last)


def _dated(last: Any) -> dict[str, str]:
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    dated = {}
    if last.promised_on:
        dated["promised_on"] = last.promised_on.isoformat()
    if last.contacted_at and last.contact_result:
        dated["contacted_at"] = last.contacted_at.astimezone(zone).strftime(LOCAL)
        dated["contact_result"] = last.contact_result.value
    return dated


def _may_hand_down(unit_id: int) -> bool:
    roles = access.current().roles_in(unit_id)
    if rules.may_hand_down(roles, has_dispatcher=True):
        return True
    if Role.HANDLER not in roles:
        return False
    return not queries.has_dispatcher(unit_id, clock.now())


def _submitted(shown: Sequence[Shown] | None) -> list[SubmittedView]:
    return _content(shown, "submitted_replies")


def _content(shown: Sequence[Shown] | None, name: str) -> list[Any]:
    return next((list(one.content or ()) for one in shown or () if one.part.name == name), [])
