"""What may come in at the call log, and at what is done with a call there."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from hotline import phone
from hotline.calls.kinds import Direction, Result
from hotline.calls.states import CallState
from hotline.fields import Form
from hotline.tickets.forms import clean
from hotline.words import N_


def _number(text: str) -> str:
    try:
        return phone.normalise(text)
    except phone.PhoneError as wrong:
        raise ValueError(N_("This is no phone number.")) from wrong


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Number = Annotated[str, Field(max_length=phone.LONGEST_TEXT), AfterValidator(_number)]


class OwedReason(StrEnum):
    """Why nobody is called back."""

    HELPED_ALREADY = "helped_already"
    ASKED_NOT_TO = "asked_not_to"
    DUPLICATE_CALL = "duplicate_call"
    NO_SUCH_NUMBER = "no_such_number"
    OTHER_REASON = "other_reason"


class LogForm(Form):
    """Filters of the call log."""

    number: Number | None = None
    direction: Direction | None = None
    state: CallState | None = None
    line: str | None = Field(default=None, max_length=20)
    operator: int | None = Field(default=None, ge=1, le=2**63 - 1)
    result: Result | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    owed: str | None = Field(default=None, max_length=3)
    cursor: str | None = Field(default=None, max_length=200)


class PeriodForm(Form):
    """Which days; both included."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class PutOffForm(Form):
    """Until when a call that we owe waits, in the city's time."""

    until: datetime


class EndOwedForm(Form):
    """Why nobody is called back, and a word about it."""

    reason: OwedReason
    note: Annotated[str, Field(max_length=500), AfterValidator(clean)] | None = None


class WhyForm(Form):
    """Why somebody needs a whole number."""

    reason: Annotated[str, Field(max_length=200), AfterValidator(clean)] | None = None
