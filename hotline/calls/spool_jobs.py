"""What a worker does with calls that came while nothing could be stored."""

from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog
from cryptography.fernet import InvalidToken
from flask import current_app

from hotline import jobs
from hotline.calls import circumstances, spooling
from hotline.jobs import Entry

MOST_AT_ONCE = 200
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, InvalidToken)

log = structlog.get_logger(__name__)


def replay_calls() -> None:
    """Make up for the calls that were kept; a file goes when what it says is stored."""
    var_dir: Path = current_app.extensions["config"].var_dir
    for path in islice(spooling.waiting(var_dir), MOST_AT_ONCE):
        try:
            kept = spooling.read(path)
        except FileNotFoundError:
            continue
        except UNREADABLE:
            log.exception("calls.spool_unreadable", file=path.name)
            path.replace(path.with_suffix(spooling.BROKEN))
            continue
        with jobs.transaction():
            spooling.make_up(kept, circumstances.present())
        path.unlink(missing_ok=True)


SCHEDULE = [Entry("calls.replay", replay_calls, every=timedelta(minutes=1))]
