"""Emergency services beside a ticket: called in, accepting, or taking the matter over.

Decided here: a service may be called in to any open ticket, each once at a time; until it accepts,
somebody of the hotline asks after half an hour (the acceptance clock). A matter that is still to
be sorted is over once every service called in has accepted or won't come, and one has accepted;
one that goes its way to a unit goes on.
Source: the hotline's rules on emergencies.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.desk_models import ServiceCall
from hotline.tickets.kinds import Service
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb


@dataclass(frozen=True)
class Called:
    """Which service was rung, whether all three spoke, and what was said by whom."""

    service: Service
    note: str = ""
    is_three_way: bool = False


@dataclass(frozen=True)
class Accepted:
    """Who at the service took it over, under which number of theirs."""

    service: Service
    accepted_by: str
    their_number: str = ""


def call_in(ticket: Ticket, called: Called, *, by: str, now: datetime, book: Rulebook) -> None:
    """Call a service in; the ticket goes on, the acceptance is asked for later.

    Raises WrongState when it is over, Refused while this service is waited for already.
    """
    states.move(ticket.state, Verb.CALL_SERVICE)
    awaited = waiting(ticket.id)
    if any(one.service is called.service for one in awaited):
        raise Refused(
            "called_already",
            "This service is called in already: write down who accepted it, or that it won't come.",
            field="service",
        )
    _forget(ticket, [one.id for one in awaited], now)
    facts: dict[str, Any] = {"service": called.service.value}
    if called.is_three_way:
        facts["is_three_way"] = True
    advance(ticket, Verb.CALL_SERVICE, by=by, now=now, facts=facts, words=called.note or None)
    db.session.add(
        ServiceCall(
            ticket_id=ticket.id,
            service=called.service,
            seq=ticket.last_seq,
            is_three_way=called.is_three_way,
            called_at=now,
            called_by=by,
        )
    )
    if timing.running(ticket.id, Clock.ACCEPTANCE) is None:
        due = clocks.due_at(Clock.ACCEPTANCE, now, ticket.urgency, book.calendar, rules=book.clocks)
        timing.start(ticket, Clock.ACCEPTANCE, due, at=now, book=book)


def accept(ticket: Ticket, accepted: Accepted, *, by: str, now: datetime) -> None:
    """A service has accepted it: what is still to be sorted ends with the last that is waited for.

    Raises WrongState when the ticket is over, Invalid without the name of who accepted.
    """
    others = [one for one in waiting(ticket.id) if one.service is not accepted.service]
    is_end = ticket.state is State.RECEIVED and not others
    is_end = is_end or ticket.state is State.TRANSFERRED
    verb = Verb.TRANSFER if is_end else Verb.SERVICE_ACCEPTS
    states.move(ticket.state, verb)
    if not accepted.accepted_by:
        raise Invalid(
            "not_accepted",
            "Write down who at the service accepted it; until then it stays open here.",
            field="accepted_by",
        )
    facts = {"service": accepted.service.value, "their_number": accepted.their_number}
    advance(ticket, verb, by=by, now=now, facts=facts, words=accepted.accepted_by)
    values = {
        "accepted_at": now,
        "ended_at": now,
        "acceptance_seq": ticket.last_seq,
        "their_number": accepted.their_number,
    }
    if not _end(ticket, accepted.service, **values):
        db.session.add(
            ServiceCall(
                ticket_id=ticket.id,
                service=accepted.service,
                seq=ticket.last_seq,
                called_at=now,
                called_by=by,
                **values,
            )
        )
    _settle(ticket, now)


def decline(ticket: Ticket, service: Service, reason: str, *, by: str, now: datetime) -> None:
    """The service won't come: nobody waits for it any more, the ticket goes on.

    Unless it was the last to be heard of and another has accepted: then that one has it. Raises
    Invalid when this service is not waited for.
    """
    if not _end(ticket, service, ended_at=now):
        raise Invalid(
            "not_called",
            "This service is not waited for here: call it in first.",
            field="service",
        )
    facts = {"service": service.value, "is_declined": True}
    advance(ticket, Verb.NOTE, by=by, now=now, facts=facts, words=reason)
    taken = _accepted(ticket.id)
    if taken is not None and ticket.state is State.RECEIVED and not waiting(ticket.id):
        facts = {"service": taken.service.value, "their_number": taken.their_number}
        advance(ticket, Verb.TRANSFER, by=by, now=now, facts=facts)
    _settle(ticket, now)


def waiting(ticket_id: int) -> list[ServiceCall]:
    """The services that were called in and have not accepted yet.

    Only while the clock of acceptance runs: once the ticket was over, nobody waits any more, be
    it taken up again or not.
    """
    return list(
        db.session.scalars(
            select(ServiceCall)
            .join(ClockRow, and_(*is_asked_for()))
            .where(ServiceCall.ticket_id == ticket_id, ServiceCall.ended_at.is_(None))
            .order_by(ServiceCall.id)
        )
    )


def is_asked_for() -> tuple[ColumnElement[bool], ...]:
    """The clock of acceptance runs, and did when the service was called in."""
    return (
        ClockRow.ticket_id == ServiceCall.ticket_id,
        ClockRow.kind == Clock.ACCEPTANCE,
        ClockRow.stopped_at.is_(None),
        ClockRow.started_at <= ServiceCall.called_at,
    )


def _forget(ticket: Ticket, awaited: list[int], now: datetime) -> None:
    """End what is left of calls before the ticket was over once: nobody waits for those."""
    db.session.execute(
        update(ServiceCall)
        .where(
            ServiceCall.ticket_id == ticket.id,
            ServiceCall.ended_at.is_(None),
            ServiceCall.id.not_in(awaited),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def _accepted(ticket_id: int) -> ServiceCall | None:
    """The first service that has accepted it."""
    found = select(ServiceCall).where(
        ServiceCall.ticket_id == ticket_id, ServiceCall.accepted_at.is_not(None)
    )
    return db.session.scalars(found.order_by(ServiceCall.id)).first()


def _end(ticket: Ticket, service: Service, **values: Any) -> bool:
    """Wait no longer for this service; whether anybody did."""
    ended = db.session.execute(
        update(ServiceCall)
        .where(
            ServiceCall.ticket_id == ticket.id,
            ServiceCall.service == service,
            ServiceCall.ended_at.is_(None),
        )
        .values(**values)
        .returning(ServiceCall.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


def _settle(ticket: Ticket, now: datetime) -> None:
    """Stop the acceptance clock with the last service that was waited for; of all, once over."""
    if ticket.closed_at is not None:
        _forget(ticket, [], now)
    elif not waiting(ticket.id):
        timing.stop(ticket, [Clock.ACCEPTANCE], at=now)
