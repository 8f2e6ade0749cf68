"""The tickets of a list as rows of a file: what stands in it, and for whom.

Decided here: the columns, that a phone number stays masked and a confidential person away, and
that no cell acts as a formula. The rows are read a few hundred at a time, by the list's own order
and its own predicate of what the viewer may see, so that memory stays flat.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext

from hotline.access import Viewer
from hotline.labels import msgid
from hotline.templating import exact
from hotline.tickets import lists
from hotline.tickets.list_forms import ListForm
from hotline.tickets.view import TicketView
from hotline.words import N_

MOST_ROWS = 50_000
AT_ONCE = 200
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")
HEADS = (
    N_("Number"),
    N_("Received at"),
    N_("Channel"),
    N_("Type"),
    N_("Category"),
    N_("Urgency"),
    N_("State"),
    N_("Round"),
    N_("Unit"),
    N_("Limit"),
    N_("Lamp"),
    N_("Closed at"),
    N_("District"),
    N_("Place"),
    N_("Title"),
    N_("What it is about"),
    N_("Citizen"),
    N_("Phone"),
    N_("Other system"),
    N_("Number there"),
)


def heads() -> list[str]:
    """The first row, in the viewer's language."""
    return [str(gettext(head)) for head in HEADS]


def rows(viewer: Viewer, wanted: ListForm, districts: Mapping[str, str]) -> Iterator[list[str]]:
    """The tickets of the list, at most fifty thousand and one, each as its cells."""
    cursor, read = None, 0
    while read <= MOST_ROWS:
        chosen = wanted.model_copy(update={"limit": AT_ONCE, "cursor": cursor})
        page = lists.found(viewer, chosen)
        for one in page.items:
            yield [safe(cell) for cell in _cells(viewer, one, districts)]
        read, cursor = read + len(page.items), page.next
        if cursor is None:
            return


def safe(cell: str) -> str:
    """The text as a spreadsheet shows it: nothing in it is taken for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(viewer: Viewer, one: TicketView, districts: Mapping[str, str]) -> list[str]:
    person = None if one.is_confidential else one.person
    return [
        one.number,
        exact(one.received_at),
        _word("channel", one.channel),
        _word("request_type", one.request_type),
        one.category_name or "",
        _word("urgency", one.urgency),
        _word("state", one.state),
        str(one.round),
        one.lead_name or "",
        exact(one.due_at),
        _word("lamp", one.lamp) if one.due_at else "",
        exact(one.closed_at),
        districts.get(one.district_code or "", ""),
        one.place,
        one.title,
        one.body,
        (person.name or "") if person else "",
        (person.phone or "") if person else "",
        (one.upstream_system or "") if viewer.is_hotline else "",
        (one.upstream_number or "") if viewer.is_hotline else "",
    ]


def _word(group: str, code: Any) -> str:
    return str(gettext(msgid(group, code))) if code else ""
