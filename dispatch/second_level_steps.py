"""The verbs of the second level as steps: a locked ticket, a form's data, who acts.

Decided here: who of a unit hands down and takes back, and which replies go before the head.
"""

from dispatch import approving, capacity, second_level, second_level_queries, working
from dispatch import second_level_rules as rules
from dispatch.capacity import Hand
from dispatch.models import Assignment
from dispatch.second_level import Down
from dispatch.second_level_forms import DeclineForm, HandDownForm, TakeBackForm
from dispatch.second_level_rules import ApprovalRules
from dispatch.working import Wording
from hotline import access, settings
from hotline.access import Viewer
from hotline.errors import Forbidden, Invalid, Refused
from hotline.people import queries as people
from hotline.tickets.acting import Acting
from hotline.tickets.forms import NothingForm
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb


def hand_down(ticket: Ticket, data: HandDownForm, how: Acting) -> None:
    """The unit hands it to one of its sub-units."""
    mine = _distributes(ticket, Verb.HAND_DOWN, how)
    sub_unit = people.unit_by_code(data.sub_unit)
    if sub_unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="sub_unit")
    down = Down(sub_unit, data.note)
    second_level.hand_down(ticket, mine, down, by=how.by, now=how.now, book=how.book)


def take_back(ticket: Ticket, data: TakeBackForm, how: Acting) -> None:
    """The unit takes it back from its sub-unit."""
    mine = _distributes(ticket, Verb.TAKE_BACK, how)
    sub = second_level_queries.active(mine.id)
    if sub is None:
        raise Refused("not_handed_down", "No sub-unit has it; it is with the unit itself.")
    second_level.take_back(ticket, sub, data.note, by=how.by, now=how.now)


def approve(ticket: Ticket, data: NothingForm, how: Acting) -> None:
    """The head lets the reply go out."""
    mine, viewer = _of_unit(ticket, Verb.REPLY, how)
    approving.approve(ticket, mine, viewer=viewer, now=how.now, book=how.book)


def decline(ticket: Ticket, data: DeclineForm, how: Acting) -> None:
    """The head sends it back to who wrote it."""
    mine, viewer = _of_unit(ticket, Verb.DECLINE_REPLY, how)
    approving.decline(ticket, mine, data.reason, viewer=viewer, now=how.now)


def reply_of_unit(ticket: Ticket, mine: Assignment, wording: Wording, how: Acting) -> None:
    """The unit's reply, by way of its head where a setting asks for it."""
    viewer = how.viewer or access.current()
    needs_head = settings.read(ApprovalRules).holds_for(mine.unit.code)
    goes_out = rules.goes_out(viewer.roles_in(mine.unit_id), needs_head=needs_head)
    step = working.reply if goes_out else approving.submit
    step(ticket, mine, wording, by=how.by, now=how.now, book=how.book)


def _of_unit(ticket: Ticket, verb: Verb, how: Acting) -> tuple[Assignment, Viewer]:
    hand = capacity.of(ticket, verb, how.viewer)
    _refuse_sub(hand)
    return hand.assignment, how.viewer or access.current()


def _distributes(ticket: Ticket, verb: Verb, how: Acting) -> Assignment:
    mine, viewer = _of_unit(ticket, verb, how)
    has_dispatcher = second_level_queries.has_dispatcher(mine.unit_id, how.now)
    roles = viewer.roles_in(mine.unit_id)
    if not rules.may_hand_down(roles, has_dispatcher=has_dispatcher):
        raise Forbidden(
            "not_yours_to_hand_down",
            "The second-level dispatcher or the head of the unit hands it down; ask one of them.",
        )
    return mine


def _refuse_sub(hand: Hand) -> None:
    if hand.sub is not None:
        raise Forbidden(
            "unit_decides", "Your unit does this; give the ticket back to it if it is not yours."
        )
