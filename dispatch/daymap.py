"""The tickets of a day, a week, or those that wait, by district and on the map.

Decided here: which states are counted together, that confidential tickets are counted and never
pinned, and how much is read at most, the newest first. Which tickets a span means is decided by
the filters of every list (`tickets.narrowing`), so a count and the search it leads to agree. Not
here: outlines, and pins that lie together (the browser).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from dispatch.forms import MapFilter, Span
from hotline.access import Viewer
from hotline.extensions import db
from hotline.notices.queries import district_options
from hotline.tickets import lists, narrowing
from hotline.tickets.kinds import Urgency
from hotline.tickets.list_forms import ListForm
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import FINAL, State

MOST_COUNTED = 50_000
LOOKED_AT = 10_000
MOST_PINS = 2_000
SHOWN = 30
NARROWED = {
    Span.TODAY: {"received": "today"},
    Span.PENDING: {"state": State.PENDING_DISPATCH.value},
    Span.WEEK: {"received": "week"},
}
GROUPS: dict[str, frozenset[State]] = {
    "to_sort": frozenset({State.RECEIVED}),
    "to_dispatch": frozenset({State.PENDING_DISPATCH}),
    "with_units": frozenset({State.PENDING_SIGNATURE, State.IN_PROGRESS, State.RETURN_REQUESTED}),
    "to_check": frozenset({State.IN_REVIEW, State.AWAITING_CALLBACK}),
    "over": frozenset(FINAL),
}
GROUP_OF = {state: name for name, states in GROUPS.items() for state in states}


@dataclass(frozen=True)
class Row:
    """A district (none: the place is not known) and its tickets by group of states."""

    code: str | None
    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All its tickets."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Counted:
    """The districts in order, all of them together, and whether older tickets were left out."""

    rows: list[Row]
    whole: Row
    is_cut: bool


@dataclass(frozen=True)
class Pin:
    """A ticket at its point."""

    number: str
    title: str
    state: State
    urgency: Urgency
    received_at: datetime
    lat: float
    lng: float


def counted(viewer: Viewer, span: Span) -> Counted:
    """Tickets by district and group; one statement over at most `MOST_COUNTED` of them."""
    newest = _newest(viewer, span, Ticket.district_code, Ticket.state).limit(MOST_COUNTED)
    inside = newest.subquery()
    found = db.session.execute(
        select(inside.c.district_code, inside.c.state, func.count()).group_by(
            inside.c.district_code, inside.c.state
        )
    ).all()
    names = dict(district_options())
    rows = {code: Row(code, names[code], {}) for code in sorted(names)}
    nowhere, whole = Row(None, "", {}), Row(None, "", {})
    for code, state, count in found:
        for row in (rows.get(code, nowhere), whole):
            group = GROUP_OF[State(state)]
            row.counts[group] = row.counts.get(group, 0) + count
    shown = [*rows.values(), *([nowhere] if nowhere.total else [])]
    return Counted(shown, whole, whole.total >= MOST_COUNTED)


def pins(viewer: Viewer, span: Span) -> tuple[list[Pin], bool]:
    """Those with a point, the newest first, and whether there are more; one statement."""
    columns = (Ticket.id, Ticket.number, Ticket.state, Ticket.urgency, Ticket.received_at)
    asked = _newest(viewer, span, *columns).where(Ticket.is_confidential.is_(False))
    inside = asked.limit(LOOKED_AT).subquery()
    made = inside.c
    rows = db.session.execute(
        select(
            made.number,
            TicketText.title,
            made.state,
            made.urgency,
            made.received_at,
            TicketText.lat,
            TicketText.lng,
        )
        .join(TicketText, TicketText.ticket_id == made.id)
        .where(TicketText.lat.is_not(None), TicketText.lng.is_not(None))
        .order_by(made.received_at.desc(), made.id.desc())
        .limit(MOST_PINS + 1)
    ).all()
    return [Pin(*row) for row in rows[:MOST_PINS]], len(rows) > MOST_PINS


def listed(viewer: Viewer, wanted: MapFilter) -> lists.Page:
    """The newest tickets of the district asked for; one statement. Raises BadFilter."""
    given = NARROWED[wanted.span] | {"district": wanted.district, "limit": SHOWN}
    return lists.found(viewer, ListForm.model_validate(given))


def groups(span: Span) -> Sequence[str]:
    """The groups of states that tickets of the span can be in."""
    return ["to_dispatch"] if span is Span.PENDING else list(GROUPS)


def _newest(viewer: Viewer, span: Span, *columns: Any) -> Select[Any]:
    """These columns of the span's tickets, by the index of its order."""
    narrowed = narrowing.narrowing(viewer, ListForm.model_validate(NARROWED[span]))
    found = select(*columns).where(*narrowed.conditions)
    if narrowed.states:
        found = found.where(Ticket.state.in_(narrowed.states)).order_by(Ticket.id.desc())
        return found
    return found.order_by(Ticket.received_at.desc(), Ticket.id.desc())
