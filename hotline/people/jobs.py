"""What the people's room does by itself."""

from datetime import time

from hotline import clock, jobs
from hotline.people import signing


def forget_ended_sessions() -> None:
    """Delete the sessions that were signed out of, once they would be over anyway."""
    with jobs.transaction():
        signing.forget_ended_sessions(clock.now())


SCHEDULE = [jobs.Entry("people.forget_ended_sessions", forget_ended_sessions, daily_at=time(3, 20))]
