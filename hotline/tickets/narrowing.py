"""What the filters of a list ask of the database, as conditions on `Ticket`.

Decided here: what each filter means. A unit's search words meet only the words written for it; a
phone number finds tickets only for the hotline, and a confidential one only for those who may see
its person. What can't be understood is a 400 that names its field, never a 500.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, func, select, text

from hotline import clock, crypto, phone, tokens
from hotline.access import Permission, Viewer
from hotline.citizens.models import Citizen
from hotline.errors import MadeUp
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import choices, queries
from hotline.tickets.access import visible
from hotline.tickets.clocks import Lamp
from hotline.tickets.list_forms import ListForm, Received, YesNo
from hotline.tickets.models import Holder, Ticket, TicketText
from hotline.tickets.numbers import is_number
from hotline.tickets.states import FINAL, State

Condition = ColumnElement[bool]
OPEN = tuple(sorted(state for state in State if state not in FINAL))
HELD = tuple(one for one in OPEN if one not in (State.RECEIVED, State.PENDING_DISPATCH))
"""Open states in which a unit has the ticket."""

UPSTREAM_NUMBER = re.compile(r"(?=(?:\D*\d){4})[\w/.:-]{4,80}", re.ASCII)
BACK = {Received.WEEK: timedelta(days=7), Received.MONTH: timedelta(days=30)}


class BadFilter(MadeUp):
    """A filter of tickets that was made up by hand."""


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to: its states where only some are asked for, and all conditions."""

    states: tuple[State, ...]
    conditions: tuple[Condition, ...]
    has_words: bool = False
    is_dated: bool = False
    is_held: bool = False


def narrowing(viewer: Viewer, wanted: ListForm) -> Narrowing:
    """The filters as conditions, `visible` among them. Raises BadFilter."""
    words = _searched(viewer, wanted.q.strip()) if wanted.q and wanted.q.strip() else None
    found = [made(given) for given, made in _asked(wanted) if given is not None]
    return Narrowing(
        states=_states(wanted),
        conditions=(visible(viewer), *found, *([words[0]] if words else [])),
        has_words=words is not None and words[1],
        is_held=wanted.unit is not None or not viewer.is_hotline,
        is_dated=bool(wanted.created_from or wanted.created_to or wanted.received),
    )


def with_words(tickets: Select[Any], narrowed: Narrowing) -> Select[Any]:
    """The statement joined with the words, where they are searched."""
    if not narrowed.has_words:
        return tickets
    return tickets.join(TicketText, TicketText.ticket_id == Ticket.id)


def _asked(wanted: ListForm) -> list[tuple[Any, Callable[[Any], Condition]]]:
    return [
        (wanted.lamp, lambda given: Ticket.lamp.in_(_codes(Lamp, given, "lamp"))),
        (wanted.channel, lambda given: Ticket.channel == given),
        (wanted.request_type, lambda given: Ticket.request_type == given),
        (wanted.urgency, lambda given: Ticket.urgency == given),
        (wanted.category, in_category),
        (wanted.district, in_district),
        (wanted.unit, _held_by),
        (wanted.created_from, lambda given: Ticket.received_at >= _beginning(given)),
        (wanted.created_to, lambda given: Ticket.received_at < _end(given)),
        (wanted.received, _received),
        (wanted.overdue, _overdue),
        (wanted.redone, lambda given: Ticket.round > 1 if given == "yes" else Ticket.round == 1),
        (wanted.confidential, _confidential),
    ]


def _states(wanted: ListForm) -> tuple[State, ...]:
    """The states asked for, as one set; empty for all of them."""
    named = set(_codes(State, wanted.state, "state")) if wanted.state else set(State)
    if wanted.ended is not None:
        named &= set(FINAL) if wanted.ended is YesNo.YES else set(OPEN)
    if wanted.overdue is YesNo.YES:
        named &= set(OPEN)
    if not named:
        raise BadFilter("contradiction", "No ticket can fit all of these filters.", field="state")
    return tuple(sorted(named)) if len(named) < len(State) else ()


def _searched(viewer: Viewer, words: str) -> tuple[Condition, bool]:
    """By number, another system's number, phone, else by words; whether it is words."""
    if is_number(words):
        return Ticket.number == words, False
    if viewer.is_hotline and UPSTREAM_NUMBER.fullmatch(words) and _is_upstream(words):
        return Ticket.upstream_number == words, False
    try:
        number = phone.normalise(words)
    except phone.PhoneError:
        return _by_words(viewer, words), True
    if not viewer.is_hotline:
        return _by_words(viewer, words), True
    return _by_phone(viewer, number), False


def _is_upstream(number: str) -> bool:
    known = select(Ticket.id).where(Ticket.upstream_number == number).limit(1)
    return db.session.scalar(known) is not None


def _by_phone(viewer: Viewer, number: str) -> Condition:
    citizen = select(Citizen.id).where(Citizen.phone_index == crypto.blind_index(number))
    theirs = Ticket.citizen_id == citizen.scalar_subquery()
    return theirs if viewer.may(Permission.UNMASK) else theirs & ~Ticket.is_confidential


def _by_words(viewer: Viewer, words: str) -> Condition:
    query = tokens.for_query(words)
    if not query:
        raise BadFilter("nothing_to_search", "There is no word in it to search for.", field="q")
    column = TicketText.tokens if viewer.is_hotline else TicketText.unit_tokens
    # Written out, so that every search is planned by how frequent its words are.
    written = bindparam("words", query, String, literal_execute=True)
    return column.op("@@")(func.to_tsquery(text("'simple'"), written))


def in_category(code: str) -> Condition:
    """A leaf, or everything below a group or a domain. Raises BadFilter."""
    leaves = choices.leaves_below(code)
    if leaves is None:
        raise BadFilter("unknown_category", "There is no such category.", field="category")
    if len(leaves) == 1:
        return Ticket.category_code == leaves[0]
    return Ticket.category_code.in_(leaves)


def in_district(code: str) -> Condition:
    """Where it is. Raises BadFilter."""
    if code not in queries.rulebook().districts:
        raise BadFilter("unknown_unit", "There is no such district.", field="district")
    return Ticket.district_code == code


def _held_by(code: str) -> Condition:
    unit_id = db.session.scalar(select(Unit.id).where(Unit.code == code.upper()))
    if unit_id is None:
        raise BadFilter("unknown_unit", "There is no such unit.", field="unit")
    held = select(Holder.ticket_id).where(Holder.unit_id == unit_id, Holder.until.is_(None))
    return Ticket.id.in_(held)


def _received(given: Received) -> Condition:
    today = clock.now().astimezone(queries.rulebook().calendar.zone).date()
    if given is Received.YESTERDAY:
        yesterday = _beginning(today - timedelta(days=1))
        return Ticket.received_at.between(yesterday, _beginning(today) - timedelta.resolution)
    return Ticket.received_at >= _beginning(today - BACK.get(given, timedelta()))


def _overdue(given: YesNo) -> Condition:
    if given is YesNo.YES:
        return Ticket.due_at < clock.now()
    return Ticket.due_at.is_(None) | (Ticket.due_at >= clock.now())


def _confidential(given: YesNo) -> Condition:
    is_secret: Condition = Ticket.is_confidential.expression
    return is_secret if given is YesNo.YES else ~is_secret


def _beginning(given: datetime | date) -> datetime:
    """A day's first moment in the city, or the moment itself."""
    if isinstance(given, datetime):
        return given
    return datetime.combine(given, time(), queries.rulebook().calendar.zone)


def _end(given: datetime | date) -> datetime:
    """The moment after a day's last in the city, or the moment itself."""
    return given if isinstance(given, datetime) else _beginning(given + timedelta(days=1))


def _codes(vocabulary: Any, given: str, field: str) -> list[Any]:
    try:
        return [vocabulary(code.strip()) for code in given.split(",")]
    except ValueError as wrong:
        known = ", ".join(one.value for one in vocabulary)
        raise BadFilter(
            "unknown_value",
            "Not a known value. Known: %(expected)s.",
            field=field,
            values={"expected": known},
        ) from wrong
