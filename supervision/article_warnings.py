"""People are warned of articles to be looked at again, and of those that run out.

Decided here: that a unit's people hear of their own and the hotline's editors of all of them.
Not here: what is due when (`kb.reminding`).
"""

from datetime import datetime

from hotline.access import Role
from kb.reminding import Reminded
from supervision import warn
from supervision.rules import WarningKind
from supervision.warn import Warned


def tell(what: Reminded, *, now: datetime) -> None:
    """Warn the people of the unit, or the editors."""
    whose = "all" if what.unit_id is None else str(what.unit_id)
    warned = Warned(
        kind=WarningKind.ARTICLE,
        key=f"article:{what.step.value}:{whose}:{what.today.isoformat()}",
        at=now,
        unit_id=what.unit_id,
        text="warned_article",
        facts={
            "step": what.step.value,
            "unit": what.unit_name,
            "count": what.count,
            "article": what.number,
        },
    )
    warn.tell(_people(what.unit_id, now), warned)


def _people(unit_id: int | None, now: datetime) -> set[int]:
    if unit_id is None:
        return warn.with_role([Role.EDITOR], now)
    return warn.of_unit(unit_id, now)
