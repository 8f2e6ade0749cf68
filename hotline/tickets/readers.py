"""What the ticket room does after something happened to a ticket: browsers are told.

The relay hands over every event; it is kept in mind until the batch is committed, and then all
tickets of the batch are looked up in one statement and told at once. Which state a ticket came
from follows from the table of states; where several lead there, all of them are told.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from hotline import live
from hotline.events import Fact, Reader
from hotline.extensions import db
from hotline.jobs import transaction
from hotline.live import COUNTS, Change
from hotline.people.models import Unit
from hotline.tickets.models import Holder, Ticket
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import TABLE, State, Verb

LAMP_CHANGED = "lamp_changed"
KINDS = (*(verb.value for verb in Verb), LAMP_CHANGED)
MOST_KEPT = 2000


def keep_in_mind(fact: Fact) -> None:
    """Tell of it when the batch is committed; of more than can be told, the rest is lost."""
    waiting = _waiting()
    if len(waiting) < MOST_KEPT:
        waiting.append(fact)


def tell() -> None:
    """Tell browsers of what is kept in mind. Never fails: a page that is not told is stale."""
    facts, _waiting()[:] = list(_waiting()), []
    if not facts:
        return
    try:
        with transaction():
            changes = changes_of(facts)
    except DBAPIError:
        return
    live.tell_all(changes)


def changes_of(facts: Iterable[Fact]) -> list[Change]:
    """What these events change, a change a ticket; one statement."""
    by_ticket: dict[int, list[Fact]] = {}
    for fact in facts:
        by_ticket.setdefault(fact.subject_id, []).append(fact)
    since = min(fact.at for of_one in by_ticket.values() for fact in of_one)
    return [
        Change(
            frozenset(
                {
                    COUNTS,
                    f"ticket:{number}",
                    *(f"kind:{fact.kind}" for fact in by_ticket[ticket_id]),
                    *(f"unit:{code}" for code in codes if code),
                    *(f"ticket:{other}" for other in others if other),
                    *(f"state:{one}" for one in {state, *_states(by_ticket[ticket_id])}),
                }
            ),
            frozenset(one for one in units if one is not None),
        )
        for ticket_id, number, state, units, codes, others in _look_up(by_ticket, since)
    ]


def _look_up(
    ticket_ids: Iterable[int], since: datetime
) -> Iterator[
    tuple[int, str, State, Sequence[int | None], Sequence[str | None], Sequence[str | None]]
]:
    """Number, state and holders of each, also those who let go of it in this batch.

    And the number of the lead that it follows and of the whole that it is a part of.
    """
    lead, whole = aliased(Ticket), aliased(Ticket)
    is_held = or_(Holder.until.is_(None), Holder.until >= since)
    rows = db.session.execute(
        select(
            Ticket.id,
            Ticket.number,
            Ticket.state,
            func.array_agg(Holder.unit_id),
            func.array_agg(Unit.code),
            func.array_agg(lead.number.distinct()),
            func.array_agg(whole.number.distinct()),
        )
        .outerjoin(Holder, (Holder.ticket_id == Ticket.id) & is_held)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .outerjoin(TicketPart, TicketPart.part_id == Ticket.id)
        .outerjoin(whole, whole.id == TicketPart.parent_id)
        .where(Ticket.id.in_(list(ticket_ids)))
        .group_by(Ticket.id)
    )
    return ((row[0], row[1], row[2], row[3], row[4], [*row[5], *row[6]]) for row in rows)


def _states(facts: Iterable[Fact]) -> set[str]:
    """The states that the ticket reached by these events, and those it may have come from."""
    found = set()
    for fact in facts:
        reached = fact.facts.get("state")
        if reached:
            found |= {reached} | {
                before.value for before, row in TABLE.items() if row.get(Verb(fact.kind)) == reached
            }
    return found


def _waiting() -> list[Fact]:
    kept: list[Fact] = current_app.extensions.setdefault("live_waiting", [])
    return kept


READERS: list[Reader] = [(kind, "tickets.tell", keep_in_mind) for kind in KINDS]
LIGHT = {keep_in_mind}
