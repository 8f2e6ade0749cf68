"""The search page: every filter, what it finds, and how to go on from there."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hotline import access, fields
from hotline.errors import Refused
from hotline.tickets import lists
from hotline.tickets.highlight import Highlight
from hotline.tickets.left import left_of
from hotline.tickets.list_forms import ListForm

FIRST = ("q", "state", "urgency", "received")
MORE = (
    "unit",
    "category",
    "request_type",
    "channel",
    "district",
    "lamp",
    "overdue",
    "ended",
    "redone",
    "confidential",
    "created_from",
    "created_to",
    "order",
)
WITHIN_A_UNIT = frozenset({"unit", "confidential"})
"""Filters that say nothing to those who see one unit's tickets only."""


def page() -> ResponseReturnValue:
    """What the filters find. A filter or cursor made up by hand is shown as such, with a 400."""
    viewer = access.current()
    filters = fields.PageForm(ListForm, request.args)
    found, status = None, 200 if filters.data is not None else lists.BadFilter.status
    if filters.data is not None:
        try:
            found = lists.found(viewer, filters.data)
        except Refused as error:
            status = filters.refuse(error)
    return render_template(
        "tickets/search.html",
        filters=filters,
        first=FIRST,
        more=[one for one in MORE if viewer.is_hotline or one not in WITHIN_A_UNIT],
        **_shown(found, filters.data),
    ), status


def _shown(found: lists.Page | None, wanted: ListForm | None) -> dict[str, Any]:
    if found is None or wanted is None:
        return {"found": None}
    given = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return {
        "found": found,
        "left": left_of(found.items),
        "words": Highlight(wanted.q),
        "given": given,
        "next": given | {"cursor": found.next} if found.next else None,
        "is_first": not wanted.cursor,
    }
