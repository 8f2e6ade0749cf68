"""Calls that the hotline owes: put off until later, or given up with a reason.

Taking one is picking it out of the queue (`offering.pick`). The caller has locked the call.
"""

from datetime import datetime, timedelta

from hotline.calls import history, states
from hotline.calls.kinds import OWED, Result
from hotline.calls.log_forms import OwedReason
from hotline.calls.models import Call
from hotline.calls.states import CallState, CallVerb
from hotline.errors import Invalid, Refused

LONGEST = timedelta(days=7)


def put_off(call: Call, until: datetime, *, by: int, now: datetime) -> None:
    """Nobody is offered this call before. Raises Refused, Invalid (`bad_time`)."""
    _still_owed(call)
    if not now < until <= now + LONGEST:
        raise Invalid("bad_time", "Choose a time within the next seven days.", field="until")
    call.not_before = until
    history.note(call, "put_off", at=now, actor=f"staff:{by}", until=until.isoformat())


def give_up(call: Call, reason: OwedReason, note: str, *, by: int, now: datetime) -> None:
    """Nobody is called back, for this reason. Raises Refused."""
    _still_owed(call)
    call.state = states.move(call.state, CallVerb.VOID)
    call.ended_at = call.finished_at = now
    call.result = call.result or Result.OTHER
    call.note = note.strip() or call.note
    history.note(call, "owed_ended", at=now, actor=f"staff:{by}", reason=reason.value)


def _still_owed(call: Call) -> None:
    if call.purpose not in OWED or call.state is not CallState.WAITING:
        raise Refused("not_owed", "This call is not owed any more: somebody has it, or made it.")
