"""The hotline's look at a reply: accepted, or sent back with a reason.

Decided here: nobody reviews a reply of their own or to a ticket they dispatched, and a promise
enters the ledger with the acceptance. The callback's clock is started by callbacks.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from dispatch import joint, rules, tally
from dispatch.models import Assignment, Promise, Reply
from dispatch.rules import Outcome
from hotline.errors import Forbidden, Invalid
from hotline.extensions import db
from hotline.tickets import clocks, counting, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb


def accept(ticket: Ticket, assignment: Assignment, *, by: str, now: datetime) -> Reply:
    """in_review → awaiting_callback: the citizen is asked next. Raises WrongState, Forbidden."""
    states.move(ticket.state, Verb.ACCEPT)
    reply = _open_reply(assignment, by)
    facts = _facts(reply) | {"completion": reply.completion.value, "reply_seq": reply.seq}
    advance(ticket, Verb.ACCEPT, by=by, now=now, facts=facts)
    _decide(reply, by=by, now=now, seq=ticket.last_seq, is_accepted=True)
    joint.end_all(ticket, Outcome.DONE, at=now, keeps=True)
    _end_promises(ticket)
    if reply.promised_on is not None:
        db.session.add(
            Promise(
                reply_id=reply.id,
                ticket_id=ticket.id,
                unit_id=assignment.unit_id,
                promised_on=reply.promised_on,
                made_at=now,
            )
        )
    return reply


def send_back(
    ticket: Ticket, assignment: Assignment, reason: str, *, by: str, now: datetime, book: Rulebook
) -> Reply:
    """in_review → in_progress: the handle clock goes on with what was left.

    The first time at least a working day is left (hour limits: two hours). Raises WrongState,
    Forbidden, Invalid without a reason.
    """
    states.move(ticket.state, Verb.SEND_BACK)
    reply = _open_reply(assignment, by)
    if not reason:
        raise Invalid("reason_needed", "Say what the reply does not answer.", field="reason")
    before = assignment.stage
    advance(ticket, Verb.SEND_BACK, by=by, now=now, facts=_facts(reply), words=reason)
    _decide(reply, by=by, now=now, seq=ticket.last_seq, is_accepted=False)
    assignment.replied_at = None
    assignment.sent_back += 1
    is_first = assignment.sent_back == 1
    go_on(ticket, assignment, reply.replied_at, now=now, book=book, is_first_send_back=is_first)
    tally.moved(assignment, before)
    return reply


def go_on(
    ticket: Ticket,
    assignment: Assignment,
    stopped_at: datetime,
    *,
    now: datetime,
    book: Rulebook,
    is_first_send_back: bool = False,
) -> None:
    """Start the unit's clocks that stopped then, moved by the time that passed since.

    One that stood still already goes on from then. Sent back for the first time, the handle clock
    gets at least what the rules promise; a first contact that was made is not owed again.
    """
    for row in _stopped(assignment, stopped_at):
        if row.kind is Clock.CONTACT and assignment.contacted_at is not None:
            continue
        due = clocks.after_send_back(
            counting.standing(row, book.calendar_of(row.unit_id)),
            row.paused_at or stopped_at,
            now,
            book.calendar_of(row.unit_id),
            is_first=is_first_send_back and row.kind is Clock.HANDLE,
            rules=book.clocks,
        )
        timing.start(
            ticket,
            row.kind,
            due,
            at=now,
            book=book,
            unit_id=assignment.unit_id,
            is_beside=assignment.role is not Role.LEAD,
        )


def _stopped(assignment: Assignment, stopped_at: datetime) -> Iterable[ClockRow]:
    """Of each kind the last that stopped then; in one moment one may stop, start and stop."""
    rows = db.session.scalars(
        select(ClockRow)
        .where(
            ClockRow.ticket_id == assignment.ticket_id,
            ClockRow.unit_id == assignment.unit_id,
            ClockRow.stopped_at == stopped_at,
            ClockRow.kind.in_([Clock.HANDLE, Clock.CONTACT]),
        )
        .order_by(ClockRow.id)
    )
    return {row.kind: row for row in rows}.values()


def refuse_own_work(by: str, *done_by: str | None) -> None:
    """Raise Forbidden when somebody would decide on what they did themselves."""
    if rules.is_own_work(by, done_by):
        raise Forbidden("own_work", "You took part in this yourself; a colleague decides on it.")


def _open_reply(assignment: Assignment, by: str) -> Reply:
    reply = db.session.scalars(
        select(Reply).where(Reply.assignment_id == assignment.id, Reply.reviewed_at.is_(None))
    ).one()
    refuse_own_work(by, reply.replied_by, assignment.dispatched_by)
    return reply


def _end_promises(ticket: Ticket) -> None:
    """A later answer stands in the place of what was promised before."""
    db.session.execute(
        update(Promise)
        .where(Promise.ticket_id == ticket.id, Promise.is_open)
        .values(is_open=False)
        .execution_options(synchronize_session="fetch")
    )


def _decide(reply: Reply, *, by: str, now: datetime, seq: int, is_accepted: bool) -> None:
    reply.reviewed_at, reply.reviewed_by = now, by
    reply.review_seq, reply.is_accepted = seq, is_accepted


def _facts(reply: Reply) -> dict[str, Any]:
    return {"assignment_id": reply.assignment_id, "reply_id": reply.id}
