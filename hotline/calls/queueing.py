"""A caller in the queue: their place, what it costs them, and the ways out of it.

The queue is rows of ours and no verb of the carrier's, so that it is the same on all of them and
nobody loses their place when something is started anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from hotline.calls import finding, history, standing_in_line, states
from hotline.calls.kinds import OWED, Direction, Purpose, SeatState, Skill
from hotline.calls.models import Call, Line, new_ref
from hotline.calls.rules import (
    RANK_CRITICAL,
    RANK_OWED,
    CallRules,
    callback_at,
    expected_waits,
    rank_of,
)
from hotline.calls.seat_models import SeatSpan
from hotline.calls.states import CallState, CallVerb
from hotline.errors import Refused
from hotline.extensions import db

LAST_TALKS = 20


class QueueFull(Refused):
    """No more may wait: a message or a call back is offered instead."""


@dataclass(frozen=True)
class Place:
    """Where a caller stands; `seconds` None when no operator is there who could answer."""

    position: int
    seconds: int | None
    may_ask_back: bool


def enter(call: Call, *, now: datetime, rules: CallRules) -> Call:
    """Into the queue, behind those who came before; critical and returning callers before others.

    In it already: nothing changes. Raises QueueFull (never for a critical caller), Refused.
    """
    if call.state in states.IN_QUEUE:
        return call
    is_returning = call.flow is not None or _returns(call, now, rules)
    if not (call.is_critical or is_returning) and _length() >= rules.most_waiting:
        raise QueueFull("queue_full", "Too many callers wait right now.")
    call.state = states.move(call.state, CallVerb.QUEUE)
    call.rank = rank_of(
        is_critical=call.is_critical, is_returning=is_returning, line_rank=_line_rank(call)
    )
    call.queued_at = call.queued_at or now
    history.note(call, CallVerb.QUEUE, at=now, rank=call.rank)
    return call


def speak(call: Call, language: str, *, now: datetime) -> None:
    """The caller wants to be spoken to in this language; who answers must be able to."""
    call.language = language
    call.skill = Skill.ENGLISH if language == "en" else call.skill
    history.note(call, "language", at=now, language=language)


def alarm(call: Call, *, now: datetime) -> None:
    """Words of an emergency were said: this call comes before all others, and is never refused."""
    if call.is_critical:
        return
    call.is_critical = True
    call.rank = RANK_CRITICAL
    if call.state is CallState.REFUSED:
        call.state = CallState.MENU
    history.note(call, "emergency_words", at=now)


def place(call: Call, *, now: datetime, rules: CallRules) -> Place:
    """Position (from 1), the expected wait, and whether a call back is offered by now."""
    position = finding.ahead_of(call, now) + 1
    waited = (now - (call.queued_at or now)).total_seconds()
    may = call.phone is not None and waited >= rules.offer_callback_after_seconds
    return Place(position, _expected(call, now), may)


def ask_back(call: Call, *, now: datetime, zone: ZoneInfo, rules: CallRules) -> None:
    """The caller hangs up and keeps the place: we call when it is their turn.

    Raises Refused where the number is withheld or the call has moved on.
    """
    if call.phone is None:
        raise Refused("number_withheld", "Your number is withheld: we can't call you back.")
    call.state = states.move(call.state, CallVerb.ASK_BACK)
    call.queued_at = call.queued_at or now
    history.note(call, CallVerb.ASK_BACK, at=now)
    owe(call, Purpose.CALLBACK_ASKED, now=now, not_before=callback_at(now, zone, rules))


def leave_message(call: Call, *, now: datetime) -> None:
    """The caller speaks a message instead of waiting; said twice, it is one."""
    if call.state is not CallState.VOICEMAIL:
        call.state = states.move(call.state, CallVerb.RECORD)
        history.note(call, CallVerb.RECORD, at=now)


def owe(call: Call, purpose: Purpose, *, now: datetime, not_before: datetime) -> None:
    """A call back that waits in the queue; of one number at most one, the earliest stands."""
    if call.phone is None or call.phone_index is None:
        return
    asked = purpose is Purpose.CALLBACK_ASKED
    is_again = call.direction is Direction.OUTBOUND and call.purpose in OWED
    made = insert(Call).values(
        ref=new_ref(),
        direction=Direction.OUTBOUND,
        purpose=purpose,
        line_id=call.line_id,
        phone=call.phone,
        phone_index=call.phone_index,
        citizen_id=call.citizen_id,
        language=call.language,
        skill=call.skill,
        is_critical=call.is_critical,
        state=CallState.WAITING,
        rank=call.rank if asked or call.is_critical else RANK_OWED,
        origin_id=call.origin_id or call.id,
        attempt=call.attempt + 1 if is_again else 1,
        not_before=not_before,
        created_at=now,
        queued_at=call.queued_at or now,
        heard_at=now,
        declined_by=[],
    )
    owed = db.session.execute(made.on_conflict_do_nothing().returning(Call.id)).scalar()
    if owed is not None:
        history.note(finding.by_id(owed), "owed", at=now, purpose=purpose.value, of=call.ref)


def settle(call: Call, *, now: datetime) -> None:
    """Whoever is spoken to now is owed no call any more."""
    if call.phone_index is None:
        return
    is_owed = (
        Call.phone_index == call.phone_index,
        Call.id != call.id,
        Call.direction == Direction.OUTBOUND,
        Call.state == CallState.WAITING,
        Call.purpose.in_(OWED),
    )
    for owed_id in db.session.scalars(select(Call.id).where(*is_owed)).all():
        owed = finding.taken(owed_id)
        if owed is not None and owed.state is CallState.WAITING:
            owed.state = states.move(owed.state, CallVerb.VOID)
            owed.ended_at = owed.finished_at = now
            history.note(owed, CallVerb.VOID, at=now, by_call=call.ref)


def _returns(call: Call, now: datetime, rules: CallRules) -> bool:
    """Whether this caller was lost a moment ago: gave up waiting, or was cut off."""
    if call.phone_index is None:
        return False
    asked = select(Call.id).where(
        Call.phone_index == call.phone_index,
        Call.id != call.id,
        Call.direction == Direction.INBOUND,
        Call.state == CallState.ABANDONED,
        Call.queued_at.is_not(None),
        Call.ended_at > now - timedelta(minutes=rules.returning_minutes),
    )
    return db.session.scalars(asked.limit(1)).first() is not None


def _length() -> int:
    asked = select(func.count()).where(
        Call.state == CallState.WAITING, Call.direction == Direction.INBOUND
    )
    return int(db.session.scalars(asked).one())


def _line_rank(call: Call) -> int:
    line = db.session.get(Line, call.line_id) if call.line_id else None
    return line.rank if line else 0


def _expected(call: Call, now: datetime) -> int | None:
    """Nothing for whom an operator's phone rings already."""
    if call.state is CallState.OFFERED:
        return 0
    ready, staffed = standing_in_line.seats()
    waits = expected_waits(standing_in_line.waiting(now), ready, staffed, last_talks())
    return waits.get(call.id)


def last_talks() -> list[float]:
    """Seconds that operators last spent on calls and on writing them up, together a call."""
    asked = (
        select(SeatSpan.since, SeatSpan.until)
        .where(SeatSpan.state == SeatState.ON_CALL, SeatSpan.until.is_not(None))
        .order_by(SeatSpan.id.desc())
        .limit(LAST_TALKS)
    )
    return [
        (until - since).total_seconds()
        for since, until in db.session.execute(asked)
        if until is not None
    ]
