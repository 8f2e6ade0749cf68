"""What an administrator sends about lines."""

from typing import Annotated

from pydantic import AfterValidator, Field

from hotline.calls.kinds import Mode, Skill
from hotline.calls.lines import HIGHEST_RANK, Description
from hotline.fields import Form
from hotline.tickets.forms import clean, some

Greeting = Annotated[str, Field(max_length=300), AfterValidator(clean)]


class DescribeForm(Form):
    """A line's name, mode, words and rank; words that are left out are none."""

    name: Annotated[str, Field(max_length=60), AfterValidator(some)]
    mode: Mode
    greeting_zh: Greeting = ""
    greeting_en: Greeting = ""
    transfer_to: Annotated[str, Field(max_length=60)] | None = None
    skill: Skill | None = None
    rank: int = Field(0, ge=0, le=HIGHEST_RANK)

    def description(self) -> Description:
        """As the operation takes it."""
        return Description(
            name=self.name,
            mode=self.mode,
            greeting_zh=self.greeting_zh,
            greeting_en=self.greeting_en,
            transfer_to=self.transfer_to,
            skill=self.skill,
            rank=self.rank,
        )


class LineForm(DescribeForm):
    """A new line; its number is never changed."""

    number: str = Field(min_length=3, max_length=20)


class PutForm(DescribeForm):
    """A line by the API: one description, also whether it is open."""

    number: str = Field(min_length=3, max_length=20)
    is_open: bool = True
