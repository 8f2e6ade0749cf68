"""The sections of a ticket, given by the rooms above and registered in the composition root.

A part loads what it shows for some tickets with one SELECT, through the viewer's eyes. The
ticket's page renders its template, the API dumps its model under its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from pydantic import TypeAdapter
from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute

from hotline.access import Viewer
from hotline.extensions import db
from hotline.tickets import next_steps
from hotline.tickets.next_steps import NextStep
from hotline.tickets.story import Told
from hotline.tickets.view import TicketView

Load = Callable[[Sequence[TicketView], Viewer], Mapping[int, Any]]


@dataclass(frozen=True)
class Part:
    """A section: its name on the wire, its heading, how it is loaded and shown.

    `load` takes views of tickets the viewer may see and answers ticket id → content, a list of
    frozen dataclasses; a ticket without content is left out. `model` is that content's type.
    `tells` adds what it holds to the ticket's story, `leads_to` names what the viewer does next.
    `rows` is the column by which its table knows the ticket: only a part that has rows is loaded,
    and one statement asks for all of them; without it the part is loaded always.
    """

    name: str
    title: str
    model: Any
    load: Load
    template: str | None = None
    tells: Callable[[Any], Iterable[Told]] | None = None
    leads_to: Callable[[TicketView, Viewer, Any], NextStep | None] | None = None
    rows: InstrumentedAttribute[Any] | None = None


@dataclass(frozen=True)
class Shown:
    """A part with what it has for one ticket; `content` is None when it has nothing."""

    part: Part
    content: Any


def register(app: Any, parts: Iterable[Part]) -> None:
    """Register parts in the order of the page."""
    app.extensions.setdefault("ticket_parts", []).extend(parts)


def of(ticket: TicketView, viewer: Viewer) -> list[Shown]:
    """Every part with its content for this ticket."""
    known: list[Part] = current_app.extensions.get("ticket_parts", [])
    empty = _empty(known, ticket.id)
    return [
        Shown(part, None if part.name in empty else part.load([ticket], viewer).get(ticket.id))
        for part in known
    ]


def told(shown: Iterable[Shown]) -> list[Told]:
    """What the parts add to the ticket's story."""
    return [
        moment
        for one in shown
        if one.part.tells and one.content
        for moment in one.part.tells(one.content)
    ]


def next_step(ticket: TicketView, viewer: Viewer, shown: Iterable[Shown]) -> NextStep | None:
    """What this viewer does next; None when it is others' turn."""
    own = next_steps.of(ticket, viewer)
    offered = (one.part.leads_to(ticket, viewer, one.content) for one in shown if one.part.leads_to)
    return own or next((step for step in offered if step), None)


def arranged(ticket: TicketView, viewer: Viewer, shown: Sequence[Shown]) -> list[Shown]:
    """The order of the page: what waits for the viewer beside the main way stands above it."""
    leading = [
        one for one in shown if one.part.leads_to and one.part.leads_to(ticket, viewer, one.content)
    ]
    if not leading:
        return list(shown)
    first = shown.index(leading[0])
    rest = [one for one in shown[first:] if one not in leading]
    return [*shown[:first], *reversed(leading), *rest]


def wire(shown: Iterable[Shown]) -> dict[str, Any]:
    """The parts as JSON, by name; without content an empty list."""
    return {
        one.part.name: TypeAdapter(one.part.model).dump_python(one.content, mode="json")
        if one.content is not None
        else []
        for one in shown
    }


def _empty(known: Sequence[Part], ticket_id: int) -> set[str]:
    """The parts that have no row of this ticket; one statement."""
    asked = {
        one.name: exists().where(one.rows == ticket_id) for one in known if one.rows is not None
    }
    if not asked:
        return set()
    found = db.session.execute(select(*(one.label(name) for name, one in asked.items()))).one()
    return {name for name, is_there in found._mapping.items() if not is_there}
