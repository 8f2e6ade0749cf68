"""Several units on one ticket: assisting units named, signed, answered, let go, waited for.

Decided here: what each step does to an assisting unit's clocks, and what becomes of its part when
the lead is through. A redo goes to the lead alone; who shall assist again is named again. Not
here: who may be named and who is waited for (`joint_rules`), an assisting unit's return
(`joint_returning`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatch import joint_queries, joint_rules, tally
from dispatch.joint_rules import Awaited
from dispatch.models import Assignment
from dispatch.queries import RETURN_BESIDE, UNDECIDED
from dispatch.rules import Outcome, ReturnRules
from dispatch.second_level_ending import end_below
from hotline import counters, settings
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.kinds import Completion, Role
from hotline.tickets.limits import Limit
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance, hand_to, release
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from hotline.words import N_

CLOCKS = (Clock.SIGN, Clock.HANDLE, Clock.DECISION)
"""An assisting unit's own; the last is the hotline's decision on its return."""

NAMING_FAULTS = {
    "lead_assists": N_("The unit in the lead can't assist itself: name other units."),
    "named_twice": N_("A unit is named twice: once is enough."),
    "holds_it": N_("One of these units has the ticket already: name others."),
    "too_many": N_("Ten units may assist at most: name those that are needed for the answer."),
}
STAGE_FAULTS = {
    "sign_first": N_("Confirm receipt first; then handle your part and reply."),
    "signed_already": N_("Your unit has signed it already: handle your part and reply."),
    "return_undecided": N_("Your return is with the hotline: wait for the decision."),
    "replied_already": N_("Your reply is with the lead: nothing more is to be done here."),
}
REPLY_FAULTS = {
    "assist_outstanding": N_(
        "%(units)s still assist within their limit: wait for their reply, or ask the hotline to "
        "let them go."
    ),
    "assist_late": N_(
        "%(units)s assist and are late: say that you reply without them, or wait for their reply."
    ),
}


def refuse_naming(
    lead: Unit, assist: Sequence[Unit], held: Sequence[str] = (), field: str = "assist"
) -> None:
    """Raise Invalid when these units can't be named together, or one is a sub-unit."""
    below = next((one for one in (*assist, lead) if one.is_sub_unit), None)
    if below is not None:
        raise Invalid(
            "sub_unit",
            "%(unit)s is a sub-unit: name its unit, which hands the ticket down.",
            field="lead" if below is lead else field,
            values={"unit": below.name},
        )
    codes = [one.code for one in assist]
    fault = joint_rules.naming_fault(lead.code, codes, held)
    if fault is not None:
        raise Invalid(fault, NAMING_FAULTS[fault], field=field)


def refuse_alone(ticket: Ticket, assist: Sequence[Unit]) -> None:
    """Raise Invalid when it was handed back twice and nobody is named to assist."""
    most = settings.read(ReturnRules).most_upheld
    if not assist and joint_rules.needs_joint(joint_queries.upheld(ticket.id), (), most):
        raise Invalid(
            "needs_joint",
            "It was handed back twice. Name who leads and which units assist: the lead can't hand "
            "it back any more.",
            field="assist",
        )


def add(
    ticket: Ticket,
    lead: Assignment,
    assist: Sequence[Unit],
    note: str | None,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> list[Assignment]:
    """The units assist the lead from now on, one event each, with clocks of their own.

    That they can be named together was looked at (`refuse_naming`). Raises WrongState, Refused
    when the lead has no running limit.
    """
    states.move(ticket.state, Verb.ADD_ASSIST)
    row = timing.running(ticket.id, Clock.HANDLE, lead.unit_id)
    if row is None:
        raise Refused("no_limit", "The lead's limit does not run: nobody can assist it now.")
    full = Limit(lead.limit_working_days, lead.limit_hours, ticket.upstream_due_at)
    made = []
    for unit in assist:
        one = _row(ticket, lead, unit, joint_rules.assist_limit(full), by=by, now=now)
        facts = facts_of(one, unit.code) | {
            "limit_working_days": one.limit_working_days,
            "limit_hours": one.limit_hours,
        }
        advance(ticket, Verb.ADD_ASSIST, by=by, now=now, facts=facts, words=note)
        hand_to(ticket, unit.id, Role.ASSIST, at=now)
        _start_clocks(ticket, row, full, unit, now=now, book=book)
        made.append(one)
    return made


def sign(ticket: Ticket, part: Assignment, *, by: str, now: datetime) -> None:
    """The assisting unit confirms receipt; its sign clock stops. Raises WrongState, Refused."""
    states.move(ticket.state, Verb.ASSIST_SIGN)
    _must(part, Verb.ASSIST_SIGN)
    before = part.stage
    advance(ticket, Verb.ASSIST_SIGN, by=by, now=now, facts=facts_of(part, part.unit.code))
    part.signed_at, part.signed_by = now, by
    timing.stop(ticket, [Clock.SIGN], at=now, unit_id=part.unit_id)
    tally.moved(part, before)


def must(ticket: Ticket, part: Assignment, verb: Verb) -> None:
    """Raise WrongState or Refused unless the assisting unit may do this now."""
    states.move(ticket.state, verb, Role.ASSIST)
    _must(part, verb)


def reply(
    ticket: Ticket,
    part: Assignment,
    text: str,
    completion: Completion | None,
    *,
    by: str,
    now: datetime,
) -> None:
    """The assisting unit answers the lead and the hotline; the citizen hears from the lead.

    Raises WrongState, Refused (`sign_first`, `replied_already`, `return_undecided`).
    """
    states.move(ticket.state, Verb.ASSIST_REPLY)
    _must(part, Verb.ASSIST_REPLY)
    before = part.stage
    facts = facts_of(part, part.unit.code)
    if completion is not None:
        facts["completion"] = completion.value
    advance(ticket, Verb.ASSIST_REPLY, by=by, now=now, facts=facts, words=text)
    part.replied_at, part.reply_seq = now, ticket.last_seq
    timing.stop(ticket, CLOCKS, at=now, unit_id=part.unit_id)
    end_below(part, at=now)
    tally.moved(part, before)


def let_go(ticket: Ticket, part: Assignment, reason: str, *, by: str, now: datetime) -> None:
    """The hotline no longer asks for this unit's part; it sees the ticket no more."""
    states.move(ticket.state, Verb.END_ASSIST)
    facts = facts_of(part, part.unit.code) | {"because": Outcome.LET_GO.value}
    advance(ticket, Verb.END_ASSIST, by=by, now=now, facts=facts, words=reason)
    end(ticket, part, Outcome.LET_GO, at=now)


def wait_for(ticket: Ticket, *, overrules: bool, now: datetime) -> list[Assignment]:
    """Raise Refused while the lead has to wait for assisting units; answers whom it overrules."""
    parts = joint_queries.assisting(ticket.id)
    if not parts:
        return []
    due = joint_queries.due_of(ticket.id, [one.unit_id for one in parts])
    found = joint_rules.waiting(
        [Awaited(one.unit.code, one.stage, due.get(one.unit_id)) for one in parts], now
    )
    names = {one.unit.code: one.unit.name for one in parts}
    fault = joint_rules.reply_fault(found, overrules=overrules)
    if fault is not None:
        codes = found.awaited or found.late
        units = "、".join(names[code] for code in codes)
        raise Refused(
            fault,
            REPLY_FAULTS[fault],
            field="overrules" if fault == "assist_late" else None,
            values={"units": units},
        )
    return [one for one in parts if one.unit.code in found.late]


def overrule(ticket: Ticket, late: Sequence[Assignment], *, by: str, now: datetime) -> None:
    """The lead goes on without these; what their clocks show stays as it is on record."""
    for part in late:
        facts = facts_of(part, part.unit.code) | {"because": Outcome.OVERRULED.value}
        advance(ticket, Verb.END_ASSIST, by=by, now=now, facts=facts)
        end(ticket, part, Outcome.OVERRULED, at=now, keeps=True)


def end_all(ticket: Ticket, outcome: Outcome, *, at: datetime, keeps: bool = False) -> None:
    """The lead is through, and so is who assisted; `keeps` says that they go on seeing it."""
    for part in joint_queries.assisting(ticket.id):
        end(ticket, part, outcome, at=at, keeps=keeps)
    if not keeps:
        for unit_id in joint_queries.holding(ticket.id):
            release(ticket, at=at, unit_id=unit_id)


def end(
    ticket: Ticket, part: Assignment, outcome: Outcome, *, at: datetime, keeps: bool = False
) -> None:
    """One assisting unit is through, with its clocks and an undecided return."""
    timing.stop(ticket, CLOCKS, at=at, unit_id=part.unit_id)
    tally.end(part, outcome, at=at)
    count_returns(-joint_queries.lapse_return(part.id, at=at))
    if not keeps:
        release(ticket, at=at, unit_id=part.unit_id)
    db.session.flush()


def count_returns(step: int) -> None:
    """Count returns of assisting units that wait for the hotline's decision."""
    counters.add([(UNDECIDED, RETURN_BESIDE, step)])


def facts_of(part: Assignment, code: str) -> dict[str, Any]:
    """How an event names an assisting unit's part."""
    return {
        "assignment_id": part.id,
        "unit_id": part.unit_id,
        "unit": code,
        "role": part.role.value,
        "round": part.round,
    }


def _must(part: Assignment, verb: Verb) -> None:
    if joint_rules.stage_after(part.stage, verb) is None:
        fault = joint_rules.FAULTS[part.stage]
        raise Refused(fault, STAGE_FAULTS[fault])


def _row(
    ticket: Ticket,
    lead: Assignment,
    unit: Unit,
    limit: Limit,
    *,
    by: str,
    now: datetime,
) -> Assignment:
    made = Assignment(
        ticket_id=ticket.id,
        unit_id=unit.id,
        role=Role.ASSIST,
        round=lead.round,
        seq=ticket.last_seq + 1,
        limit_working_days=limit.working_days,
        limit_hours=limit.hours,
        dispatched_at=now,
        dispatched_by=by,
    )
    db.session.add(made)
    db.session.flush()
    tally.begun(made, unit.code)
    return made


def _start_clocks(
    ticket: Ticket, lead: ClockRow, limit: Limit, unit: Unit, *, now: datetime, book: Rulebook
) -> None:
    """Sign by the unit's own hours, the reply a working day before the lead's."""
    calendar = book.calendar_of(unit.id)
    sign_by = clocks.due_at(
        Clock.SIGN,
        now,
        ticket.urgency,
        calendar,
        runs_7x24=unit.has_duty_24h,
        rules=book.clocks,
    )
    leads = Due(lead.due_at, lead.is_provisional, lead.pace)
    for kind, due in (
        (Clock.SIGN, sign_by),
        (Clock.HANDLE, joint_rules.assist_due(leads, limit, now, calendar)),
    ):
        timing.start(ticket, kind, due, at=now, book=book, unit_id=unit.id, is_beside=True)
