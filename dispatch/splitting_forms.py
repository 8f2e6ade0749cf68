"""What may come in about a split: the parts, from the API as a list, from the page as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Request
from pydantic import Field, ValidationError, model_validator

from dispatch.forms import Code
from hotline import fields
from hotline.fields import Form, PageForm
from hotline.tickets.forms import Body, Title, Words
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.splitting_rules import FEWEST, MOST

LARGEST_LIST = 50
COUNT, MORE, FEWER = "count", "more", "fewer"


class PartForm(Form):
    """One matter of several. Without a unit it waits for dispatch."""

    title: Title | None = None
    body: Body
    request_type: RequestType
    category: str = Field(min_length=1, max_length=20)
    urgency: Urgency | None = None
    unit: Code | None = None
    unit_text: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_other_words(cls, given: Any) -> Any:
        """`text` says the same as `body`."""
        if isinstance(given, dict) and "text" in given and "body" not in given:
            return {("body" if name == "text" else name): value for name, value in given.items()}
        return given


class SplitForm(Form):
    """The parts; how many there may be is decided by the rules."""

    parts: list[PartForm] = Field(default=[], max_length=LARGEST_LIST)


ROW = tuple(PartForm.model_fields)


def rows(values: Mapping[str, str]) -> int:
    """How many rows the page shows: as many as it had, one more or one less when asked."""
    given = values.get(COUNT, "")
    had = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else FEWEST
    wanted = had + (MORE in values) - (FEWER in values)
    return max(FEWEST, min(MOST, wanted))


def sent(asked: Request) -> PageForm[SplitForm]:
    """The page's rows as the form, with each error at its field; empty before any were sent."""
    values = dict(asked.form)
    form: PageForm[SplitForm] = PageForm(SplitForm, None, **values)
    if asked.method != "POST" or MORE in values or FEWER in values:
        return form
    given = [_row(values, row) for row in range(1, rows(values) + 1)]
    try:
        form.data = SplitForm.model_validate({"parts": given})
    except ValidationError as wrong:
        form.errors = dict(_at_their_rows(fields.in_words(wrong)))
    return form


def at_row(field: str | None) -> str:
    """The page's name of a field that a refusal names, such as `parts.0.unit`."""
    return next(iter(dict(_at_their_rows({field or "": ""}))))


def names(count: int, words: Mapping[str, str]) -> dict[str, str]:
    """Every field's label for the summary of errors: row and field."""
    return {f"{one}-{row}": f"{row} · {words[one]}" for row in range(1, count + 1) for one in words}


def _row(values: Mapping[str, str], row: int) -> dict[str, str]:
    given = {name: values.get(f"{name}-{row}", "").strip() for name in ROW}
    return {name: value for name, value in given.items() if value}


def _at_their_rows(errors: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, words in errors.items():
        parts = field.split(".")
        is_row = len(parts) > 2 and parts[0] == "parts" and parts[1].isdigit()
        yield (f"{parts[2]}-{int(parts[1]) + 1}" if is_row else ""), words
