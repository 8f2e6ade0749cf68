"""What a unit does while it handles a ticket: contact the citizen, tell of progress, reply.

Decided here: which clocks stop by it. Not here: what a reply must say (`rules`), its review.
"""

from dataclasses import dataclass
from datetime import date, datetime

from dispatch import joint, rules, suspending, tally, time_rules
from dispatch.models import Assignment, Reply
from dispatch.rules import ENDS_CONTACT, ContactResult
from dispatch.second_level_ending import end_below
from hotline import settings
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from hotline.words import N_

REPLY_FAULTS = {
    "promise_needed": N_("Planned and partly solved need the date that is promised."),
    "promise_in_past": N_("A promise lies ahead: tomorrow or later."),
    "promise_too_far": N_("A promise more than three years ahead is none. Name an earlier day."),
    "no_promise_here": N_("Only planned and partly solved carry a promised date."),
}
CONTACT_FAULTS = {
    "in_future": ("contacted_at", N_("This time has not come yet.")),
    "result_needed": ("contact_result", N_("Say what came of the contact.")),
    "time_needed": ("contacted_at", N_("Say when the citizen was contacted.")),
}


@dataclass(frozen=True)
class Contact:
    """A contact with the citizen: when, and what came of it."""

    at: datetime | None = None
    result: ContactResult | None = None


@dataclass(frozen=True)
class Wording:
    """A reply as the unit writes it."""

    completion: Completion
    text: str
    basis: str
    contact: Contact = Contact()
    promised_on: date | None = None
    overrules: bool = False
    """Assisting units that are late are not waited for."""


def contact(
    ticket: Ticket,
    assignment: Assignment,
    result: ContactResult,
    note: str | None = None,
    *,
    by: str,
    now: datetime,
) -> None:
    """The unit called the citizen; the first that reaches somebody stops the contact clock."""
    facts = {"assignment_id": assignment.id, "result": result.value}
    role = assignment.role
    advance(ticket, Verb.CONTACT, by=by, now=now, facts=facts, words=note, role=role)
    _reached(ticket, assignment, Contact(now, result), now)


def progress(ticket: Ticket, assignment: Assignment, text: str, *, by: str, now: datetime) -> None:
    """Tell the citizen how far it is; nothing else changes."""
    facts = {"assignment_id": assignment.id}
    role = assignment.role
    advance(ticket, Verb.PROGRESS, by=by, now=now, facts=facts, words=text, role=role)


def reply(
    ticket: Ticket,
    assignment: Assignment,
    wording: Wording,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> Reply:
    """in_progress → in_review: the unit's clocks stop, the hotline's review clock starts.

    Raises WrongState, Invalid for a promise or a contact that can't be so, Refused while
    assisting units are waited for.
    """
    states.move(ticket.state, Verb.REPLY)
    check(wording, now, book)
    late = joint.wait_for(ticket, overrules=wording.overrules, now=now)
    suspending.before_reply(ticket, by=by, now=now, book=book)
    joint.overrule(ticket, late, by=by, now=now)
    before = assignment.stage
    made = _row(ticket, assignment, wording, by=by, now=now)
    facts = {
        "assignment_id": assignment.id,
        "reply_id": made.id,
        "completion": wording.completion.value,
        "promised_on": wording.promised_on.isoformat() if wording.promised_on else None,
    }
    advance(ticket, Verb.REPLY, by=by, now=now, facts=facts, words=wording.text)
    assignment.replied_at = now
    assignment.contacted_at = assignment.contacted_at or wording.contact.at
    timing.stop(ticket, [Clock.CONTACT, Clock.HANDLE], at=now, unit_id=assignment.unit_id)
    end_below(assignment, at=now)
    due = clocks.due_at(Clock.REVIEW, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(ticket, Clock.REVIEW, due, at=now, book=book)
    tally.moved(assignment, before)
    return made


def check(wording: Wording, now: datetime, book: Rulebook) -> None:
    """Raise Invalid for a promise or a contact that can't be so."""
    today = now.astimezone(book.calendar.zone).date()
    fault = rules.reply_fault(wording.completion, wording.promised_on, today)
    if fault is None and wording.promised_on is not None:
        fault = time_rules.promise_fault(
            wording.promised_on, today, settings.read(time_rules.TimeRules)
        )
    if fault is not None:
        raise Invalid(fault, REPLY_FAULTS[fault], field="promised_on")
    fault = rules.contact_fault(wording.contact.at, wording.contact.result, now)
    if fault is not None:
        field, words = CONTACT_FAULTS[fault]
        raise Invalid(fault, words, field=field)


def _row(
    ticket: Ticket, assignment: Assignment, wording: Wording, *, by: str, now: datetime
) -> Reply:
    made = Reply(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        seq=ticket.last_seq + 1,
        completion=wording.completion,
        basis=wording.basis,
        contacted_at=wording.contact.at,
        contact_result=wording.contact.result,
        promised_on=wording.promised_on,
        replied_at=now,
        replied_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _reached(ticket: Ticket, assignment: Assignment, made: Contact, now: datetime) -> None:
    if made.result in ENDS_CONTACT:
        assignment.contacted_at = assignment.contacted_at or made.at
        timing.stop(ticket, [Clock.CONTACT], at=now, unit_id=assignment.unit_id)
