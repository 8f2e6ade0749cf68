"""What may come in about the second level: handing down, taking back, the head's decision."""

from pydantic import Field

from dispatch.forms import Code, Remark
from dispatch.second_level_rules import SubStage
from hotline.fields import Form
from hotline.tickets.clocks import Lamp
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


class InsideFilter(Form):
    """What of a unit's second level is shown."""

    tab: SubStage | None = None
    sub_unit: Code | None = None
    lamp: Lamp | None = None
    cursor: str | None = Field(None, max_length=200)
