"""What a citizen may send from the web."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from hotline.citizens.rules import ContactWish
from hotline.fields import Form
from hotline.portal.beforehand import Pin
from hotline.tickets.forms import Body, Phone, Short, Title, clean, some
from hotline.tickets.intake import Matter, Place, Reporter
from hotline.tickets.kinds import Channel
from hotline.words import N_


class Step(StrEnum):
    """What the citizen wants of what was typed: have it checked, sent, or shown again."""

    CHECK = "check"
    SEND = "send"
    CHANGE = "change"


class HintsForm(Form):
    """As much of a report as is typed by now."""

    lat: float | None = Field(default=None, ge=-90, le=90)
    lng: float | None = Field(default=None, ge=-180, le=180)
    body: Annotated[str, Field(max_length=20_000), AfterValidator(clean)] = ""
    place: Annotated[str, Field(max_length=200), AfterValidator(clean)] = ""
    district: str | None = Field(default=None, max_length=20)
    confidential: bool = False
    visit: str = Field(default="", max_length=400)

    @property
    def traced(self) -> str:
        """The mark of the page for the room that answers; none of a confidential matter."""
        return "" if self.confidential else self.visit

    @property
    def pin(self) -> Pin | None:
        """The point that was set on the map."""
        if self.lat is None or self.lng is None:
            return None
        return Pin(self.lat, self.lng)


class ReportForm(HintsForm):
    """A citizen's report: what, where (in words or by a pin) and a phone number are needed."""

    channel: Literal["web", "mailbox"] = "web"
    title: Title | None = None
    body: Body
    place: Annotated[str, Field(max_length=200, validate_default=True)] = ""
    phone: Phone
    name: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    contact_wish: ContactWish | None = None
    website: Short = ""
    held: str = Field("", max_length=20_000)
    drop: list[Annotated[int, Field(ge=0)]] = Field([], max_length=30)
    step: Step = Step.CHECK
    seen: str = Field("", max_length=10)

    @field_validator("place")
    @classmethod
    def _some_place(cls, place: str, given: ValidationInfo) -> str:
        """Words, or a pin instead."""
        kept = clean(place).strip()
        has_pin = given.data.get("lat") is not None and given.data.get("lng") is not None
        if not kept and not has_pin:
            raise ValueError(N_("Say where it is, or set a pin on the map."))
        return kept

    @property
    def is_trap(self) -> bool:
        """Whether the field that people don't see was filled: a machine wrote this."""
        return bool(self.website)

    @property
    def is_checked(self) -> bool:
        """Whether the citizen has seen what is known, or asked to send all the same."""
        return self.step is Step.SEND or bool(self.seen)

    def matter(self, district: str | None, place: str) -> Matter:
        """As intake takes it; district and place as they were found out."""
        return Matter(
            channel=Channel(self.channel),
            title=self.title or "",
            body=self.body,
            is_confidential=self.confidential,
            reporter=Reporter(
                name=self.name or None, phone=self.phone, contact_wish=self.contact_wish
            ),
            place=Place(place, district, self.lat, self.lng),
        )


class SettledForm(Form):
    """The answer that made a report needless, on which page."""

    number: Annotated[str, Field(max_length=20), AfterValidator(some)]
    visit: str = Field(default="", max_length=400)


class LookUpForm(Form):
    """Number and query code."""

    number: Annotated[str, Field(max_length=20), AfterValidator(some)]
    query_code: Annotated[str, Field(max_length=12), AfterValidator(some)]
