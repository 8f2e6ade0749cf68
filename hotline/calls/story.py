"""What happened on a call, told line by line, and who was on it.

Decided here: how a line of the history is said; codes become words when they are shown. Not here:
who may read it (`seeing`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from hotline import labels
from hotline.access import Viewer
from hotline.calls.kinds import Direction, LegRole, LegState
from hotline.calls.models import Call, CallEvent, CallLeg, CallTicket, Line
from hotline.extensions import db
from hotline.people import queries as people
from hotline.phone import mask
from hotline.templating import exact
from hotline.tickets import access as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.view import TicketView

ICONS = {
    "arrived": "phone",
    "queued": "hourglass",
    "emergency_words": "urgent",
    "answered": "phone-call",
    "citizen_answered": "phone-call",
    "abandoned": "phone-off",
    "hung_up": "phone-off",
    "message_left": "microphone",
    "recorded": "microphone",
    "recording_stored": "microphone",
    "listened": "headset",
    "callback_asked": "repeat",
    "owed": "repeat",
    "message_taken": "ticket",
    "finished": "check",
}
STRONG = frozenset({"emergency_words", "answered", "abandoned", "given_back", "message_left"})


@dataclass(frozen=True)
class Told:
    """One line of the story, in the viewer's language."""

    at: datetime
    title: str
    actor: str | None
    icon: str
    is_strong: bool
    text: str = ""


@dataclass(frozen=True)
class Leg:
    """One end of a call, as it is shown."""

    role: LegRole
    state: LegState
    who: str
    outcome: str | None
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Whole:
    """Everything that a call's page shows of it."""

    call: Call
    phone: str | None
    line: Line | None
    story: list[Told]
    legs: list[Leg]
    tickets: list[TicketView]
    names: dict[int, str]
    origin: str | None
    waited: timedelta | None
    talked: timedelta | None


def whole(call: Call, viewer: Viewer) -> Whole:
    """A call with its story, ends and tickets; seven statements at most, whatever happened."""
    events = db.session.scalars(
        select(CallEvent).where(CallEvent.call_id == call.id).order_by(CallEvent.id)
    ).all()
    legs = db.session.scalars(
        select(CallLeg).where(CallLeg.call_id == call.id).order_by(CallLeg.id)
    ).all()
    names = people.names_of(_staff_ids(call, events, legs))
    linked = select(CallTicket.ticket_id).where(CallTicket.call_id == call.id)
    asked_back = select(Call.ref).where(Call.id == call.origin_id)
    is_inbound = call.direction is Direction.INBOUND
    return Whole(
        call=call,
        phone=mask(call.phone) if call.phone else None,
        line=db.session.get(Line, call.line_id) if call.line_id else None,
        story=[_told(one, names) for one in reversed(events)],
        legs=[_leg(one, names) for one in legs],
        tickets=tickets.see_many(viewer, tickets.whole().where(Ticket.id.in_(linked))),
        names=names,
        origin=db.session.scalars(asked_back).one_or_none() if call.origin_id else None,
        waited=_between(call.queued_at, call.answered_at or call.ended_at) if is_inbound else None,
        talked=_between(call.answered_at, call.ended_at),
    )


def said(kind: str, facts: dict[str, Any], names: dict[int, str]) -> str:
    """An event in words; a kind that this version doesn't know is shown by its code."""
    values: dict[str, Any] = defaultdict(lambda: "—", facts)
    operator = facts.get("operator")
    values["who"] = names.get(operator, gettext("An operator")) if operator else gettext("Nobody")
    for name, group in (("leg", "leg_role"), ("outcome", "leg_end"), ("reason", "owed_reason")):
        if facts.get(name):
            values[name] = gettext(labels.msgid(group, facts[name]))
    if facts.get("until"):
        values["until"] = exact(datetime.fromisoformat(facts["until"]))
    words: str = gettext(labels.msgid("call_event", kind))
    return words % values


def _told(event: CallEvent, names: dict[int, str]) -> Told:
    return Told(
        at=event.at,
        title=said(event.kind, event.facts, names),
        actor=_actor(event.actor, names),
        icon=ICONS.get(event.kind, "circle-dashed"),
        is_strong=event.kind in STRONG,
    )


def _leg(leg: CallLeg, names: dict[int, str]) -> Leg:
    if leg.staff_id is not None:
        who = names.get(leg.staff_id, "")
    else:
        who = leg.label or (mask(leg.address) if leg.address else "")
    return Leg(
        leg.role,
        leg.state,
        who,
        leg.outcome.value if leg.outcome else None,
        leg.created_at,
        leg.answered_at,
        leg.ended_at,
    )


def _actor(actor: str, names: dict[int, str]) -> str | None:
    kind, _, number = actor.partition(":")
    return names.get(int(number)) if kind == "staff" and number.isdigit() else None


def _staff_ids(call: Call, events: Iterable[CallEvent], legs: Iterable[CallLeg]) -> set[int]:
    found = {call.staff_id, call.offered_to, *(one.staff_id for one in legs)}
    for event in events:
        kind, _, number = event.actor.partition(":")
        found.add(int(number) if kind == "staff" and number.isdigit() else None)
        operator = event.facts.get("operator")
        found.add(operator if isinstance(operator, int) else None)
    return {one for one in found if one is not None}


def _between(since: datetime | None, until: datetime | None) -> timedelta | None:
    if since is None or until is None:
        return None
    return max(timedelta(0), until - since)
