"""The queue and the operators as the matching sees them, read in one statement each.

Decided here: of each skill only as many calls are read as operators are ready, because no more of
them can be matched; so that a caller with a rare need is seen however many others wait before.
"""

from datetime import datetime

from sqlalchemy import func, or_, select

from hotline.calls.kinds import SeatState
from hotline.calls.models import Call
from hotline.calls.rules import Ready, Waiting
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.extensions import db

STAFFED = (SeatState.READY, SeatState.RINGING, SeatState.ON_CALL, SeatState.WRAP_UP)
"""Who takes calls: is ready, or will be when the call is over."""
MOST_OF_A_SKILL = 100


def waiting(now: datetime, *, most: int = MOST_OF_A_SKILL) -> list[Waiting]:
    """The calls whose time has come, in turn; of each skill the first `most`."""
    turn = (Call.rank.desc(), Call.queued_at, Call.id)
    place = func.row_number().over(partition_by=Call.skill, order_by=turn)
    in_line = (
        select(Call.id, Call.rank, Call.queued_at, Call.skill, Call.declined_by)
        .add_columns(place.label("place"))
        .where(
            Call.state == CallState.WAITING,
            Call.queued_at.is_not(None),
            or_(Call.not_before.is_(None), Call.not_before <= now),
        )
        .subquery()
    )
    seen = in_line.c
    asked = (
        select(seen.id, seen.rank, seen.queued_at, seen.skill, seen.declined_by)
        .where(seen.place <= most)
        .order_by(seen.rank.desc(), seen.queued_at, seen.id)
    )
    return [
        Waiting(call_id, rank, queued_at, skill, frozenset(declined))
        for call_id, rank, queued_at, skill, declined in db.session.execute(asked)
    ]


def ready() -> list[Ready]:
    """The operators who wait for a call, idle longest first."""
    asked = select(Seat.staff_id, Seat.idle_since, Seat.skills).where(
        Seat.state == SeatState.READY, Seat.idle_since.is_not(None)
    )
    return [
        Ready(staff_id, since, frozenset(skills))
        for staff_id, since, skills in db.session.execute(asked.order_by(Seat.idle_since))
        if since is not None
    ]


def seats() -> tuple[list[Ready], list[frozenset[str]]]:
    """Who is ready, and what each can do of all who take calls."""
    asked = select(Seat.staff_id, Seat.state, Seat.idle_since, Seat.skills)
    found = db.session.execute(asked.where(Seat.state.in_(STAFFED))).all()
    free = [
        Ready(staff_id, since, frozenset(skills))
        for staff_id, state, since, skills in found
        if state is SeatState.READY and since is not None
    ]
    return free, [frozenset(skills) for _, _, _, skills in found]
