"""A clock that stood still while the calendar changed goes on with all that it had left."""

from datetime import timedelta

import time_machine
from apiflask import APIFlask

from dispatch import reviewing
from hotline.calendar import operations
from hotline.calendar.rules import StatedDay
from hotline.extensions import db
from hotline.tickets import timing
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW
from tests.recalendar import town
from tests.recalendar.town import THREE, due, wall

OFF = [StatedDay(one, is_working=False, name="停电") for one in THREE]
IN_AN_HOUR = NOW + timedelta(hours=1)


def shut() -> None:
    """The next three working days become holidays, and everything follows."""
    operations.put_days(2026, OFF, None, by="staff:1", now=NOW)
    db.session.commit()
    with time_machine.travel(NOW, tick=True):
        town.follow()


def test_a_suspended_clock_takes_up_the_change_when_it_goes_on(app: APIFlask) -> None:
    ticket = samples.signed()
    row = town.row_of(ticket, "handle")
    timing.pause(ticket, [row], at=NOW)
    db.session.commit()
    shut()
    assert due(ticket, "handle") == wall("2026-11-25")
    row = town.row_of(ticket, "handle")
    timing.resume(ticket, row, at=IN_AN_HOUR, book=factories.book())
    db.session.commit()
    assert due(ticket, "handle") == wall("2026-12-01", "09:30"), "three days and an hour later"
    operations.put_days(
        2026, [StatedDay(THREE[0], is_working=True)], None, by="staff:1", now=IN_AN_HOUR
    )
    db.session.commit()
    with time_machine.travel(IN_AN_HOUR, tick=True):
        town.follow()
    assert due(ticket, "handle") == wall("2026-11-30", "09:30"), "a day earlier, to its minute"


def test_sent_back_it_has_what_was_left(app: APIFlask) -> None:
    ticket = samples.replied(now=IN_AN_HOUR)
    shut()
    reviewing.send_back(
        ticket,
        samples.open_of(ticket),
        "没有回应夜间管理。",
        by=samples.REVIEWER,
        now=IN_AN_HOUR,
        book=factories.book(),
    )
    db.session.commit()
    assert due(ticket, "handle") == wall("2026-11-30")
