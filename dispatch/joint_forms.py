"""What may come in about units that assist; one model for the page and the API."""

from typing import Annotated

from pydantic import Field

from dispatch.forms import Code, Remark
from dispatch.joint_rules import MOST_ASSISTING
from hotline.fields import Form
from hotline.tickets.forms import Words
from hotline.tickets.kinds import Completion


class AddAssistForm(Form):
    """Which further units assist, and what they should know."""

    units: list[Code] = Field(min_length=1, max_length=MOST_ASSISTING)
    note: Remark | None = None


class EndAssistForm(Form):
    """Why an assisting unit is no longer asked."""

    reason: Annotated[Words, Field(max_length=1000)]


class AssistReplyForm(Form):
    """What an assisting unit tells the lead; a result and a basis only where it has them."""

    text: Words
    completion: Completion | None = None
    basis: Annotated[Remark, Field(max_length=1000)] | None = None
    attachments: list[Annotated[str, Field(max_length=43)]] = Field(default=[], max_length=60)
