"""The lists of the callback desk: paged by key, never counted, one statement each.

Who is to be called comes first whose time has come; the key is that time, which keeps to the
calling hours and to the calls made before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from callbacks import parts
from callbacks.models import Plan
from callbacks.parts import PlanView
from callbacks.queries import OWN_WORK
from callbacks.rules import PlanState
from callbacks.voice_models import VoiceCall
from hotline.access import Viewer
from hotline.errors import MadeUp
from hotline.extensions import db
from hotline.tickets import access as ticket_access
from hotline.tickets import modes
from hotline.tickets.kinds import Urgency
from hotline.tickets.list_forms import TabForm
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.narrowing import narrowing
from hotline.tickets.view import TicketView

A_PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FURTHEST = 10**17
EVERYTHING = TabForm()


@dataclass(frozen=True)
class Line:
    """A ticket with how its citizen is being asked."""

    ticket: TicketView
    plan: PlanView
    is_machine_calling: bool = False


@dataclass(frozen=True)
class Page:
    """Some lines and the cursor of the next page, None on the last."""

    items: list[Line]
    next: str | None


@dataclass(frozen=True)
class Tab:
    """A list: its name, what is in it, by which time it is sorted."""

    name: str
    where: tuple[ColumnElement[bool], ...]
    key: InstrumentedAttribute[Any]
    is_newest_first: bool = False


IS_OPEN = Plan.state == PlanState.OPEN
CALLS = Tab("calls", (IS_OPEN, Plan.next_call_at.is_not(None)), Plan.next_call_at)
TEXTS = Tab(
    "texts",
    (
        IS_OPEN,
        Plan.next_call_at.is_(None),
        Plan.is_undecided.is_(False),
        Plan.fixed_at.is_(None),
        Plan.expires_at.is_not(None),
    ),
    Plan.expires_at,
)
ANSWERS = Tab("answers", (Plan.answered_at.is_not(None),), Plan.answered_at, is_newest_first=True)
DECISIONS = Tab("decisions", (Plan.is_undecided.is_(True),), Plan.made_at)
DESK: Mapping[str, Tab] = {one.name: one for one in (CALLS, TEXTS, ANSWERS)}


def page(viewer: Viewer, tab: Tab, cursor: str | None = None, wanted: TabForm = EVERYTHING) -> Page:
    """What stands under a tab and fits the filters. Raises MadeUp for a cursor that is none."""
    found = (
        ticket_access.whole()
        .join(Plan, Plan.ticket_id == Ticket.id)
        .add_columns(Plan, _is_called_now())
        .where(*narrowing(viewer, wanted).conditions, *tab.where)
    )
    key = tuple_(tab.key, Plan.id)
    if cursor:
        last = tuple_(*_read(cursor))
        found = found.where(key < last if tab.is_newest_first else key > last)
    order = (tab.key.desc(), Plan.id.desc()) if tab.is_newest_first else (tab.key, Plan.id)
    rows = db.session.execute(found.order_by(*order).limit(A_PAGE + 1)).all()
    shown = [
        Line(ticket_access.view_of(cast("Any", row[:-2]), viewer), parts.view_of(row[-2]), row[-1])
        for row in rows
    ]
    if len(shown) <= A_PAGE:
        return Page(shown, None)
    last_plan = rows[A_PAGE - 1][-2]
    return Page(shown[:A_PAGE], _cursor(getattr(last_plan, tab.key.key), last_plan.id))


def next_due(viewer: Viewer, now: datetime) -> str | None:
    """The number of the ticket to be called next by this viewer, who took no part in it.

    Not one whose citizen the machine is calling.
    """
    mine = select(TicketEvent.seq).where(
        TicketEvent.ticket_id == Ticket.id,
        TicketEvent.actor == viewer.actor,
        TicketEvent.kind.in_(OWN_WORK),
    )
    found = (
        select(Ticket.number)
        .join(Plan, Plan.ticket_id == Ticket.id)
        .where(ticket_access.visible(viewer), *CALLS.where)
        .where(Plan.next_call_at <= now, ~mine.exists(), ~_is_called_now(), *_not_held(now))
        .order_by(Plan.next_call_at, Plan.id)
    )
    return db.session.scalar(found.limit(1))


def _is_called_now() -> ColumnElement[bool]:
    """Whether a call of the machine is under way in the round."""
    return exists().where(VoiceCall.plan_id == Plan.id, VoiceCall.ended_at.is_(None))


def _not_held(now: datetime) -> list[ColumnElement[bool]]:
    """While emergency mode holds ordinary callbacks, only urgent matters' citizens are rung."""
    mode = modes.current(now)
    is_held = mode is not None and mode.is_holding_callbacks
    return [Ticket.urgency != Urgency.NORMAL] if is_held else []


def _cursor(at: datetime, plan_id: int) -> str:
    return f"{(at - EPOCH) // timedelta(microseconds=1)}.{plan_id}"


def _read(cursor: str) -> tuple[datetime, int]:
    micros, _, plan_id = cursor.partition(".")
    digits = micros + plan_id
    is_ours = micros and plan_id and digits.isascii() and digits.isdigit() and len(digits) < 36
    if not is_ours or int(micros) > FURTHEST or int(plan_id) >= 2**63:
        raise MadeUp("bad_cursor", "This cursor is not one of ours.", field="cursor")
    return EPOCH + timedelta(microseconds=int(micros)), int(plan_id)
