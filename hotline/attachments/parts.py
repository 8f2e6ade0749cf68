"""What this room adds to a ticket: its files, as this viewer may have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from pydantic import TypeAdapter

from hotline import access
from hotline.access import Permission, Viewer
from hotline.attachments import queries, rules
from hotline.attachments.models import Attachment
from hotline.attachments.rules import Kind, Source
from hotline.tickets.parts import Part
from hotline.tickets.states import Verb
from hotline.tickets.story import Told
from hotline.tickets.view import TicketView
from hotline.words import N_


@dataclass(frozen=True)
class AttachmentView:
    """One file as it is shown; `of_seq` is the event it came with."""

    key: str
    name: str
    kind: Kind
    source: Source
    size: int
    width: int | None
    height: int | None
    sha256: str
    is_for_unit: bool
    of_seq: int | None
    added_by: str
    added_by_name: str | None
    added_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at in the page."""
        return self.width is not None

    @property
    def is_from_citizen(self) -> bool:
        """Whether the citizen gave it."""
        return self.source is Source.CITIZEN


def load(views: Sequence[TicketView], viewer: Viewer) -> Mapping[int, list[AttachmentView]]:
    """The files of these tickets that the viewer may have, the oldest first.

    A part shows those of the whole as well, under the same rule.
    """
    seen = {one.id: one for one in views}
    found: dict[int, list[AttachmentView]] = {}
    for ticket_id, one, name in queries.with_names(seen):
        if may_have(one, viewer, is_confidential=seen[ticket_id].is_confidential):
            found.setdefault(ticket_id, []).append(view_of(one, name))
    return found


def shown(ticket: TicketView) -> list[AttachmentView]:
    """The files of one ticket that the viewer of this request may have."""
    return load([ticket], access.current()).get(ticket.id, [])


def of_unit(ticket: TicketView) -> list[AttachmentView]:
    """The files that units gave to this ticket and that may go with a reply once more."""
    rows = queries.of_tickets([ticket.id])
    return [view_of(one) for one in rows if one.source is Source.UNIT]


def may_have(one: Attachment, viewer: Viewer, *, is_confidential: bool) -> bool:
    """Whether the viewer, who sees the ticket, may have this file of it."""
    return rules.is_for(
        one.source,
        is_for_unit=one.is_for_unit,
        is_confidential=is_confidential,
        sees_person=viewer.may(Permission.UNMASK),
    )


def view_of(one: Attachment, added_by_name: str | None = None) -> AttachmentView:
    """The row as it is shown."""
    return AttachmentView(
        key=one.key,
        name=one.name,
        kind=one.kind,
        source=one.source,
        size=one.size,
        width=one.width,
        height=one.height,
        sha256=bytes(one.digest).hex(),
        is_for_unit=one.is_for_unit,
        of_seq=one.of_seq,
        added_by=one.added_by,
        added_by_name=added_by_name,
        added_at=one.added_at,
    )


def told(views: list[AttachmentView]) -> list[Told]:
    """The names of files, for the events at which they were added."""
    together: dict[datetime, list[str]] = {}
    for one in views:
        together.setdefault(one.added_at, []).append(one.name)
    return [
        Told(at, "", "", "", "", is_strong=False, lines=(_named(names),), completes=Verb.ATTACH)
        for at, names in together.items()
    ]


def _named(names: list[str]) -> str:
    listed = gettext(", ").join(names)
    many = gettext("%(n)s files: %(names)s", n=len(names), names=listed)
    return str(many if names[1:] else listed)


def dumped(views: list[AttachmentView]) -> list[dict[str, Any]]:
    """The views as JSON."""
    written: list[dict[str, Any]] = TypeAdapter(list[AttachmentView]).dump_python(
        views, mode="json"
    )
    return written


PARTS = [
    Part(
        "attachments",
        N_("Files"),
        list[AttachmentView],
        load,
        "attachments/_files.html",
        tells=told,
    )
]
