"""What callbacks does by the clock: fix the answers whose time is over."""

from datetime import timedelta

from callbacks import operations, queries
from hotline import clock
from hotline.jobs import Entry, transaction
from hotline.tickets import queries as tickets

BATCH = 200


def expire_plans() -> None:
    """Fix every answer whose link has ended, each in a transaction of its own."""
    while True:
        now = clock.now()
        found = queries.expired(now, BATCH)
        for plan_id in found:
            with transaction():
                operations.expire(plan_id, now=now, book=tickets.rulebook())
        if len(found) < BATCH:
            return


SCHEDULE = [Entry("callbacks.expire", expire_plans, every=timedelta(minutes=1))]
