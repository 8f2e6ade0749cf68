"""Rules on a page: a value as an administrator reads and types it, and back.

Decided here: how whole numbers, times of day, yes and no, lists and spans of the day are written.
Not here: which values are allowed; the rules' own dataclass says so (`settings.change`).
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, get_args, get_origin, get_type_hints

from hotline.errors import Invalid

SEPARATOR = ", "
SPAN = "-"
CLOCK = "%H:%M"


@dataclass(frozen=True)
class RuleSheet:
    """A room's rules with the heading under which they are shown."""

    rules: type[Any]
    title: str


@dataclass(frozen=True)
class Kind:
    """How a field's values are written and read; `read` answers what JSON can hold."""

    code: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


def kind_of(rules: type[Any], name: str) -> Kind:
    """How this field is written. Raises KeyError for a type that no page can show yet."""
    hint = get_type_hints(rules)[name]
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return LIST if inner is str else SPANS
    return KINDS[hint]


def value_of(rules: type[Any], name: str, typed: str) -> Any:
    """What was typed, as it is stored. Raises Invalid (`bad_setting`) when it can't be read."""
    try:
        return kind_of(rules, name).read(typed.strip())
    except ValueError as wrong:
        raise Invalid("bad_setting", "This value is not allowed here.", field=name) from wrong


def fields_of(rules: type[Any]) -> list[str]:
    """The names of the rules, in their order."""
    return [one.name for one in dataclasses.fields(rules)]


def _read_time(typed: str) -> str:
    return time.fromisoformat(typed.zfill(5)).strftime(CLOCK)


def _read_yes(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise ValueError(typed)
    return typed == "yes"


def _read_list(typed: str) -> list[str]:
    return [one.strip() for one in typed.replace("，", ",").split(",") if one.strip()]


def _read_spans(typed: str) -> list[dict[str, str]]:
    spans = []
    for one in _read_list(typed.replace("–", SPAN)):
        since, _, until = one.partition(SPAN)
        spans.append({"since": _read_time(since.strip()), "until": _read_time(until.strip())})
    return spans


def _write_span(span: Any) -> str:
    return f"{span.since.strftime(CLOCK)}{SPAN}{span.until.strftime(CLOCK)}"


LIST = Kind("list", SEPARATOR.join, _read_list)
SPANS = Kind("spans", lambda spans: SEPARATOR.join(map(_write_span, spans)), _read_spans)
KINDS: Mapping[type[Any], Kind] = {
    int: Kind("number", str, int),
    bool: Kind("yes_or_no", lambda value: "yes" if value else "no", _read_yes),
    str: Kind("text", str, str),
    time: Kind("time", lambda value: str(value.strftime(CLOCK)), _read_time),
}
