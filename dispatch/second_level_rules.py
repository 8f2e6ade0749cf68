"""The second level inside a unit: how long a sub-unit has, who hands down, who approves; pure.

Decided here: a sub-unit's limit is one working day shorter than its unit's and never later than
the unit's own deadline; who of a unit hands down and takes back; who lets a reply go out. Not
here: when clocks start and stop (`second_level`), the states (`hotline.tickets.states`).
Source: document 1 of the hotline's rules, “Joint handling: inside a unit”.
The surprise: a unit without a second-level dispatcher lets its handlers hand down, or nobody
could.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hotline.access import Role
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.limits import Limit
from hotline.worktime import Calendar

SHORTEST_SHORTENED = 3
"""From so many working days on a sub-unit has one day less than its unit."""


class SubStage(StrEnum):
    """Where a ticket is for the sub-unit that has it."""

    TO_SIGN = "to_sign"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"


class SubOutcome(StrEnum):
    """How it ended for the sub-unit."""

    REPLIED = "replied"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"


@dataclass(frozen=True)
class ApprovalRules:
    """Where the head of a unit approves a reply before it goes out: everywhere, or by code."""

    head_approves: bool = False
    head_approves_in: tuple[str, ...] = ()

    def holds_for(self, unit_code: str) -> bool:
        """Whether replies of this unit are put before its head."""
        return self.head_approves or unit_code in self.head_approves_in


def sub_limit(limit: Limit) -> Limit:
    """A sub-unit's limit: one working day less, the same where its unit has two or fewer."""
    if limit.working_days < SHORTEST_SHORTENED:
        return limit
    return replace(limit, working_days=limit.working_days - 1)


def within(own: Due, units: Due, limit: Limit, start: datetime, calendar: Calendar) -> Due:
    """The sub-unit's deadline, so that its unit is left the working day that it has more.

    It ends a working day before the unit's, where the unit's limit is shortened at all and that
    lies ahead; it is never later than the unit's own.
    """
    last = units.due_at
    if limit.working_days >= SHORTEST_SHORTENED and units.pace is Pace.WORKING_DAYS:
        early = calendar.shift(last, -1)
        last = early if early > start else last
    return replace(own, due_at=min(own.due_at, last))


def may_hand_down(roles: Collection[Role], *, has_dispatcher: bool) -> bool:
    """Whether somebody with these roles in a unit hands down and takes back for it."""
    if {Role.UNIT_HEAD, Role.UNIT_DISPATCHER} & set(roles):
        return True
    return Role.HANDLER in roles and not has_dispatcher


def goes_out(roles: Collection[Role], *, needs_head: bool) -> bool:
    """Whether a reply of somebody with these roles in the unit needs nobody's approval."""
    return not needs_head or Role.UNIT_HEAD in roles
