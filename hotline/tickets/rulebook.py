"""The rules in force, gathered once and handed to every operation that sets a deadline.

Operations look nothing up: calendar, settings and directory facts are arguments. The rulebook
is read from the database at most every few seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.tickets.clocks import ClockRules
from hotline.tickets.kinds import CallbackRule, RequestType, Urgency
from hotline.tickets.limits import LeafLimits
from hotline.tickets.mode_rules import Mode
from hotline.worktime import Calendar


@dataclass(frozen=True)
class Leaf:
    """What the subject tree says of one leaf."""

    code: str
    name: str
    limits: LeafLimits
    urgency: Urgency = Urgency.NORMAL
    is_confidential: bool = False
    transfer: str = ""


@dataclass(frozen=True)
class Rulebook:
    """Calendar, clock rules, leaves, the request types' limits in working days and callbacks.

    `calendar` is the city's; `unit_calendars` are of units with hours of their own, by unit id.
    """

    calendar: Calendar
    clocks: ClockRules = field(default_factory=ClockRules)
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    type_limits: Mapping[RequestType, int] = field(default_factory=dict)
    callbacks: Mapping[RequestType, CallbackRule] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    mode: Mode | None = None
    unit_calendars: Mapping[int, Calendar] = field(default_factory=dict)

    def calendar_of(self, unit_id: int | None) -> Calendar:
        """What a clock of this unit counts with; without one, the hotline's clocks, the city's."""
        if unit_id is None or unit_id not in self.unit_calendars:
            return self.calendar
        return self.unit_calendars[unit_id]
