"""What workers do with recordings and old orders: fetch, delete over there, delete in time."""

from datetime import time, timedelta

import structlog
from flask import current_app

from hotline import clock, jobs, settings
from hotline.calls import orders, recording
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.recording import Errand
from hotline.calls.rules import CallRules
from hotline.carrier import Carrier, CarrierError
from hotline.events import Fact, Reader
from hotline.extensions import db
from hotline.jobs import Entry

log = structlog.get_logger(__name__)


def fetch_recordings(*recording_ids: int) -> None:
    """Bring recordings over, one after the other; one that fails is tried again by the sweep."""
    for recording_id in recording_ids:
        with jobs.transaction():
            errand = recording.claim(recording_id, now=clock.now())
        if errand is None:
            continue
        try:
            _bring_over(errand)
        except (CarrierError, OSError) as failure:
            db.session.rollback()
            log.warning("recordings.failed", recording=recording_id, error=str(failure))
            with jobs.transaction():
                recording.note_failure(errand, failure, now=clock.now())


def sweep_recordings() -> None:
    """Take up again what failed, or was left behind."""
    with jobs.transaction():
        for recording_id in recording.due(clock.now()):
            jobs.enqueue_after_commit(fetch_recordings, recording_id)


def erase_recordings() -> None:
    """Delete recordings whose time is over, and forget old orders to the carrier."""
    now = clock.now()
    before = now - timedelta(days=settings.read(CallRules).recordings_kept_days)
    gone = 0
    while True:
        with jobs.transaction():
            found = recording.expired(before)
            for recording_id in found:
                recording.erase(recording_id, now=now)
        gone += len(found)
        if not found:
            break
    if gone:
        log.info("recordings.erased", recordings=gone)
    kept = timedelta(days=settings.read(CarryingRules).orders_kept_days)
    is_more = True
    while is_more:
        with jobs.transaction():
            is_more = orders.forget(before=now - kept) > 0


def _bring_over(errand: Errand) -> None:
    carrier: Carrier = current_app.extensions["carrier"]
    if not errand.is_stored:
        content, mimetype = carrier.voice.recording(errand.provider_id)
        digest = recording.keep(errand, content)
        with jobs.transaction():
            recording.note_stored(
                errand, digest=digest, mimetype=mimetype, size=len(content), now=clock.now()
            )
    carrier.voice.delete_recording(errand.provider_id)
    with jobs.transaction():
        recording.note_deleted_there(errand)


def fetch(fact: Fact) -> None:
    """Reader: a recording was announced."""
    jobs.enqueue_after_commit(fetch_recordings, fact.subject_id)


READERS: list[Reader] = [(recording.ANNOUNCED, "recordings.fetch", fetch)]
LIGHT = {fetch}
SCHEDULE = [
    Entry("recordings.sweep", sweep_recordings, every=timedelta(seconds=10)),
    Entry("recordings.erase", erase_recordings, daily_at=time(3, 20)),
]
