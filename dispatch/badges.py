"""How many tickets wait for the reviewer, and for the viewer's units, for the navigation."""

from sqlalchemy import select

from dispatch import requests
from dispatch.queries import STAGE
from dispatch.rules import Stage
from hotline import access, counters
from hotline.people.models import Unit
from hotline.tickets.operations import COUNTER
from hotline.tickets.states import State


def to_review() -> int:
    """Replies to review, and returns, extensions and suspensions to decide on."""
    states, asked = counters.shown_together(COUNTER, requests.OPEN)
    waiting = sum(states.get(one.value, 0) for one in (State.IN_REVIEW, State.RETURN_REQUESTED))
    return waiting + sum(asked.values())


def to_do() -> int:
    """What lies with the viewer's units; one statement, from the counter."""
    own = select(Unit.code).where(Unit.id.in_(access.current().unit_ids))
    wanted = (Stage.TO_SIGN.value, Stage.IN_PROGRESS.value)
    found = counters.read(STAGE, under=own)
    return sum(n for key, n in found.items() if key.partition("/")[2] in wanted)
