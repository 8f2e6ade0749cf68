"""Which announcements can be taken, which concern a place, and where in time one stands; pure.

Decided here: the longest and furthest span, the words of an area, and what it means that a place
lies in it. Not here: who may announce for which unit (`operations`), words for people (labels).
The surprise: a notice that names streets or estates concerns the rest of its district only
as something near; one that names none concerns all of it.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LONGEST: Final = timedelta(days=30)
FURTHEST_AHEAD: Final = timedelta(days=60)
FURTHEST_BACK: Final = timedelta(days=7)
ANNOUNCED_BEFORE: Final = timedelta(days=3)
SHORTEST_WORD: Final = 2
LONGEST_WORD: Final = 40
MOST_WORDS: Final = 60

_BETWEEN = re.compile(r"[\s,,、;;。/|]+")


class Supply(StrEnum):
    """What is cut off or closed."""

    WATER = "water"
    POWER = "power"
    GAS = "gas"
    HEAT = "heat"
    TRAFFIC = "traffic"
    OTHER = "other"


class Phase(StrEnum):
    """Where in time a notice stands."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


class Fit(StrEnum):
    """How a notice concerns a place: it names it, names its whole district, or lies near."""

    PLACE = "place"
    DISTRICT = "district"
    NEAR = "near"


def phase(begins_at: datetime, ends_at: datetime, now: datetime) -> Phase:
    """Coming until it begins, past from its end on."""
    if ends_at <= now:
        return Phase.PAST
    return Phase.COMING if now < begins_at else Phase.CURRENT


def span_fault(begins_at: datetime, ends_at: datetime, now: datetime) -> str | None:
    """Why such a span can't be announced, as a code; None when it can."""
    if ends_at <= begins_at:
        return "ends_before_it_begins"
    if ends_at - begins_at > LONGEST:
        return "too_long"
    if ends_at <= now or begins_at < now - FURTHEST_BACK:
        return "over_already"
    if begins_at > now + FURTHEST_AHEAD:
        return "too_far_ahead"
    return None


def words_of(area: str) -> list[str]:
    """The streets and estates that an area's text names, each once."""
    return list(dict.fromkeys(word for word in _BETWEEN.split(area) if word))


def area_fault(words: Collection[str], districts: Collection[str]) -> str | None:
    """Why such an area can't be announced, as a code; None when it can."""
    if not words and not districts:
        return "no_area"
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        return "area_too_long"
    if any(len(word) < SHORTEST_WORD for word in words):
        return "word_too_short"
    return None


def fit(
    words: Iterable[str], districts: Collection[str], district: str | None, place: str
) -> Fit | None:
    """How an area concerns a place (its folded words, its district where known); None: not."""
    named = list(words)
    if district and districts and district not in districts:
        return None
    if any(word in place for word in named):
        return Fit.PLACE
    if district is None or district not in districts:
        return None
    return Fit.NEAR if named else Fit.DISTRICT
