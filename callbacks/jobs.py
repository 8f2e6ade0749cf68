"""What callbacks does by the clock: fix the answers whose time is over."""

from datetime import datetime, timedelta

import structlog

from callbacks import operations, queries
from hotline import clock
from hotline.jobs import Entry, transaction
from hotline.tickets import queries as tickets

BATCH = 200

log = structlog.get_logger(__name__)


def expire_plans() -> None:
    """Fix every answer whose link has ended, each in a transaction of its own.

    One that fails is logged, left for the next time, and holds up no other.
    """
    now, failed = clock.now(), set[int]()
    while due := set(queries.expired(now, BATCH + len(failed))) - failed:
        failed |= {plan_id for plan_id in sorted(due) if not _expired(plan_id, now)}


def _expired(plan_id: int, now: datetime) -> bool:
    try:
        with transaction():
            operations.expire(plan_id, now=now, book=tickets.rulebook())
    except Exception:
        log.exception("callbacks.expire_failed", plan_id=plan_id)
        return False
    return True


SCHEDULE = [Entry("callbacks.expire", expire_plans, every=timedelta(minutes=1))]
