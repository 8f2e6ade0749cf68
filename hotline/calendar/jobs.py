"""The calendar looks after itself: a new year's stand-ins, and a new library's published days."""

from datetime import time

from hotline import clock, jobs
from hotline.calendar import operations
from hotline.jobs import Entry


def update() -> None:
    """Bring all years from the library; nothing changes on most days."""
    with jobs.transaction():
        operations.update(now=clock.now())


SCHEDULE = [Entry("calendar.update", update, daily_at=time(3, 20))]
