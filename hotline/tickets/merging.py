"""Several tickets of one event: one leads and is handled, the others follow it and end with it.

Decided here: what a merger, its end and the lead's end do to those that follow. Whoever follows
keeps the unit that had it as a reader; its clocks end. A lead that ends without a result
(withdrawn, refused, filed) leaves its followers to the oldest of them, which goes back to
dispatch and leads from then on. Not here: which may follow which (`merging_rules`), who is told.
Callers hold the locks (`lock`), in id order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import again, merging_rules, splitting, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import first_due
from hotline.tickets.merging_rules import Side
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance, release
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import FINAL, Verb

SYSTEM = "system"
LEAD_GONE = "lead_gone"


def lock(numbers: Iterable[str]) -> None:
    """Lock these tickets, their leads and all that follow them, in id order."""
    named = db.session.execute(
        select(Ticket.id, Ticket.merged_into_id).where(Ticket.number.in_(list(numbers)))
    ).all()
    ids = {one for row in named for one in row if one is not None}
    ids |= set(db.session.scalars(select(Ticket.id).where(Ticket.merged_into_id.in_(ids))))
    wanted = select(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.id)
    db.session.execute(wanted.with_for_update(key_share=True))


def followers_of(lead_id: int) -> Sequence[Ticket]:
    """The tickets that follow this one, locked, the oldest first."""
    return db.session.scalars(
        select(Ticket)
        .where(Ticket.merged_into_id == lead_id)
        .order_by(Ticket.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def lead_of(ticket: Ticket) -> Ticket:
    """The ticket that this one follows. Raises WrongState when it follows none."""
    lead = db.session.get(Ticket, ticket.merged_into_id or 0)
    if lead is None:
        states.move(ticket.state, Verb.UNMERGE)
        raise LookupError(f"ticket {ticket.number} is merged into none")
    return lead


def merge(ticket: Ticket, lead: Ticket, *, by: str, now: datetime) -> None:
    """The ticket follows another and is final with it; its own followers go along.

    Raises WrongState, Refused, Invalid: see `merging_rules.check`.
    """
    merging_rules.check(_side(ticket), _side(lead))
    own = followers_of(ticket.id)
    ticket.merged_into_id = lead.id
    advance(ticket, Verb.MERGE, by=by, now=now, facts={"into": lead.number})
    for one in own:
        _follow(one, lead, ticket, by=by, now=now)


def unmerge(ticket: Ticket, reason: str | None, *, by: str, now: datetime, book: Rulebook) -> None:
    """The ticket is handled by itself again: back to dispatch, with clocks of its own.

    Raises WrongState; Refused when the lead ended more than thirty days ago.
    """
    states.move(ticket.state, Verb.UNMERGE)
    lead = lead_of(ticket)
    if lead.state in FINAL and again.is_long_over(lead.closed_at, now):
        raise Refused(
            "closed_too_long",
            "It ended more than thirty days ago; make a new ticket that is linked to it.",
        )
    _set_free(ticket, lead, {}, reason, by=by, now=now, book=book)


def leave(ticket: Ticket, lead: Ticket, *, at: datetime) -> dict[str, Any]:
    """It follows no longer; what it lacks it has from the lead. Answers the facts of it.

    The caller moves it on.
    """
    ticket.merged_into_id = None
    release(ticket, at=at)
    facts: dict[str, Any] = {"from": lead.number}
    if ticket.request_type is None and lead.request_type is not None:
        ticket.request_type = lead.request_type
        facts["request_type"] = lead.request_type.value
    if ticket.category_code is None and lead.category_code is not None:
        ticket.category_code = facts["category"] = lead.category_code
    ticket.sorted_at = ticket.sorted_at or at
    return facts


def pass_on_answer(ticket: Ticket, lead: Ticket, words: str | None, *, now: datetime) -> None:
    """The lead was answered; so its followers are."""
    facts = {"into": lead.number}
    advance(ticket, Verb.LEAD_ANSWERED, by=SYSTEM, now=now, facts=facts, words=words)


def end_with(ticket: Ticket, lead: Ticket, *, now: datetime) -> bool:
    """The lead is over, and so is this one; False when that was told already."""
    if lead.closed_at is None or ticket.closed_at == lead.closed_at:
        return False
    facts = {"into": lead.number, "ended": lead.state.value}
    advance(ticket, Verb.CLOSE, by=SYSTEM, now=now, facts=facts)
    ticket.closed_at = lead.closed_at
    return True


def name_new_lead(gone: Ticket, followers: Sequence[Ticket], now: datetime, book: Rulebook) -> None:
    """The lead ended without a result: the oldest follower leads, the others follow it."""
    if not followers:
        return
    first, *others = followers
    _set_free(first, gone, {"because": LEAD_GONE}, None, by=SYSTEM, now=now, book=book)
    for one in others:
        _follow(one, first, gone, by=SYSTEM, now=now)


def _follow(ticket: Ticket, lead: Ticket, before: Ticket, *, by: str, now: datetime) -> None:
    ticket.merged_into_id = lead.id
    facts = {"from": before.number, "into": lead.number}
    advance(ticket, Verb.LEAD_CHANGED, by=by, now=now, facts=facts)


def _set_free(
    ticket: Ticket,
    lead: Ticket,
    facts: dict[str, Any],
    words: str | None,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> None:
    told = leave(ticket, lead, at=now) | facts
    advance(ticket, Verb.UNMERGE, by=by, now=now, facts=told, words=words)
    due = first_due(ticket, Clock.DISPATCH, now, book)
    timing.start(ticket, Clock.DISPATCH, due, at=now, book=book)


def _side(ticket: Ticket) -> Side:
    follows, is_suspended = None, False
    if ticket.merged_into_id is not None:
        follows = db.session.scalar(select(Ticket.number).where(Ticket.id == ticket.merged_into_id))
    elif ticket.state not in FINAL:
        standing = select(ClockRow.id).where(
            ClockRow.ticket_id == ticket.id,
            ClockRow.paused_at.is_not(None),
            ClockRow.stopped_at.is_(None),
        )
        is_suspended = db.session.scalar(standing.limit(1)) is not None
    return Side(
        number=ticket.number,
        state=ticket.state,
        is_confidential=ticket.is_confidential,
        follows=follows,
        is_split=splitting.is_split(ticket.id),
        is_suspended=is_suspended,
    )
