"""What may come in about extensions, suspensions and promises; one model for page and API."""

from datetime import date
from typing import Annotated

from pydantic import Field

from dispatch.forms import Remark
from dispatch.time_rules import SuspensionReason
from hotline.fields import Form
from hotline.tickets.forms import Words

Key = Annotated[str, Field(max_length=43)]


class ExtendForm(Form):
    """How many working days more, and why; how many are possible is a rule, not a field."""

    working_days: int = Field(ge=-(10**6), le=10**6)
    reason: Words


class SuspendForm(Form):
    """Why the clock should stand still, until which day, and what proves it."""

    reason: SuspensionReason
    until: date
    evidence: Words
    attachments: list[Key] = Field(default=[], max_length=60)


class GrantForm(Form):
    """More time is granted or refused; the unit reads why."""

    grant: bool
    note: Words
    upstream_consent: Annotated[Remark, Field(max_length=200)] | None = None


class VerdictForm(Form):
    """A suspension is granted or refused; the unit reads why."""

    grant: bool
    note: Words


class PromiseForm(Form):
    """The day for which something was promised."""

    promised_on: date


class PromiseFilter(Form):
    """What of the list of promises is shown."""

    cursor: str | None = Field(None, max_length=60, pattern=r"^\d{4}-\d{2}-\d{2}:\d+$")
