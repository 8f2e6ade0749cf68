"""What is known of a place: which district it names, outages there, what others reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hotline.access import Viewer
from hotline.console.desk import Item
from hotline.console.forms import AroundForm
from hotline.notices import queries as notices
from hotline.notices.queries import NoticeView
from hotline.tickets import access, places, queries, similar
from hotline.tickets.similar import SimilarTicket


@dataclass(frozen=True)
class Around:
    """The district that the words name, notices there, and open tickets that may be the same."""

    district: str = ""
    notices: list[NoticeView] = field(default_factory=list)
    similar: list[SimilarTicket] = field(default_factory=list)


@dataclass(frozen=True)
class Spot:
    """Where it is and what it is about; `besides` is the ticket that is looked from."""

    place: str
    district: str
    body: str
    besides: str | None = None


def of(viewer: Viewer, asked: AroundForm, now: datetime) -> Around:
    """As it is typed; the words of the open item count with it."""
    number = asked.item or None
    body = access.see(viewer, number).body if number else asked.body
    return _around(viewer, Spot(asked.place, asked.district, body, number), now)


def of_desk(viewer: Viewer, item: Item | None, values: Mapping[str, str], now: datetime) -> Around:
    """As the page is made, from what its form holds."""
    place, district = values.get("place", ""), values.get("district", "")
    if item is None:
        return _around(viewer, Spot(place, district, values.get("body", "")), now)
    return _around(viewer, Spot(place, district, item.ticket.body, item.ticket.number), now)


def _around(viewer: Viewer, spot: Spot, now: datetime) -> Around:
    if not (spot.place or spot.body):
        return Around()
    names = queries.rulebook().districts
    found = spot.district or places.district_in(f"{spot.place}\n{spot.body}", names) or ""
    known = found if found in names else None
    return Around(
        district=found,
        notices=notices.at(known, spot.place, now),
        similar=similar.open_near(viewer, known, spot.place, spot.body, besides=spot.besides),
    )
