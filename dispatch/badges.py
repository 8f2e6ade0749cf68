"""How many tickets the viewer's units have to sign or to work on, for the navigation."""

from sqlalchemy import select

from dispatch.queries import STAGE
from dispatch.rules import Stage
from hotline import access, counters
from hotline.people.models import Unit


def to_do() -> int:
    """What lies with the viewer's units; one statement, from the counter."""
    own = select(Unit.code).where(Unit.id.in_(access.current().unit_ids))
    wanted = (Stage.TO_SIGN.value, Stage.IN_PROGRESS.value)
    found = counters.read(STAGE, under=own)
    return sum(n for key, n in found.items() if key.partition("/")[2] in wanted)
