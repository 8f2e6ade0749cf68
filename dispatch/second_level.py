"""Inside a unit: handed down to a sub-unit, signed, answered, given or taken back.

Decided here: what each step does to the sub-unit's clocks; the unit's own run on. Whoever hands
down what their unit has not signed signs it by that. Not here: who may and how long
(`second_level_rules`), what ends with the unit's part (`second_level_ending`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch import accusing, assigning, joint, routing, second_level_queries, wording, working
from dispatch import second_level_rules as rules
from dispatch.models import Assignment
from dispatch.rules import ReturnReason, Stage
from dispatch.second_level_ending import count, end
from dispatch.second_level_models import SubAssignment
from dispatch.second_level_rules import SubOutcome
from dispatch.working import Wording
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.kinds import Role
from hotline.tickets.limits import Limit
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance, hand_to
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb


@dataclass(frozen=True)
class Down:
    """To which sub-unit, and what it should know."""

    sub_unit: Unit
    note: str | None = None


def hand_down(
    ticket: Ticket, assignment: Assignment, down: Down, *, by: str, now: datetime, book: Rulebook
) -> SubAssignment:
    """The sub-unit has it from now on, with clocks of its own.

    Raises WrongState, Invalid (`not_our_sub_unit`, `about_this_sub_unit`), Refused
    (`handed_down_already`).
    """
    states.move(ticket.state, Verb.HAND_DOWN)
    _check(ticket, assignment, down.sub_unit)
    _end_former(assignment, now)
    _sign_unsigned(ticket, assignment, by=by, now=now)
    made = _row(ticket, assignment, down.sub_unit, by=by, now=now)
    facts = _facts(made, down.sub_unit) | {
        "limit_working_days": made.limit_working_days,
        "limit_hours": made.limit_hours,
    }
    advance(ticket, Verb.HAND_DOWN, by=by, now=now, facts=facts, words=down.note)
    hand_to(ticket, down.sub_unit.id, Role.SUB, at=now)
    _start_clocks(ticket, made, down.sub_unit, assignment, now=now, book=book)
    return made


def sign(ticket: Ticket, sub: SubAssignment, *, by: str, now: datetime) -> None:
    """The sub-unit confirms receipt; its sign clock stops. Raises WrongState, Refused."""
    states.move(ticket.state, Verb.SUB_SIGN)
    if sub.signed_at is not None:
        raise Refused("signed_already", "Your sub-unit has signed it already; handle it now.")
    advance(ticket, Verb.SUB_SIGN, by=by, now=now, facts=_facts(sub, sub.sub_unit))
    count(sub, -1)
    sub.signed_at, sub.signed_by = now, by
    count(sub, 1)
    timing.stop(ticket, [Clock.SIGN], at=now, unit_id=sub.sub_unit_id)


def reply(
    ticket: Ticket,
    sub: SubAssignment,
    given: Wording,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> None:
    """The sub-unit tells its unit what came of it; the citizen hears of it from the unit.

    Raises WrongState, Refused (`sign_first`, `replied_already`), Invalid as a unit's reply does.
    """
    states.move(ticket.state, Verb.SUB_REPLY)
    must_work(sub)
    working.check(given, now, book)
    facts = _facts(sub, sub.sub_unit) | {
        "completion": given.completion.value,
        "promised_on": given.promised_on.isoformat() if given.promised_on else None,
    }
    advance(ticket, Verb.SUB_REPLY, by=by, now=now, facts=facts, words=given.text)
    count(sub, -1)
    sub.replied_at, sub.replied_by, sub.reply_seq = now, by, ticket.last_seq
    sub.completion, sub.basis, sub.promised_on = given.completion, given.basis, given.promised_on
    sub.contacted_at, sub.contact_result = given.contact.at, given.contact.result
    count(sub, 1)
    timing.stop(ticket, [Clock.HANDLE], at=now, unit_id=sub.sub_unit_id)


def give_back(
    ticket: Ticket,
    sub: SubAssignment,
    reason: ReturnReason,
    basis: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """The sub-unit gives it back inside; nobody decides, it is the unit's again.

    Raises WrongState, Refused (`replied_already`).
    """
    states.move(ticket.state, Verb.SUB_RETURN)
    _refuse_replied(sub)
    facts = _facts(sub, sub.sub_unit) | {"reason": reason.value}
    advance(ticket, Verb.SUB_RETURN, by=by, now=now, facts=facts, words=basis)
    sub.return_reason = reason
    end(sub, SubOutcome.RETURNED, at=now, seq=ticket.last_seq)


def take_back(
    ticket: Ticket, sub: SubAssignment, note: str | None, *, by: str, now: datetime
) -> None:
    """The unit takes it back; what the sub-unit had replied stays in the story."""
    states.move(ticket.state, Verb.TAKE_BACK)
    facts = _facts(sub, sub.sub_unit)
    advance(ticket, Verb.TAKE_BACK, by=by, now=now, facts=facts, words=note)
    end(sub, SubOutcome.TAKEN_BACK, at=now, seq=ticket.last_seq)


def must_work(sub: SubAssignment) -> None:
    """Raise Refused unless the sub-unit has signed it and not replied yet."""
    if sub.signed_at is None:
        raise Refused("sign_first", "Confirm receipt first; then handle it and reply.")
    _refuse_replied(sub)


def _refuse_replied(sub: SubAssignment) -> None:
    if sub.replied_at is not None:
        raise Refused(
            "replied_already",
            "Your reply is with your unit; it hands the ticket down again if something is missing.",
        )


def _check(ticket: Ticket, assignment: Assignment, sub_unit: Unit) -> None:
    is_theirs = sub_unit.is_sub_unit and sub_unit.parent_id == assignment.unit_id
    if not is_theirs or sub_unit.closed_at is not None:
        raise Invalid(
            "not_our_sub_unit",
            "This is no sub-unit of the unit that holds the ticket; choose one of its own.",
            field="sub_unit",
        )
    words = wording.words_of(ticket)
    is_blaming = ticket.request_type in routing.BLAMING
    if is_blaming and sub_unit.code in accusing.blamed_in(words, accusing.all_names()):
        raise Invalid(
            "about_this_sub_unit",
            "It complains of this sub-unit's own people: keep it in the unit, or give it to "
            "another sub-unit.",
            field="sub_unit",
        )


def _sign_unsigned(ticket: Ticket, assignment: Assignment, *, by: str, now: datetime) -> None:
    if assignment.role is Role.ASSIST and assignment.stage is Stage.TO_SIGN:
        joint.sign(ticket, assignment, by=by, now=now)
    elif assignment.role is Role.LEAD and ticket.state is State.PENDING_SIGNATURE:
        assigning.sign(ticket, assignment, by=by, now=now)


def _end_former(assignment: Assignment, now: datetime) -> None:
    """What a sub-unit replied to makes room for the next; one that still works is in the way."""
    standing = second_level_queries.active(assignment.id)
    if standing is None:
        return
    if standing.replied_at is None:
        raise Refused(
            "handed_down_already",
            "%(unit)s has it already; take it back first.",
            field="sub_unit",
            values={"unit": standing.sub_unit.name},
        )
    end(standing, SubOutcome.REPLIED, at=now)


def _row(
    ticket: Ticket, assignment: Assignment, sub_unit: Unit, *, by: str, now: datetime
) -> SubAssignment:
    limit = rules.sub_limit(Limit(assignment.limit_working_days, assignment.limit_hours))
    made = SubAssignment(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        sub_unit_id=sub_unit.id,
        seq=ticket.last_seq + 1,
        limit_working_days=limit.working_days,
        limit_hours=limit.hours,
        handed_at=now,
        handed_by=by,
    )
    db.session.add(made)
    db.session.flush()
    count(made, 1)
    return made


def _start_clocks(
    ticket: Ticket,
    made: SubAssignment,
    sub_unit: Unit,
    assignment: Assignment,
    *,
    now: datetime,
    book: Rulebook,
) -> None:
    """Sign and handle, inside what the unit itself has left."""
    units = timing.running(ticket.id, Clock.HANDLE, assignment.unit_id)
    for kind in (Clock.SIGN, Clock.HANDLE):
        due = clocks.due_at(
            kind,
            now,
            ticket.urgency,
            book.calendar_of(sub_unit.id),
            limit=Limit(made.limit_working_days, made.limit_hours, ticket.upstream_due_at),
            runs_7x24=sub_unit.has_duty_24h,
            rules=book.clocks,
        )
        if units is not None:
            due = _within(due, units, assignment, now, book)
        timing.start(ticket, kind, due, at=now, book=book, unit_id=sub_unit.id, is_beside=True)


def _within(
    own: Due, units: ClockRow, assignment: Assignment, now: datetime, book: Rulebook
) -> Due:
    theirs = Due(units.due_at, units.is_provisional, units.pace)
    limit = Limit(assignment.limit_working_days, assignment.limit_hours)
    return rules.within(own, theirs, limit, now, book.calendar_of(units.unit_id))


def _facts(sub: SubAssignment, sub_unit: Unit) -> dict[str, Any]:
    return {
        "assignment_id": sub.assignment_id,
        "sub_assignment_id": sub.id,
        "unit_id": sub_unit.id,
        "unit": sub_unit.code,
    }
