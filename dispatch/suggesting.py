"""Suggestions for tickets: what the catalogue, the place and the record say, with the units.

Decided here: what is read for it, and how a category is guessed from words. Not here: the
routes (`routing`). No probability is made up: it is 1 where the category was given and the
catalogue's rule names the unit, else unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dispatch import queries, routing
from dispatch.routing import Because, RoutingRules, Spot, Suggestion
from dispatch.wording import BLAMING
from hotline import counters, settings
from hotline.people import queries as people
from hotline.people.models import Unit, UnitKind
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
class Desk:
    """What a dispatcher needs for some tickets: advice for each, all units, upheld returns."""

    advice: Mapping[int, list[Advice]]
    units: Sequence[Unit]
    returned: Mapping[int, list[queries.Sent]]

    @property
    def kinds(self) -> list[UnitKind]:
        """The kinds of units in the order in which they are offered."""
        return list(UnitKind)


def desk(tickets: Sequence[TicketView], book: Rulebook) -> Desk:
    """Advice for these tickets; five statements, however many there are."""
    entries = queries.entries({one.category_code for one in tickets if one.category_code})
    areas = queries.areas()
    units = people.units()
    loads = counters.read(queries.OPEN)
    returned: dict[int, list[queries.Sent]] = {}
    for sent in queries.upheld_returns([one.id for one in tickets]):
        returned.setdefault(sent.ticket_id, []).append(sent)
    rules = settings.read(RoutingRules)
    advice = {}
    for ticket in tickets:
        entry = entries.get(ticket.category_code or "")
        district = ticket.district_code or district_in(ticket.place, book=book)
        spot = Spot(district, ticket.place)
        found = routing.suggest(entry, spot, areas, rules) if entry else []
        found = _without_accused(ticket, found, units)
        gone = {sent.unit_code for sent in returned.get(ticket.id, [])}
        advice[ticket.id] = _named(routing.returned_last(found, gone), units, loads)
    return Desk(advice, units, returned)


def district_in(*texts: str, book: Rulebook) -> str | None:
    """The district that the first of the texts to name one names."""
    named = (routing.district_in(text, book.districts) for text in texts)
    return next((code for code in named if code), None)


def for_matter(category: str | None, spot: Spot) -> list[Advice]:
    """Advice for a matter that is no ticket yet; four statements."""
    entry = queries.entries([category]).get(category) if category else None
    rules = settings.read(RoutingRules)
    found = routing.suggest(entry, spot, queries.areas(), rules) if entry else []
    return _named(found, people.units(), counters.read(queries.OPEN))


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


def _without_accused(
    ticket: TicketView, found: list[Suggestion], units: Sequence[Unit]
) -> list[Suggestion]:
    if ticket.request_type not in BLAMING:
        return found
    names = {one.code: one.name for one in units}
    codes = {one.id: one.code for one in units}
    parents = {one.code: codes[one.parent_id] for one in units if one.parent_id in codes}
    accused = routing.accused(f"{ticket.title}\n{ticket.body}", names)
    return routing.without_accused(found, accused, parents)


def _named(
    found: Iterable[Suggestion], units: Sequence[Unit], loads: Mapping[str, int]
) -> list[Advice]:
    names = {one.code: one.name for one in units}
    return [
        Advice(one.unit, names[one.unit], one.because, loads.get(one.unit, 0))
        for one in found
        if one.unit in names
    ]
