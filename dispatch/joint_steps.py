"""The verbs of joint handling as steps: a locked ticket, a form's data, who acts.

Decided here: that an assisting unit's staff fill in less than the lead's, that where the head
approves replies only the head sends one to the lead, and that a confidential ticket's note for a
further unit names nobody. Not here: what a step does (`joint`).
"""

from collections.abc import Sequence

from sqlalchemy import exists, select

from dispatch import capacity, joint, joint_queries, joint_returning, queries, wording
from dispatch.forms import DecisionForm, ReplyForm
from dispatch.joint_forms import AddAssistForm, AssistReplyForm, EndAssistForm
from dispatch.models import Assignment, Return
from dispatch.second_level_rules import ApprovalRules, goes_out
from hotline import access, settings
from hotline.access import Viewer
from hotline.attachments import operations as attachments
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.people import queries as people
from hotline.people.models import Unit
from hotline.tickets import states
from hotline.tickets.acting import Acting
from hotline.tickets.kinds import Role
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb

BASIS = "{text}\n\n依据：{basis}"


def units_of(codes: Sequence[str], field: str = "assist") -> tuple[Unit, ...]:
    """The units of these codes in their order. Raises Invalid naming one that there isn't."""
    known = people.units_by_code(codes)
    missing = next((code for code in codes if code not in known), None)
    if missing is not None:
        raise Invalid(
            "unknown_unit",
            "There is no unit with the code %(code)s.",
            field=field,
            values={"code": missing},
        )
    return tuple(known[code] for code in codes)


def add(ticket: Ticket, data: AddAssistForm, how: Acting) -> None:
    """The dispatcher names further units that assist the lead."""
    states.move(ticket.state, Verb.ADD_ASSIST)
    lead = queries.active(ticket.id)
    if lead is None:
        raise Invalid("never_dispatched", "No unit has handled it; dispatch it first.")
    wording.check_words(ticket, "note", data.note)
    units = units_of(data.units, "units")
    held = [one.unit.code for one in joint_queries.assisting(ticket.id)]
    joint.refuse_naming(lead.unit, units, held, field="units")
    joint.add(ticket, lead, units, data.note, by=how.by, now=how.now, book=how.book)


def let_go(code: str, ticket: Ticket, data: EndAssistForm, how: Acting) -> None:
    """The dispatcher lets an assisting unit go; its code comes first, so that a route binds it."""
    part = joint_queries.part_of_unit(ticket.id, code.upper())
    if part is None:
        raise Refused(
            "not_assisting",
            "This unit doesn't assist, or no longer does: load the ticket again to see who does.",
        )
    wording.check_words(ticket, "reason", data.reason)
    joint.let_go(ticket, part, data.reason, by=how.by, now=how.now)


def reply(ticket: Ticket, data: AssistReplyForm, how: Acting) -> None:
    """The assisting unit answers the lead. Raises Refused when it is none by now."""
    hand = capacity.of(ticket, Verb.ASSIST_REPLY, how.viewer)
    if not hand.is_assisting:
        raise Refused(
            "not_assisting",
            "This unit doesn't assist, or no longer does: load the ticket again to see who does.",
        )
    reply_of_part(ticket, hand.assignment, data, how)
    attachments.put_with(ticket, data.attachments, of=ticket.last_seq)


def reply_of_part(
    ticket: Ticket, part: Assignment, data: AssistReplyForm | ReplyForm, how: Acting
) -> None:
    """The assisting unit's reply. Raises Refused where a setting leaves it to its head to send."""
    roles = (how.viewer or access.current()).roles_in(part.unit_id)
    needs_head = settings.read(ApprovalRules).holds_for(part.unit.code)
    if not goes_out(roles, needs_head=needs_head):
        raise Refused(
            "head_sends",
            "In your unit the head approves replies: the head, or who stands in, sends this one. "
            "What you wrote is still here; hand it to them.",
        )
    joint.reply(ticket, part, text_of(data), data.completion, by=how.by, now=how.now)


def text_of(data: AssistReplyForm | ReplyForm) -> str:
    """The reply and what it rests on, as one text."""
    return BASIS.format(text=data.text, basis=data.basis) if data.basis else data.text


def decides_on_part(ticket: Ticket, asked: Return, data: DecisionForm, how: Acting) -> bool:
    """Decide on an assisting unit's return; answers whether it was one's."""
    part = db.session.get_one(Assignment, asked.assignment_id)
    if part.role is not Role.ASSIST:
        return False
    own = next((one for one in joint_queries.assisting(ticket.id) if one.id == part.id), None)
    if own is None:
        raise Refused(
            "decided_already",
            "This return was decided already: load the ticket again to see the decision.",
        )
    if data.uphold:
        joint_returning.uphold(ticket, own, asked, data.note, by=how.by, now=how.now)
    else:
        book = how.book
        joint_returning.refuse(ticket, own, asked, data.note, by=how.by, now=how.now, book=book)
    return True


def is_assisting(number: str, viewer: Viewer) -> bool:
    """Whether the viewer has only an assisting unit's part in the ticket of this number."""
    own = (
        select(Assignment.ticket_id)
        .join(Ticket, Ticket.id == Assignment.ticket_id)
        .where(
            Ticket.number == number,
            Assignment.unit_id.in_(viewer.unit_ids),
            Assignment.ended_at.is_(None),
        )
    )
    assists, leads = db.session.execute(
        select(
            exists(own.where(Assignment.role == Role.ASSIST)),
            exists(own.where(Assignment.role == Role.LEAD)),
        )
    ).one()
    return bool(assists and not leads)
