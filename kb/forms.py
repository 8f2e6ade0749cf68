"""What may come in about an article; one model for the page, the API and the CSV import."""

import dataclasses
from datetime import date

from pydantic import Field, ValidationInfo, field_validator

from hotline.fields import Form
from hotline.words import N_
from kb.operations import Wording
from kb.rules import Kind, State

LONGEST_TITLE = 200
LONGEST_BODY = 50_000


class ArticleForm(Form):
    """An article's words and what goes with them. Category and unit are given by code."""

    kind: Kind = Kind.QA
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    body: str = Field(min_length=1, max_length=LONGEST_BODY)
    keywords: str = Field(default="", max_length=500)
    category: str | None = Field(default=None, max_length=20)
    unit: str | None = Field(default=None, max_length=20)
    is_public: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = Field(default="", max_length=500)

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        return " ".join(title.split())

    @field_validator("valid_until")
    @classmethod
    def _after_the_beginning(cls, until: date | None, given: ValidationInfo) -> date | None:
        start = given.data.get("valid_from")
        if until and start and until < start:
            raise ValueError(N_("The last day must not lie before the first."))
        return until

    def wording(self) -> Wording:
        """What the operations take."""
        return Wording(**{one.name: getattr(self, one.name) for one in dataclasses.fields(Wording)})


class EditForm(ArticleForm):
    """The same for an article that is there; `version` is the one that the words were made from."""

    version: int | None = None


class ListForm(Form):
    """Filters of a list of articles; `cursor` is the number of the last article seen."""

    q: str = Field(default="", max_length=200)
    kind: Kind | None = None
    state: State = State.PUBLISHED
    category: str | None = Field(default=None, max_length=20)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=20, pattern="^(K[0-9]{6,19})?$")


class QuestionForm(Form):
    """A question to be answered from what is published."""

    q: str = Field(default="", max_length=2000)
    limit: int = Field(default=5, ge=1, le=20)
