"""What a unit must still know of its citizen: asked in one go, answered once.

Decided here: at most one question is open; what the citizen adds meanwhile answers it. Where the
unit may not know the citizen's words, or no text reaches them, somebody of the hotline asks and
writes the answer for the unit.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import states
from hotline.tickets.desk_models import UnitQuestion
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import State, Verb


def open_of(ticket_id: int) -> UnitQuestion | None:
    """The question that waits for its answer."""
    return db.session.scalars(
        select(UnitQuestion).where(
            UnitQuestion.ticket_id == ticket_id, UnitQuestion.ended_at.is_(None)
        )
    ).one_or_none()


def ask(
    ticket: Ticket,
    unit_id: int,
    text: str,
    *,
    since: datetime,
    is_by_hotline: bool,
    by: str,
    now: datetime,
) -> UnitQuestion:
    """Ask the citizen all that is missing; the unit has had it `since`.

    Raises WrongState, Refused while a question of this handling is open.
    """
    states.move(ticket.state, Verb.ASK)
    known = open_of(ticket.id)
    if known is not None and known.unit_id == unit_id and known.asked_at >= since:
        raise Refused(
            "asked_already",
            "Your question is still open: wait for the answer, then ask what is left in one go.",
            field="questions",
        )
    if known is not None:
        known.ended_at = now
        db.session.flush()
    facts: dict[str, Any] = {"is_by_hotline": True} if is_by_hotline else {}
    advance(ticket, Verb.ASK, by=by, now=now, facts=facts, words=text)
    made = UnitQuestion(
        ticket_id=ticket.id,
        unit_id=unit_id,
        seq=ticket.last_seq,
        is_by_hotline=is_by_hotline,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def supplement_facts(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What a supplement that comes now answers; the question that it answers is over."""
    known = open_of(ticket.id) if ticket.state is State.IN_PROGRESS else None
    is_private = ticket.is_confidential or (
        ticket.request_type is RequestType.REPORT and known is not None and known.is_by_hotline
    )
    if known is None or is_private:
        return {}
    return end(known, ticket.last_seq + 1, now)


def end(question: UnitQuestion, answer_seq: int, now: datetime) -> dict[str, Any]:
    """The question is answered by this event; what the event says of it."""
    question.answer_seq, question.ended_at = answer_seq, now
    return {"answers": question.seq, "is_answer": True}
