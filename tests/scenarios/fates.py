"""What became of somebody's calls, in the words in which scenarios write it down beforehand."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, text

from hotline import crypto
from hotline.calls import reckoning
from hotline.calls.models import Call, CallLeg, CallTicket
from hotline.calls.recording_models import Recording
from hotline.calls.rules import CallRules
from hotline.extensions import db
from tests.scenarios.exchange import RULES, Exchange
from tests.scenarios.people import Citizen

CITY = ZoneInfo("Asia/Shanghai")
COUNTS = (
    *("incoming", "outgoing", "queued", "answered"),
    *("abandoned", "short", "asked_back", "messages"),
)
UNSETTLED = text("""
SELECT 'call ' || id || ' ' || state FROM calls
WHERE (state IN ('ringing', 'menu', 'offered', 'connected', 'wrap_up') OR ended_at IS NULL)
    AND NOT (state = 'waiting' AND direction = 'outbound')
UNION ALL SELECT 'seat ' || staff_id || ' ' || state FROM seats WHERE call_id IS NOT NULL
UNION ALL SELECT 'order ' || id || ' ' || asked || ' ' || coalesce(error, '')
    FROM carrier_orders WHERE state = 'waiting' OR claimed_until IS NOT NULL
UNION ALL SELECT 'recording ' || id || ' ' || coalesce(error, '')
    FROM recordings WHERE state = 'announced'
UNION ALL SELECT 'fact ' || kind FROM outbox
""")
TWICE = text("""
SELECT call_id FROM (
    SELECT call_id, kind, lag(kind) OVER (PARTITION BY call_id ORDER BY id) AS before
    FROM call_events WHERE kind IN ('offered', 'missed', 'answered', 'given_back', 'voided')
) AS steps WHERE kind = 'offered' AND before = 'offered'
""")
"""Calls offered to somebody while they were offered to another."""


@dataclass(frozen=True)
class Fate:
    """A call that is over. `purpose` is empty for one that came in; `kept` are recordings."""

    state: str
    purpose: str = ""
    answered: bool = False
    by: str = ""
    result: str = ""
    rating: int = 0
    tickets: int = 0
    kept: tuple[str, ...] = ()

    def without_recorded_talks(self) -> "Fate":
        """The same at a carrier that records messages only."""
        return replace(self, kept=tuple(one for one in self.kept if one == "message"))


def fates(exchange: Exchange, citizen: Citizen) -> list[Fate]:
    """What became of this citizen's calls, the oldest first."""
    sids = [leg.sid for leg in citizen.legs]
    own = select(CallLeg.call_id).where(CallLeg.provider_id.in_(sids))
    theirs = or_(Call.phone_index == crypto.blind_index(citizen.number), Call.id.in_(own))
    with exchange.app.app_context():
        calls = db.session.scalars(select(Call).where(theirs).order_by(Call.id)).all()
        found = [_fate(call) for call in calls]
        db.session.rollback()
    return found


def unsettled(exchange: Exchange) -> list[str]:
    """What is still under way: calls, operators, orders, recordings, facts, the carrier's ends."""
    with exchange.app.app_context():
        found = list(db.session.scalars(UNSETTLED))
        db.session.rollback()
    legs = [f"end {leg.far_end}" for leg in exchange.network.newest_first() if leg.is_live]
    return found + legs


def offered_twice(exchange: Exchange) -> list[int]:
    """Calls that were offered while they were offered already."""
    with exchange.app.app_context():
        found = list(db.session.scalars(TWICE))
        db.session.rollback()
    return found


def counted(exchange: Exchange) -> dict[str, float]:
    """The day's figures, as far as they count and don't measure time."""
    now, rules = exchange.clock.now(), CallRules(**RULES)
    with exchange.app.app_context():
        total = reckoning.table(reckoning.days(None, None, now, CITY), now, rules).total
        db.session.rollback()
    shares = {name: getattr(total, name).part for name in ("in_time", "connection", "one_call")}
    return {name: getattr(total, name) for name in COUNTS} | shares


def _fate(call: Call) -> Fate:
    kinds = select(Recording.kind).where(Recording.call_id == call.id, Recording.state != "failed")
    tickets = select(func.count()).where(CallTicket.call_id == call.id)
    return Fate(
        state=call.state.value,
        purpose=call.purpose.value if call.purpose else "",
        answered=call.answered_at is not None,
        by=call.hung_up_by.value if call.hung_up_by else "",
        result=call.result.value if call.result else "",
        rating=call.rating or 0,
        tickets=db.session.scalar(tickets) or 0,
        kept=tuple(sorted({kind.value for kind in db.session.scalars(kinds)})),
    )
