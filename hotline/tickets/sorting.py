"""What an operator does with what came in: sort, answer, refuse, file, change.

Decided here: only consultations may be answered and closed at once; an `other` can't be sent
to dispatch. Not here: emergency services (`rescue`). Source: 国办发〔2020〕53号.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import first_due, index_words, is_confidential, leaf_of, sorting_facts
from hotline.tickets.kinds import FilingReason, RefusalReason, RequestType, Urgency
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb


@dataclass(frozen=True)
class Sorting:
    """What sorting says of a ticket."""

    request_type: RequestType
    category: str
    urgency: Urgency | None = None
    place: str | None = None
    district: str | None = None
    is_confidential: bool = False


def sort(ticket: Ticket, sorting: Sorting, *, by: str, now: datetime, book: Rulebook) -> None:
    """received → pending_dispatch, with type, category and urgency; the dispatch clock starts.

    Raises WrongState elsewhere, Invalid for an unknown category and for `other`.
    """
    states.move(ticket.state, Verb.SORT)
    if sorting.request_type is RequestType.OTHER:
        raise Invalid(
            "not_dispatchable",
            "“Other” is filed or sorted again, never dispatched.",
            field="request_type",
        )
    describe(ticket, sorting, book)
    ticket.sorted_at = now
    facts = sorting_facts(ticket) | {"state": State.PENDING_DISPATCH.value}
    advance(ticket, Verb.SORT, by=by, now=now, facts=facts)
    _start_dispatch(ticket, now, book)


def change(
    ticket: Ticket, sorting: Sorting, reason: str | None, *, by: str, now: datetime, book: Rulebook
) -> None:
    """Correct type, category or urgency before dispatch; a reason is kept as words.

    Raises WrongState, Invalid after dispatch and for an unknown category.
    """
    states.move(ticket.state, Verb.CHANGE)
    if ticket.state not in (State.RECEIVED, State.PENDING_DISPATCH):
        raise Invalid(
            "too_late_to_change",
            "After dispatch the unit's limit changes with it: a dispatcher does it.",
            field="reason",
        )
    describe(ticket, sorting, book)
    facts = sorting_facts(ticket)
    advance(ticket, Verb.CHANGE, by=by, now=now, facts=facts, words=reason)
    if ticket.state is State.PENDING_DISPATCH:
        timing.stop(ticket, [Clock.DISPATCH], at=now)
        _start_dispatch(ticket, now, book)


def answer(
    ticket: Ticket,
    text: str,
    *,
    by: str,
    now: datetime,
    article: str | None = None,
    revision: int | None = None,
) -> None:
    """Answer a consultation at once; it closes. Raises WrongState, Invalid for any other type.

    `article` and `revision` say which words of the knowledge base it was answered from.
    """
    states.move(ticket.state, Verb.ANSWER)
    if ticket.request_type not in (None, RequestType.CONSULTATION):
        raise Invalid(
            "not_a_consultation",
            "Only consultations may be answered and closed at once.",
            field="text",
        )
    ticket.request_type = RequestType.CONSULTATION
    facts: dict[str, Any] = {"article": article, "request_type": RequestType.CONSULTATION.value}
    if article and revision is not None:
        facts["article_revision"] = revision
    advance(ticket, Verb.ANSWER, by=by, now=now, facts=facts, words=text)


def refuse(
    ticket: Ticket, reason: RefusalReason, text: str, route: str, *, by: str, now: datetime
) -> None:
    """Out of scope: the citizen is told why, and where to go instead."""
    facts = {"reason": reason.value, "route": route}
    advance(ticket, Verb.REFUSE, by=by, now=now, facts=facts, words=text)


def file(ticket: Ticket, reason: FilingReason, *, by: str, now: datetime) -> None:
    """Nothing more is to be done: praise read, silence, spam."""
    advance(ticket, Verb.FILE, by=by, now=now, facts={"reason": reason.value})


def type_of(ticket: Ticket) -> RequestType:
    """The ticket's request type. Raises Invalid while it has none."""
    if ticket.request_type is None:
        raise Invalid("needs_type", "Say which type of request it is.", field="request_type")
    return ticket.request_type


def category_of(ticket: Ticket) -> str:
    """The ticket's category. Raises Invalid while it has none."""
    if ticket.category_code is None:
        raise Invalid("needs_category", "Say which category it is.", field="category")
    return ticket.category_code


def describe(ticket: Ticket, sorting: Sorting, book: Rulebook) -> None:
    """Write type, category, urgency and what follows from them; no event, no clock.

    Raises Invalid for an unknown category.
    """
    leaf = leaf_of(sorting.category, book)
    ticket.request_type = sorting.request_type
    ticket.category_code = sorting.category
    critical = ticket.urgency is Urgency.CRITICAL and sorting.urgency is None
    if not critical:
        ticket.urgency = sorting.urgency or (leaf.urgency if leaf else Urgency.NORMAL)
    was_open = not ticket.is_confidential
    ticket.is_confidential = ticket.is_confidential or is_confidential(
        sorting.request_type, leaf, is_asked=sorting.is_confidential
    )
    if sorting.district is not None:
        ticket.district_code = sorting.district
    if sorting.place is not None or (was_open and ticket.is_confidential):
        _rewrite(ticket, sorting.place)


def _rewrite(ticket: Ticket, place: str | None) -> None:
    words = db.session.scalars(select(TicketText).where(TicketText.ticket_id == ticket.id)).one()
    place = words.place if place is None else place
    indexed = index_words(words.title, words.body, place)
    unit_words = index_words(words.unit_text) if ticket.is_confidential else indexed
    db.session.execute(
        update(TicketText)
        .where(TicketText.ticket_id == ticket.id)
        .values(place=place, tokens=indexed, unit_tokens=unit_words)
    )


def _start_dispatch(ticket: Ticket, now: datetime, book: Rulebook) -> None:
    due = first_due(ticket, Clock.DISPATCH, now, book)
    timing.start(ticket, Clock.DISPATCH, due, at=now, book=book)
