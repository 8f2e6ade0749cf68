"""What a carrier or a gateway may send; what we don't need of it is passed over.

Decided here: an id of at most 80 visible characters and a sender are needed, nothing else.
Any words will do, also none.
"""

import re
from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import StringConstraints as Constraints

from hotline.errors import Refused
from webhooks.arriving import Arrived

M = TypeVar("M", bound=BaseModel)
EventId = Annotated[str, Constraints(pattern=r"^[\x21-\x7e]{1,80}$")]


def _written(value: object) -> object:
    """Gateways write numbers and ids as JSON numbers now and then."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Sender = Annotated[str, Constraints(strip_whitespace=True, min_length=1), BeforeValidator(_written)]


class Malformed(Refused):
    """Signed, but not what it should be."""

    status = 400


class CarrierText(BaseModel):
    """A text as Twilio's form writes it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    MessageSid: EventId
    From: Sender
    To: str = ""
    Body: str = ""

    def arrived(self) -> Arrived:
        """As routing takes it."""
        return Arrived(self.MessageSid, self.From, self.To, self.Body)


class GatewayText(BaseModel):
    """A text as a local gateway writes it."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: Annotated[EventId, BeforeValidator(_written)]
    sender: Sender = Field(alias="from")
    recipient: Annotated[str, BeforeValidator(_written)] = Field("", alias="to")
    text: Annotated[str, BeforeValidator(_written)] = ""

    def arrived(self) -> Arrived:
        """As routing takes it; the prefix keeps it apart from the carrier's ids."""
        return Arrived(f"gateway:{self.id}"[:80], self.sender, self.recipient, self.text)


class StatusReport(BaseModel):
    """What the carrier says of a text of ours."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    MessageSid: EventId
    MessageStatus: str = ""
    ErrorCode: str = ""

    @property
    def error(self) -> str | None:
        """The carrier's code, when it is one."""
        return self.ErrorCode if re.fullmatch(r"[\x20-\x7e]{1,200}", self.ErrorCode) else None


def carrier_text() -> Arrived:
    """The text of this request. Raises Malformed."""
    return _read(CarrierText, request.form.to_dict()).arrived()


def gateway_text() -> Arrived:
    """The text of this request, JSON or form. Raises Malformed."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    return _read(GatewayText, given).arrived()


def status_report() -> StatusReport:
    """The report of this request. Raises Malformed."""
    return _read(StatusReport, request.form.to_dict())


def _read(model: type[M], given: object) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        raise Malformed("malformed", "The message lacks its id or its sender.") from wrong
