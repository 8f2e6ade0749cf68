"""What may come in about the use of articles, and about what is learned from it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hotline.fields import Form
from hotline.tickets.forms import clean
from kb.forms import QuestionForm
from kb.use.kinds import Source, UseKind

Number = Annotated[str, Field(max_length=20)]
Mark = Annotated[str, Field(max_length=400)]
Clean = AfterValidator(clean)
Order = Literal["used", "helped", "unhelpful", "complained", "opened"]


class AboutForm(Form):
    """Where somebody is who looks into the knowledge base, and which ticket is open there."""

    source: Literal[Source.CONSOLE, Source.UNIT, Source.CALLBACK, Source.KNOWLEDGE] = (
        Source.KNOWLEDGE
    )
    ticket: Number = ""
    quiet: bool = False


class PickForm(QuestionForm, AboutForm):
    """A question that follows what is typed; `quiet` and confidential ones leave no trace."""

    confidential: bool = False


class UsedForm(AboutForm):
    """An article was put into an answer."""

    kind: Literal[UseKind.OPENED, UseKind.INSERTED] = UseKind.INSERTED


class ToTextForm(AboutForm):
    """Whom a text with an article would go to: the ticket's citizen, or a number as typed."""

    phone: str = Field(default="", max_length=40)


class TextForm(ToTextForm):
    """A text with an article's words, as somebody left them."""

    words: Annotated[str, Field(min_length=1, max_length=500), Clean]


class ComplaintForm(AboutForm):
    """What is wrong with an article."""

    words: Annotated[str, Field(min_length=1, max_length=500), Clean]


class ApiUseForm(Form):
    """What another system did with an article."""

    kind: Literal[UseKind.OPENED, UseKind.INSERTED, UseKind.HELPFUL, UseKind.UNHELPFUL]
    ticket: Number | None = None


class ApiTextForm(Form):
    """A text with an article; without words as much of the article as fits."""

    ticket: Number | None = None
    phone: str | None = Field(default=None, max_length=40)
    words: Annotated[str, Field(max_length=500), Clean] | None = None


class ApiComplaintForm(Form):
    """What another system says is wrong with an article."""

    words: Annotated[str, Field(min_length=1, max_length=500), Clean]
    ticket: Number | None = None


class HelpedForm(Form):
    """Whether an answer helped a citizen; the mark lets each page say so once."""

    helped: Literal["yes", "no"]
    mark: Mark = ""


class GapsForm(Form):
    """Which questions asked in vain are shown, and how far back."""

    tab: Literal["missing", "proposals", "complaints", "figures", "dismissed"] = "missing"
    days: Literal[7, 30, 90] = 30
    found: Literal["", "yes", "no"] = ""
    order: Order = "used"


class KeysForm(Form):
    """A group of questions, by its keys; the example is what it is shown by."""

    keys: list[Annotated[str, Field(max_length=120)]] = Field(min_length=1, max_length=200)
    example: str = Field(default="", max_length=200)


class StandForm(Form):
    """What becomes of a complaint."""

    stand: Literal["accepted", "dismissed", "open"]
