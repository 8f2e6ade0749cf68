"""What may come in about dispatch and handling; one model for the page and the API."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, NaiveDatetime

from dispatch.rules import ContactResult, ReturnReason
from hotline.fields import Form
from hotline.tickets.forms import Body, Moment, Short, Title, Words, clean, plausible
from hotline.tickets.states import Completion, Urgency

Code = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(str.upper)]
Remark = Annotated[str, Field(max_length=2000), AfterValidator(clean)]


class DispatchForm(Form):
    """To whom, and what the unit may read. Assisting units can't be named yet."""

    lead: Code
    assist: list[Code] = Field(default=[], max_length=0)
    unit_text: Words | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    note: Remark | None = None


class ContactForm(Form):
    """What came of contacting the citizen."""

    result: ContactResult = ContactResult.REACHED
    note: Remark | None = None


class ProgressForm(Form):
    """What the citizen is told meanwhile."""

    text: Words


class ReturnForm(Form):
    """Why it is not the unit's duty."""

    reason: ReturnReason
    basis: Words


class HandlerForm(Form):
    """Who of the unit sees to it, by staff number; left out: nobody in particular."""

    handler: int | None = Field(None, ge=1, le=2**62)


class ReplyForm(Form):
    """What was done, on what basis, and how the citizen was reached."""

    completion: Completion
    text: Words
    basis: Annotated[Words, Field(max_length=1000)]
    contacted_at: Moment | None = None
    contact_result: ContactResult | None = None
    promised_on: date | None = None


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
