"""What the pages of agent and reviewer show of one ticket: its story, and what would follow.

Decided here: which tickets can still be recorded about. What follows is asked of `rules`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from callbacks import parts, queries, rules, windows
from callbacks.parts import PlanView
from callbacks.rules import Consequence, Ending, Rating
from callbacks.windows import CallbackRules
from dispatch import parts as dispatch_parts
from dispatch.part_views import AssignmentView
from hotline.access import Viewer
from hotline.tickets import access as ticket_access
from hotline.tickets import queries as tickets
from hotline.tickets.history_view import shown_to
from hotline.tickets.kinds import Completion
from hotline.tickets.states import State
from hotline.tickets.story import Told, timeline
from hotline.tickets.view import TicketView

LAST = "last"
DISSATISFIED = Rating(satisfied=1)


@dataclass(frozen=True)
class Hours:
    """Whether people may be rung now, and else when next."""

    are_open: bool
    opens_at: datetime


@dataclass(frozen=True)
class Desk:
    """One ticket on the desk: what happened, how the citizen was asked, what may be done."""

    ticket: TicketView
    plans: Sequence[PlanView]
    assignments: Sequence[AssignmentView]
    timeline: Sequence[Told]
    completion: Completion | None
    took_part: bool

    @property
    def plan(self) -> PlanView | None:
        """The plan of the present round."""
        return next((one for one in self.plans if one.round == self.ticket.round), None)

    @property
    def may_record(self) -> bool:
        """Whether a call may be written down."""
        plan, state = self.plan, self.ticket.state
        if state is State.AWAITING_CALLBACK:
            return plan is None or plan.may_change
        if state is State.MERGED:  # followed another, and no text reaches its citizen
            return plan is not None and plan.may_change
        is_answered = plan is not None and plan.may_change and plan.outcome is Ending.ANSWERED
        return state is State.CLOSED and is_answered

    @property
    def may_miss(self) -> bool:
        """Whether a call without answers may be written down."""
        return self.may_record and (self.plan is None or self.plan.outcome is None)

    @property
    def redone(self) -> int:
        """How often it was done again because its citizen was dissatisfied."""
        return sum(one.consequence is Consequence.REDO for one in self.plans)

    def follows(self, rating: Rating = DISSATISFIED) -> str:
        """What saving these answers does: close, redo, decision; `last` closes all the same."""
        found = rules.consequence(rating, redone=self.redone, completion=self.completion)
        if found is Consequence.CLOSE and rules.is_dissatisfied(rating):
            return LAST
        return found.value


def panels() -> list[str]:
    """The templates with which other rooms help whoever speaks with a citizen."""
    found: list[str] = current_app.extensions.get("callback_panels", [])
    return found


def of(viewer: Viewer, number: str, *, kinds: Sequence[str] = queries.OWN_WORK) -> Desk:
    """The desk of one ticket; `kinds` of events make somebody one who took part.

    Raises NotFound.
    """
    ticket = ticket_access.see(viewer, number)
    found = queries.accepted(ticket.id)
    return Desk(
        ticket=ticket,
        plans=parts.plans([ticket], viewer).get(ticket.id, []),
        assignments=dispatch_parts.assignments([ticket], viewer).get(ticket.id, []),
        timeline=timeline(shown_to(viewer, ticket, tickets.history(ticket.id))),
        completion=found.completion if found else None,
        took_part=queries.took_part(ticket.id, viewer.actor, kinds),
    )


def hours(now: datetime, numbers: CallbackRules) -> Hours:
    """The calling hours at this moment."""
    zone = tickets.rulebook().calendar.zone
    return Hours(windows.may_call(now, zone, numbers), windows.next_opening(now, zone, numbers))
