"""What the ticket room does by the clock: sweep deadlines, fold counters, forget old keys."""

from datetime import time, timedelta

import structlog
from flask import current_app

from hotline import clock, counters, http
from hotline.jobs import Entry, transaction
from hotline.tickets import modes, queries, timing

log = structlog.get_logger(__name__)


def sweep_deadlines() -> None:
    """Judge every clock whose lamp may have changed, in batches."""
    book = queries.rulebook()
    while True:
        with transaction():
            looked_at = timing.sweep(clock.now(), book)
        if looked_at < timing.SWEEP_BATCH:
            return


def fold_counters() -> None:
    """Fold the deltas into the counters' base."""
    with transaction():
        counters.fold()


def prove_counters() -> None:
    """Compare every counter with its truth; a difference is an error to be looked at."""
    for sentence in counters.prove(current_app.extensions["truths"]):
        log.error("counters.wrong", difference=sentence)


def forget_keys() -> None:
    """Delete idempotency keys older than a week."""
    with transaction():
        http.forget_keys(clock.now())


SCHEDULE = [
    Entry("tickets.sweep_deadlines", sweep_deadlines, every=timedelta(seconds=15)),
    Entry("tickets.end_expired_mode", modes.end_expired, every=timedelta(minutes=1)),
    Entry("tickets.fold_counters", fold_counters, every=timedelta(seconds=30)),
    Entry("tickets.prove_counters", prove_counters, daily_at=time(3, 10)),
    Entry("tickets.forget_keys", forget_keys, daily_at=time(3, 30)),
]
