"""Calls of another exchange whose end was never told: given up, and marked as lost.

Decided here: how long nothing may be heard of such a call, by whether it rings or is talked on;
that it ended when it was heard of last, so that nobody is said to have talked for hours. Told late
after all, its end counts as told (`exchange`).
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from hotline import jobs
from hotline.calls import ending, finding, history
from hotline.calls.ending import At
from hotline.calls.kinds import ELSEWHERE, HungUpBy, LegState
from hotline.calls.models import Call, CallLeg
from hotline.calls.rules import CallRules
from hotline.calls.states import UNDER_WAY, CallState
from hotline.extensions import db


def lost(now: datetime, rules: CallRules) -> list[int]:
    """Live calls of another exchange that nothing was heard of for too long."""
    is_talked_on = Call.state == CallState.CONNECTED
    before = {
        True: now - timedelta(minutes=rules.lost_talking_minutes),
        False: now - timedelta(minutes=rules.lost_ringing_minutes),
    }
    is_silent = or_(
        and_(is_talked_on, Call.heard_at <= before[True]),
        and_(~is_talked_on, Call.heard_at <= before[False]),
    )
    is_elsewhere = select(CallLeg.id).where(
        CallLeg.call_id == Call.id, CallLeg.provider_id.startswith(ELSEWHERE)
    )
    asked = select(Call.id).where(
        Call.ended_at.is_(None), Call.state.in_(UNDER_WAY), is_silent, is_elsewhere.exists()
    )
    return list(db.session.scalars(asked.order_by(Call.id)))


def end_lost(at: At) -> int:
    """Give up what is lost, each in a transaction of its own; answers how many."""
    with jobs.transaction():
        found = lost(at.now, at.rules)
    for call_id in found:
        with jobs.transaction():
            call = finding.by_id(call_id)
            if call_id in lost(at.now, at.rules):
                give_up(call, at)
    return len(found)


def give_up(call: Call, at: At) -> None:
    """It ended when it was heard of last, as far as anybody knows."""
    last = call.ended_at = call.heard_at
    history.note(call, "lost", at=at.now)
    ending.by_hand(call, at, HungUpBy.LOST)
    for leg in finding.open_legs(call):
        leg.state, leg.ended_at = LegState.ENDED, last
