"""What citizens were answered without an article, as it may be learned from.

Decided here: which tickets count (answered at once, or closed after an accepted reply that
nobody was dissatisfied with), never confidential ones and never reports, and that nothing of
them comes out before the people in it are gone. Read-only.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select, union_all

from hotline.citizens.models import Citizen
from hotline.extensions import db
from hotline.tickets.kinds import Completion, RequestType, Role
from hotline.tickets.models import EventWords, Holder, Ticket, TicketEvent, TicketText
from hotline.tickets.states import State, Verb
from kb.use import masking, noting
from kb.use.kinds import UseKind
from kb.use.models import Use

LOOKED_AT: Final = 5_000
AT_ONCE: Final = 500
SHORTEST_ANSWER: Final = 20
LONGEST_BODY: Final = 100
SATISFIED: Final = 3
TELLING: Final = frozenset({Completion.SOLVED.value, Completion.EXPLAINED.value})
KINDS: Final = (Verb.ANSWER.value, Verb.ACCEPT.value, Verb.RECORD_CALLBACK.value)
USED: Final = (UseKind.INSERTED, UseKind.ANSWERED)


@dataclass(frozen=True)
class Case:
    """One matter and its answer, without its people."""

    ticket_id: int
    key: str
    question: str
    answer: str
    category: str | None
    unit_id: int | None


def since(moment: datetime) -> Iterator[Case]:
    """The latest matters that were answered without an article; some thousands at most."""
    ids = list(db.session.scalars(_candidates(moment)))
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        words = _answers(some)
        for row in db.session.execute(_matters(list(words))):
            case = _case(row, words[row[0].id])
            if case is not None:
                yield case


def _candidates(moment: datetime) -> Any:
    """Ended tickets without an article; each branch is a walk of one index."""
    branches = [
        select(Ticket.id)
        .where(
            Ticket.state == state,
            Ticket.received_at >= moment,
            Ticket.is_confidential.is_(False),
            Ticket.is_history.is_(False),
            Ticket.request_type != RequestType.REPORT,
            ~select(Use.id).where(Use.ticket_id == Ticket.id, Use.kind.in_(USED)).exists(),
        )
        .order_by(Ticket.id.desc())
        .limit(LOOKED_AT)
        .subquery()
        for state in (State.ANSWERED, State.CLOSED)
    ]
    return union_all(*(select(one.c.id) for one in branches))


def _answers(ticket_ids: Sequence[int]) -> dict[int, str]:
    """The words that each ticket was answered with, where they may be learned from."""
    events = db.session.execute(
        select(TicketEvent.ticket_id, TicketEvent.seq, TicketEvent.kind, TicketEvent.facts)
        .where(TicketEvent.ticket_id.in_(ticket_ids), TicketEvent.kind.in_(KINDS))
        .order_by(TicketEvent.ticket_id, TicketEvent.seq)
    )
    said: dict[int, int] = {}
    for ticket_id, seq, kind, facts in events:
        at = _telling(seq, kind, facts)
        if at is None and ticket_id in said:
            del said[ticket_id]
        elif at:
            said[ticket_id] = at
    wanted = select(EventWords).where(EventWords.ticket_id.in_(said))
    found = db.session.scalars(wanted)
    return {one.ticket_id: one.words for one in found if said[one.ticket_id] == one.seq}


def _telling(seq: int, kind: str, facts: dict[str, Any]) -> int | None:
    """Which event has the words; 0 when it says nothing of them, None when they were no good."""
    if kind == Verb.ANSWER.value:
        return None if facts.get("article") else seq
    if kind == Verb.ACCEPT.value:
        return int(facts["reply_seq"]) if facts.get("completion") in TELLING else None
    satisfied = facts.get("satisfied")
    return None if satisfied is not None and int(satisfied) < SATISFIED else 0


def _matters(ticket_ids: Sequence[int]) -> Any:
    lead = (
        select(Holder.unit_id)
        .where(Holder.ticket_id == Ticket.id, Holder.role == Role.LEAD)
        .order_by(Holder.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Ticket, TicketText, Citizen, lead)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(Citizen, Citizen.id == Ticket.citizen_id)
        .where(Ticket.id.in_(ticket_ids))
        .order_by(Ticket.id)
    )


def _case(row: Row[*tuple[Any, ...]], words: str) -> Case | None:
    ticket, texts, citizen, unit_id = row
    known = _names(texts, citizen)
    question = _question(texts.title, known) or _question(texts.body, known)
    answer = masking.without_people(words, known)
    key = noting.key_of(question)
    if not key or len(answer) < SHORTEST_ANSWER:
        return None
    return Case(ticket.id, key, question, answer, ticket.category_code, unit_id)


def _names(texts: TicketText, citizen: Citizen | None) -> list[str]:
    kept = json.loads(texts.reporter) if texts.reporter else {}
    told = (kept.get("name"), kept.get("on_behalf_of"), citizen.name if citizen else None)
    return [name for name in told if name]


def _question(text: str, known: Sequence[str]) -> str:
    return " ".join(masking.without_people(text, known).split())[:LONGEST_BODY]
