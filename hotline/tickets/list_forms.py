"""The filters of a list of tickets; one model for search, working lists, export and the API.

Decided here: what may be asked for. A day is a day of the city; relative times (`received`) are
words, so that a saved filter means the same tomorrow. What a filter finds is decided in `lists`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from hotline.fields import Form
from hotline.tickets.forms import EARLIEST_YEAR, LATEST_YEAR
from hotline.tickets.kinds import Channel, RequestType, Urgency
from hotline.words import N_

LENGTH_OF_A_DAY = len("2026-11-21")


class Order(StrEnum):
    """By what a list is sorted; ties by the order in which the tickets came."""

    NEWEST = "newest"
    DUE = "due"
    URGENCY = "urgency"


class Received(StrEnum):
    """When it came, seen from now."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"


class YesNo(StrEnum):
    """A question that may also stay unasked."""

    YES = "yes"
    NO = "no"


def day_or_moment(given: object) -> object:
    """A day of the city, or a moment with its offset. Raises ValueError for anything else."""
    if not isinstance(given, str):
        return given
    try:
        is_day = len(given) == LENGTH_OF_A_DAY
        found = date.fromisoformat(given) if is_day else datetime.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or (isinstance(found, datetime) and found.tzinfo is None):
        words = N_("A day or a time is needed, as in 2026-11-21 or 2026-11-21T09:30:00+08:00.")
        raise ValueError(words)
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(N_("This year can't be right."))
    return found


DayOrMoment = Annotated[datetime | date, BeforeValidator(day_or_moment)]


class ListForm(Form):
    """Filters of a list of tickets. `state` and `lamp` take several, joined by commas."""

    state: str | None = Field(default=None, max_length=200)
    unit: str | None = Field(default=None, max_length=20)
    lamp: str | None = Field(default=None, max_length=40)
    channel: Channel | None = None
    category: str | None = Field(default=None, max_length=20)
    q: str | None = Field(default=None, max_length=100)
    created_from: DayOrMoment | None = None
    created_to: DayOrMoment | None = None
    received: Received | None = None
    request_type: RequestType | None = None
    urgency: Urgency | None = None
    district: str | None = Field(default=None, max_length=20)
    ended: YesNo | None = None
    overdue: YesNo | None = None
    redone: YesNo | None = None
    confidential: YesNo | None = None
    order: Order | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class TabForm(ListForm):
    """Filters of a working list whose page has several tabs."""

    tab: str | None = Field(default=None, max_length=20)
