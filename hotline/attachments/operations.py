"""Adding files to a ticket, marking them for the unit, and sweeping up what belongs to nobody.

Decided here: how much a ticket may hold, and that the history vouches for each file by its
digest. The files are on disk before the caller's transaction commits; a crash between leaves
files without a row, which nobody can reach and the sweep removes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update

from hotline import audit, crypto
from hotline.attachments import queries, rules, storage
from hotline.attachments.models import Attachment
from hotline.attachments.rules import Source
from hotline.attachments.uploads import FIELD, Upload
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.tickets.acting import Acting
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb
from hotline.words import N_

CITIZEN = "citizen"
KEPT_WITHOUT_ROW = timedelta(hours=24)
Owner = Callable[[Iterable[str]], set[str]]
"""Which of these names in the storage belong to a row of a room."""


def take(
    ticket: Ticket,
    uploads: Sequence[Upload],
    *,
    by: str,
    now: datetime,
    of: int | None = None,
    source: Source | None = None,
    is_for_unit: bool = False,
) -> list[Attachment]:
    """Add checked files to the ticket, whose row the caller has locked.

    `of` is the seq of the event they came with. Without `source` the citizen's are the citizen's
    and all others the hotline's. Raises Invalid when the ticket would hold too much.
    """
    if not uploads:
        return []
    _bound(ticket, uploads)
    source = source or (Source.CITIZEN if by == CITIZEN else Source.HOTLINE)
    made = [_stored(ticket, one) for one in uploads]
    for row in made:
        row.of_seq, row.source, row.is_for_unit = of, source, is_for_unit
        row.added_by, row.added_at = by, now
    db.session.add_all(made)
    facts = {"files": [one.digest for one in uploads], "source": source.value, "of": of}
    advance(ticket, Verb.ATTACH, by=by, now=now, facts=facts)
    return made


def take_by(
    how: Acting,
    ticket: Ticket,
    uploads: Sequence[Upload],
    *,
    of: int | None = None,
    is_for_unit: bool = False,
) -> list[Attachment]:
    """The same for whoever acts: a unit's files are the unit's.

    A unit adds nothing to a ticket that is over. Raises Refused.
    """
    source = None
    if how.viewer is not None and not how.viewer.is_hotline:
        source = Source.UNIT
        if uploads and ticket.closed_at is not None:
            raise Refused("ticket_over", "The ticket is over; a unit can add no files any more.")
    return take(
        ticket, uploads, by=how.by, now=how.now, of=of, source=source, is_for_unit=is_for_unit
    )


def put_with(ticket: Ticket, keys: Iterable[str], *, of: int) -> None:
    """Let files that the unit added before go with an event of its own, such as its reply.

    Raises Invalid for a key that is not a file of a unit on this ticket.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return
    known = {one.key: one for one in queries.of_tickets([ticket.id]) if one.source is Source.UNIT}
    if not set(wanted) <= set(known):
        raise Invalid(
            "unknown_attachment",
            "There is no such file of your unit on this ticket.",
            field="attachments",
        )
    for key in wanted:
        known[key].of_seq = of


def pass_on(ticket_id: int, before: int, *, of: int) -> None:
    """Let the files that came with one event go with another of the same ticket instead."""
    db.session.execute(
        update(Attachment)
        .where(Attachment.ticket_id == ticket_id, Attachment.of_seq == before)
        .values(of_seq=of)
        .execution_options(synchronize_session="fetch")
    )


def mark(ticket: Ticket, key: str, how: Acting, *, is_for_unit: bool) -> None:
    """Let the unit of a confidential ticket see a file, or no longer. Raises NotFound."""
    found = queries.by_key(ticket.id, key)
    if found is None:
        raise NotFound("no_attachment", "There is no such file here.")
    found.is_for_unit = is_for_unit
    kind = "attachment_shown_to_unit" if is_for_unit else "attachment_kept_from_unit"
    audit.record(how.by, kind, f"ticket:{ticket.id}", at=how.now, attachment=found.id)


def sweep(now: datetime, owners: Iterable[Owner] = ()) -> int:
    """Remove files that are older than a day and belong to no row; answers how many.

    `owners` are the rooms above that keep files of their own in the same place.
    """
    old = {path.name: path for path in storage.older_than(now - KEPT_WITHOUT_ROW)}
    known = queries.known_names(old).union(*(owned(old) for owned in owners))
    gone = [path for name, path in old.items() if name not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _bound(ticket: Ticket, uploads: Sequence[Upload]) -> None:
    count, size = queries.weight(ticket.id)
    is_many = count + len(uploads) > rules.MOST_OF_A_TICKET
    if is_many or size + sum(len(one.content) for one in uploads) > rules.LARGEST_OF_A_TICKET:
        raise Invalid(
            "ticket_full",
            N_("A ticket holds at most %(files)s files of together %(most)s MB."),
            field=FIELD,
            values={
                "files": rules.MOST_OF_A_TICKET,
                "most": rules.LARGEST_OF_A_TICKET // rules.MEGABYTE,
            },
        )


def _stored(ticket: Ticket, one: Upload) -> Attachment:
    key = crypto.new_token()
    name, thumbnail_as = storage.keep(one.digest, key, one.content, one.thumbnail)
    return Attachment(
        ticket_id=ticket.id,
        key=key,
        kind=one.kind,
        name=one.name,
        size=len(one.content),
        digest=bytes.fromhex(one.digest),
        width=one.width,
        height=one.height,
        stored_as=name,
        thumbnail_as=thumbnail_as,
    )
