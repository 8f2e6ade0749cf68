"""What a citizen may send from the web."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hotline.citizens.rules import ContactWish
from hotline.fields import Form
from hotline.tickets.forms import Body, Phone, Short, Title, clean, some
from hotline.tickets.intake import Matter, Place, Reporter
from hotline.tickets.states import Channel


class ReportForm(Form):
    """A citizen's report: what, where and a phone number are needed."""

    channel: Literal["web", "mailbox"] = "web"
    title: Title | None = None
    body: Body
    place: Annotated[str, Field(max_length=200), AfterValidator(some)]
    district: str | None = Field(None, max_length=20)
    phone: Phone
    name: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    contact_wish: ContactWish | None = None
    confidential: bool = False
    website: Short = ""

    @property
    def is_trap(self) -> bool:
        """Whether the field that people don't see was filled: a machine wrote this."""
        return bool(self.website)

    def matter(self) -> Matter:
        """As intake takes it."""
        return Matter(
            channel=Channel(self.channel),
            title=self.title or "",
            body=self.body,
            is_confidential=self.confidential,
            reporter=Reporter(
                name=self.name or None, phone=self.phone, contact_wish=self.contact_wish
            ),
            place=Place(self.place, self.district or None),
        )


class LookUpForm(Form):
    """Number and query code."""

    number: Annotated[str, Field(max_length=20), AfterValidator(some)]
    query_code: Annotated[str, Field(max_length=12), AfterValidator(some)]
