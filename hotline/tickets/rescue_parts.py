"""What a ticket's page and API tell of the emergency services called in to it.

Of a confidential ticket a unit learns which service and when, not what was said on the phone
and not under which number that service has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from hotline.access import Viewer
from hotline.extensions import db
from hotline.tickets.desk_models import ServiceCall
from hotline.tickets.kinds import Service
from hotline.tickets.models import EventWords
from hotline.tickets.parts import Part
from hotline.tickets.rescue import is_asked_for
from hotline.tickets.view import TicketView
from hotline.words import N_

Said = aliased(EventWords, name="said_words")
Taken = aliased(EventWords, name="taken_words")


@dataclass(frozen=True)
class ServiceView:
    """A service that was called in, and whether it has accepted."""

    id: int
    service: Service
    is_three_way: bool
    note: str | None
    called_at: datetime
    accepted_at: datetime | None
    accepted_by: str | None
    their_number: str
    is_waiting: bool


def services(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → the services called in, the newest first."""
    hidden = {one.id for one in tickets if one.is_confidential and not viewer.is_hotline}
    rows = db.session.execute(
        select(ServiceCall, Said.words, Taken.words, exists().where(*is_asked_for()))
        .outerjoin(Said, (Said.ticket_id == ServiceCall.ticket_id) & (Said.seq == ServiceCall.seq))
        .outerjoin(
            Taken,
            (Taken.ticket_id == ServiceCall.ticket_id) & (Taken.seq == ServiceCall.acceptance_seq),
        )
        .where(ServiceCall.ticket_id.in_([one.id for one in tickets]))
        .order_by(ServiceCall.id.desc())
    )
    found: dict[int, list[ServiceView]] = {}
    for call, note, accepted_by, is_asked in rows:
        one = _view(call, note, accepted_by, is_waiting=call.ended_at is None and is_asked)
        if call.ticket_id in hidden:
            one = replace(one, note=None, accepted_by=None, their_number="")
        found.setdefault(call.ticket_id, []).append(one)
    return found


def _view(
    call: ServiceCall, note: str | None, accepted_by: str | None, *, is_waiting: bool
) -> ServiceView:
    return ServiceView(
        id=call.id,
        service=call.service,
        is_three_way=call.is_three_way,
        note=note if call.seq != call.acceptance_seq else None,
        called_at=call.called_at,
        accepted_at=call.accepted_at,
        accepted_by=accepted_by,
        their_number=call.their_number,
        is_waiting=is_waiting,
    )


PARTS = [
    Part(
        "services",
        N_("Emergency services"),
        list[ServiceView],
        services,
        "tickets/_services.html",
        rows=ServiceCall.ticket_id,
    ),
]
