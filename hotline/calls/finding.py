"""Finding a call and its ends; whoever changes a call finds it here, locked.

The call's row is always locked first, an operator's seat after it, so that nobody meets crosswise.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_

from hotline.calls.kinds import LegRole, LegState, SeatState
from hotline.calls.models import Call, CallLeg
from hotline.calls.seat_models import Seat
from hotline.calls.states import IN_QUEUE, UNDER_WAY, CallState
from hotline.errors import NotFound
from hotline.extensions import db


def by_ref(ref: str) -> Call:
    """The call of an address, locked. Raises NotFound."""
    return _locked(Call.ref == ref)


def by_id(call_id: int) -> Call:
    """A call, locked. Raises NotFound."""
    return _locked(Call.id == call_id)


def by_leg(ref: str) -> tuple[Call, CallLeg]:
    """The end of a call that an address names, with its call, locked. Raises NotFound."""
    return _with_leg(CallLeg.ref == ref)


def by_provider(provider_id: str) -> tuple[Call, CallLeg] | None:
    """The end of a call that the carrier names, with its call, locked; None if we never saw it."""
    try:
        return _with_leg(CallLeg.provider_id == provider_id)
    except NotFound:
        return None


def taken(call_id: int) -> Call | None:
    """A call, locked; None when somebody else holds it right now."""
    asked = select(Call).where(Call.id == call_id)
    found = asked.with_for_update(key_share=True, skip_locked=True)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def open_legs(call: Call, *roles: LegRole) -> list[CallLeg]:
    """The ends that are not over, in the order they were made."""
    asked = select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.state != LegState.ENDED)
    if roles:
        asked = asked.where(CallLeg.role.in_(roles))
    return list(db.session.scalars(asked.order_by(CallLeg.id)))


def all_legs(call: Call) -> list[CallLeg]:
    """Every end the call ever had, in the order they were made."""
    asked = select(CallLeg).where(CallLeg.call_id == call.id)
    return list(db.session.scalars(asked.order_by(CallLeg.id)))


def citizen_leg(call: Call) -> CallLeg | None:
    """The citizen's end, while it is open."""
    return next(iter(open_legs(call, LegRole.CITIZEN)), None)


def operator_leg(call: Call, staff_id: int) -> CallLeg | None:
    """This operator's own end, while it is open; also when they were called in as a third."""
    found = open_legs(call, LegRole.OPERATOR, LegRole.THIRD)
    return next((one for one in found if one.staff_id == staff_id), None)


def in_queue() -> list[Call]:
    """Who waits or is being offered, in turn."""
    asked = select(Call).where(Call.state.in_(IN_QUEUE))
    return list(db.session.scalars(asked.order_by(Call.rank.desc(), Call.queued_at, Call.id)))


def under_way() -> list[Call]:
    """All calls that are not over, for the board."""
    asked = select(Call).where(Call.ended_at.is_(None), Call.state.in_(UNDER_WAY))
    return list(db.session.scalars(asked.order_by(Call.id)))


def ahead_of(call: Call, now: datetime) -> int:
    """How many are served before this one; who is called back later stands in nobody's way."""
    is_earlier = tuple_(Call.queued_at, Call.id) < tuple_(call.queued_at, call.id)
    is_before = (Call.rank > call.rank) | ((Call.rank == call.rank) & is_earlier)
    is_due = Call.not_before.is_(None) | (Call.not_before <= now)
    asked = select(func.count()).where(Call.state == CallState.WAITING, is_before, is_due)
    return int(db.session.scalars(asked).one())


def is_left_behind() -> ColumnElement[bool]:
    """Whether a call is to be written up by nobody: its operator went on to something else."""
    is_written_up = exists().where(Seat.call_id == Call.id, Seat.state == SeatState.WRAP_UP)
    return and_(Call.state == CallState.WRAP_UP, ~is_written_up)


def _locked(is_it: ColumnElement[bool]) -> Call:
    asked = select(Call).where(is_it).with_for_update(key_share=True)
    found = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("call_unknown", "This call is not known here.")
    return found


def _with_leg(is_it: ColumnElement[bool]) -> tuple[Call, CallLeg]:
    call_id = db.session.scalars(select(CallLeg.call_id).where(is_it)).one_or_none()
    if call_id is None:
        raise NotFound("call_unknown", "This call is not known here.")
    call = by_id(call_id)
    leg = select(CallLeg).where(is_it).execution_options(populate_existing=True)
    return call, db.session.scalars(leg).one()
