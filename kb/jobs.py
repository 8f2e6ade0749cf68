"""What the knowledge base does by the clock: publish what was approved, remind of what is due."""

from datetime import time, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from hotline import clock, settings
from hotline.jobs import Entry, transaction
from kb import days, files, reminding, scheduling, staging
from kb.rules import ArticleRules

log = structlog.get_logger(__name__)


def publish_due() -> None:
    """Publish the articles whose time has come; one that can't be holds back no other."""
    now = clock.now()
    for number in scheduling.due(now):
        try:
            with transaction():
                scheduling.publish_one(number, now=now)
        except DBAPIError:
            log.exception("kb.publish_failed", number=number)


def remind() -> None:
    """Remind units and editors of articles to be looked at again, and of those that run out."""
    now = clock.now()
    with transaction():
        reminding.remind(days.on(now), now=now, numbers=settings.read(ArticleRules))


def forget() -> None:
    """Forget tables nobody said yes to, and files that no words name any more."""
    now = clock.now()
    with transaction():
        staging.forget_old(now)
        gone = files.sweep(now)
    if gone:
        log.info("kb.files_forgotten", files=gone)


SCHEDULE = [
    Entry("kb.publish_due", publish_due, every=timedelta(seconds=20)),
    Entry("kb.remind", remind, daily_at=time(8, 40)),
    Entry("kb.forget", forget, daily_at=time(3, 20)),
]
