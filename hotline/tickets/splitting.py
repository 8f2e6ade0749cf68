"""A ticket of several matters becomes parts, each a ticket of its own of the same citizen.

Decided here: what a part has from the whole (citizen, channel, place, secrecy, the upstream's
limit), that the whole waits without a unit until all parts are done, and that what the citizen
adds to the whole reaches the open parts. Not here: how many parts (`splitting_rules`), to which
unit each goes (dispatch).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import splitting_rules
from hotline.tickets.intake import Matter, Place, intake
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.split_models import TicketPart
from hotline.tickets.splitting_rules import Whole
from hotline.tickets.states import FINAL, State, Verb

SYSTEM, CITIZEN = "system", "citizen"


@dataclass(frozen=True)
class PartMatter:
    """One matter of several: what it is about, and of which kind."""

    title: str
    body: str
    request_type: RequestType
    category: str
    urgency: Urgency | None = None


def split(
    ticket: Ticket, matters: Sequence[PartMatter], *, by: str, now: datetime, book: Rulebook
) -> list[Ticket]:
    """pending_dispatch → in_progress without a unit; the parts wait for dispatch.

    Raises WrongState, Refused, Invalid: see `splitting_rules.check`.
    """
    splitting_rules.check(_whole(ticket), len(matters))
    texts = db.session.get_one(TicketText, ticket.id)
    place = Place(texts.place, ticket.district_code, texts.lat, texts.lng)
    parts = [_part(ticket, one, place, by=by, now=now, book=book) for one in matters]
    db.session.flush()
    db.session.execute(
        update(TicketText)
        .where(TicketText.ticket_id.in_([one.id for one in parts]))
        .values(reporter=texts.reporter)
        .execution_options(synchronize_session=False)
    )
    db.session.add_all(
        TicketPart(part_id=one.id, parent_id=ticket.id, position=place_)
        for place_, one in enumerate(parts, 1)
    )
    facts = {"parts": [one.number for one in parts]}
    advance(ticket, Verb.SPLIT, by=by, now=now, facts=facts)
    return parts


def is_split(ticket_id: int) -> bool:
    """Whether it has parts."""
    return bool(db.session.scalar(select(exists().where(TicketPart.parent_id == ticket_id))))


def parent_id_of(part_id: int) -> int | None:
    """The id of the ticket that this one was split off."""
    return db.session.scalar(select(TicketPart.parent_id).where(TicketPart.part_id == part_id))


def parent_of(number: str) -> str | None:
    """The number of the ticket that the one of this number was split off."""
    part, parent = aliased(Ticket), aliased(Ticket)
    return db.session.scalar(
        select(parent.number)
        .join(TicketPart, TicketPart.parent_id == parent.id)
        .join(part, part.id == TicketPart.part_id)
        .where(part.number == number)
    )


def open_parts(parent_id: int) -> Sequence[Ticket]:
    """The parts that are not over, locked, in id order."""
    mine = select(TicketPart.part_id).where(TicketPart.parent_id == parent_id)
    return db.session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(mine), Ticket.state.not_in(FINAL))
        .order_by(Ticket.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def finish(parent: Ticket, *, now: datetime) -> bool:
    """Close the whole once all its parts are done; whether it did."""
    if parent.state is not State.IN_PROGRESS:
        return False
    lead = aliased(Ticket)
    states = db.session.execute(
        select(Ticket.state, lead.state)
        .join(TicketPart, TicketPart.part_id == Ticket.id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .where(TicketPart.parent_id == parent.id)
    ).all()
    if not states or not all(splitting_rules.is_done(own, of_lead) for own, of_lead in states):
        return False
    facts = {"closed_parts": len(states)}
    advance(parent, Verb.PARTS_DONE, by=SYSTEM, now=now, facts=facts)
    return True


def withdraw_parts(parent: Ticket, words: str | None, *, now: datetime) -> None:
    """The citizen took the whole back: so end the open parts that may end so."""
    for part in open_parts(parent.id):
        if splitting_rules.may_be_withdrawn(part.state, part.request_type, part.urgency):
            facts = {"part_of": parent.number}
            advance(part, Verb.WITHDRAW, by=CITIZEN, now=now, facts=facts, words=words)


def pass_on(parent: Ticket, words: str, *, by: str, now: datetime) -> None:
    """What the citizen adds to the whole, the units of its open parts read too."""
    for part in open_parts(parent.id):
        facts = {"part_of": parent.number}
        advance(part, Verb.SUPPLEMENT, by=by, now=now, facts=facts, words=words)


def refuse_reopening(ticket: Ticket) -> None:
    """Raise Refused for a whole: its parts are taken up again, each by itself."""
    if is_split(ticket.id):
        raise Refused(
            "is_split", "It was split: take up again the part that is still to be handled."
        )


def _part(
    ticket: Ticket, one: PartMatter, place: Place, *, by: str, now: datetime, book: Rulebook
) -> Ticket:
    matter = Matter(
        channel=ticket.channel,
        line=ticket.line,
        title=one.title,
        body=one.body,
        request_type=one.request_type,
        category=one.category,
        urgency=one.urgency,
        is_confidential=ticket.is_confidential,
        place=place,
        extra={"part_of": ticket.number},
    )
    part = intake(matter, by=by, now=now, book=book, may_sort=True).ticket
    part.citizen_id = ticket.citizen_id
    part.upstream_due_at = ticket.upstream_due_at
    return part


def _whole(ticket: Ticket) -> Whole:
    is_part = parent_id_of(ticket.id) is not None
    followed = exists().where(Ticket.merged_into_id == ticket.id)
    return Whole(
        state=ticket.state,
        is_part=is_part,
        is_split=is_split(ticket.id),
        has_followers=bool(db.session.scalar(select(followed))),
    )
