"""What an operator enters while somebody talks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hotline.citizens.rules import ContactWish
from hotline.fields import Form
from hotline.tickets.forms import Body, Phone, Short, Title, Words, clean
from hotline.tickets.intake import Matter, Place, Reporter
from hotline.tickets.states import Channel, RequestType, Urgency
from hotline.words import N_


class EntryForm(Form):
    """A staff entry: sorted at once when type and category are given, or answered at once."""

    leave_by: Literal["ticket", "answer"] = "ticket"
    channel: Channel = Channel.PHONE
    title: Title | None = None
    body: Body
    phone: Phone | None = None
    name: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    place: Short = ""
    district: str | None = Field(None, max_length=20)
    request_type: RequestType | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    contact_wish: ContactWish | None = None
    confidential: bool = False
    answer: Words | None = None
    article: str | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def _fits(self) -> "EntryForm":
        if self.leave_by == "answer" and not self.answer:
            raise ValueError(N_("To answer now, write down what was answered."))
        if self.category and not self.request_type:
            raise ValueError(N_("A category needs a type beside it."))
        return self

    def matter(self) -> Matter:
        """As intake takes it; an answered call is a consultation."""
        is_answer = self.leave_by == "answer"
        return Matter(
            channel=self.channel,
            title=self.title or "",
            body=self.body,
            request_type=RequestType.CONSULTATION if is_answer else self.request_type,
            category=None if is_answer else self.category,
            urgency=self.urgency,
            is_confidential=self.confidential,
            reporter=Reporter(
                name=self.name or None, phone=self.phone, contact_wish=self.contact_wish
            ),
            place=Place(self.place, self.district or None),
        )
