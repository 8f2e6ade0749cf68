"""What people and machines send, turned into a room's form models, with errors in words.

One pydantic model serves the page and the API. `parse` is for JSON, `PageForm` for pages: it
keeps what was typed, so that a page can be shown again with nothing lost.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from flask import current_app, g, request
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from werkzeug.datastructures import MultiDict

from hotline.access import viewer
from hotline.errors import Invalid, MadeUp, Refused, WrongState
from hotline.labels import msgid
from hotline.words import N_

M = TypeVar("M", bound=BaseModel)

WORDS = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This is needed."),
    "string_too_long": N_("At most %(max_length)s characters."),
    "enum": N_("Not a known value. Known: %(expected)s."),
    "literal_error": N_("Not a known value. Known: %(expected)s."),
    "extra_forbidden": N_("There is no such field."),
    "int_parsing": N_("A whole number is needed."),
    "int_type": N_("A whole number is needed."),
    "int_from_float": N_("A whole number is needed."),
    "greater_than_equal": N_("At least %(ge)s."),
    "less_than_equal": N_("At most %(le)s."),
    "bool_parsing": N_("Yes or no is needed."),
    "date_from_datetime_parsing": N_("A date is needed, as in 2026-11-21."),
    "date_parsing": N_("A date is needed, as in 2026-11-21."),
    "datetime_parsing": N_("A time is needed, as in 2026-11-21T09:30:00+08:00."),
    "datetime_from_date_parsing": N_("A time is needed, as in 2026-11-21T09:30:00+08:00."),
    "timezone_aware": N_("The time needs its offset, as in 2026-11-21T09:30:00+08:00."),
    "string_type": N_("Text is needed."),
    "list_type": N_("A list is needed."),
    "too_long": N_("At most %(max_length)s entries."),
    "model_attributes_type": N_("An object is needed."),
    "model_type": N_("An object is needed."),
    "dict_type": N_("An object is needed."),
}
OTHERWISE = N_("This can't be read.")


class Form(BaseModel):
    """The parent of every form: unknown fields are refused, blanks around text go.

    So does the NUL character, which PostgreSQL can't store.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [cls._storable(one) for one in value]
        return value.replace("\x00", "") if isinstance(value, str) else value


class PageForm(Generic[M]):
    """A form on a page: what was typed, what is wrong with it, and the data when nothing is."""

    def __init__(
        self, model: type[M], sent: MultiDict[str, str] | None = None, **first: str
    ) -> None:
        self.values: dict[str, str] = dict(first)
        self.errors: dict[str, str] = {}
        self.data: M | None = None
        if sent is not None:
            self.values = {k: v for k, v in sent.items() if k != "csrf_token"}
            self._check(model, sent)

    def _check(self, model: type[M], sent: MultiDict[str, str]) -> None:
        names = {name for name in sent if not name.startswith("_") and name != "csrf_token"}
        given = {name: _value(model, name, sent) for name in names}
        try:
            self.data = model.model_validate({k: v for k, v in given.items() if v not in ("", [])})
        except ValidationError as wrong:
            self.errors = in_words(wrong)

    def refuse(self, error: Refused) -> int:
        """Show an operation's error at its field, or above the form; answers its status.

        Raises the error again when it is about who is asking, not about what was typed.
        """
        if error.status in (401, 403) or (error.status == 404 and error.field == "number"):
            raise error
        self.errors.update(said_fields(error) or {"": said(error)})
        return error.status


def sent(model: type[M]) -> PageForm[M]:
    """The page form of this request; empty when nothing was sent."""
    return PageForm(model, request.form if request.method == "POST" else None)


def parse(model: type[M]) -> M:
    """The request's JSON as the model. Raises Invalid naming every field at fault."""
    try:
        given = request.get_json(silent=True)
    except RecursionError:
        given = None
    if given is None and request.get_data():
        raise Malformed("bad_json", "The body must be JSON.")
    return _checked(model, {} if given is None else given)


def asked(model: type[M]) -> M:
    """The request's query string as the model. Raises MadeUp naming every field at fault."""
    given = {name: _value(model, name, request.args) for name in request.args}
    kept = {name: value for name, value in given.items() if value not in ("", [])}
    try:
        return _checked(model, kept)
    except Invalid as wrong:
        raise MadeUp(wrong.code, "Some filters can't be read.", fields=wrong.fields) from wrong


def _checked(model: type[M], given: Any) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        raise Invalid(
            "invalid", "Some fields can't be taken as they are.", fields=in_words(wrong)
        ) from wrong


class Malformed(Refused):
    """The request can't be read at all."""

    status = 400


def in_words(wrong: ValidationError) -> dict[str, str]:
    """Field → translated sentence; nested fields are joined by dots."""
    found: dict[str, str] = {}
    for one in wrong.errors(include_url=False):
        field = ".".join(str(part) for part in one["loc"] if part != "function-after") or "body"
        context = _context(one.get("ctx", {}))
        raised = context.get("error")
        if isinstance(raised, ValueError):
            found[field] = gettext(str(raised))
        else:
            found[field] = gettext(WORDS.get(one["type"], OTHERWISE)) % context
    return found


def _context(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence is filled with; known values without pydantic's English between them."""
    known = re.findall(r"'([^']*)'", str(given.get("expected", "")))
    return dict(given) | ({"expected": ", ".join(known)} if known else {})


def said(error: Refused) -> str:
    """An error's sentence in the viewer's language, states and verbs by their names."""
    words: str = gettext(error.message)
    values = _named(error) if isinstance(error, WrongState) else error.values
    return words % values if values else words


def said_fields(error: Refused) -> dict[str, str]:
    """Field → sentence; a form's own sentences are translated already."""
    return {
        name: said(error) if words == error.message else words
        for name, words in error.fields.items()
    }


def keep(name: str, form: PageForm[Any]) -> None:
    """Let the page that is rendered next show this form as it was typed."""
    g.setdefault("kept_forms", {})[name] = form


def kept(name: str, **first: str) -> PageForm[Any]:
    """The form kept under this name, or an empty one with first values."""
    found: PageForm[Any] | None = g.get("kept_forms", {}).get(name)
    return found or PageForm(BaseModel, None, **first)


def _named(error: WrongState) -> dict[str, str]:
    instead: Callable[..., str] = current_app.extensions["instead"]
    return {
        "state": gettext(msgid("state", error.values["state"])),
        "verb": gettext(msgid("verb", error.values["verb"])),
        "instead": instead(error.values["state"], error.values["verb"], error.possible, viewer()),
    }


def _value(model: type[BaseModel], name: str, sent: MultiDict[str, str]) -> str | list[str]:
    field = model.model_fields.get(name)
    is_list = field is not None and getattr(field.annotation, "__origin__", None) in (list, tuple)
    return [one for one in sent.getlist(name) if one] if is_list else sent[name]
