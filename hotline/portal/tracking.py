"""What a citizen sees of their own ticket, and how the browser proves that it is theirs.

Number and code are asked once a session; the session then remembers the number for an hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session
from flask_babel import gettext
from sqlalchemy import select

from hotline import clock, fields, http
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.labels import msgid
from hotline.tickets import citizen_steps, operations, queries, states
from hotline.tickets.acting import Act, Acting
from hotline.tickets.history_view import shown_to_citizen
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.queries import Happening
from hotline.tickets.states import State, Verb
from hotline.tickets.story import Told

OPENED = "opened_tickets"
OPEN_FOR = timedelta(hours=1)
MOST_OPEN = 5


@dataclass(frozen=True)
class Tracked:
    """A ticket as its citizen sees it."""

    number: str
    title: str
    body: str
    place: str
    state: State
    received_at: datetime
    closed_at: datetime | None
    story: list[Told]
    may: frozenset[str]


def open_for_session(number: str, code: str) -> None:
    """Check the code and remember the ticket. Raises NotFound."""
    citizen_steps.open_with(number, code)
    known: dict[str, int] = session.get(OPENED, {})
    kept = dict(list(known.items())[-MOST_OPEN + 1 :])
    session[OPENED] = kept | {number: int(clock.now().timestamp())}


def is_open(number: str) -> bool:
    """Whether this session gave the ticket's code within the hour."""
    at = session.get(OPENED, {}).get(number)
    return at is not None and clock.now().timestamp() - at <= OPEN_FOR.total_seconds()


def tell(number: str) -> Tracked:
    """The ticket in plain words. Raises NotFound."""
    row = db.session.execute(
        select(Ticket, TicketText)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .where(Ticket.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")
    ticket, texts = row
    return Tracked(
        number=ticket.number,
        title=texts.title,
        body=texts.body,
        place=texts.place,
        state=ticket.state,
        received_at=ticket.received_at,
        closed_at=ticket.closed_at,
        story=_story(queries.history(ticket.id)),
        may=frozenset(verb.value for verb in states.possible(ticket.state)),
    )


def act(number: str, step: Act[fields.Form], data: fields.Form, answer: http.Answer) -> http.Answer:
    """Do one of the citizen's steps to the ticket."""
    ticket = operations.lock(number)
    step(ticket, data, Acting("citizen", clock.now(), queries.rulebook(), via="web"))
    return answer


def _story(events: list[Happening]) -> list[Told]:
    """Newest first; a unit's reply is told once the hotline has accepted it."""
    accepted = {
        _last_reply(events[:place]) for place, one in enumerate(events) if one.kind == Verb.ACCEPT
    }
    words = {one.seq: one.words for one in events if one.seq in accepted}
    return [
        Told(
            at=one.at,
            title=gettext(msgid("event", one.kind)),
            text=one.words or words.get(one.seq) or "",
            actor="",
            icon="circle-dashed",
            is_strong=False,
        )
        for one in reversed(shown_to_citizen(events))
    ]


def _last_reply(before: list[Happening]) -> int:
    replies = [one.seq for one in before if one.kind == Verb.REPLY]
    return replies[-1] if replies else 0
