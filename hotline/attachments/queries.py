"""Reading a ticket's files: the list, one by its key, what a citizen may have."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, String, Subquery, cast, func, literal, select, union_all

from hotline.attachments.models import Attachment
from hotline.attachments.rules import Source
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import Verb


def of_tickets(ticket_ids: Iterable[int]) -> Sequence[Attachment]:
    """All files of these tickets, the oldest first."""
    wanted = select(Attachment).where(Attachment.ticket_id.in_(list(ticket_ids)))
    return db.session.scalars(wanted.order_by(Attachment.id)).all()


def with_names(ticket_ids: Iterable[int]) -> list[tuple[int, Attachment, str | None]]:
    """Ticket → its files, and those of the whole that it is a part of; one statement.

    Each with the name of the member of staff who added it.
    """
    adder = Attachment.added_by == literal("staff:") + cast(Staff.id, String)
    owners = _owners(list(ticket_ids))
    wanted = (
        select(owners.c.shown, Attachment, Staff.name)
        .join(Attachment, Attachment.ticket_id == owners.c.owner)
        .outerjoin(Staff, adder)
    )
    rows = db.session.execute(wanted.order_by(Attachment.id))
    return [(shown, one, name) for shown, one, name in rows]


def by_key(ticket_id: int, key: str) -> Attachment | None:
    """One file of the ticket, or of the whole that it is a part of."""
    owners = select(_owners([ticket_id]).c.owner)
    wanted = select(Attachment).where(Attachment.ticket_id.in_(owners), Attachment.key == key)
    return db.session.scalars(wanted).one_or_none()


def for_citizen(ticket_id: int) -> Sequence[Attachment]:
    """The citizen's own files, and those of progress reports and accepted replies."""
    wanted = select(Attachment).where(Attachment.ticket_id == ticket_id, _is_citizens())
    return db.session.scalars(wanted.order_by(Attachment.id)).all()


def one_for_citizen(ticket_id: int, key: str) -> Attachment | None:
    """One file, if the citizen may have it."""
    wanted = select(Attachment).where(
        Attachment.ticket_id == ticket_id, Attachment.key == key, _is_citizens()
    )
    return db.session.scalars(wanted).one_or_none()


def weight(ticket_id: int) -> tuple[int, int]:
    """How many files the ticket has, and their bytes."""
    sums = select(func.count(), func.coalesce(func.sum(Attachment.size), 0))
    count, size = db.session.execute(sums.where(Attachment.ticket_id == ticket_id)).one()
    return count, size


def known_names(names: Iterable[str]) -> set[str]:
    """Which of these names in the storage belong to a row."""
    wanted = list(names)
    rows = db.session.execute(
        select(Attachment.stored_as, Attachment.thumbnail_as).where(
            Attachment.stored_as.in_(wanted) | Attachment.thumbnail_as.in_(wanted)
        )
    )
    return {name for row in rows for name in row if name}


def _owners(ticket_ids: list[int]) -> Subquery:
    """Whose files are shown with each of these tickets."""
    return union_all(
        select(Ticket.id.label("shown"), Ticket.id.label("owner")).where(Ticket.id.in_(ticket_ids)),
        select(TicketPart.part_id, TicketPart.parent_id).where(TicketPart.part_id.in_(ticket_ids)),
    ).subquery("owners")


def _is_citizens() -> ColumnElement[bool]:
    accepted = TicketEvent.facts["reply_seq"].as_integer()
    replies = select(accepted).where(
        TicketEvent.ticket_id == Attachment.ticket_id, TicketEvent.kind == Verb.ACCEPT.value
    )
    reports = select(TicketEvent.seq).where(
        TicketEvent.ticket_id == Attachment.ticket_id, TicketEvent.kind == Verb.PROGRESS.value
    )
    return (Attachment.source == Source.CITIZEN) | (
        (Attachment.source == Source.UNIT)
        & (Attachment.of_seq.in_(replies) | Attachment.of_seq.in_(reports))
    )
