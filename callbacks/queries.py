"""Reading plans, draws and what the ticket's history says; one SELECT a function."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from callbacks.models import Answer, Attempt, DailyDraw, Plan
from callbacks.rules import Consequence, PlanState
from hotline import crypto
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.kinds import Completion, RequestType, Role
from hotline.tickets.models import Holder, Ticket, TicketEvent, TicketText
from hotline.tickets.states import Verb

OWN_WORK = (
    Verb.DISPATCH.value,
    Verb.SIGN.value,
    Verb.CONTACT.value,
    Verb.PROGRESS.value,
    Verb.ASK_RETURN.value,
    Verb.UPHOLD_RETURN.value,
    Verb.REFUSE_RETURN.value,
    Verb.REPLY.value,
    Verb.ACCEPT.value,
    Verb.SEND_BACK.value,
)
"""Who did one of these to a ticket took part in what the citizen is asked about."""


@dataclass(frozen=True)
class Accepted:
    """What the review accepted last: the unit's word on how it ended."""

    completion: Completion | None
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What a citizen with the link sees of the matter: of a private one the number alone."""

    plan: Plan
    number: str
    title: str
    unit: str


def of_round(ticket_id: int, round_: int) -> Plan | None:
    """The plan of this round as it stands now; the caller holds the ticket's lock."""
    return db.session.scalars(
        select(Plan)
        .where(
            Plan.ticket_id == ticket_id,
            Plan.round == round_,
            Plan.state != PlanState.CANCELLED,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def by_id(plan_id: int) -> Plan | None:
    """The plan as it stands now."""
    return db.session.get(Plan, plan_id, populate_existing=True)


def by_token(token: str) -> Plan | None:
    """The plan that this link belongs to."""
    digest = crypto.token_digest(token)
    return db.session.scalars(select(Plan).where(Plan.token_digest == digest)).one_or_none()


def asked(token: str) -> Asked | None:
    """What the link's page shows; None for an unknown link."""
    return _asked(Plan.token_digest == crypto.token_digest(token))


def asked_of(number: str) -> Asked | None:
    """The same for what the citizen of this ticket was asked last."""
    return _asked(and_(Ticket.number == number, Plan.expires_at.is_not(None)))


def newest_asked(ticket_id: int) -> tuple[Plan, str] | None:
    """The last plan of the ticket that was answered or is asked by text, and the number."""
    row = db.session.execute(
        select(Plan, Ticket.number)
        .join(Ticket, Ticket.id == Plan.ticket_id)
        .where(
            Plan.ticket_id == ticket_id,
            or_(Plan.answered_at.is_not(None), Plan.expires_at.is_not(None)),
            Plan.state != PlanState.CANCELLED,
        )
        .order_by(Plan.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _asked(condition: ColumnElement[bool]) -> Asked | None:
    row = db.session.execute(
        select(Plan, Ticket, TicketText.title, Unit.name)
        .join(Ticket, Ticket.id == Plan.ticket_id)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(
            Holder,
            (Holder.ticket_id == Ticket.id) & Holder.until.is_(None) & (Holder.role == Role.LEAD),
        )
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .where(condition)
        .order_by(Plan.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    plan, ticket, title, unit = row
    is_private = ticket.is_confidential or ticket.request_type is RequestType.REPORT
    return Asked(plan, ticket.number, "" if is_private else title, "" if is_private else unit or "")


def earlier(ticket_id: int, round_: int) -> Sequence[Plan]:
    """The plans of the ticket's rounds before this one."""
    return db.session.scalars(
        select(Plan).where(Plan.ticket_id == ticket_id, Plan.round < round_).order_by(Plan.id)
    ).all()


def open_plans(ticket_id: int) -> Sequence[Plan]:
    """The ticket's plans that are being asked or decided."""
    return db.session.scalars(
        select(Plan)
        .where(Plan.ticket_id == ticket_id, Plan.state == PlanState.OPEN)
        .execution_options(populate_existing=True)
    ).all()


def redone(ticket_id: int) -> int:
    """How often the ticket was done again because its citizen was dissatisfied."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(Plan)
            .where(Plan.ticket_id == ticket_id, Plan.consequence == Consequence.REDO)
        )
        or 0
    )


def calls_of(plan_id: int) -> list[datetime]:
    """When the calls of this round were made, oldest first."""
    return list(
        db.session.scalars(
            select(Attempt.at).where(Attempt.plan_id == plan_id).order_by(Attempt.id)
        )
    )


def has_words(plan_id: int) -> bool:
    """Whether the citizen wrote anything in this round."""
    found = select(Answer.id).where(Answer.plan_id == plan_id, Answer.words.is_not(None))
    return db.session.scalar(found.limit(1)) is not None


def expired(now: datetime, limit: int) -> Sequence[int]:
    """Ids of plans whose answers are to be fixed now."""
    return db.session.scalars(
        select(Plan.id)
        .where(Plan.fixed_at.is_(None), Plan.expires_at <= now)
        .order_by(Plan.expires_at, Plan.id)
        .limit(limit)
    ).all()


def held(limit: int) -> Sequence[tuple[int, int]]:
    """Ticket and plan ids of rounds that nobody has begun to ask: held by emergency mode."""
    found = db.session.execute(
        select(Plan.ticket_id, Plan.id)
        .where(
            Plan.state == PlanState.OPEN,
            Plan.is_drawn,
            Plan.next_call_at.is_(None),
            Plan.expires_at.is_(None),
            ~Plan.is_undecided,
        )
        .order_by(Plan.id)
        .limit(limit)
    )
    return [(ticket_id, plan_id) for ticket_id, plan_id in found]


def draw_of(day: date) -> DailyDraw | None:
    """The draw of a day, if anything was drawn."""
    return db.session.get(DailyDraw, day)


def accepted(ticket_id: int) -> Accepted | None:
    """The last accepted reply of the ticket."""
    row = db.session.execute(
        select(TicketEvent.facts, TicketEvent.at)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == Verb.ACCEPT.value)
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    code = row.facts.get("completion")
    return Accepted(Completion(code) if code in set(Completion) else None, row.at)


def title_of(ticket_id: int) -> str:
    """What the matter is called."""
    asked = select(TicketText.title).where(TicketText.ticket_id == ticket_id)
    return db.session.scalar(asked) or ""


def took_part(ticket_id: int, actor: str, kinds: Sequence[str] = OWN_WORK) -> bool:
    """Whether the actor handled, dispatched, replied to or reviewed the ticket."""
    found = select(TicketEvent.seq).where(
        TicketEvent.ticket_id == ticket_id,
        TicketEvent.actor == actor,
        TicketEvent.kind.in_(kinds),
    )
    return db.session.scalar(found.limit(1)) is not None
