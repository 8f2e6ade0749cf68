"""What may come in about the second level: handing down, taking back, the head's decision."""

from enum import StrEnum

from pydantic import Field

from dispatch.forms import Code, Remark
from hotline.fields import Form
from hotline.tickets.forms import Words


class HandDownForm(Form):
    """To which sub-unit, and what it should know."""

    sub_unit: Code
    note: Remark | None = None


class TakeBackForm(Form):
    """Why the unit takes it back."""

    note: Remark | None = None


class DeclineForm(Form):
    """What the reply lacks."""

    reason: Words


class InsideTab(StrEnum):
    """The lists of the second level."""

    TO_SIGN = "to_sign"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"
    APPROVE = "approve"


class InsideFilter(Form):
    """What of a unit's second level is shown."""

    tab: InsideTab = InsideTab.TO_SIGN
    sub_unit: Code | None = None
    overdue: bool = False
    cursor: str | None = Field(None, max_length=200)
