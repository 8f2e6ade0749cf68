"""The check of every ticket's chain, in batches, so that memory stays flat."""

from dataclasses import dataclass, field

from sqlalchemy import select

from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets.models import Ticket

BATCH = 500


@dataclass
class Report:
    """How much was checked and what is wrong, a sentence each."""

    tickets: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)


def verify_all() -> Report:
    """Check every ticket against its chain."""
    report, last_id = Report(), 0
    while True:
        batch = db.session.scalars(
            select(Ticket).where(Ticket.id > last_id).order_by(Ticket.id).limit(BATCH)
        ).all()
        if not batch:
            return report
        report.tickets += len(batch)
        report.events += sum(ticket.last_seq for ticket in batch)
        report.faults += history.verify(batch)
        last_id = batch[-1].id
        db.session.expunge_all()
