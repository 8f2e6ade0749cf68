"""Who is served next, by whom, how long it may take, and who is owed a call; pure.

Decided here: the order of the queue, the matching of callers and operators, the expected wait,
when a missed caller is called back. Not here: what is said (`prompts`), who is told.
Source: the large platforms' definitions of their figures, and GB/T 33358-2016.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

RANK_CRITICAL = 300
RANK_RETURNING = 200
RANK_LINE = 100
RANK_ORDINARY = 0
RANK_OWED = -100
"""A missed or abandoned call is made up for when nobody waits on the line."""

USUAL_TALK = 180.0


@dataclass(frozen=True)
class CallRules:
    """The figures, all settings. Raises ValueError for one that makes no sense."""

    ring_seconds: int = 15
    misses_until_break: int = 2
    wrap_up_seconds: int = 60
    offer_callback_after_seconds: int = 60
    most_waiting: int = 50
    menu_seconds: int = 5
    message_seconds: int = 180
    short_abandon_seconds: int = 5
    calls_per_hour: int = 20
    returning_minutes: int = 10
    callback_from: time = time(8)
    callback_until: time = time(21)
    callback_attempts: int = 3
    callback_wait_minutes: int = 15
    service_level_seconds: int = 15
    recordings_kept_days: int = 730
    lost_ringing_minutes: int = 10
    lost_talking_minutes: int = 120

    def __post_init__(self) -> None:
        figures = [one for one in vars(self).values() if isinstance(one, int)]
        if min(figures) < 1:
            raise ValueError("every figure must be at least 1")
        if self.ring_seconds > 60:
            raise ValueError("ring_seconds must be at most 60")
        if self.callback_from >= self.callback_until:
            raise ValueError("callback_from must lie before callback_until")


@dataclass(frozen=True)
class Waiting:
    """A call in the queue, as the matching sees it."""

    call_id: int
    rank: int
    queued_at: datetime
    skill: str | None = None
    declined_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ready:
    """An operator who waits for a call."""

    staff_id: int
    idle_since: datetime
    skills: frozenset[str] = frozenset()


def in_turn(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The queue: critical and returning callers before, then who has waited longest."""
    return sorted(waiting, key=lambda one: (-one.rank, one.queued_at, one.call_id))


def matched(waiting: Iterable[Waiting], ready: Iterable[Ready]) -> list[tuple[Waiting, Ready]]:
    """Who gets which call: in turn, each to the operator idle longest who has the skill.

    Who let this very call pass gets it again only when nobody else is ready. A call that nobody
    ready may take doesn't hold up those behind it.
    """
    free = sorted(ready, key=lambda one: (one.idle_since, one.staff_id))
    pairs = []
    for call in in_turn(waiting):
        able = [one for one in free if call.skill is None or call.skill in one.skills]
        fresh = [one for one in able if one.staff_id not in call.declined_by]
        # Who can do more than is needed is kept for who needs it, where another can do it too.
        fit = sorted(fresh or able, key=lambda one: bool(one.skills) and call.skill is None)
        if fit:
            free.remove(fit[0])
            pairs.append((call, fit[0]))
    return pairs


def rank_of(*, is_critical: bool, is_returning: bool, line_rank: int) -> int:
    """A caller's rank in the queue; a line's own adds to it, at most 99."""
    base = RANK_CRITICAL if is_critical else RANK_RETURNING if is_returning else RANK_ORDINARY
    return base + max(0, min(99, line_rank))


def expected_wait(ahead: int, staffed: int, able: int, talks: Sequence[float]) -> int | None:
    """Seconds until somebody is served for whom nobody is free, rounded up to half a minute.

    `ahead`: callers before them whom nobody is free for either; `staffed`: operators who take
    calls or talk now, `able` those of them who have the skill; `talks`: seconds that the last calls
    took, wrap-up included. None when nobody is there to serve.
    """
    if able < 1:
        return None
    usual = sum(talks) / len(talks) if talks else USUAL_TALK
    seconds = ahead * usual / staffed + usual / able
    return max(30, -(-int(seconds) // 30) * 30)


def expected_waits(
    waiting: Iterable[Waiting],
    ready: Iterable[Ready],
    staffed: Sequence[frozenset[str]],
    talks: Sequence[float],
) -> dict[int, int | None]:
    """The expected wait of each call in the queue: none for whom an operator is ready.

    `staffed`: what each operator can do who takes calls or talks now. Whom nobody there can serve
    holds up nobody.
    """
    queue = in_turn(waiting)
    served = {call.call_id for call, _ in matched(queue, ready)}
    waits: dict[int, int | None] = {}
    ahead = 0
    for call in queue:
        able = sum(call.skill is None or call.skill in skills for skills in staffed)
        if call.call_id in served:
            waits[call.call_id] = 0
            continue
        waits[call.call_id] = expected_wait(ahead, len(staffed), able, talks)
        ahead += able > 0
    return waits


def callback_at(now: datetime, zone: ZoneInfo, rules: CallRules) -> datetime:
    """When a call that we owe may be made: now, or when the allowed hours begin."""
    wall = now.astimezone(zone)
    if rules.callback_from <= wall.time() < rules.callback_until:
        return now
    day = wall.date() if wall.time() < rules.callback_from else wall.date() + timedelta(days=1)
    return datetime.combine(day, rules.callback_from, zone).astimezone(now.tzinfo)


def is_owed_a_call(queued_at: datetime | None, ended_at: datetime, rules: CallRules) -> bool:
    """Whether who gave up waiting is called back; who hung up at once didn't wait."""
    if queued_at is None:
        return False
    return (ended_at - queued_at).total_seconds() > rules.short_abandon_seconds
