"""The ledger of promises: entered, moved, and on its day the same unit is asked again.

Decided here: what waking a promise does in which state. A promise enters the ledger by itself
when the review accepts a reply that makes one (`reviewing`). Not here: which day is possible
(`time_rules`), how a matter is done again (`assigning`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from dispatch import assigning, time_rules
from dispatch.models import Assignment, Promise, Reply
from dispatch.time_rules import DEFAULTS, TimeRules
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import states
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb
from hotline.words import N_

SYSTEM = "system"
BECAUSE = "promise_due"
WAKES = frozenset({State.AWAITING_CALLBACK, State.CLOSED})
FAULTS = {
    "promise_in_past": N_("A promise lies ahead: tomorrow or later."),
    "promise_too_far": N_("A promise more than three years ahead is none. Name an earlier day."),
}


def enter(
    ticket: Ticket,
    promised_on: date,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: TimeRules = DEFAULTS,
) -> Promise:
    """Enter what the unit promised, or move the day of the promise that is open.

    Raises WrongState, Invalid (`promise_in_past`, `promise_too_far`, `no_reply`).
    """
    states.move(ticket.state, Verb.PROMISE)
    today = now.astimezone(book.calendar.zone).date()
    fault = time_rules.promise_fault(promised_on, today, numbers)
    if fault is not None:
        raise Invalid(fault, FAULTS[fault], field="promised_on")
    reply = _last_accepted(ticket.id)
    if reply is None:
        raise Invalid(
            "no_reply",
            "No unit has promised anything here: there is no accepted reply.",
            field="promised_on",
        )
    made = _of_reply(reply)
    facts = {
        "promised_on": promised_on.isoformat(),
        "promised_before": made.promised_on.isoformat() if made and made.is_open else None,
        "reply_id": reply.id,
    }
    if made is None:
        made = _new(ticket, reply, now)
    made.promised_on, made.is_open, made.entered_by = promised_on, True, by
    made.asked_again_at = None
    db.session.add(made)
    advance(ticket, Verb.PROMISE, by=by, now=now, facts=facts)
    return made


def wake(ticket: Ticket, promise: Promise, *, now: datetime, book: Rulebook) -> None:
    """The promised day has come: the unit is asked again, or the desk reads that it came."""
    promise.is_open, promise.asked_again_at = False, now
    facts = {"because": BECAUSE, "promised_on": promise.promised_on.isoformat()}
    if ticket.state in WAKES:
        assigning.redo(ticket, facts, by=SYSTEM, now=now, book=book)
    else:
        advance(ticket, Verb.NOTE, by=SYSTEM, now=now, facts=facts)


def due(today: date, most: int) -> Sequence[tuple[int, int]]:
    """Tickets and promises whose day has come, the earliest first; by index."""
    found = db.session.execute(
        select(Promise.ticket_id, Promise.id)
        .where(Promise.is_open, Promise.promised_on <= today)
        .order_by(Promise.promised_on, Promise.id)
        .limit(most)
    )
    return [(ticket_id, promise_id) for ticket_id, promise_id in found]


def still_open(promise_id: int, today: date) -> Promise | None:
    """The promise, if it is still to be asked for; the caller holds the ticket's lock."""
    found = db.session.get(Promise, promise_id, populate_existing=True)
    is_due = found is not None and found.is_open and found.promised_on <= today
    return found if is_due else None


def _last_accepted(ticket_id: int) -> Reply | None:
    return db.session.scalars(
        select(Reply)
        .where(Reply.ticket_id == ticket_id, Reply.is_accepted.is_(True))
        .order_by(Reply.id.desc())
        .limit(1)
    ).one_or_none()


def _of_reply(reply: Reply) -> Promise | None:
    return db.session.scalars(select(Promise).where(Promise.reply_id == reply.id)).one_or_none()


def _new(ticket: Ticket, reply: Reply, now: datetime) -> Promise:
    from_unit = db.session.get_one(Assignment, reply.assignment_id)
    return Promise(reply_id=reply.id, ticket_id=ticket.id, unit_id=from_unit.unit_id, made_at=now)
