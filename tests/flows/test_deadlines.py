"""Deadlines against the calendar of 2026: National Day (1 to 7 October), the Saturday worked
for it (10 October), nights, and a year that is not published yet."""

from datetime import datetime

import time_machine

from callbacks import jobs as callback_jobs
from hotline import relay
from hotline.calendar import library
from hotline.extensions import db
from hotline.messages.rules import Delivery
from hotline.tickets import jobs
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.models import ClockRow
from hotline.tickets.states import State
from tests.flows import steps
from tests.flows.steps import Hall, at, due
from tests.webhooks import doors


def wall(number: str, kind: Clock) -> str:
    """When the clock is due, as the clock on the wall shows it."""
    found: datetime | None = due(number, kind)
    assert found is not None, kind
    return f"{found:%Y-%m-%d %H:%M}"


def dispatched(hall: Hall, moment: str, **changes: str) -> str:
    """A ticket entered and given to its unit at this moment."""
    with time_machine.travel(at(moment), tick=False):
        number = steps.by_entry(hall, **changes)
        steps.dispatch(hall, number)
    return number


def test_a_letter_before_the_holidays_is_sorted_and_handled_after_them(hall: Hall) -> None:
    with time_machine.travel(at("2026-09-30 17:00"), tick=False):
        number, _ = steps.by_form(hall)
        assert wall(number, Clock.SORT) == "2026-10-08 10:00"
    with time_machine.travel(at("2026-10-08 09:10"), tick=False):
        steps.sort(hall, number)
        assert wall(number, Clock.DISPATCH) == "2026-10-08 14:40"
    with time_machine.travel(at("2026-10-08 09:40"), tick=False):
        steps.dispatch(hall, number)
        assert wall(number, Clock.SIGN) == "2026-10-09 17:30"
        assert wall(number, Clock.CONTACT) == "2026-10-09 17:30"
        assert wall(number, Clock.HANDLE) == "2026-10-14 17:30", "Saturday the 10th is worked"


def test_a_minute_before_and_after_closing_give_the_same_deadline(hall: Hall) -> None:
    before = dispatched(hall, "2026-09-30 17:29")
    after = dispatched(hall, "2026-09-30 17:31", phone="13900001111")
    assert wall(before, Clock.HANDLE) == wall(after, Clock.HANDLE) == "2026-10-13 17:30"


def test_an_outage_on_a_holiday_runs_day_and_night(hall: Hall) -> None:
    outage = {"request_type": "help", "category": "T010102", "body": "全楼停水，没有通知。"}
    with time_machine.travel(at("2026-10-01 09:00"), tick=False):
        number = steps.by_entry(hall, **outage)
        assert wall(number, Clock.DISPATCH) == "2026-10-01 09:15"
    with time_machine.travel(at("2026-10-01 09:10"), tick=False):
        steps.dispatch(hall, number)
        assert number in hall.browser("water").get("/unit").text, "the supplier of the street"
        assert wall(number, Clock.SIGN) == "2026-10-01 11:10"
        assert wall(number, Clock.HANDLE) == "2026-10-02 09:10"


def test_a_redo_has_three_working_days(hall: Hall) -> None:
    number = dispatched(hall, "2026-10-08 09:00")
    with time_machine.travel(at("2026-10-09 10:00"), tick=False):
        steps.handle(hall, number)
        steps.call(hall, number, solved="no", satisfied="2")
        assert wall(number, Clock.SIGN) == "2026-10-10 17:30"
        assert wall(number, Clock.HANDLE) == "2026-10-13 17:30"


def test_sent_back_it_goes_on_with_what_was_left(hall: Hall) -> None:
    number = dispatched(hall, "2026-10-08 10:00")
    assert wall(number, Clock.HANDLE) == "2026-10-14 17:30"
    with time_machine.travel(at("2026-10-09 10:00"), tick=False):
        steps.sign(hall, number)
        steps.reply(hall, number)
        assert due(number, Clock.HANDLE) is None
        assert wall(number, Clock.REVIEW) == "2026-10-10 17:30"
    with time_machine.travel(at("2026-10-10 10:00"), tick=False):
        steps.send_back(hall, number)
        assert wall(number, Clock.HANDLE) == "2026-10-15 17:30", "7.5 working hours had passed"


def test_into_a_year_that_is_not_published_it_is_provisional(hall: Hall) -> None:
    number = dispatched(hall, "2026-12-30 10:00")
    assert wall(number, Clock.HANDLE) == "2027-01-07 17:30", "New Year's Day is off by law"
    assert running(number, Clock.HANDLE).is_provisional is (library.published(2027) is None)
    assert not running(number, Clock.SIGN).is_provisional


def test_lamps_change_by_the_sweep_at_their_minute(hall: Hall) -> None:
    number = dispatched(hall, "2026-09-28 10:00")
    with time_machine.travel(at("2026-09-28 10:30"), tick=False):
        steps.sign(hall, number)
    assert wall(number, Clock.HANDLE) == "2026-10-10 17:30"
    for moment, lamp in (
        ("2026-10-09 17:29", Lamp.GREEN),
        ("2026-10-09 17:30", Lamp.YELLOW),
        ("2026-10-10 17:29", Lamp.YELLOW),
        ("2026-10-10 17:30", Lamp.RED),
        ("2026-10-14 17:29", Lamp.RED),
        ("2026-10-14 17:30", Lamp.PURPLE),
    ):
        with time_machine.travel(at(moment), tick=False):
            jobs.sweep_deadlines()
        assert steps.ticket_of(number).lamp is lamp, moment


def test_at_night_only_the_acknowledgement_goes_out(hall: Hall) -> None:
    with time_machine.travel(at("2026-10-12 22:05"), tick=False):
        number = steps.by_text(hall)
        relay.drain()
        steps.sort(hall, number)
        steps.dispatch(hall, number)
        relay.drain()
    acknowledged, told = doors.messages("out")
    assert (acknowledged.kind, acknowledged.state) == ("acknowledged", Delivery.QUEUED)
    assert (told.kind, told.state) == ("dispatched", Delivery.HELD)
    assert told.next_try_at == at("2026-10-13 08:00")


def test_after_48_hours_the_result_is_fixed(hall: Hall) -> None:
    with time_machine.travel(at("2026-10-12 09:00"), tick=False):
        number = steps.by_text(hall)
        steps.sort(hall, number)
        steps.dispatch(hall, number)
        steps.handle(hall, number)
    with time_machine.travel(at("2026-10-14 08:59"), tick=False):
        callback_jobs.expire_plans()
        steps.is_at(number, State.AWAITING_CALLBACK)
    with time_machine.travel(at("2026-10-14 09:01"), tick=False):
        callback_jobs.expire_plans()
        steps.is_at(number, State.CLOSED)
        steps.rate_by_text(hall, "1")
        assert steps.newest() != number, "too late to be a rating: a matter of its own"
        steps.is_at(number, State.CLOSED)


def running(number: str, kind: Clock) -> ClockRow:
    """The ticket's running clock of this kind."""
    ticket_id = steps.ticket_of(number).id
    found = db.session.query(ClockRow).filter_by(ticket_id=ticket_id, kind=kind, stopped_at=None)
    return found.one()
