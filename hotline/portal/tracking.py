"""What a citizen sees of their own ticket, and how the browser proves that it is theirs.

Number and code are asked once a session; the session then remembers the number for an hour. Who
has just sent a report need not give them at all. What citizens answered afterwards is told by a
room above, which `wsgi.py` registers as `citizen_rating`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, session
from sqlalchemy import select

from hotline import clock, fields, http
from hotline.attachments import operations as attachments
from hotline.attachments import queries as files
from hotline.attachments import serving
from hotline.attachments.models import Attachment
from hotline.attachments.uploads import Upload
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.portal import split_story, telling
from hotline.portal.split_story import PartStory
from hotline.portal.telling import Line, Rated
from hotline.tickets import citizen_steps, operations, queries, splitting, states
from hotline.tickets.acting import Act, Acting
from hotline.tickets.beside import URGE_EVERY
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Holder, Ticket, TicketText
from hotline.tickets.objecting import OBJECT_WITHIN
from hotline.tickets.queries import Happening
from hotline.tickets.states import State, Verb

OPENED = "opened_tickets"
OPEN_FOR = timedelta(hours=1)
MOST_OPEN = 5
WITH_UNIT = frozenset({State.PENDING_SIGNATURE, State.IN_PROGRESS})


@dataclass(frozen=True)
class Tracked:
    """A ticket as its citizen sees it.

    `due_at` is when the unit is to have answered; nothing while it rests, for it moves with that.
    """

    number: str
    title: str
    body: str
    place: str
    state: State
    received_at: datetime
    closed_at: datetime | None
    unit_name: str | None
    due_at: datetime | None
    urged_at: datetime | None
    is_confidential: bool
    story: list[Line]
    files: list[Attachment]
    rated: Rated | None
    may: frozenset[str]
    question: str = ""
    may_object: bool = False
    parts: list[PartStory] = field(default_factory=list)
    whole: str | None = None
    rests_until: datetime | None = None

    @property
    def may_urge_at(self) -> datetime | None:
        """From when on it may be urged again; None when it may now."""
        if self.urged_at is None or self.urged_at + URGE_EVERY <= clock.now():
            return None
        return self.urged_at + URGE_EVERY


Rating = Callable[[int], Rated | None]
"""What a ticket's citizen answered, and where they can; the argument is the ticket's id."""


def open_for_session(number: str, code: str) -> None:
    """Check the code and remember the ticket. Raises NotFound."""
    citizen_steps.open_with(number, code)
    remember(number)


def remember(number: str) -> None:
    """Open the ticket for this session: who asks has proved that it is theirs."""
    known: dict[str, int] = session.get(OPENED, {})
    others = {one: at for one, at in known.items() if one != number}
    kept = dict(list(others.items())[-MOST_OPEN + 1 :])
    session[OPENED] = kept | {number: int(clock.now().timestamp())}


def is_open(number: str) -> bool:
    """Whether this session gave the ticket's code within the hour, or that of its whole."""
    if _is_known(number) or not session.get(OPENED):
        return _is_known(number)
    whole = splitting.parent_of(number)
    return whole is not None and _is_known(whole)


def tell(number: str) -> Tracked:
    """The ticket in plain words. Raises NotFound."""
    ticket, texts, unit_name, due_at = _row(number)
    events, belongs = queries.history(ticket.id), split_story.of(ticket.id)
    rating: Rating = current_app.extensions.get("citizen_rating", lambda _id: None)
    return Tracked(
        number=ticket.number,
        title=texts.title,
        body=texts.body,
        place=texts.place,
        state=ticket.state,
        received_at=ticket.received_at,
        closed_at=_ended_at(ticket, events),
        unit_name=unit_name,
        due_at=due_at if ticket.state in WITH_UNIT and not ticket.suspended_until else None,
        urged_at=_last(events, Verb.URGE),
        is_confidential=ticket.is_confidential,
        story=telling.story(events),
        files=list(files.for_citizen(ticket.id)),
        rated=rating(ticket.id),
        may=frozenset(verb.value for verb in states.possible(ticket.state)),
        may_object=_may_object(ticket, events),
        question=_question(ticket.state, events),
        parts=belongs.parts,
        whole=belongs.whole if belongs.whole and _is_known(belongs.whole) else None,
        rests_until=ticket.suspended_until if ticket.state in WITH_UNIT else None,
    )


def file_of(number: str, key: str) -> Attachment:
    """One file of the ticket that its citizen may have. Raises NotFound."""
    ticket_id = db.session.scalar(select(Ticket.id).where(Ticket.number == number))
    is_theirs = ticket_id is not None and is_open(number)
    found = files.one_for_citizen(ticket_id or 0, key) if is_theirs else None
    if found is None:
        raise serving.missing()
    return found


def act(
    number: str, step: Act[Any], data: fields.Form, uploads: list[Upload], answer: http.Answer
) -> http.Answer:
    """Do one of the citizen's steps to the ticket, with the files that came with it."""
    ticket, now = operations.lock(number), clock.now()
    step(ticket, data, Acting(attachments.CITIZEN, now, queries.rulebook(), via="web"))
    attachments.take(ticket, uploads, by=attachments.CITIZEN, now=now, of=ticket.last_seq)
    return answer


def _row(number: str) -> tuple[Ticket, TicketText, str | None, datetime | None]:
    """The ticket with its words, its leading unit and when that is to have answered."""
    leads = (Holder.ticket_id == Ticket.id) & Holder.until.is_(None) & (Holder.role == Role.LEAD)
    runs = (
        (ClockRow.ticket_id == Ticket.id)
        & (ClockRow.kind == Clock.HANDLE)
        & (ClockRow.unit_id == Holder.unit_id)
        & ClockRow.stopped_at.is_(None)
    )
    row = db.session.execute(
        select(Ticket, TicketText, Unit.name, ClockRow.due_at)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(Holder, leads)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .outerjoin(ClockRow, runs)
        .where(Ticket.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")
    ticket, texts, unit_name, due_at = row
    return ticket, texts, unit_name, due_at


def _question(state: State, events: list[Happening]) -> str:
    """What the unit that has it waits to hear; nothing once the citizen has said something.

    Where the unit may not read that, the hotline writes the answer for it: not the citizen's
    affair any more.
    """
    given = {Verb.DISPATCH, Verb.REDO, Verb.SUPPLEMENT}
    since = max((one.seq for one in events if one.kind in given), default=0)
    asked = [one for one in events if one.kind == Verb.ASK and one.seq > since]
    return (asked[-1].words or "") if state is State.IN_PROGRESS and asked else ""


def _may_object(ticket: Ticket, events: list[Happening]) -> bool:
    """Whether the citizen may still object to the refusal: once, for thirty days."""
    is_open = ticket.closed_at is not None and clock.now() - ticket.closed_at <= OBJECT_WITHIN
    return ticket.state is State.REFUSED and is_open and _last(events, Verb.OBJECT) is None


def _is_known(number: str) -> bool:
    at = session.get(OPENED, {}).get(number)
    return at is not None and clock.now().timestamp() - at <= OPEN_FOR.total_seconds()


def _ended_at(ticket: Ticket, events: list[Happening]) -> datetime | None:
    """Who follows another has not ended before that one has."""
    is_followed_on = ticket.state is State.MERGED and _last(events, Verb.CLOSE) is None
    return None if is_followed_on else ticket.closed_at


def _last(events: list[Happening], verb: Verb) -> datetime | None:
    return max((one.at for one in events if one.kind == verb), default=None)
