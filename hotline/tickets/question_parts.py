"""What a ticket's page and API tell of a unit's questions to the citizen, and of the answers.

Of a confidential ticket the unit reads only answers that the hotline wrote for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.desk_models import UnitQuestion
from hotline.tickets.models import EventWords, TicketEvent
from hotline.tickets.parts import Part
from hotline.tickets.view import TicketView
from hotline.words import N_

Asked = aliased(EventWords, name="asked_of_citizen")
Given = aliased(EventWords, name="given_by_citizen")


@dataclass(frozen=True)
class QuestionView:
    """A question of a unit, and the answer once there is one."""

    unit: str
    unit_name: str
    text: str
    is_by_hotline: bool
    asked_at: datetime
    is_open: bool
    answer: str | None
    answered_at: datetime | None


def asked(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → the questions of its units, the newest first."""
    hidden = {one.id for one in tickets if one.is_confidential and not viewer.is_hotline}
    answered = (TicketEvent.ticket_id == UnitQuestion.ticket_id) & (
        TicketEvent.seq == UnitQuestion.answer_seq
    )
    rows = db.session.execute(
        select(UnitQuestion, Unit, Asked.words, Given.words, TicketEvent)
        .join(Unit, Unit.id == UnitQuestion.unit_id)
        .outerjoin(
            Asked,
            (Asked.ticket_id == UnitQuestion.ticket_id) & (Asked.seq == UnitQuestion.seq),
        )
        .outerjoin(
            Given,
            (Given.ticket_id == UnitQuestion.ticket_id) & (Given.seq == UnitQuestion.answer_seq),
        )
        .outerjoin(TicketEvent, answered)
        .where(UnitQuestion.ticket_id.in_([one.id for one in tickets]))
        .order_by(UnitQuestion.id.desc())
    )
    found: dict[int, list[QuestionView]] = {}
    for question, unit, text, answer, event in rows:
        is_readable = question.ticket_id not in hidden or bool(
            event and event.facts.get("is_for_unit")
        )
        found.setdefault(question.ticket_id, []).append(
            QuestionView(
                unit=unit.code,
                unit_name=unit.name,
                text=text or "",
                is_by_hotline=question.is_by_hotline,
                asked_at=question.asked_at,
                is_open=question.ended_at is None,
                answer=answer if is_readable else None,
                answered_at=event.at if event else None,
            )
        )
    return found


PARTS = [
    Part(
        "questions",
        N_("Questions to the citizen"),
        list[QuestionView],
        asked,
        "tickets/_questions.html",
        rows=UnitQuestion.ticket_id,
    ),
]
