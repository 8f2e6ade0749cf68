"""What may come in about dispatch and handling; one model for the page and the API."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, NaiveDatetime, model_validator

from dispatch.joint_rules import MOST_ASSISTING
from dispatch.rules import ContactResult, ReturnReason
from hotline.fields import Form
from hotline.tickets.clocks import Lamp
from hotline.tickets.forms import Body, Moment, Short, Title, Words, clean, plausible
from hotline.tickets.kinds import Channel, Completion, Urgency

Code = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(str.upper)]
Remark = Annotated[str, Field(max_length=2000), AfterValidator(clean)]


class DispatchForm(Form):
    """To whom, who assists, and what the units may read."""

    lead: Code
    assist: list[Code] = Field(default=[], max_length=MOST_ASSISTING)
    unit_text: Words | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    note: Remark | None = None
    not_about: Remark | None = None


class DispatchPageForm(DispatchForm):
    """The same from a page: a unit that was looked for stands before a suggested one.

    A unit that is proposed to assist and chosen to lead leads.
    """

    suggested: Code | None = None

    @model_validator(mode="before")
    @classmethod
    def _led_by(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        lead = given.get("lead") or given.get("suggested")
        named = [one for one in given.get("assist", []) if one != lead]
        return given | ({"lead": lead} if lead else {}) | {"assist": list(dict.fromkeys(named))}


class BatchForm(Form):
    """One unit for several tickets of one event."""

    lead: Code
    note: Remark | None = None


class MergeManyForm(Form):
    """Several tickets of one event, and the one that the others follow."""

    numbers: list[str] = []
    into: str = Field(min_length=1, max_length=20)


class DeskFilter(Form):
    """What of the dispatcher's list is shown; `category` is a leaf, a group or a domain."""

    district: str | None = Field(None, max_length=20)
    category: str | None = Field(None, max_length=20, pattern="^[A-Za-z0-9]+$")
    urgency: Urgency | None = None
    channel: Channel | None = None
    tab: str | None = Field(None, max_length=20)
    ticket: str | None = Field(None, max_length=20)
    cursor: str | None = Field(None, max_length=200)


class Span(StrEnum):
    """Which tickets the map shows."""

    TODAY = "today"
    PENDING = "pending"
    WEEK = "week"


class MapFilter(Form):
    """Which tickets are on the map, and the district whose tickets are listed beside it."""

    span: Span = Span.TODAY
    district: str | None = Field(None, max_length=20)


class Whose(StrEnum):
    """Whose of a unit's tickets are shown; a staff number stands for one person."""

    MINE_AND_FREE = "mine_and_free"
    MINE = "mine"
    FREE = "free"
    ALL = "all"


class UnitFilter(Form):
    """What of a unit's list is shown."""

    who: str | None = Field(None, max_length=20, pattern="^([a-z_]+|[0-9]+)$")
    urgency: Urgency | None = None
    lamp: Lamp | None = None
    district: str | None = Field(None, max_length=20)
    tab: str | None = Field(None, max_length=20)
    signed: str | None = Field(None, max_length=20, pattern="^[0-9]+$")
    cursor: str | None = Field(None, max_length=200)


class ContactForm(Form):
    """What came of contacting the citizen."""

    result: ContactResult = ContactResult.REACHED
    note: Remark | None = None


class ContactPageForm(ContactForm):
    """The same on a page, where nobody records by a slip that the citizen was reached."""

    result: ContactResult


class ProgressForm(Form):
    """What the citizen is told meanwhile."""

    text: Words


class ReturnForm(Form):
    """Why it is not the unit's duty."""

    reason: ReturnReason
    basis: Words


class HandlerForm(Form):
    """Who of the unit sees to it, by staff number; 0: nobody in particular."""

    handler: int = Field(ge=0, le=2**62)


class SignManyForm(Form):
    """Several receipts at once, and who sees to them where somebody is chosen."""

    handler: int | None = Field(None, ge=0, le=2**62)


class ReplyForm(Form):
    """What was done, on what basis, and how the citizen was reached."""

    completion: Completion
    text: Words
    basis: Annotated[Words, Field(max_length=1000)]
    contacted_at: Moment | None = None
    contact_result: ContactResult | None = None
    promised_on: date | None = None
    overrules: bool = False
    attachments: list[Annotated[str, Field(max_length=43)]] = Field(default=[], max_length=60)


class ReplyPageForm(ReplyForm):
    """The same from a page, whose time field knows no zone: the city's is meant."""

    contacted_at: Annotated[NaiveDatetime, AfterValidator(plausible)] | Moment | None = None


class ReviewForm(Form):
    """Accepted, or sent back with a reason."""

    accept: bool
    reason: Remark | None = None


class DecisionForm(Form):
    """A return is upheld or refused; the unit reads why."""

    uphold: bool
    note: Words


class SuggestForm(Form):
    """What a suggestion is asked for; a known category makes it certain."""

    title: Title
    body: Body
    place: Short | None = None
    district: str | None = Field(None, max_length=20)
    category: str | None = Field(None, max_length=20)
