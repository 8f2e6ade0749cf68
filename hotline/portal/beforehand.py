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


Answers = Callable[[str], list[Suggested]]
"""A room above answers what a citizen writes."""


def find(body: str, place: str, district: str | None, pin: Pin | None = None) -> Known:
    """What is known of the matter at the place."""
    where = district_of(district, place, pin)
    here = [one for one in notices.at(where, place, clock.now()) if one.is_here]
    is_telling = len(body) >= SHORTEST_BODY
    return Known(
        answers=_answers()(body) if is_telling else [],
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


def _answers() -> Answers:
    found: Answers = current_app.extensions.get("report_answers", lambda _body: [])
    return found
