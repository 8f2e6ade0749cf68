"""A caller dials the hotline: the call is written down once, whatever is told how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline import crypto
from hotline.calls import history, states
from hotline.calls.finding import by_provider
from hotline.calls.kinds import Direction, LegRole, LegState
from hotline.calls.models import Call, CallLeg, Line, new_ref
from hotline.calls.rules import CallRules
from hotline.calls.states import CallState, CallVerb
from hotline.citizens import queries as citizens
from hotline.extensions import db

WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Arrival:
    """A call as the carrier announces it; `sender` in E.164, None when it is withheld.

    `provider_id` is the carrier's own id of the caller's end, `recipient` the number dialled.
    """

    provider_id: str
    sender: str | None
    recipient: str


def arrive(arrival: Arrival, *, now: datetime, rules: CallRules) -> Call:
    """The call of this announcement, locked; the same one for the same id, however often it comes.

    Who called too often within the hour is refused; words of an emergency undo it (`queueing`).
    """
    one_at_a_time = func.pg_advisory_xact_lock(func.hashtext(f"call:{arrival.provider_id}"))
    db.session.execute(select(one_at_a_time))
    known = by_provider(arrival.provider_id)
    if known is not None:
        return known[0]
    line = line_of(arrival.recipient)
    call = _written_down(arrival, line, now)
    if call.phone_index and _calls_of(call.phone_index, now - WITHIN) > rules.calls_per_hour:
        call.state = states.move(call.state, CallVerb.REFUSE)
    history.note(call, "arrived", at=now, line=line.number if line else "")
    return call


def line_of(dialled: str) -> Line | None:
    """The open line of a dialled number, in whatever spelling the carrier writes it."""
    digits = "".join(sign for sign in dialled if sign.isdigit())
    open_ones = db.session.scalars(select(Line).where(Line.closed_at.is_(None))).all()
    exact = [one for one in open_ones if one.number == digits]
    ending = [one for one in open_ones if len(one.number) >= 5 and digits.endswith(one.number)]
    return next(iter(exact or sorted(ending, key=lambda one: -len(one.number))), None)


def greet(call: Call, *, now: datetime) -> None:
    """The machine answers; said once, however often it is asked for."""
    if states.may(call.state, CallVerb.GREET):
        call.state = states.move(call.state, CallVerb.GREET)
        history.note(call, CallVerb.GREET, at=now)


def _callers_end(call: Call, provider_id: str, now: datetime) -> CallLeg:
    return CallLeg(
        call_id=call.id,
        ref=new_ref(),
        role=LegRole.CITIZEN,
        provider_id=provider_id,
        address=call.phone,
        state=LegState.ANSWERED,
        created_at=now,
        answered_at=now,
    )


def _written_down(arrival: Arrival, line: Line | None, now: datetime) -> Call:
    """The call with its caller's end, on which the machine is about to speak."""
    citizen = citizens.by_phone(arrival.sender) if arrival.sender else None
    call = Call(
        ref=new_ref(),
        direction=Direction.INBOUND,
        line_id=line.id if line else None,
        phone=arrival.sender,
        phone_index=crypto.blind_index(arrival.sender) if arrival.sender else None,
        citizen_id=citizen.id if citizen else None,
        state=CallState.RINGING,
        skill=line.skill if line else None,
        created_at=now,
        heard_at=now,
        declined_by=[],
    )
    db.session.add(call)
    db.session.flush()
    db.session.add(_callers_end(call, arrival.provider_id, now))
    db.session.flush()
    return call


def _calls_of(index: bytes, since: datetime) -> int:
    asked = select(func.count()).where(
        Call.phone_index == index,
        Call.created_at > since,
        Call.direction == Direction.INBOUND,
    )
    return int(db.session.scalars(asked).one())
