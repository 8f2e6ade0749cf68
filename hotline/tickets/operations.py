"""The steps every other step is made of: lock, advance, hand over, close.

Decided here: that each step is one move of the state table, one event, one change of the
counters, and that leaving a state ends its clock. Not here: who may, and what a room adds.
Every caller locks the ticket first and passes `now`, the actor and the rulebook.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from hotline import counters
from hotline.errors import NotFound
from hotline.extensions import beside, db
from hotline.people.models import Unit
from hotline.tickets import states, timing
from hotline.tickets.history import Entry, append_events
from hotline.tickets.kinds import Role
from hotline.tickets.models import Holder, Ticket
from hotline.tickets.states import FINAL, State, Verb

COUNTER = "tickets.state"


def lock(number: str) -> Ticket:
    """Lock the ticket for this transaction. Raises NotFound."""
    return _locked(Ticket.number == number)


def lock_by_id(ticket_id: int) -> Ticket:
    """Lock the ticket for this transaction. Raises NotFound."""
    return _locked(Ticket.id == ticket_id)


def lock_in_order(numbers: Iterable[str]) -> None:
    """Lock several tickets for this transaction, in id order, so that none is met crosswise."""
    wanted = select(Ticket.id).where(Ticket.number.in_(list(numbers))).order_by(Ticket.id)
    db.session.execute(wanted.with_for_update(key_share=True))


def advance(
    ticket: Ticket,
    verb: Verb,
    *,
    by: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
    words: str | None = None,
    role: Role = Role.LEAD,
) -> State:
    """Take one step of the state table and write it down; answers the state before.

    Raises WrongState. The caller starts the clocks of the new state afterwards.
    """
    step = states.move(ticket.state, verb, role)
    before = ticket.state
    if step.to is not before:
        ticket.state = step.to
        ticket.closed_at = now if step.to in FINAL else None
        counters.add([(COUNTER, before.value, -1), (COUNTER, step.to.value, 1)])
        timing.leave(ticket, before, at=now)
    told = {"state": step.to.value} | (facts or {})
    append_events([Entry(ticket, verb.value, by, now, told, words)])
    return before


def hand_to(ticket: Ticket, unit_id: int, role: Role, *, at: datetime) -> None:
    """From now on the unit holds the ticket; its handlers can see it."""
    holding = select(Holder).where(
        Holder.ticket_id == ticket.id, Holder.unit_id == unit_id, Holder.until.is_(None)
    )
    with beside(Holder):
        held = db.session.scalars(holding).one_or_none()
    if held is None:
        db.session.add(Holder(ticket_id=ticket.id, unit_id=unit_id, role=role, since=at))
    else:
        held.role = role


def release(ticket: Ticket, *, at: datetime, unit_id: int | None = None) -> None:
    """One unit with its sub-units, or all of them, no longer hold the ticket and see it."""
    held = update(Holder).where(Holder.ticket_id == ticket.id, Holder.until.is_(None))
    if unit_id is not None:
        below = select(Unit.id).where(Unit.parent_id == unit_id, Unit.is_sub_unit)
        held = held.where(or_(Holder.unit_id == unit_id, Holder.unit_id.in_(below)))
    db.session.execute(held.values(until=at).execution_options(synchronize_session=False))


def close(ticket: Ticket, *, by: str, now: datetime, facts: dict[str, Any]) -> None:
    """Close a ticket whose citizen was asked, or need not be. Raises WrongState."""
    advance(ticket, Verb.CLOSE, by=by, now=now, facts=facts)


def _locked(condition: Any) -> Ticket:
    found = db.session.scalars(
        select(Ticket)
        .where(condition)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")
    return found
