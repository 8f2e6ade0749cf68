"""What may come in about the calendar: days of a year, and whether it is published."""

from datetime import date
from typing import Any

from pydantic import Field, field_validator

from hotline.calendar.rules import LONGEST_NAME, StatedDay, Status
from hotline.fields import Form
from hotline.words import N_

MOST_DAYS = 366


class DayForm(Form):
    """One day as the API takes it."""

    date: date
    working: bool
    name: str = Field(default="", max_length=LONGEST_NAME)

    @field_validator("date", mode="before")
    @classmethod
    def _written_out(cls, value: Any) -> Any:
        """A number would be read as seconds since 1970."""
        if not isinstance(value, str):
            raise ValueError(N_("A date is needed, as in 2026-11-21."))
        return value

    def stated(self) -> StatedDay:
        """The day as the calendar keeps it."""
        return StatedDay(self.date, self.working, self.name)


class YearForm(Form):
    """Single days of a year, its status, or both: `PUT /calendar/{year}`."""

    days: list[DayForm] = Field(default_factory=list, max_length=MOST_DAYS)
    status: Status | None = None
