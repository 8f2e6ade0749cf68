"""A reply that the head of the unit approves before it goes out, where a setting asks for it.

Decided here: putting it before the head stops no clock; what is approved goes out word for word
as the unit's reply, with its files; what is declined goes back to who wrote it, with a reason.
Not here: for which units (`second_level_rules.ApprovalRules`), what a reply must say.
"""

from datetime import datetime
from typing import Any

from dispatch import joint, second_level_ending, second_level_queries, working
from dispatch.models import Assignment
from dispatch.second_level_models import SubmittedReply
from dispatch.working import Contact, Wording
from hotline.access import Role, Viewer
from hotline.attachments import operations as attachments
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from hotline.tickets import queries as tickets
from hotline.tickets import states
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb


def submit(
    ticket: Ticket,
    assignment: Assignment,
    wording: Wording,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> SubmittedReply:
    """Put a reply before the head; one that waits there already gives way to it.

    Raises WrongState, Invalid as a reply does.
    """
    states.move(ticket.state, Verb.SUBMIT_REPLY)
    working.check(wording, now, book)
    joint.wait_for(ticket, overrules=wording.overrules, now=now)
    second_level_ending.lapse(assignment, at=now)
    made = SubmittedReply(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        seq=ticket.last_seq + 1,
        completion=wording.completion,
        basis=wording.basis,
        contacted_at=wording.contact.at,
        contact_result=wording.contact.result,
        promised_on=wording.promised_on,
        submitted_at=now,
        submitted_by=by,
    )
    db.session.add(made)
    db.session.flush()
    second_level_ending.count_draft(assignment, 1)
    facts = _facts(made) | {
        "completion": wording.completion.value,
        "promised_on": wording.promised_on.isoformat() if wording.promised_on else None,
    }
    advance(ticket, Verb.SUBMIT_REPLY, by=by, now=now, facts=facts, words=wording.text)
    return made


def approve(
    ticket: Ticket, assignment: Assignment, *, viewer: Viewer, now: datetime, book: Rulebook
) -> None:
    """in_progress → in_review: the reply goes out as it stands, from the head.

    Raises WrongState, Forbidden, Refused (`nothing_submitted`), Invalid when its promise is no
    longer ahead.
    """
    states.move(ticket.state, Verb.REPLY)
    waiting = _waiting(assignment, viewer)
    words = tickets.words_of(ticket.id, waiting.seq) or ""
    contact = Contact(waiting.contacted_at, waiting.contact_result)
    wording = Wording(
        waiting.completion, words, waiting.basis, contact, waiting.promised_on, overrules=True
    )
    waiting.decided_at, waiting.decided_by, waiting.is_approved = now, viewer.actor, True
    second_level_ending.count_draft(assignment, -1)
    db.session.flush()
    working.reply(ticket, assignment, wording, by=viewer.actor, now=now, book=book)
    waiting.decision_seq = ticket.last_seq
    attachments.pass_on(ticket.id, waiting.seq, of=ticket.last_seq)


def decline(
    ticket: Ticket, assignment: Assignment, reason: str, *, viewer: Viewer, now: datetime
) -> None:
    """Back to who wrote it, with a reason. Raises WrongState, Forbidden, Refused."""
    states.move(ticket.state, Verb.DECLINE_REPLY)
    waiting = _waiting(assignment, viewer)
    facts = _facts(waiting)
    advance(ticket, Verb.DECLINE_REPLY, by=viewer.actor, now=now, facts=facts, words=reason)
    waiting.decided_at, waiting.decided_by, waiting.is_approved = now, viewer.actor, False
    second_level_ending.count_draft(assignment, -1)
    waiting.decision_seq = ticket.last_seq


def _waiting(assignment: Assignment, viewer: Viewer) -> SubmittedReply:
    if Role.UNIT_HEAD not in viewer.roles_in(assignment.unit_id):
        raise Forbidden(
            "head_decides", "The head of the unit decides on it, or who stands in for the head."
        )
    waiting = second_level_queries.submitted(assignment.id)
    if waiting is None:
        raise Refused(
            "nothing_submitted", "No reply waits for the head here: the handler submits one first."
        )
    if waiting.submitted_by == viewer.actor:
        raise Forbidden(
            "own_work", "You wrote it yourself: send it as your reply, or let another head decide."
        )
    return waiting


def _facts(waiting: SubmittedReply) -> dict[str, Any]:
    return {"assignment_id": waiting.assignment_id, "submitted_reply_id": waiting.id}
