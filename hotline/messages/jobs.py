"""What workers do with texts: send one, and find those that are due or were left behind."""

from datetime import timedelta
from threading import Event
from zoneinfo import ZoneInfo

from flask import current_app

from hotline import clock, jobs, settings
from hotline.extensions import db
from hotline.jobs import Entry
from hotline.messages import reports, sending
from hotline.messages.rules import MessageRules

QUEUE = "now"


def send_messages(*message_ids: int) -> None:
    """Bring texts to the carrier, one after the other; a failing one doesn't hold up the others."""
    failures = []
    for message_id in message_ids:
        try:
            send_message(message_id)
        except Exception as failure:
            db.session.rollback()
            failures.append(failure)
    if failures:
        raise ExceptionGroup("texts that the sweep takes up again", failures)


def send_message(message_id: int) -> None:
    """Bring one text to the carrier; taken, held or sent already, it returns quietly."""
    limits = settings.read(MessageRules)
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    with jobs.transaction():
        claimed = sending.claim(message_id, now=clock.now(), zone=zone, limits=limits)
    if claimed is None:
        return
    Event().wait(max(0.0, (claimed.turn_at - clock.now()).total_seconds()))
    handed = sending.hand_over(current_app.extensions["carrier"], claimed)
    db.session.rollback()
    with jobs.transaction():
        sending.record(message_id, handed, now=clock.now(), limits=limits)


def sweep_messages() -> None:
    """Enqueue the texts that are due or were abandoned, and lay early reports over theirs."""
    limits, now = settings.read(MessageRules), clock.now()
    with jobs.transaction():
        reports.apply_early_reports(now)
        for message_id in sending.due(now, limits):
            jobs.enqueue_after_commit(send_messages, message_id, queue=QUEUE)


SCHEDULE = [Entry("messages.sweep", sweep_messages, every=timedelta(seconds=sending.SWEEP_SECONDS))]
