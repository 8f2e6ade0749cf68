"""The routes of an objection to a refusal, and what the ticket's page tells of it.

The citizen objects with number and code, or somebody of the hotline writes it down for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import aliased

from hotline import access
from hotline.access import Permission, Viewer
from hotline.extensions import db, limiter
from hotline.fields import Form
from hotline.tickets import citizen_steps, objecting
from hotline.tickets.acting import Acting, by_api, on_page
from hotline.tickets.desk_models import Objection
from hotline.tickets.forms import CitizenTextForm, TextForm, Words
from hotline.tickets.models import EventWords, Ticket
from hotline.tickets.objecting import Decision
from hotline.tickets.parts import Part
from hotline.tickets.states import State
from hotline.tickets.view import TicketView
from hotline.words import N_

bp = Blueprint("objections", __name__)
api_bp = APIBlueprint("objections_api", __name__, url_prefix="/api/v1", tag="Tickets")
Said = aliased(EventWords, name="objection_words")
Decided = aliased(EventWords, name="objection_decided")


class ObjectionForm(Form):
    """What a second person decides."""

    uphold: bool
    note: Words


@dataclass(frozen=True)
class ObjectionView:
    """An objection, and what came of it; `is_own_work`: the viewer may not decide on it."""

    id: int
    text: str
    objected_at: datetime
    decided_at: datetime | None
    is_upheld: bool | None
    note: str | None
    is_own_work: bool


def step(ticket: Ticket, data: TextForm | CitizenTextForm, how: Acting) -> None:
    """The citizen objects."""
    objecting.object_to(ticket, data.text, by=how.by, now=how.now, book=how.book)


def decide_step(objection_id: int, ticket: Ticket, data: ObjectionForm, how: Acting) -> None:
    """A second person decides."""
    objecting.decide(
        ticket,
        objecting.numbered(ticket, objection_id),
        Decision(data.uphold, data.note),
        by=how.by,
        now=how.now,
        book=how.book,
    )


@bp.post("/tickets/<number>/object")
@access.needs(Permission.NOTE)
def object_to(number: str) -> ResponseReturnValue:
    """Write the citizen's objection down."""
    said = N_("The objection is with a second person.")
    return on_page(number, TextForm, step, name="object", said=said)


@bp.post("/tickets/<number>/objections/<int:objection_id>")
@access.needs(Permission.REVIEW)
def decide(number: str, objection_id: int) -> ResponseReturnValue:
    """Take the matter up, or keep the refusal."""
    decided = partial(decide_step, objection_id)
    return on_page(number, ObjectionForm, decided, name="objection", said=N_("Decided."))


@api_bp.post("/tickets/<number>/appeal")
@access.public
@limiter.limit(citizen_steps.TRIES_BY_ADDRESS)
@limiter.limit(citizen_steps.TRIES_BY_NUMBER, key_func=citizen_steps.tried_number)
def appeal(number: str) -> ResponseReturnValue:
    """The citizen objects to the refusal, once; a second person looks at it."""
    return citizen_steps.by_api(number, CitizenTextForm, step)


@api_bp.post("/tickets/<number>/objections/<int:objection_id>")
@access.needs(Permission.REVIEW)
def decide_by_api(number: str, objection_id: int) -> ResponseReturnValue:
    """Uphold the objection (the matter is taken up) or keep the refusal."""
    return by_api(number, ObjectionForm, partial(decide_step, objection_id))


def shown(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its objection; units don't see it."""
    wanted = [one.id for one in tickets if one.state is State.REFUSED or one.round > 1]
    if not viewer.is_hotline or not wanted:
        return {}
    rows = db.session.execute(
        select(Objection, Said.words, Decided.words)
        .outerjoin(Said, (Said.ticket_id == Objection.ticket_id) & (Said.seq == Objection.seq))
        .outerjoin(
            Decided,
            (Decided.ticket_id == Objection.ticket_id) & (Decided.seq == Objection.decision_seq),
        )
        .where(Objection.ticket_id.in_(wanted))
    )
    return {
        one.ticket_id: [
            ObjectionView(
                id=one.id,
                text=text or "",
                objected_at=one.objected_at,
                decided_at=one.decided_at,
                is_upheld=one.is_upheld,
                note=note,
                is_own_work=viewer.actor in (one.refused_by, one.objected_by),
            )
        ]
        for one, text, note in rows
    }


PARTS = [
    Part(
        "objections",
        N_("Objection to the refusal"),
        list[ObjectionView],
        shown,
        "tickets/_objection.html",
        rows=Objection.ticket_id,
    ),
]
