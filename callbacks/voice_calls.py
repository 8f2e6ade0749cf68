"""Having the machine call a citizen: who may be called so, when, and by whom it is ordered.

Decided here: in the calling hours only, one call at a time of a ticket, never about reports and
confidential matters, never who wishes no contact or no such calls. Not here: the conversation
(`voice_flow`), what comes of it (`voice_hearing`). Callers hold the ticket's lock.
"""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert

from callbacks import asking, planning, queries, texting, windows
from callbacks.models import Plan
from callbacks.rules import PlanState
from callbacks.terms import Terms
from callbacks.voice_models import VoiceCall, VoiceStop
from hotline import crypto
from hotline.calls import dialling, queueing
from hotline.calls.models import Call
from hotline.calls.prompting import CHINESE
from hotline.citizens.models import Citizen
from hotline.citizens.rules import may_call
from hotline.errors import Refused
from hotline.extensions import db
from hotline.messages import texts
from hotline.messages.queries import Story
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.states import State

FLOW = "callback"


def order(ticket: Ticket, terms: Terms, *, by: str) -> VoiceCall:
    """Have the machine call this ticket's citizen now.

    Raises Refused: nobody is asked now, outside the hours, one call is under way, or this citizen
    is not called by the machine.
    """
    plan = _plan_to_call(ticket, terms)
    story = texting.story_of(ticket.number)
    number = _number_to_call(plan, story)
    _refuse_at_this_time(ticket, plan, terms)
    call = dialling.survey(
        FLOW, f"plan:{plan.id}", number, ticket_id=ticket.id, now=terms.now
    )  # fmt: skip
    language = texts.locale_for(story.body)
    if language != CHINESE:
        queueing.speak(call, language, now=terms.now)
    made = VoiceCall(plan_id=plan.id, call_id=call.id, ordered_at=terms.now, ordered_by=by)
    db.session.add(made)
    db.session.flush()
    return made


def of_call(call_id: int) -> VoiceCall | None:
    """What this call asks, as it stands now."""
    asked = select(VoiceCall).where(VoiceCall.call_id == call_id)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def ticket_id_of(found: VoiceCall) -> int:
    """The id of the ticket that this call is about."""
    return db.session.scalars(select(Plan.ticket_id).where(Plan.id == found.plan_id)).one()


def stop(call: Call, *, now: datetime) -> None:
    """The machine calls this number no more."""
    if call.phone_index is not None:
        row = insert(VoiceStop).values(phone_index=call.phone_index, call_id=call.id, at=now)
        db.session.execute(row.on_conflict_do_nothing(index_elements=["phone_index"]))


def under_way() -> int:
    """How many calls of the machine are not over."""
    asked = select(func.count()).where(VoiceCall.ended_at.is_(None))
    return int(db.session.scalars(asked).one())


def to_call_first(now: datetime, limit: int) -> list[int]:
    """Ids of tickets whose citizens are due for their first call, and may be called so."""
    is_known = exists().where(VoiceCall.plan_id == Plan.id)
    is_stopped = exists().where(VoiceStop.phone_index == Citizen.phone_index)
    asked = (
        select(Plan.ticket_id)
        .join(Ticket, Ticket.id == Plan.ticket_id)
        .join(Citizen, Citizen.id == Ticket.citizen_id)
        .where(
            Plan.state == PlanState.OPEN,
            Plan.next_call_at <= now,
            Plan.calls == 0,
            Plan.asked_at.is_(None),
            Ticket.state == State.AWAITING_CALLBACK,
            Ticket.is_confidential.is_(False),
            Ticket.request_type.is_distinct_from(RequestType.REPORT),
            ~is_known,
            ~is_stopped,
        )
        .order_by(Plan.next_call_at, Plan.id)
        .limit(limit)
    )
    return list(db.session.scalars(asked))


def _plan_to_call(ticket: Ticket, terms: Terms) -> Plan:
    plan = queries.of_round(ticket.id, ticket.round)
    if plan is None and ticket.state is State.AWAITING_CALLBACK:
        plan = planning.make(ticket, terms)
    if plan is None or plan.state is not PlanState.OPEN or plan.next_call_at is None:
        raise Refused("not_called_now", "This citizen is not to be called.")
    open_one = select(VoiceCall.id).where(
        VoiceCall.plan_id == plan.id, VoiceCall.ended_at.is_(None)
    )
    if db.session.scalar(open_one) is not None:
        raise Refused("machine_is_calling", "The machine is calling this citizen already.")
    return plan


def _number_to_call(plan: Plan, story: Story) -> str:
    """The citizen's number. Raises Refused where the machine must not ring it."""
    if story.is_private:
        raise Refused(
            "machine_private",
            "The machine does not call about reports and confidential matters: call yourself.",
        )
    if story.phone is None or not may_call(story.wish) or story.is_history:
        raise Refused("machine_no_contact", "This citizen does not want to be called.")
    index = crypto.blind_index(story.phone)
    if db.session.get(VoiceStop, index) is not None:
        raise Refused(
            "machine_stopped", "This citizen wants no calls of the machine: call yourself."
        )
    return story.phone


def _refuse_at_this_time(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    if terms.is_held and ticket.urgency is Urgency.NORMAL:
        raise Refused(
            "callbacks_held", "Emergency mode holds callbacks back: only urgent ones are made."
        )
    if not windows.may_call(terms.now, terms.zone, terms.numbers):
        opens_at = windows.next_opening(terms.now, terms.zone, terms.numbers)
        raise Refused(
            "outside_hours",
            "Nobody is rung now. The next calling time begins at %(at)s.",
            values={"at": opens_at.astimezone(terms.zone).strftime(asking.SHOWN)},
        )
    asking.refuse_too_soon(plan, terms)
