"""What may come in about a ticket; one model for the page and the API."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from hotline import phone
from hotline.citizens.rules import ContactWish
from hotline.fields import Form
from hotline.tickets.intake import Matter, Place, Reporter, Upstream
from hotline.tickets.kinds import (
    Channel,
    FilingReason,
    RefusalReason,
    RequestType,
    Service,
    Urgency,
)
from hotline.tickets.sorting import Sorting
from hotline.words import N_

EARLIEST_YEAR, LATEST_YEAR = 1990, 2200


def clean(text: str) -> str:
    """Text the database can hold: no NUL, no other control characters but line ends and tabs."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable() or char == "\r")


def some(text: str) -> str:
    """Text that says something. Raises ValueError when nothing is left."""
    if not clean(text).strip():
        raise ValueError(N_("This is needed."))
    return clean(text).strip()


def callable_phone(text: str) -> str:
    """A phone number in E.164. Raises ValueError for what is none."""
    try:
        return phone.normalise(text)
    except phone.PhoneError as wrong:
        raise ValueError(N_("This is not a phone number.")) from wrong


def plausible(moment: datetime) -> datetime:
    """A time that every zone can write and the database give back. Raises ValueError else."""
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(N_("This year can't be right."))
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(plausible)]
Title = Annotated[str, Field(max_length=200), AfterValidator(some)]
Words = Annotated[str, Field(max_length=5000), AfterValidator(some)]
Body = Annotated[str, Field(max_length=20_000), AfterValidator(some)]
Short = Annotated[str, Field(max_length=200), AfterValidator(clean)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(callable_phone)]


class CitizenForm(Form):
    """Who reports."""

    name: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    phone: Phone | None = None
    alt_phone: Phone | None = None
    on_behalf_of: Short | None = None
    contact_wish: ContactWish | None = None

    def reporter(self) -> Reporter:
        """As intake takes it."""
        return Reporter(
            name=self.name or None,
            phone=self.phone,
            alt_phone=self.alt_phone,
            on_behalf_of=self.on_behalf_of or None,
            contact_wish=self.contact_wish or None,
        )


class PlaceForm(Form):
    """Where it is."""

    text: Short = ""
    district: str | None = Field(None, max_length=20)
    lat: float | None = Field(None, ge=-90, le=90)
    lng: float | None = Field(None, ge=-180, le=180)

    def place(self) -> Place:
        """As intake takes it."""
        return Place(self.text, self.district or None, self.lat, self.lng)


class UpstreamForm(Form):
    """How another system knows it."""

    system: Annotated[str, Field(max_length=40), AfterValidator(some)]
    number: Annotated[str, Field(max_length=80), AfterValidator(some)]
    due_at: Moment | None = None

    def upstream(self) -> Upstream:
        """As intake takes it."""
        return Upstream(self.system, self.number, self.due_at)


class IntakeForm(Form):
    """A new ticket by the API."""

    channel: Channel
    request_type: RequestType | None = None
    category: str | None = Field(None, max_length=20)
    title: Title
    body: Body
    citizen: CitizenForm = CitizenForm()
    place: PlaceForm | None = None
    urgency: Urgency | None = None
    confidential: bool = False
    upstream: UpstreamForm | None = None
    is_late_entry: bool = False
    received_at: Moment | None = None

    def matter(self) -> Matter:
        """As intake takes it."""
        return Matter(
            channel=self.channel,
            title=self.title,
            body=self.body,
            request_type=self.request_type,
            category=self.category,
            urgency=self.urgency,
            is_confidential=self.confidential,
            reporter=self.citizen.reporter(),
            place=self.place.place() if self.place else Place(),
            upstream=self.upstream.upstream() if self.upstream else None,
            received_at=self.received_at,
        )


class SortForm(Form):
    """What sorting says."""

    request_type: RequestType
    category: str = Field(max_length=20)
    urgency: Urgency | None = None
    place: PlaceForm | None = None
    place_text: Short | None = None
    district: str | None = Field(None, max_length=20)
    confidential: bool = False

    def sorting(self) -> Sorting:
        """As the operation takes it; the page sends the place flat, the API nested."""
        return Sorting(
            request_type=self.request_type,
            category=self.category,
            urgency=self.urgency,
            place=self.place.text if self.place else self.place_text,
            district=(self.place.district if self.place else self.district) or None,
            is_confidential=self.confidential,
        )


class ChangeForm(Form):
    """A correction; what isn't given stays."""

    request_type: RequestType | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    reason: Words


class AnswerForm(Form):
    """An instant answer."""

    text: Words
    article: str | None = Field(None, max_length=40)
    revision: int | None = Field(None, ge=1, le=1_000_000)


class RefuseForm(Form):
    """Out of scope: why, and where to go instead."""

    reason: RefusalReason
    text: Words
    route: Annotated[str, Field(max_length=200), AfterValidator(some)]


class FileForm(Form):
    """Nothing more is to be done."""

    reason: FilingReason


class TransferForm(Form):
    """An emergency service called in; with the name of who accepted, it has it."""

    service: Service
    note: Annotated[str, Field(max_length=2000), AfterValidator(clean)] = ""
    three_way: bool = False
    accepted_by: Short = ""
    their_number: Short = ""


class DeclinedForm(Form):
    """A service that won't come, and why."""

    service: Service
    reason: Annotated[str, Field(max_length=200), AfterValidator(some)]


class MergeForm(Form):
    """The number of the ticket to follow."""

    into: str = Field(max_length=20)


class ReasonForm(Form):
    """A reason in words."""

    reason: Words


class UncoverForm(Form):
    """Why somebody needs a number; whoever works on the ticket right now need not say."""

    reason: str | None = Field(None, max_length=200)


class TextForm(Form):
    """A text in words."""

    text: Words


class NothingForm(Form):
    """A step that takes nothing."""


class CodeForm(Form):
    """A citizen's step: the code beside the number proves whose it is."""

    query_code: str | None = Field(None, max_length=12)


class CitizenTextForm(CodeForm):
    """More from the citizen."""

    text: Words


class CitizenReasonForm(CodeForm):
    """Why the citizen takes it back."""

    reason: Words
