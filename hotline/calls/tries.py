"""Wrong tries to hear of a ticket by phone: written down, and counted.

Decided here: what counts together. A number's tries count over all its calls; a withheld number
is nobody's, so there the tries on one ticket's number count, whoever made them.
"""

from datetime import datetime

from sqlalchemy import func, select

from hotline import crypto
from hotline.calls import history
from hotline.calls.models import Call, CallEvent
from hotline.extensions import db

FAILED = "lookup_failed"


def note(call: Call, number: str, *, now: datetime) -> None:
    """A code was wrong; `number` is what was asked for."""
    history.note(call, FAILED, at=now, number=number)


def of_phone(address: str, since: datetime) -> int:
    """How often it went wrong in calls of this number since then."""
    asked = (
        select(func.count())
        .select_from(CallEvent)
        .join(Call, Call.id == CallEvent.call_id)
        .where(
            Call.phone_index == crypto.blind_index(address),
            CallEvent.kind == FAILED,
            CallEvent.at > since,
        )
    )
    return int(db.session.scalars(asked).one())


def of_nobody(number: str, since: datetime) -> int:
    """How often callers who withheld theirs went wrong with this ticket's number since then."""
    asked = (
        select(func.count())
        .select_from(CallEvent)
        .join(Call, Call.id == CallEvent.call_id)
        .where(
            Call.phone_index.is_(None),
            CallEvent.kind == FAILED,
            CallEvent.at > since,
            CallEvent.facts["number"].astext == number,
        )
    )
    return int(db.session.scalars(asked).one())
