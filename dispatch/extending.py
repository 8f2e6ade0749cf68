"""A unit asks for more time before its limit, and the hotline decides.

Decided here: what asking and deciding do to the ticket, its clock and its history. Not here:
until when and how much (`time_rules`), who may decide (`requests`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from dispatch import depending, requests, time_rules
from dispatch.models import Assignment
from dispatch.time_models import Extension
from dispatch.time_rules import DEFAULTS, Limit, TimeRules
from hotline.access import Viewer
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import states, timing
from hotline.tickets.clocks import Due
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from hotline.words import N_

FAULTS = {
    "standing_still": N_(
        "The ticket is suspended and its limit stands still. Ask for more time when it runs again."
    ),
    "asked_twice": N_(
        "Two extensions were decided on for this ticket already. Reply with what can be said, "
        "with a date for the rest."
    ),
    "asked_already": N_("An extension is asked for already; wait until the hotline has decided."),
    "too_late": N_(
        "The time to ask for an extension is over. Reply now, with a date for what is still to "
        "be done."
    ),
    "days_out_of_range": N_(
        "Ask for at least one working day and at most the original limit once more, never more "
        "than ten. If it takes longer, reply “planned” with a date."
    ),
}


@dataclass(frozen=True)
class Decision:
    """What the hotline says: why, and, beyond the upstream's limit, who there agreed."""

    note: str
    upstream_consent: str | None = None


def ask(
    ticket: Ticket,
    assignment: Assignment,
    working_days: int,
    reason: str,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: TimeRules = DEFAULTS,
) -> Extension:
    """The hotline decides; until then the limit shows no red.

    Raises WrongState, Refused (`asked_already`, `standing_still`, `asked_twice`, `too_late`),
    Invalid (`days_out_of_range`).
    """
    states.move(ticket.state, Verb.ASK_EXTENSION)
    row = requests.handling(ticket, assignment)
    asked_before, is_open = _before(assignment)
    fault = time_rules.extension_fault(
        limit_of(assignment, row),
        working_days,
        asked_before,
        now,
        book.calendar_of(row.unit_id),
        rules=numbers,
    )
    _refuse("asked_already" if is_open else fault)
    is_second = asked_before > 0
    made = _row(ticket, assignment, working_days, row.due_at, is_second=is_second, by=by, now=now)
    facts = _facts(made) | {"working_days": working_days, "is_second": is_second}
    advance(ticket, Verb.ASK_EXTENSION, by=by, now=now, facts=facts, words=reason)
    requests.begin(ticket, made, row, now=now, book=book)
    return made


def grant(
    ticket: Ticket,
    asked: Extension,
    decision: Decision,
    *,
    viewer: Viewer,
    now: datetime,
    book: Rulebook,
) -> None:
    """The limit is the closing time of the n-th working day after the old one.

    Raises WrongState, Refused, Forbidden; Invalid (`consent_needed`) beyond the upstream's limit.
    """
    assignment = requests.decidable(ticket, asked, Verb.GRANT_EXTENSION, viewer)
    row = requests.handling(ticket, assignment)
    due = time_rules.extended(_due(row), asked.working_days, book.calendar_of(row.unit_id))
    consent = _consent(ticket, due, decision)
    hanging = depending.extended(
        ticket, assignment, due, asked.working_days, asked_at=asked.asked_at, book=book
    )
    facts = _granted(asked, row, due) | {"upstream_consent": consent}
    facts |= {"followed": depending.told(hanging)} if hanging else {}
    by, words = viewer.actor, decision.note
    advance(ticket, Verb.GRANT_EXTENSION, by=by, now=now, facts=facts, words=words)
    asked.is_granted, asked.decision_seq = True, ticket.last_seq
    asked.new_due_at, asked.upstream_consent = due.due_at, consent
    requests.close(ticket, asked, by=by, now=now)
    timing.move(ticket, row, due, at=now, book=book)
    depending.move(ticket, hanging, at=now, book=book)
    requests.release(ticket, row, now=now, book=book)
    requests.show(ticket, row)


def refuse(
    ticket: Ticket,
    asked: Extension,
    decision: Decision,
    *,
    viewer: Viewer,
    now: datetime,
    book: Rulebook,
) -> None:
    """The limit stays; one that has passed shows red at once.

    Raises WrongState, Refused, Forbidden.
    """
    assignment = requests.decidable(ticket, asked, Verb.REFUSE_EXTENSION, viewer)
    row = requests.handling(ticket, assignment)
    facts = _facts(asked) | {"working_days": asked.working_days}
    advance(
        ticket, Verb.REFUSE_EXTENSION, by=viewer.actor, now=now, facts=facts, words=decision.note
    )
    asked.is_granted, asked.decision_seq = False, ticket.last_seq
    requests.close(ticket, asked, by=viewer.actor, now=now)
    requests.release(ticket, row, now=now, book=book)


def _consent(ticket: Ticket, due: Due, decision: Decision) -> str | None:
    consent = (decision.upstream_consent or "").strip() or None
    if time_rules.needs_consent(due, ticket.upstream_due_at) and consent is None:
        raise Invalid(
            "consent_needed",
            "The new limit lies beyond the one that the upstream set. Ask the upstream first and "
            "write down who agreed and when.",
            field="upstream_consent",
        )
    return consent


def limit_of(assignment: Assignment, row: ClockRow) -> Limit:
    """The unit's handling as the rules look at it."""
    is_still = row.paused_at is not None
    return Limit(_due(row), assignment.limit_working_days, assignment.limit_hours, is_still)


def _row(
    ticket: Ticket,
    assignment: Assignment,
    working_days: int,
    old_due_at: datetime,
    *,
    is_second: bool,
    by: str,
    now: datetime,
) -> Extension:
    made = Extension(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        unit_id=assignment.unit_id,
        seq=ticket.last_seq + 1,
        working_days=working_days,
        is_second=is_second,
        old_due_at=old_due_at,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _refuse(fault: str | None) -> None:
    if fault == "days_out_of_range":
        raise Invalid(fault, FAULTS[fault], field="working_days")
    if fault is not None:
        raise Refused(fault, FAULTS[fault])


def _before(assignment: Assignment) -> tuple[int, bool]:
    """How many extensions of the assignment were decided on, and whether one is undecided."""
    decided, undecided = db.session.execute(
        select(
            func.count().filter(Extension.is_granted.is_not(None)),
            func.count().filter(Extension.decided_at.is_(None)),
        ).where(Extension.assignment_id == assignment.id)
    ).one()
    return decided, undecided > 0


def _due(row: ClockRow) -> Due:
    return Due(row.due_at, row.is_provisional, row.pace)


def _facts(asked: Extension) -> dict[str, int | str | bool | None]:
    return {"assignment_id": asked.assignment_id, "extension_id": asked.id}


def _granted(asked: Extension, row: ClockRow, due: Due) -> dict[str, Any]:
    return _facts(asked) | {
        "working_days": asked.working_days,
        "old_due_at": row.due_at.isoformat(),
        "new_due_at": due.due_at.isoformat(),
    }
