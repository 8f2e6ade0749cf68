"""Suggestions for tickets: what the catalogue, the place and the record say, with the units.

Decided here: what is read for it, and how a category is guessed from words. Not here: the
routes (`routing`). No probability is made up: it is 1 where the category was given and the
catalogue's rule names the unit, else unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app

from dispatch import blame, queries, routing
from dispatch.routing import BLAMING, Area, Because, RoutingRules, Spot, Suggestion
from hotline import counters, settings
from hotline.people import queries as people
from hotline.people.models import UnitKind
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.view import TicketView


@dataclass(frozen=True)
class Advice:
    """A unit that may be right for a ticket, why, and how much it has on its desk."""

    code: str
    name: str
    because: tuple[Because, ...]
    open: int

    @property
    def was_returned(self) -> bool:
        """Whether this unit's return of this ticket was upheld: no single click sends it back."""
        return Because.RETURNED_BEFORE in self.because


@dataclass(frozen=True)
class UnitLine:
    """A unit in operation as a dispatcher chooses it."""

    code: str
    name: str
    kind: UnitKind
    keywords: str
    parent: str | None


@dataclass(frozen=True)
class Directory:
    """All units, who supplies which place, and the names of sub-units."""

    units: Sequence[UnitLine]
    areas: Sequence[Area]
    below: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Code → name."""
        return {one.code: one.name for one in self.units}


@dataclass(frozen=True)
class Desk:
    """What a dispatcher needs for some tickets: advice for each, all units, upheld returns.

    `accused` are the codes of the units of whose own people a ticket complains, `assist` of those
    that the catalogue lets assist, `loads` what each unit has in hand.
    """

    advice: Mapping[int, list[Advice]]
    units: Sequence[UnitLine]
    returned: Mapping[int, list[queries.Sent]]
    accused: Mapping[int, set[str]]
    assist: Mapping[int, tuple[str, ...]]
    loads: Mapping[str, int]

    @property
    def kinds(self) -> list[UnitKind]:
        """The kinds of units in the order in which they are offered."""
        return list(UnitKind)


def directory(book: Rulebook) -> Directory:
    """Units and areas, read again when the rulebook is: at most every few seconds a process."""
    kept: tuple[Rulebook, Directory] | None = current_app.extensions.get("dispatch_directory")
    if kept is None or kept[0] is not book:
        kept = (book, _read_directory())
        current_app.extensions["dispatch_directory"] = kept
    return kept[1]


def desk(tickets: Sequence[TicketView], book: Rulebook) -> Desk:
    """Advice for these tickets; three statements, however many there are."""
    entries = queries.entries({one.category_code for one in tickets if one.category_code})
    known = directory(book)
    loads = counters.read(queries.OPEN)
    returned: dict[int, list[queries.Sent]] = {}
    for sent in queries.upheld_returns([one.id for one in tickets]):
        returned.setdefault(sent.ticket_id, []).append(sent)
    rules = settings.read(RoutingRules)
    advice, accused, assist = {}, {}, {}
    for ticket in tickets:
        entry = entries.get(ticket.category_code or "")
        district = ticket.district_code or district_in(ticket.place, book=book)
        spot = Spot(district, ticket.place)
        found = routing.suggest(entry, spot, known.areas, rules) if entry else []
        assist[ticket.id] = entry.assist if entry else ()
        accused[ticket.id] = _accused(ticket, known, rules.aliases)
        parents = {one.code: one.parent for one in known.units if one.parent}
        found = routing.without_accused(found, accused[ticket.id], parents)
        gone = {sent.unit_code for sent in returned.get(ticket.id, [])}
        advice[ticket.id] = _named(routing.returned_last(found, gone), known.names, loads)
    return Desk(advice, known.units, returned, accused, assist, loads)


def district_in(*texts: str, book: Rulebook) -> str | None:
    """The district that the first of the texts to name one names."""
    named = (routing.district_in(text, book.districts) for text in texts)
    return next((code for code in named if code), None)


def for_matter(category: str | None, spot: Spot, book: Rulebook) -> list[Advice]:
    """Advice for a matter that is no ticket yet; two statements."""
    entry = queries.entries([category]).get(category) if category else None
    known, rules = directory(book), settings.read(RoutingRules)
    found = routing.suggest(entry, spot, known.areas, rules) if entry else []
    return _named(found, known.names, counters.read(queries.OPEN))


def guess(text: str) -> tuple[str | None, list[str]]:
    """The category most of whose keywords stand in the text, and those words; None without any.

    Longer words weigh more, for they say more; of equals the first in the tree wins.
    """
    hits = {
        code: [word for word in words.split("|") if word and word in text]
        for code, words in queries.keywords().items()
    }
    best = max(hits, key=lambda code: sum(len(word) for word in hits[code]), default=None)
    return (best, hits[best]) if best and hits[best] else (None, [])


def _accused(ticket: TicketView, known: Directory, aliases: Sequence[str]) -> set[str]:
    if ticket.request_type not in BLAMING:
        return set()
    names = known.names | dict(known.below)
    named = blame.accused(f"{ticket.title}\n{ticket.body}", names, aliases)
    return named | {one.code for one in known.units if one.parent in named}


def _read_directory() -> Directory:
    everybody = people.units()
    units = [one for one in everybody if not one.is_sub_unit]
    codes = {one.id: one.code for one in units}
    lines = [
        UnitLine(one.code, one.name, one.kind, one.keywords, codes.get(one.parent_id or 0))
        for one in units
    ]
    below = {one.code: one.name for one in everybody if one.is_sub_unit}
    return Directory(lines, queries.areas(), below)


def _named(
    found: Iterable[Suggestion], names: Mapping[str, str], loads: Mapping[str, int]
) -> list[Advice]:
    return [
        Advice(one.unit, names[one.unit], one.because, loads.get(one.unit, 0))
        for one in found
        if one.unit in names
    ]
