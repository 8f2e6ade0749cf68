"""What may come in about an article; one model for the page, the API and the CSV import."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from hotline.fields import Form
from hotline.tickets.forms import plausible
from hotline.words import N_
from kb import days, guide, rules
from kb.guide import GUIDE_FIELDS, LONGEST_FIELD
from kb.rules import Kind, State
from kb.wording import FIELDS, Wording

LONGEST_TITLE = 200
LONGEST_BODY = 50_000
LONGEST_QUESTIONS = 5_000
LONGEST_INTERVAL = 3_650
LARGEST_VERSION = 2**31 - 1
PREFIX = "guide."
"""A guide's fields on a page or in a table's columns: `guide.fee`; in JSON they are an object."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)

When = Annotated[datetime, AfterValidator(plausible)]
"""A moment; without an offset, as a page sends it, the city's time is meant."""

Entries = Annotated[str, Field(max_length=LONGEST_FIELD)]


class GuideForm(Form):
    """An item guide's fields, each with entries on lines of their own."""

    who: Entries = ""
    conditions: Entries = ""
    materials: Entries = ""
    fee: Entries = ""
    promised_limit: Entries = ""
    statutory_limit: Entries = ""
    place: Entries = ""
    hours: Entries = ""
    phone: Entries = ""
    supervision_phone: Entries = ""
    legal_basis: Entries = ""
    online_address: Entries = ""


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
    guide: GuideForm = GuideForm()
    questions: str = Field(default="", max_length=LONGEST_QUESTIONS)
    synonyms: str = Field(default="", max_length=500)
    places: str = Field(default="", max_length=500)
    languages: str = Field(default="zh", max_length=40)
    document_number: str = Field(default="", max_length=100)
    source_url: str = Field(default="", max_length=500)
    publish_at: When | None = None
    review_days: int | None = Field(default=None, ge=1, le=LONGEST_INTERVAL)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, given: Any) -> Any:
        """A page and a table send `guide.fee`; JSON sends an object."""
        if not isinstance(given, Mapping):
            return given
        flat = {name: given[name] for name in given if str(name).startswith(PREFIX)}
        if not flat or "guide" in given:
            return given
        inner = {name.removeprefix(PREFIX): value for name, value in flat.items()}
        return {name: given[name] for name in given if name not in flat} | {"guide": inner}

    @field_validator("languages")
    @classmethod
    def _codes(cls, languages: str) -> str:
        codes = list(dict.fromkeys(rules.entries(languages)))
        if not all(LANGUAGE.fullmatch(code) for code in codes):
            raise ValueError(N_("Languages are given by their codes, as in zh en."))
        return " ".join(codes) or "zh"

    @field_validator("source_url")
    @classmethod
    def _web_address(cls, address: str) -> str:
        if address and not ADDRESS.fullmatch(address):
            raise ValueError(N_("A web address begins with http:// or https://."))
        return address

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
        given = {name: getattr(self, name) for name in FIELDS}
        given["guide"] = guide.kept({name: getattr(self.guide, name) for name in GUIDE_FIELDS})
        given["publish_at"] = days.with_zone(self.publish_at)
        return Wording(**given)


class PublishForm(Form):
    """Publishing when it was wished for, at another time, or at once.

    `version` is the one that was read: words changed since are not published unseen.
    """

    publish_at: When | None = None
    is_at_once: bool = False
    version: int | None = Field(default=None, ge=1, le=LARGEST_VERSION)

    def at(self) -> datetime | None:
        """The moment; without an offset the city's time is meant."""
        return days.with_zone(self.publish_at)


class RemarkForm(Form):
    """Why an article is sent back to those who wrote it."""

    remark: str = Field(min_length=1, max_length=500)


class RetireForm(Form):
    """The state in which somebody decided that the article goes."""

    seen: State | None = None


class CompareForm(Form):
    """Which revisions are compared; without a newer one, with what the article says now."""

    older: int = Field(ge=1, le=LARGEST_VERSION)
    newer: int | None = Field(default=None, ge=1, le=LARGEST_VERSION)


class EditForm(ArticleForm):
    """The same for an article that is there; `version` is the one that the words were made from."""

    version: int | None = Field(default=None, ge=1, le=LARGEST_VERSION)


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
