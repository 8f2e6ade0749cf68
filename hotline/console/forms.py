"""What an operator enters while somebody talks, and how a matter leaves the desk.

One form whatever the way out, so that nothing typed is lost when the way is changed. Decided
here: which fields each way out needs.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hotline.citizens.rules import ContactWish, Flag
from hotline.fields import Form
from hotline.tickets.again import Way
from hotline.tickets.forms import Body, Phone, Short, Title, Words, clean
from hotline.tickets.intake import Matter, Place, Reporter
from hotline.tickets.kinds import (
    Channel,
    FilingReason,
    RefusalReason,
    RequestType,
    Service,
    Urgency,
)
from hotline.tickets.sorting import Sorting


class Exit(StrEnum):
    """The ways out of the desk, in the order of their keys."""

    EXISTING = "existing"
    ANSWER = "answer"
    TICKET = "ticket"
    TRANSFER = "transfer"
    REFUSE = "refuse"
    FILE = "file"


NEEDED: Mapping[str, tuple[str, ...]] = {
    Exit.EXISTING: ("existing", "way"),
    Exit.ANSWER: ("answer",),
    Exit.TICKET: ("request_type", "category"),
    Exit.TRANSFER: ("service",),
    Exit.REFUSE: ("refusal", "explanation", "route"),
    Exit.FILE: ("filing",),
}
Number = Annotated[str, Field(max_length=20)]


class ExitForm(Form):
    """How what came in leaves the desk; fields of the other ways out are not looked at."""

    leave_by: Exit = Exit.TICKET
    place: Short = ""
    district: str | None = Field(None, max_length=20)
    request_type: RequestType | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    confidential: bool = False
    repeat_of: Number | None = None
    existing: Number | None = None
    way: Way | None = None
    answer: Words | None = None
    article: str | None = Field(None, max_length=40)
    revision: int | None = Field(None, ge=1, le=1_000_000)
    service: Service | None = None
    service_note: Annotated[str, Field(max_length=2000), AfterValidator(clean)] = ""
    three_way: bool = False
    accepted_by: Short = ""
    their_number: Short = ""
    refusal: RefusalReason | None = None
    explanation: Words | None = None
    route: Short = ""
    filing: FilingReason | None = None

    @property
    def other(self) -> str | None:
        """The number of the ticket that is there already, where this way out needs it."""
        if self.leave_by == Exit.EXISTING:
            return self.existing
        return self.repeat_of if self.leave_by == Exit.TICKET else None

    def missing(self) -> list[str]:
        """The fields that this way out needs and that are empty."""
        return [name for name in NEEDED.get(self.leave_by, ()) if not getattr(self, name)]


class SortingForm(ExitForm):
    """How a received matter leaves the desk."""

    more: Annotated[str, Field(max_length=5000), AfterValidator(clean)] = ""

    def sorting(self) -> Sorting:
        """As the operation takes it, once `missing` is empty."""
        return Sorting(
            request_type=self.request_type or RequestType.OTHER,
            category=self.category or "",
            urgency=self.urgency,
            place=self.place,
            district=self.district,
            is_confidential=self.confidential,
        )


class EntryForm(ExitForm):
    """A matter that an operator takes in; `later` leaves it to whoever sorts the queue."""

    call: str | None = Field(None, max_length=40)
    later: bool = False
    channel: Channel = Channel.PHONE
    title: Title | None = None
    body: Body | None = None
    phone: Phone | None = None
    name: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    contact_wish: ContactWish | None = None
    late_entry: bool = False
    received_at: datetime | None = None

    def missing(self) -> list[str]:
        """Words are always needed, but for telling how far a known ticket is."""
        is_told = self.leave_by == Exit.EXISTING and self.way in (Way.PROGRESS, Way.URGE)
        rest = [] if self.later else super().missing()
        if self.late_entry and self.received_at is None:
            rest = ["received_at", *rest]
        return rest if self.body or is_told else ["body", *rest]

    def true_time(self, zone: tzinfo) -> datetime | None:
        """When it was received, if it is entered late; a time from a page is the city's."""
        at = self.received_at if self.late_entry else None
        return at.replace(tzinfo=zone) if at is not None and at.tzinfo is None else at

    def matter(self, zone: tzinfo) -> Matter:
        """As intake takes it; only a ticket is sorted at once, an answer is a consultation."""
        is_ticket = self.leave_by == Exit.TICKET and not self.later
        return Matter(
            channel=self.channel,
            title=self.title or "",
            body=self.body or "",
            request_type=self.request_type if is_ticket else None,
            category=self.category if is_ticket else None,
            urgency=Urgency.CRITICAL if self.leave_by == Exit.TRANSFER else self.urgency,
            is_confidential=self.confidential,
            reporter=Reporter(
                name=self.name or None, phone=self.phone, contact_wish=self.contact_wish
            ),
            place=Place(self.place, self.district or None),
            received_at=self.true_time(zone),
        )


class MarkForm(Form):
    """A note or a flag on the citizen, set or ended; `who` is sealed by the page."""

    who: str = Field(max_length=400)
    do: Literal["note", "end_note", "flag", "end_flag"]
    words: Annotated[str, Field(max_length=500), AfterValidator(clean)] = ""
    flag: Flag | None = None
    note_id: int | None = Field(None, ge=1, le=2**63 - 1)


class CallerForm(Form):
    """Who is calling, as far as it is typed."""

    phone: str = Field("", max_length=40)
    call: str = Field("", max_length=40)


class AroundForm(Form):
    """Where it is and what it is about, as far as it is typed."""

    place: str = Field("", max_length=200)
    district: str = Field("", max_length=20)
    body: str = Field("", max_length=20_000)
    item: Number = ""


class DeskForm(Form):
    """Which item is open, how it is to leave, and which part of the queue is shown."""

    item: Number = ""
    call: str = Field(default="", max_length=40)
    exit: Exit | None = None
    channel: Literal["", "sms", "web", "mailbox", "other"] = ""
    cursor: str | None = Field(default=None, max_length=200)
    made: str = Field(default="", max_length=600)
