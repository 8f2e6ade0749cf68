"""A further part of the words a matter began with, while nobody has sorted it.

Decided here: the part is put behind the body without a blank, because a network cuts words
anywhere; a word of danger that only shows when both are together makes the ticket critical.
"""

from datetime import datetime

from sqlalchemy import select, update

from hotline.errors import WrongState
from hotline.extensions import db
from hotline.tickets import emergency, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.history import MATTER, matter_digest
from hotline.tickets.intake import first_due, index_words, title_of
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb


def join(ticket: Ticket, part: str, *, by: str, now: datetime, book: Rulebook, via: str) -> None:
    """Put a part behind the ticket's body. Raises WrongState once it is sorted."""
    if ticket.state is not State.RECEIVED:
        possible = [verb.value for verb in states.possible(ticket.state)]
        raise WrongState(ticket.state.value, Verb.SUPPLEMENT.value, possible)
    known = db.session.execute(
        select(TicketText.title, TicketText.body, TicketText.place, TicketText.salt).where(
            TicketText.ticket_id == ticket.id
        )
    ).one()
    body = known.body + part
    title = title_of(body) if known.title == title_of(known.body) else known.title
    indexed = index_words(title, body, known.place)
    db.session.execute(
        update(TicketText)
        .where(TicketText.ticket_id == ticket.id)
        .values(
            title=title,
            body=body,
            tokens=indexed,
            unit_tokens=index_words("") if ticket.is_confidential else indexed,
        )
        .execution_options(synchronize_session=False)
    )
    turns_critical = ticket.urgency is not Urgency.CRITICAL and bool(emergency.words_in(body))
    if turns_critical:
        ticket.urgency = Urgency.CRITICAL
    facts = {
        "via": via,
        "is_joined": True,
        "urgency": ticket.urgency.value,
        MATTER: matter_digest(title, body, known.salt),
    }
    advance(ticket, Verb.SUPPLEMENT, by=by, now=now, facts=facts, words=part)
    if turns_critical:
        timing.stop(ticket, [Clock.SORT], at=now)
        timing.start(
            ticket, Clock.SORT, first_due(ticket, Clock.SORT, now, book), at=now, book=book
        )
