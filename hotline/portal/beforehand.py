"""What a citizen should know before sending: answers that may help, outages, what others reported.

Answers come from a room above, which `wsgi.py` registers as `report_answers`. Nothing here holds
words of other citizens.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from hotline import clock
from hotline.notices import queries as notices
from hotline.notices.queries import NoticeView
from hotline.portal import outlines
from hotline.tickets import places, queries, similar
from hotline.tickets.similar import Reported

SHORTEST_BODY = 4
MOST_NOTICES = 3


@dataclass(frozen=True)
class Suggested:
    """An answer that may help already: its title, its decisive words, where it stands whole."""

    number: str
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Pin:
    """A point on the map."""

    lat: float
    lng: float


@dataclass(frozen=True)
class Known:
    """All that was found for a matter and a place."""

    answers: list[Suggested]
    notices: list[NoticeView]
    reported: list[Reported]
    district: str | None = None

    @property
    def is_any(self) -> bool:
        """Whether there is something to show."""
        return bool(self.answers or self.notices or self.reported)


Answers = Callable[[str, str], list[Suggested]]
"""A room above answers what a citizen writes; the second says which page it is written on."""

Settled = Callable[[str, str], None]
"""A room above is told by which answer a citizen was helped, on which page."""


def find(
    body: str, place: str, district: str | None, pin: Pin | None = None, *, visit: str = ""
) -> Known:
    """What is known of the matter at the place; `visit` is the mark of the citizen's page."""
    where = district_of(district, place, pin)
    here = [one for one in notices.at(where, place, clock.now()) if one.is_here]
    is_telling = len(body) >= SHORTEST_BODY
    return Known(
        answers=_answers()(body, visit) if is_telling else [],
        notices=here[:MOST_NOTICES],
        reported=similar.reported(where, place, body) if is_telling else [],
        district=where,
    )


def district_of(chosen: str | None, place: str, pin: Pin | None) -> str | None:
    """The code of the district: the one that was chosen, that the words name, or of the pin."""
    names = queries.rulebook().districts
    if chosen:
        return chosen
    here = outlines.district_at(pin.lat, pin.lng) if pin else None
    return places.district_in(place, names) or places.district_in(here or "", names)


def new_visit() -> str:
    """A mark for a page on which somebody writes, from the room that answers; "" without one."""
    made: Callable[[], str] = current_app.extensions.get("report_visit", str)
    return made()


def settled(number: str, visit: str) -> None:
    """An answer settled what a citizen wanted to report."""
    tell: Settled = current_app.extensions.get("report_settled", lambda _number, _visit: None)
    tell(number, visit)


def _answers() -> Answers:
    found: Answers = current_app.extensions.get("report_answers", lambda _body, _visit: [])
    return found
