"""An assisting unit says that its part is not its duty, and the hotline decides.

Decided here: the ticket stays where the lead has it; only the part's own clocks stand still, and
an upheld return ends this part alone. It doesn't count towards the two after which lead and
assisting units must be named. Not here: until when it may be asked (`rules`).
"""

from datetime import datetime

from dispatch import joint, rules, second_level_ending, tally
from dispatch.models import Assignment, Return
from dispatch.returning import FAULTS, Objection, asking_of, decide_on, row_of
from dispatch.reviewing import go_on, refuse_own_work
from dispatch.rules import Outcome, ReturnRules
from hotline.errors import Refused
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Role
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb


def ask(
    ticket: Ticket,
    part: Assignment,
    objection: Objection,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: ReturnRules = rules.DEFAULTS,
) -> Return:
    """The part's clocks stop, the hotline's decision clock starts beside the ticket's own.

    Raises WrongState, Refused (`asked_already`, `too_late`, and what its stage doesn't allow).
    """
    joint.must(ticket, part, Verb.ASK_RETURN)
    calendar = book.calendar_of(part.unit_id)
    asking = asking_of(ticket, part, objection)
    fault = rules.return_fault(asking, now, calendar, numbers)
    if fault is not None:
        raise Refused(fault, FAULTS[fault], field="reason")
    before = part.stage
    is_late = rules.is_late(asking, now, calendar, numbers)
    made = row_of(ticket, part, objection.reason, by=by, now=now, is_late=is_late)
    facts = joint.facts_of(part, part.unit.code) | {
        "return_id": made.id,
        "reason": objection.reason.value,
        "is_late": is_late,
    }
    _step(ticket, Verb.ASK_RETURN, facts, objection.basis, by=by, now=now)
    part.return_asked_at = now
    timing.stop(ticket, [Clock.SIGN, Clock.HANDLE], at=now, unit_id=part.unit_id)
    second_level_ending.stand_still(ticket, part, at=now)
    due = clocks.due_at(Clock.DECISION, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(
        ticket, Clock.DECISION, due, at=now, book=book, unit_id=part.unit_id, is_beside=True
    )
    tally.moved(part, before)
    joint.count_returns(1)
    return made


def uphold(
    ticket: Ticket, part: Assignment, asked: Return, note: str, *, by: str, now: datetime
) -> None:
    """This unit's part ends, the lead and the others go on. Raises WrongState, Forbidden."""
    _check(ticket, part, asked, Verb.UPHOLD_RETURN, by)
    facts = joint.facts_of(part, part.unit.code) | {"return_id": asked.id}
    _step(ticket, Verb.UPHOLD_RETURN, facts, note, by=by, now=now)
    decide_on(asked, by=by, now=now, seq=ticket.last_seq, is_upheld=True)
    joint.count_returns(-1)
    joint.end(ticket, part, Outcome.RETURNED, at=now)


def refuse(
    ticket: Ticket,
    part: Assignment,
    asked: Return,
    note: str,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> None:
    """The part goes on and counts as signed; the time of the decision is given back."""
    _check(ticket, part, asked, Verb.REFUSE_RETURN, by)
    before = part.stage
    facts = joint.facts_of(part, part.unit.code) | {"return_id": asked.id}
    _step(ticket, Verb.REFUSE_RETURN, facts, note, by=by, now=now)
    decide_on(asked, by=by, now=now, seq=ticket.last_seq, is_upheld=False)
    joint.count_returns(-1)
    part.return_asked_at = None
    if part.signed_at is None:
        part.signed_at, part.signed_by = asked.asked_at, asked.asked_by
    timing.stop(ticket, [Clock.DECISION], at=now, unit_id=part.unit_id)
    go_on(ticket, part, asked.asked_at, now=now, book=book)
    second_level_ending.go_on(ticket, part, at=now, book=book)
    tally.moved(part, before)


def _check(ticket: Ticket, part: Assignment, asked: Return, verb: Verb, by: str) -> None:
    if asked.decided_at is not None or part.ended_at is not None:
        raise Refused(
            "decided_already",
            "This return was decided already: load the ticket again to see the decision.",
        )
    states.move(ticket.state, verb, Role.ASSIST)
    refuse_own_work(by, asked.asked_by, part.dispatched_by)


def _step(
    ticket: Ticket, verb: Verb, facts: dict[str, object], words: str, *, by: str, now: datetime
) -> None:
    advance(ticket, verb, by=by, now=now, facts=facts, words=words, role=Role.ASSIST)
