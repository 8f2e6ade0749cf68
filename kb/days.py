"""The city's days and times, for what is kept as a date or typed without a zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def zone() -> ZoneInfo:
    """The city's zone."""
    return ZoneInfo(current_app.config["CITY_TIMEZONE"])


def on(moment: datetime) -> date:
    """The date in the city at this moment."""
    return moment.astimezone(zone()).date()


def with_zone(moment: datetime | None) -> datetime | None:
    """A moment with its zone; a page's field knows none and means the city's."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone())
