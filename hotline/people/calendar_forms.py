"""What the calendar's pages may send: days that are marked, what is noted, office hours."""

from datetime import date, time
from typing import Literal

from pydantic import Field, field_validator

from hotline.calendar.rules import LONGEST_NAME, StatedDay, Status
from hotline.fields import Form
from hotline.words import N_

MOST_DAYS = 366
OFF, ON = "off", "on"


class PlanForm(Form):
    """Days that are marked, what they are to be, and what was noted before.

    A noted day is written `2026-11-25 off 停机`; `drop` names one that is no longer wanted.
    """

    day: list[date] = Field(default_factory=list, max_length=MOST_DAYS)
    noted: list[str] = Field(default_factory=list, max_length=MOST_DAYS)
    make: Literal["off", "on"] = "off"
    name: str = Field(default="", max_length=LONGEST_NAME)
    drop: date | None = None
    do: Literal["note", "save"] = "note"

    @field_validator("noted")
    @classmethod
    def _written_so(cls, value: list[str]) -> list[str]:
        for one in value:
            read(one)
        return value

    def plan(self) -> dict[date, StatedDay]:
        """What is noted now, by date."""
        found = {one.day: one for one in map(read, self.noted)}
        for on in self.day:
            found[on] = StatedDay(on, self.make == ON, self.name)
        if self.drop is not None:
            found.pop(self.drop, None)
        return dict(sorted(found.items()))


class StatusForm(Form):
    """Whether the year is published."""

    status: Status


def write(stated: StatedDay) -> str:
    """A noted day as the form keeps it."""
    return f"{stated.day.isoformat()} {ON if stated.is_working else OFF} {stated.name}".rstrip()


def read(written: str) -> StatedDay:
    """A noted day from its writing. Raises ValueError."""
    on, _, rest = written.partition(" ")
    make, _, name = rest.partition(" ")
    if make not in (ON, OFF) or len(name) > LONGEST_NAME:
        raise ValueError(N_("What was noted can't be read."))
    try:
        return StatedDay(date.fromisoformat(on), make == ON, name)
    except ValueError as wrong:
        raise ValueError(N_("What was noted can't be read.")) from wrong


class HoursForm(Form):
    """A rule for opening hours; without weekdays for all working days, without dates for good."""

    unit: str = Field(default="", max_length=20)
    from_on: date | None = None
    until_on: date | None = None
    weekdays: list[int] = Field(default_factory=list, max_length=7)
    intervals: str = Field(default="", max_length=200)
    opens_holidays: bool = False

    @field_validator("weekdays")
    @classmethod
    def _known(cls, value: list[int]) -> list[int]:
        if not set(value) <= set(range(1, 8)):
            raise ValueError(N_("Weekdays are 1 (Monday) to 7."))
        return value


class ClosureForm(Form):
    """Offices shut once; 00:00 as the end means the end of the day."""

    unit: str = Field(default="", max_length=20)
    closed_on: date
    starts: time = time(0)
    ends: time = time(0)
    reason: str = Field(min_length=1, max_length=LONGEST_NAME)


class WhichForm(Form):
    """Which rule or closure."""

    unit: str = Field(default="", max_length=20)
    id: int = Field(ge=1, lt=2**63)
