"""What a worker does with requests that were kept while the database was away."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from flask import current_app

from hotline.calls.spool_jobs import UNREADABLE
from hotline.errors import Refused
from hotline.extensions import db
from hotline.jobs import Entry
from webhooks import late, views, voice_reports
from webhooks.late import Kept
from webhooks.voice_forms import asked, voice_form

MOST_AT_ONCE = 500
DOORS: Mapping[str, Callable[[datetime], object]] = {
    "/webhooks/carrier/status/call": lambda at: voice_reports.call_changed(
        voice_form(), asked(), at=at
    ),
    "/webhooks/carrier/status/recording": lambda at: voice_reports.recording_changed(
        voice_form(), asked(), at=at
    ),
    "/webhooks/carrier/status/message": views.note_message,
    "/webhooks/carrier/sms": views.take_carriers,
    "/webhooks/gateway/sms": views.take_gateways,
}

log = structlog.get_logger(__name__)


def replay_reports() -> None:
    """Take in what was kept, in the order it came; with the database away again, later."""
    for path in islice(late.waiting(late.folder()), MOST_AT_ONCE):
        try:
            kept = late.read(path)
            door = DOORS[kept.path]
        except FileNotFoundError:
            continue
        except UNREADABLE:
            _lay_aside(path)
            continue
        try:
            _take_in(kept, door)
        except late.AWAY:
            log.warning("webhooks.database_away", exc_info=True)
            return
        except Refused as refused:
            log.info("webhooks.late_report_unused", path=kept.path, code=refused.code)
        except Exception:
            _lay_aside(path)
            continue
        path.unlink(missing_ok=True)


def _take_in(kept: Kept, door: Callable[[datetime], object]) -> None:
    given = {"method": "POST", "data": kept.body, "content_type": kept.kind}
    with current_app.test_request_context(kept.address, **given):
        try:
            door(kept.at)
        finally:
            db.session.rollback()


def _lay_aside(path: Path) -> None:
    log.exception("webhooks.late_report_unreadable", file=path.name)
    path.replace(path.with_suffix(late.BROKEN))


SCHEDULE = [Entry("webhooks.replay", replay_reports, every=timedelta(seconds=15))]
