"""Names that say what a thing is: modules, columns, fields."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime
from sqlalchemy.types import TypeEngine

import wsgi
from hotline.extensions import Base
from tests.house import tree

EMPTY_WORDS = re.compile(
    r"(^|_)(utils?|helpers?|commons?|managers?|services?|base|misc|stuff)($|_)"
)
SPANS = ("_from", "_until")  # where a span of time begins or ends
ASKS = re.compile(r"(is|has|may|runs|wants|was|can|must)_")

# Times that aren't at one moment, or whose table says the rest.
TIMES = {
    "*.at": "the moment of an event, of a trace, of a key: its row is the event",
    "*.since": "a span begins: somebody holds, serves, stands in since then",
    "*.until": "a span ends, or is still open",
    "calls.not_before": "a span begins: from then on a call that we owe may be made",
    "seats.idle_since": "a span begins, beside the `since` of the state",
    "schedule_runs.last_run_for": "for which moment an entry ran, not when it did",
}
DATES = {
    "calendar_days.day": "the day itself is the row's key",
}
YES_OR_NO: dict[str, str] = {}
MODULES: dict[str, str] = {}


def test_module_names_say_what_is_in_them() -> None:
    found = {one.path: "an empty word" for one in tree.everything() if EMPTY_WORDS.search(one.name)}
    tree.judge(found, MODULES)


def test_every_module_begins_with_what_is_decided_in_it() -> None:
    found = {
        one.path: "no docstring"
        for one in tree.everything()
        if one.tree.body and not ast.get_docstring(one.tree)
    }
    tree.judge(found, {})


def test_times_end_in_at_and_know_their_zone() -> None:
    naive = {name for name, column in _columns(DateTime) if not _has_zone(column)}
    assert not naive
    found = {name: "a time" for name, _ in _columns(DateTime) if not name.endswith(("_at", *SPANS))}
    tree.judge(found, TIMES)


def test_dates_end_in_on() -> None:
    found = {name: "a date" for name, _ in _columns(Date) if not name.endswith(("_on", *SPANS))}
    tree.judge(found, DATES)


def test_booleans_ask() -> None:
    found = {
        name: "a yes or no that does not ask"
        for name, _ in _columns(Boolean)
        if not ASKS.match(name.partition(".")[2])
    }
    tree.judge(found, YES_OR_NO)


def test_the_rules_notice() -> None:
    for name in ("utils", "text_utils", "base", "base_view", "ticket_service"):
        assert EMPTY_WORDS.search(name)
    for name in ("database", "based_on", "commonwealth", "reused"):
        assert not EMPTY_WORDS.search(name)


def _columns(kind: type[TypeEngine[Any]]) -> Iterator[tuple[str, Column[Any]]]:
    """Columns of this kind as `table.column`; those that every table may have as `*.column`."""
    assert wsgi.PACKAGES, "all models are imported with the application"
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, kind):
                shared = f"*.{column.name}"
                yield (shared if shared in TIMES else f"{table.name}.{column.name}"), column


def _has_zone(column: Column[Any]) -> bool:
    return isinstance(column.type, DateTime) and bool(column.type.timezone)
