"""Calls that nothing was heard of: looked up at the carrier, and ended where they are over there.

A report of the carrier may never come. No call stays in a live state long after its end: each open
end of a call that was silent for half a minute is looked at, one after the other, and no
transaction is open meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, union

from hotline import jobs
from hotline.calls import ending, finding, orders
from hotline.calls.carrying_out import SILENT_AFTER
from hotline.calls.ending import At, LegReport
from hotline.calls.kinds import ELSEWHERE, Asked, Direction, LegEnd, LegState, OrderState
from hotline.calls.models import Call, CallLeg, CarrierOrder
from hotline.calls.states import CallState
from hotline.carrier import Carrier, CarrierError
from hotline.extensions import db

MOST_AT_ONCE = 50
HAS_A_LINE = or_(Call.direction == Direction.INBOUND, Call.state == CallState.CONNECTED)
"""Others wait for an operator before anybody is dialled."""


@dataclass(frozen=True)
class Silent:
    """An end that nothing was heard of; without `provider_id` it was never dialled."""

    ref: str
    provider_id: str | None


def silent(now: datetime) -> list[int]:
    """Calls with an open end that nothing was heard of for half a minute, the stillest first.

    Also those that count as live without any open end, which only a fault can bring about; not
    those that another exchange holds.
    """
    late = now - SILENT_AFTER
    open_ones = select(CallLeg.call_id).where(CallLeg.state != LegState.ENDED)
    live_ones = select(Call.id).where(Call.ended_at.is_(None), Call.heard_at <= late, HAS_A_LINE)
    held_elsewhere = select(CallLeg.id).where(
        CallLeg.call_id == Call.id, CallLeg.provider_id.startswith(ELSEWHERE)
    )
    asked = (
        select(Call.id)
        .where(
            Call.id.in_(union(open_ones, live_ones)),
            Call.heard_at <= late,
            ~held_elsewhere.exists(),
        )
        .order_by(Call.heard_at)
        .limit(MOST_AT_ONCE)
    )
    with jobs.transaction():
        return list(db.session.scalars(asked))


def reap(carrier: Carrier, call_id: int, at: At) -> bool:
    """Look at this call's ends over there; answers whether the carrier could tell."""
    with jobs.transaction():
        ends = list(_ends(call_id, at.now))
    told = {}
    for one in ends:
        if one.provider_id is not None:
            try:
                found = carrier.voice.look(one.provider_id)
            except CarrierError:
                return False
            told[one.ref] = LegEnd.COMPLETED.value if found is None else found.state
        else:
            told[one.ref] = LegEnd.FAILED.value
    with jobs.transaction():
        _settle(call_id, told, at)
    return True


def _ends(call_id: int, now: datetime) -> Iterator[Silent]:
    """The call's open ends that the carrier can be asked about, or that it never dialled.

    Not one that still waits to be dialled, nor one that was rung from within another end.
    """
    order = select(CarrierOrder.id).where(CarrierOrder.leg_id == CallLeg.id)
    was_to_be_dialled = order.where(CarrierOrder.asked == Asked.DIAL).exists()
    is_asked = order.where(CarrierOrder.state == OrderState.WAITING).exists()
    asked = select(CallLeg.ref, CallLeg.provider_id).where(
        CallLeg.call_id == call_id,
        CallLeg.state != LegState.ENDED,
        CallLeg.created_at <= now - SILENT_AFTER,
        or_(CallLeg.provider_id.is_not(None), was_to_be_dialled & ~is_asked),
    )
    for ref, provider_id in db.session.execute(asked):
        yield Silent(ref, provider_id)


def _settle(call_id: int, told: dict[str, str], at: At) -> None:
    call = finding.by_id(call_id)
    for leg in finding.open_legs(call):
        if leg.ref in told:
            ending.leg_changed(call, leg, LegReport(told[leg.ref]), at)
        if call.ended_at is not None and leg.state is not LegState.ENDED:
            orders.hang_up(leg, at.now)
    is_inbound = call.direction is Direction.INBOUND
    has_a_line = is_inbound or call.state is CallState.CONNECTED
    if call.ended_at is None and has_a_line and not finding.open_legs(call):
        ending.over(call, at)
    call.heard_at = max(call.heard_at, at.now)
