"""What may come in: filters, decisions on orders, rings, one's own number."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from hotline.fields import Form
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.forms import callable_phone, clean
from hotline.tickets.list_forms import YesNo
from hotline.words import N_
from supervision.duty import Rung
from supervision.rules import Colour, OrderState, RingOutcome, Whom

Note = Annotated[str, Field(max_length=2000), AfterValidator(clean)]


class DecisionForm(Form):
    """Whether the answer to an order suffices; what is missing must be said."""

    accept: bool
    note: Annotated[Note | None, Field(validate_default=True)] = None

    @field_validator("note")
    @classmethod
    def _says_what_is_missing(cls, note: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("accept") is False and not note:
            raise ValueError(N_("Say what is missing."))
        return note


class RingForm(Form):
    """What came of ringing somebody of the unit."""

    whom: Whom
    outcome: RingOutcome
    note: Note | None = None

    def rung(self) -> Rung:
        """As the operation takes it."""
        return Rung(self.whom, self.outcome, self.note or None)


class ShowForm(Form):
    """Whose number is to be shown."""

    whom: Whom


class ReachForm(Form):
    """One's own mobile number, and whether warnings come there by text."""

    phone: Annotated[str, Field(max_length=40), AfterValidator(callable_phone)] | None = None
    wants_texts: bool = False

    @model_validator(mode="after")
    def _has_a_number(self) -> "ReachForm":
        if self.wants_texts and not self.phone:
            raise ValueError(N_("Enter the number to which the texts are to go."))
        return self


class SupervisionFilter(Form):
    """Which tab of the supervision page, and what it is narrowed to."""

    tab: str | None = Field(None, max_length=20)
    unit: str | None = Field(None, max_length=20)
    lamp: Lamp | None = None
    clock: Clock | None = None
    colour: Colour | None = None
    voided: YesNo | None = None
    state: OrderState | None = None
    cursor: str | None = Field(None, max_length=60)


class ListFilter(Form):
    """Filters of the API's lists of cards and orders."""

    unit: str | None = Field(None, max_length=20)
    colour: Colour | None = None
    voided: YesNo | None = None
    state: OrderState | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=60)


class WarningFilter(Form):
    """Which tab of one's own warnings."""

    tab: Literal["mine", "cards", "orders"] | None = None
    cursor: str | None = Field(None, max_length=60)
