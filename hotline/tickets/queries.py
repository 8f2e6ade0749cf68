"""Reading what the rules and pages need: the rulebook, the history, the directory of leaves."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from hotline import settings
from hotline.calendar.calendars import Calendars, UnitCalendars
from hotline.calendar.queries import calendars as load_calendars
from hotline.counters import Truth
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people import queries as people
from hotline.people.models import Unit, UnitKind
from hotline.tickets import places
from hotline.tickets.clocks import ClockRules
from hotline.tickets.desk_models import EmergencyMode
from hotline.tickets.intake import Upstream
from hotline.tickets.limits import LeafLimits
from hotline.tickets.mode_rules import Mode
from hotline.tickets.models import (
    Category,
    EventWords,
    RequestTypeRule,
    Ticket,
    TicketEvent,
)
from hotline.tickets.operations import COUNTER
from hotline.tickets.rulebook import Leaf, Rulebook

KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class Happening:
    """One event with who did it and, where they may be shown, its words.

    `who` adds the actor's unit or role; `unit_name` is the unit that the facts are about.
    """

    seq: int
    at: datetime
    kind: str
    actor: str
    actor_name: str | None
    facts: dict[str, Any]
    words: str | None
    who: people.Who | None = None
    unit_name: str | None = None


def rulebook() -> Rulebook:
    """The rules in force; read from the database at most every five seconds."""
    kept = current_app.extensions.get("rulebook")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        kept = (time.monotonic(), _read_rulebook())
        current_app.extensions["rulebook"] = kept
    book: Rulebook = kept[1]
    return book


def forget_rulebook() -> None:
    """Read the rules anew next time; for those who just changed them."""
    current_app.extensions.pop("rulebook", None)


def history(ticket_id: int) -> list[Happening]:
    """All events of a ticket with their words, oldest first; two statements."""
    rows = db.session.execute(
        select(TicketEvent, EventWords.words, Unit.name)
        .outerjoin(
            EventWords,
            (EventWords.ticket_id == TicketEvent.ticket_id) & (EventWords.seq == TicketEvent.seq),
        )
        .outerjoin(Unit, Unit.code == TicketEvent.facts["unit"].astext)
        .where(TicketEvent.ticket_id == ticket_id)
        .order_by(TicketEvent.seq)
    ).all()
    crew = people.who_are(_staff_ids([event.actor for event, *_ in rows]))
    return [
        Happening(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            actor=event.actor,
            actor_name=who.name if who else None,
            facts=event.facts,
            words=words,
            who=who,
            unit_name=unit_name,
        )
        for event, words, unit_name in rows
        for who in [crew.get(_staff_id(event.actor))]
    ]


def words_of(ticket_id: int, seq: int) -> str | None:
    """The words of one event; None when it has none or they were erased."""
    return db.session.scalar(
        select(EventWords.words).where(EventWords.ticket_id == ticket_id, EventWords.seq == seq)
    )


def refuse_known(upstream: Upstream | None) -> None:
    """Raise Refused when another system's matter is here already; two at once wait in line."""
    if upstream is None:
        return
    key = f"{upstream.system}\n{upstream.number}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    known = select(Ticket.id).where(
        Ticket.upstream_system == upstream.system, Ticket.upstream_number == upstream.number
    )
    if db.session.scalar(known) is not None:
        raise Refused(
            "upstream_known",
            "This matter of the other system is here already.",
            field="upstream.number",
        )


def leaves() -> Sequence[Category]:
    """All nodes of the subject tree in their order."""
    return db.session.scalars(select(Category).order_by(Category.position, Category.code)).all()


def leaf_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The leaves as a select's groups: domain › group, each with (code, name)."""
    nodes = {one.code: one for one in leaves()}
    groups: dict[str, list[tuple[str, str]]] = {}
    for node in nodes.values():
        if not node.is_leaf or node.parent_code is None:
            continue
        parent = nodes[node.parent_code]
        above = nodes.get(parent.parent_code or "")
        title = f"{above.name} › {parent.name}" if above else parent.name
        groups.setdefault(title, []).append((node.code, node.name))
    return list(groups.items())


def true_states() -> dict[str, int]:
    """How many tickets are in each state, counted; the truth of the counter."""
    found = db.session.execute(select(Ticket.state, func.count()).group_by(Ticket.state))
    return {state.value: count for state, count in found}


TRUTHS: dict[str, Truth] = {COUNTER: true_states}


def _read_rulebook() -> Rulebook:
    calendars = load_calendars()
    types = db.session.execute(
        select(RequestTypeRule.code, RequestTypeRule.limit_working_days, RequestTypeRule.callback)
    ).all()
    districts = db.session.execute(
        select(Unit.code, Unit.name).where(Unit.kind == UnitKind.COUNTY_DISTRICT)
    )
    return Rulebook(
        calendar=calendars.city,
        clocks=settings.read(ClockRules),
        leaves={one.code: _leaf(one) for one in leaves() if one.is_leaf},
        type_limits={code: days for code, days, _ in types},
        callbacks={code: callback for code, _, callback in types},
        districts={code: places.spoken(name) for code, name in districts},
        mode=read_mode(),
        unit_calendars=_read_unit_calendars(calendars),
    )


def _read_unit_calendars(calendars: Calendars) -> UnitCalendars:
    """Those of units with hours of their own; a sub-unit without any goes by its unit's."""
    if not calendars.own:
        return UnitCalendars(calendars, {})
    parent = aliased(Unit)
    rows = db.session.execute(
        select(Unit.id, Unit.code, parent.code)
        .outerjoin(parent, parent.id == Unit.parent_id)
        .where(Unit.code.in_(calendars.own) | parent.code.in_(calendars.own))
    )
    codes = {unit_id: own if own in calendars.own else above for unit_id, own, above in rows}
    return UnitCalendars(calendars, codes)


def read_mode() -> Mode | None:
    """The emergency mode that nobody has ended yet; its time may be over."""
    row = db.session.scalars(
        select(EmergencyMode).where(EmergencyMode.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Mode(
        row.id,
        row.title,
        row.announcement,
        row.acknowledgement,
        row.is_holding_callbacks,
        row.started_at,
        row.ends_at,
    )


def _leaf(category: Category) -> Leaf:
    return Leaf(
        code=category.code,
        name=category.name,
        limits=LeafLimits(
            category.limit_working_days,
            category.limit_hours,
            is_compressed=category.is_compressed,
        ),
        urgency=category.urgency,
        is_confidential=category.is_confidential,
        transfer=category.transfer,
    )


def _staff_ids(actors: list[str]) -> set[int]:
    return {found for actor in actors if (found := _staff_id(actor))}


def _staff_id(actor: str) -> int:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "staff" and number.isdigit() else 0
