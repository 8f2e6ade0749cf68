"""What supervision does by the clock: remind units, once each working day."""

from datetime import time

from hotline import clock, settings
from hotline.jobs import Entry, transaction
from hotline.tickets import queries as tickets
from supervision import reminding
from supervision.rules import ReminderRules


def remind_unsigned() -> None:
    """Remind units of what they leave unsigned; on days off nobody is reminded."""
    _remind(reminding.of_unsigned)


def remind_absent() -> None:
    """Remind units where nobody logs in; on days off nobody is reminded."""
    _remind(reminding.of_absent)


def _remind(reminder: reminding.Reminder) -> None:
    now, calendar = clock.now(), tickets.rulebook().calendar
    today = now.astimezone(calendar.zone).date()
    if calendar.is_working(today):
        with transaction():
            reminder(today, now=now, numbers=settings.read(ReminderRules))


SCHEDULE = [
    Entry("supervision.remind_unsigned", remind_unsigned, daily_at=time(9, 0)),
    Entry("supervision.remind_absent", remind_absent, daily_at=time(9, 10)),
]
