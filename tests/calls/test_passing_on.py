"""A call passed on to a colleague: how it rings there, is taken, or comes back."""

import pytest

from hotline.calls import finding, offering, phone_bar, talking
from hotline.calls.kinds import LegRole, SeatState
from hotline.calls.models import Call
from hotline.calls.phone_bar import Asked
from hotline.calls.states import CallState
from hotline.calls.talking import Target
from hotline.errors import Refused
from hotline.people.models import Staff
from tests.calls import living
from tests.calls.living import CITY, CONFERENCE, DIAL, Hall, asked, fate, seat


def passed(hall: Hall) -> tuple[Call, Staff, Staff]:
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    ben = hall.operator("ben")
    target = Target("Ben", staff_id=ben.id)
    hall.later(30)
    talking.pass_on(call, target, by=anna.id, now=hall.now, rules=hall.rules, ways=hall.ways)
    return call, anna, ben


def test_without_conferences_it_stands_in_the_colleagues_console(app: object) -> None:
    hall = Hall(DIAL)
    call, anna, ben = passed(hall)
    assert (fate(call), call.offered_to) == (CallState.OFFERED, ben.id)
    assert (seat(anna).state, seat(ben).state) == (SeatState.WRAP_UP, SeatState.RINGING)
    assert ("citizen", "redirect", "wait") in asked(call)
    own = phone_bar.of(Asked(ben.id, hall.now, CITY, hall.ways)).call
    assert own is not None
    assert (own.since, own.may) == (hall.now, ["answer", "decline"])
    hall.picks_up(call)
    assert (fate(call), call.staff_id) == (CallState.CONNECTED, ben.id)
    assert seat(ben).state is SeatState.ON_CALL
    own = phone_bar.of(Asked(ben.id, hall.now, CITY, hall.ways)).call
    assert own is not None
    assert {"hold", "pass_on", "hang_up"} <= set(own.may)


def test_who_is_not_free_gets_nothing_and_the_talk_goes_on(app: object) -> None:
    hall = Hall(DIAL)
    anna, ben = hall.operator("anna"), hall.operator("ben", is_ready=False)
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    target = Target("Ben", staff_id=ben.id)
    with pytest.raises(Refused):
        talking.pass_on(call, target, by=anna.id, now=hall.now, rules=hall.rules, ways=hall.ways)
    assert (fate(call), call.staff_id) == (CallState.CONNECTED, anna.id)


def test_the_colleague_lets_it_pass(app: object) -> None:
    hall = Hall(CONFERENCE)
    call, _, ben = passed(hall)
    third = finding.open_legs(call, LegRole.THIRD)[0]
    offering.let_pass(call, by=ben.id, now=hall.now)
    assert ("third", "hang_up", "") in asked(call)
    hall.ends(call, third, "no-answer")
    assert fate(call) is CallState.WAITING
    with pytest.raises(Refused):
        offering.let_pass(call, by=ben.id, now=hall.now)


def test_who_hangs_up_meanwhile_was_spoken_to(app: object) -> None:
    hall = Hall(DIAL)
    call, _, ben = passed(hall)
    hall.citizen_hangs_up(call)
    assert fate(call) is CallState.ABANDONED
    assert call.answered_at is not None
    assert seat(ben).state is SeatState.READY
    assert living.owed()
