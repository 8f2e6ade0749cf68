"""A unit says that a ticket is not its duty, and the hotline decides.

Decided here: what happens to the unit's clocks meanwhile, and afterwards. Not here: until when
and how often a return may be asked (`rules`), an assisting unit's return (`joint_returning`). After
two upheld returns there is no third: dispatch then wants lead and assisting units named.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from dispatch import joint, queries, requests, rules, second_level_ending, tally
from dispatch.models import Assignment, Return
from dispatch.reviewing import go_on, refuse_own_work
from dispatch.rules import Asking, Outcome, ReturnReason, ReturnRules
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import first_due
from hotline.tickets.kinds import Role
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance, release
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from hotline.words import N_

FAULTS = {
    "twice_upheld": N_(
        "Two returns of this ticket were upheld already; now the hotline names who leads and who "
        "assists. Please reply, or write to the hotline what is in the way."
    ),
    "asked_already": N_("A return was asked for this assignment already; once is all there is."),
    "too_late": N_(
        "The time for a return is over. Only what a site inspection brought to light may be said "
        "later: choose that reason."
    ),
}


@dataclass(frozen=True)
class Objection:
    """Why the unit hands it back: a reason from the list, and the legal basis in words."""

    reason: ReturnReason
    basis: str


def ask(
    ticket: Ticket,
    assignment: Assignment,
    objection: Objection,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: ReturnRules = rules.DEFAULTS,
) -> Return:
    """→ return_requested: the unit's clocks stop, the hotline's decision clock starts.

    Raises WrongState, Refused (`twice_upheld`, `asked_already`, `too_late`).
    """
    states.move(ticket.state, Verb.ASK_RETURN)
    asking = asking_of(ticket, assignment, objection)
    calendar = book.calendar_of(assignment.unit_id)
    fault = rules.return_fault(asking, now, calendar, numbers)
    if fault is not None:
        raise Refused(fault, FAULTS[fault], field="reason")
    requests.fall_away(ticket, assignment, now=now, book=book)
    before = assignment.stage
    is_late = rules.is_late(asking, now, calendar, numbers)
    made = row_of(ticket, assignment, objection.reason, by=by, now=now, is_late=is_late)
    facts = {
        "assignment_id": assignment.id,
        "return_id": made.id,
        "reason": objection.reason.value,
        "is_late": is_late,
    }
    advance(ticket, Verb.ASK_RETURN, by=by, now=now, facts=facts, words=objection.basis)
    assignment.return_asked_at = now
    unit_clocks = [Clock.SIGN, Clock.CONTACT, Clock.HANDLE]
    timing.stop(ticket, unit_clocks, at=now, unit_id=assignment.unit_id)
    second_level_ending.lapse(assignment, at=now)
    second_level_ending.stand_still(ticket, assignment, at=now)
    due = clocks.due_at(Clock.DECISION, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(ticket, Clock.DECISION, due, at=now, book=book)
    tally.moved(assignment, before)
    return made


def uphold(
    ticket: Ticket, asked: Return, note: str, *, by: str, now: datetime, book: Rulebook
) -> None:
    """return_requested → pending_dispatch: the unit is rid of it, the dispatch clock runs anew.

    Raises WrongState, Forbidden on one's own work.
    """
    assignment = _decidable(ticket, asked, Verb.UPHOLD_RETURN, by)
    facts = {"assignment_id": assignment.id, "return_id": asked.id}
    advance(ticket, Verb.UPHOLD_RETURN, by=by, now=now, facts=facts, words=note)
    decide_on(asked, by=by, now=now, seq=ticket.last_seq, is_upheld=True)
    tally.end(assignment, Outcome.RETURNED, at=now)
    joint.end_all(ticket, Outcome.LET_GO, at=now)
    release(ticket, at=now, unit_id=assignment.unit_id)
    due = first_due(ticket, Clock.DISPATCH, now, book)
    timing.start(ticket, Clock.DISPATCH, due, at=now, book=book)


def refuse(
    ticket: Ticket, asked: Return, note: str, *, by: str, now: datetime, book: Rulebook
) -> None:
    """return_requested → in_progress: it counts as signed; the time of the decision is given back.

    Raises WrongState, Forbidden on one's own work.
    """
    assignment = _decidable(ticket, asked, Verb.REFUSE_RETURN, by)
    before = assignment.stage
    facts = {"assignment_id": assignment.id, "return_id": asked.id}
    advance(ticket, Verb.REFUSE_RETURN, by=by, now=now, facts=facts, words=note)
    decide_on(asked, by=by, now=now, seq=ticket.last_seq, is_upheld=False)
    assignment.return_asked_at = None
    if assignment.signed_at is None:
        assignment.signed_at, assignment.signed_by = asked.asked_at, asked.asked_by
    go_on(ticket, assignment, asked.asked_at, now=now, book=book)
    second_level_ending.go_on(ticket, assignment, at=now, book=book)
    tally.moved(assignment, before)


def lapse(ticket_id: int, *, at: datetime) -> None:
    """The ticket ended while a return was asked; nobody decides on it any more."""
    for asked in db.session.scalars(
        select(Return).where(Return.ticket_id == ticket_id, Return.decided_at.is_(None))
    ):
        asked.decided_at, asked.decided_by = at, "system"


def of_ticket(ticket: Ticket, return_id: int) -> Return:
    """The return of this number, if it belongs to the ticket. Raises NotFound."""
    found = db.session.get(Return, return_id) if return_id < 2**63 else None
    if found is None or found.ticket_id != ticket.id:
        raise NotFound("return_not_found", "There is no such return.", field="id")
    return found


def asking_of(ticket: Ticket, assignment: Assignment, objection: Objection) -> Asking:
    """What counts when this unit asks; only leads that were taken away count towards the two."""
    asked, upheld = db.session.execute(
        select(
            func.count().filter(Return.assignment_id == assignment.id),
            func.count().filter(Return.is_upheld.is_(True), Assignment.role == Role.LEAD),
        )
        .join(Assignment, Assignment.id == Return.assignment_id)
        .where(Return.ticket_id == ticket.id)
    ).one()
    is_lead = assignment.role is Role.LEAD
    return Asking(
        dispatched_at=assignment.dispatched_at,
        urgency=ticket.urgency,
        has_duty_24h=assignment.unit.has_duty_24h,
        was_asked=bool(asked),
        upheld=upheld if is_lead else 0,
        reason=objection.reason,
    )


def row_of(
    ticket: Ticket,
    assignment: Assignment,
    reason: ReturnReason,
    *,
    by: str,
    now: datetime,
    is_late: bool,
) -> Return:
    """The request as a row, with the number of the event that will tell of it."""
    made = Return(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        unit_id=assignment.unit_id,
        seq=ticket.last_seq + 1,
        reason=reason,
        is_late=is_late,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _decidable(ticket: Ticket, asked: Return, verb: Verb, by: str) -> Assignment:
    """The assignment under decision. Raises WrongState, Refused when decided, Forbidden."""
    if asked.decided_at is not None:
        raise Refused(
            "decided_already",
            "This return was decided already: load the ticket again to see the decision.",
        )
    states.move(ticket.state, verb)
    assignment = queries.active(ticket.id)
    if assignment is None or assignment.id != asked.assignment_id:
        raise Refused(
            "decided_already",
            "This return was decided already: load the ticket again to see the decision.",
        )
    refuse_own_work(by, asked.asked_by, assignment.dispatched_by)
    return assignment


def decide_on(asked: Return, *, by: str, now: datetime, seq: int, is_upheld: bool) -> None:
    """Keep who decided what on a return, and with which event."""
    asked.decided_at, asked.decided_by = now, by
    asked.decision_seq, asked.is_upheld = seq, is_upheld
