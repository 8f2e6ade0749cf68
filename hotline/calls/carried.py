"""What the carrier did as it was asked, written down without holding the call.

Decided here: an order carried out changes nothing of its call, whose row the documents of both ends
wait for; so only the end's id and the order itself are written, each in a transaction of its own,
for whoever holds the call takes those two in either order. Not here: what failed, which the call
has to hear of (`carrying_out.record`).
"""

from sqlalchemy import Update, case, exists, update
from sqlalchemy.orm import aliased

from hotline import jobs
from hotline.calls.carrying_out import Answer, Errand, Result
from hotline.calls.kinds import Asked, OrderState
from hotline.calls.models import CallLeg, CarrierOrder
from hotline.extensions import db


def note(errand: Errand, answer: Answer) -> bool:
    """Write down an order that was carried out; False when the call has to be looked at for it.

    So it is when it was not carried out, or when the carrier's id stands at another end already.
    """
    if answer.result is not Result.DONE:
        return False
    if errand.asked is Asked.DIAL and not _is_adopted(errand, answer):
        return False
    with jobs.transaction():
        db.session.execute(_settled(errand))
    return True


def _is_adopted(errand: Errand, answer: Answer) -> bool:
    """The carrier's id goes to its end, unless it has told us itself meanwhile."""
    if answer.provider_id is None:
        return errand.provider_id is not None
    other = aliased(CallLeg)
    is_anothers = exists().where(
        other.provider_id == answer.provider_id, other.ref != errand.leg_ref
    )
    with jobs.transaction():
        adopted = (
            update(CallLeg)
            .where(CallLeg.ref == errand.leg_ref, CallLeg.provider_id.is_(None), ~is_anothers)
            .values(provider_id=answer.provider_id)
            .execution_options(synchronize_session=False)
            .returning(CallLeg.id)
        )
        if db.session.scalar(adopted) is not None:
            return True
        is_known = exists().where(
            CallLeg.ref == errand.leg_ref, CallLeg.provider_id == answer.provider_id
        )
        return bool(db.session.scalar(is_known.select()))


def _settled(errand: Errand) -> Update:
    """Done, unless somebody took it up again; what was withdrawn meanwhile stays withdrawn."""
    is_waiting = CarrierOrder.state == OrderState.WAITING
    return (
        update(CarrierOrder)
        .where(
            CarrierOrder.id == errand.order_id, CarrierOrder.claimed_until == errand.claimed_until
        )
        .values(
            claimed_until=None,
            state=case((is_waiting, OrderState.DONE), else_=CarrierOrder.state),
            error=case((is_waiting, None), else_=CarrierOrder.error),
        )
        .execution_options(synchronize_session=False)
    )
