"""The directory that sorting stands on: the subject tree and the request types, from rows.

Decided here: what a row of categories.csv and request_types.csv must hold, and that loading
again changes what is there and takes nothing away. Not here: which unit takes a category
(dispatch), what a limit means and what compressing makes of it (`limits`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hotline import audit
from hotline.errors import Invalid, NotFound
from hotline.extensions import db
from hotline.tickets import queries
from hotline.tickets.kinds import CallbackRule, RequestType, Urgency
from hotline.tickets.models import Category, RequestTypeRule

Row = Mapping[str, str]


def load_categories(rows: Iterable[Row]) -> int:
    """Add or change the nodes of the subject tree by code; answers how many rows there were.

    A node with a route is a leaf. Raises Invalid naming the code of a row that can't be taken:
    no name, an unknown parent or urgency, a limit that is no whole number above 0.
    """
    given = list(rows)
    known = set(db.session.scalars(select(Category.code))) | {row["code"] for row in given}
    values = [_category(row, place, known) for place, row in enumerate(given, 1)]
    for layer in _layers(values):
        _upsert(Category, layer, "code")
    return len(given)


def load_request_types(rows: Iterable[Row]) -> int:
    """Add or change the request types' limits and callback rules; answers how many rows.

    Raises Invalid naming the code of a row that can't be taken.
    """
    values = [_request_type(row) for row in rows]
    _upsert(RequestTypeRule, values, "code")
    return len(values)


def compress(code: str, *, is_on: bool, by: str, now: datetime) -> Category:
    """Compress the limits of a leaf (四办四清单), or no longer; what runs already stays as it is.

    Raises NotFound.
    """
    leaf = db.session.get(Category, code)
    if leaf is None or not leaf.is_leaf:
        raise NotFound("unknown_category", "There is no such category.", field="category")
    if leaf.is_compressed is not is_on:
        leaf.is_compressed = is_on
        kind = "limits_compressed" if is_on else "limits_restored"
        audit.record(by, kind, f"category:{code}", at=now, category=leaf.name)
        queries.forget_rulebook()
    return leaf


def _category(row: Row, place: int, known: set[str]) -> dict[str, Any]:
    parent = row["parent"] or None
    if not row["code"] or not row["name"] or parent == row["code"] or parent not in {*known, None}:
        raise _bad(row)
    if row["urgency"] not in {"", *Urgency}:
        raise _bad(row)
    return {
        "code": row["code"],
        "parent_code": parent,
        "name": row["name"],
        "is_leaf": bool(row["route"]),
        "limit_working_days": _limit(row, "limit_working_days"),
        "limit_hours": _limit(row, "limit_hours"),
        "urgency": Urgency(row["urgency"] or Urgency.NORMAL),
        "is_confidential": row["confidential"] == "Y",
        "transfer": row["transfer"],
        "keywords": row["keywords"],
        "position": place,
    }


def _request_type(row: Row) -> dict[str, Any]:
    limit = _limit(row, "limit_working_days")
    if row["code"] not in set(RequestType) or row["callback"] not in set(CallbackRule):
        raise _bad(row)
    if limit is None:
        raise _bad(row)
    return {
        "code": RequestType(row["code"]),
        "limit_working_days": limit,
        "callback": CallbackRule(row["callback"]),
    }


def _limit(row: Row, column: str) -> int | None:
    text = row[column]
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise _bad(row)
    return int(text)


def _layers(values: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Parents before their children, because the foreign key is checked row by row."""
    waiting = {one["code"]: one for one in values}
    while waiting:
        layer = [one for one in waiting.values() if one["parent_code"] not in waiting]
        if not layer:
            raise _bad(next(iter(waiting.values())))
        yield layer
        for one in layer:
            del waiting[one["code"]]


def _upsert(model: type[Any], values: list[dict[str, Any]], key: str) -> None:
    if not values:
        return
    row = insert(model)
    changed = {name: row.excluded[name] for name in values[0] if name != key}
    db.session.execute(row.on_conflict_do_update(index_elements=[key], set_=changed), values)


def _bad(row: Mapping[str, Any]) -> Invalid:
    return Invalid(
        "bad_row",
        "Row %(code)s can't be taken: code, name, parent, urgency and limits must fit.",
        field="code",
        values={"code": row.get("code", "")},
    )
