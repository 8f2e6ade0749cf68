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


def of(viewer: Viewer, asked: AroundForm, now: datetime) -> Around:
    """As it is typed; the words of the open item count with it."""
    body, number = asked.body, asked.item or None
    if number:
        body = access.see(viewer, number).body
    return _around(viewer, asked.place, asked.district, body, number, now)


def of_desk(viewer: Viewer, item: Item | None, values: Mapping[str, str], now: datetime) -> Around:
    """As the page is made, from what its form holds."""
    place, district = values.get("place", ""), values.get("district", "")
    body = item.ticket.body if item else values.get("body", "")
    return _around(viewer, place, district, body, item.ticket.number if item else None, now)


def _around(
    viewer: Viewer, place: str, district: str, body: str, besides: str | None, now: datetime
) -> Around:
    if not (place or body):
        return Around()
    names = queries.rulebook().districts
    found = district or places.district_in(f"{place}\n{body}", names) or ""
    known = found if found in names else None
    return Around(
        district=found,
        notices=notices.at(known, place, now),
        similar=similar.open_near(viewer, known, place, body, besides=besides),
    )
