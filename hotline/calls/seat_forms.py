"""What operators send about their seat and their calls; the same for pages and the API."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from hotline.calls.kinds import BreakReason, Device, Result, SeatState
from hotline.fields import Form
from hotline.tickets.forms import clean
from hotline.words import N_

Ref = Annotated[str, Field(max_length=40)]


class StateForm(Form):
    """What the operator does from now on, or after the call; a reason alone means a break."""

    state: SeatState | None = None
    reason: BreakReason | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "StateForm":
        if self.state is None and self.reason is None:
            raise ValueError(N_("Choose ready, break or off."))
        return self

    @property
    def wanted(self) -> SeatState:
        """The state that is meant."""
        return self.state or SeatState.BREAK


class PhoneForm(Form):
    """Where the operator's calls ring."""

    device: Device
    address: str = Field("", max_length=120)


class NothingForm(Form):
    """A verb that needs nothing else."""


class TargetForm(Form):
    """Whom to call in or pass on to: `operator:…`, `service:110`, `unit:…`, or a number."""

    target: str = Field("", max_length=80)
    number: str = Field("", max_length=40)


class ThirdForm(Form):
    """Which of those who were called in is let go."""

    leg: Ref


class FinishForm(Form):
    """What came of a call."""

    result: Result | None = None
    note: Annotated[str, Field(max_length=1000), AfterValidator(clean)] = ""


class TicketForm(Form):
    """A ticket that the call is about."""

    number: str = Field(max_length=20)


class ClickForm(Form):
    """Whom to call: a ticket's citizen, or a number that a page of ours sealed."""

    ticket: str | None = Field(None, max_length=20)
    sealed: str | None = Field(None, max_length=600)


class DialForm(Form):
    """The API's own: a ticket's citizen, or a number in plain digits."""

    ticket: str | None = Field(None, max_length=20)
    number: str | None = Field(None, max_length=40)
