"""Sweeping up files that no row names."""

from datetime import time

import structlog
from flask import current_app

from hotline import clock
from hotline.attachments import operations
from hotline.jobs import Entry

log = structlog.get_logger(__name__)


def sweep_files() -> None:
    """Remove what failed requests left behind."""
    owners = current_app.extensions.get("file_owners", [])
    gone = operations.sweep(clock.now(), owners)
    if gone:
        log.info("attachments.swept", files=gone)


SCHEDULE = [Entry("attachments.sweep", sweep_files, daily_at=time(3, 40))]
