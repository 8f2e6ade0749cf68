"""What may come in about a notice."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, NaiveDatetime

from hotline.fields import Form
from hotline.notices.operations import Announcement
from hotline.notices.rules import Supply
from hotline.tickets.forms import clean, plausible, some

Wall = Annotated[NaiveDatetime, AfterValidator(plausible)]
"""A time from a page, whose field knows no zone: the city's is meant."""


class NoticeForm(Form):
    """An outage or closure: whose, what, where, from when until when, why."""

    unit: str = Field(max_length=20)
    supply: Supply
    districts: list[Annotated[str, Field(max_length=20)]] = Field([], max_length=30)
    area: Annotated[str, Field(max_length=1000), AfterValidator(clean)] = ""
    begins_at: Wall
    ends_at: Wall
    text: Annotated[str, Field(max_length=1000), AfterValidator(some)]

    def announcement(self, zone: ZoneInfo) -> Announcement:
        """As the operation takes it."""
        return Announcement(
            unit=self.unit,
            supply=self.supply,
            districts=tuple(self.districts),
            area=self.area,
            text=self.text,
            begins_at=_in(zone, self.begins_at),
            ends_at=_in(zone, self.ends_at),
        )


class EndForm(Form):
    """Another end."""

    ends_at: Wall

    def moment(self, zone: ZoneInfo) -> datetime:
        """The end in the city's zone."""
        return _in(zone, self.ends_at)


def _in(zone: ZoneInfo, wall: datetime) -> datetime:
    return wall.replace(tzinfo=zone)
