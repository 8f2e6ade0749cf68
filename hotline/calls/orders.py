"""What is asked of the carrier about one end of a call: written here, carried out elsewhere.

Decided here: which order makes which other needless. Not here: when and how often the carrier is
spoken to (`carrying_out`). The caller has locked the call. The surprise: an end that was never
dialled is hung up by an order too; carrying that out tells the call what no carrier will report.
Of an end that another exchange holds nothing is asked: that exchange tells when it is over.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from hotline.calls.kinds import Asked, LegEnd, LegRole, LegState, OrderState, Step
from hotline.calls.models import CallLeg, CarrierOrder
from hotline.extensions import db


def dial(leg: CallLeg, step: Step, now: datetime) -> None:
    """Have the leg's address rung; who answers hears the document of this step."""
    _write(leg, Asked.DIAL, step.value, now)


def redirect(leg: CallLeg, step: Step, now: datetime) -> None:
    """Have the leg hear the document of this step next, whatever it hears now."""
    if leg.state is LegState.ENDED:
        return
    _void(leg, CarrierOrder.asked == Asked.REDIRECT)
    _write(leg, Asked.REDIRECT, step.value, now)


def hang_up(leg: CallLeg, now: datetime) -> None:
    """Have the leg ended; what was asked of it and has not begun is no longer wanted."""
    if leg.state is LegState.ENDED:
        return
    if leg.is_elsewhere and leg.role is not LegRole.CITIZEN:
        leg.state, leg.outcome, leg.ended_at = LegState.ENDED, LegEnd.COMPLETED, now
    not_begun = and_(CarrierOrder.asked == Asked.DIAL, CarrierOrder.attempts == 0)
    _void(leg, or_(CarrierOrder.asked == Asked.REDIRECT, not_begun))
    if not _is_hung_up(leg):
        _write(leg, Asked.HANG_UP, "", now)


def forget(*, before: datetime, most: int = 5000) -> int:
    """Delete orders that were done or given up before; answers how many."""
    old = (
        select(CarrierOrder.id)
        .where(CarrierOrder.state != OrderState.WAITING, CarrierOrder.created_at < before)
        .order_by(CarrierOrder.id)
        .limit(most)
    )
    gone = delete(CarrierOrder).where(CarrierOrder.id.in_(old)).returning(CarrierOrder.id)
    found = db.session.execute(gone.execution_options(synchronize_session=False))
    return len(found.all())


def _write(leg: CallLeg, asked: Asked, step: str, now: datetime) -> None:
    if leg.is_elsewhere:
        return
    db.session.flush()
    db.session.add(
        CarrierOrder(
            leg_id=leg.id,
            asked=asked,
            step=step,
            state=OrderState.WAITING,
            attempts=0,
            created_at=now,
            next_try_at=now,
        )
    )
    db.session.flush()


def _void(leg: CallLeg, which: ColumnElement[bool]) -> None:
    """Take back what waits; under way, it is not tried again and still holds up what follows."""
    db.session.flush()
    db.session.execute(
        update(CarrierOrder)
        .where(CarrierOrder.leg_id == leg.id, CarrierOrder.state == OrderState.WAITING, which)
        .values(state=OrderState.VOID)
    )


def _is_hung_up(leg: CallLeg) -> bool:
    """Whether that waits already."""
    found = select(CarrierOrder.id).where(
        CarrierOrder.leg_id == leg.id,
        CarrierOrder.asked == Asked.HANG_UP,
        CarrierOrder.state == OrderState.WAITING,
    )
    return db.session.scalar(found.limit(1)) is not None
