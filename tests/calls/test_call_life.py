"""The life of a call, by both ways of bridging; every end of it told late, twice or never."""

import pytest

from hotline.calls import arriving, ending, finding, offering, queueing, seating, talking
from hotline.calls.arriving import Arrival
from hotline.calls.bridging import Ways
from hotline.calls.ending import LegReport
from hotline.calls.kinds import BreakReason, LegRole, Purpose, Result, SeatState
from hotline.calls.models import Line
from hotline.calls.states import CallState
from hotline.calls.talking import Target
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from tests.calls.living import CONFERENCE, DIAL, PHONE, START, Hall, asked, fate, owed, seat

pytestmark = pytest.mark.usefixtures("app")
BOTH = pytest.mark.parametrize("ways", [CONFERENCE, DIAL], ids=["conference", "dial"])


@BOTH
def test_a_call_is_answered_talked_and_written_up(ways: Ways) -> None:
    hall = Hall(ways)
    anna = hall.operator("anna")
    call = hall.caller()
    assert hall.distribute() == 1
    assert (call.state, call.offered_to) == (CallState.OFFERED, anna.id)
    assert seat(anna).state is SeatState.RINGING
    hall.later(4)
    assert hall.picks_up(call)
    assert (call.state, call.staff_id, call.answered_at) == (
        CallState.CONNECTED,
        anna.id,
        hall.now,
    )
    led_to = "join" if ways.has_conference else "bridge"
    assert asked(call)[-1] == ("citizen", "redirect", led_to)
    hall.later(60)
    hall.citizen_hangs_up(call)
    assert (call.state, call.ended_at) == (CallState.WRAP_UP, hall.now)
    assert seat(anna).state is SeatState.WRAP_UP
    hall.later(20)
    ending.finish(call, by=anna.id, result=Result.ANSWERED, note="", at=hall.at)
    assert (call.state, call.result) == (CallState.ENDED, Result.ANSWERED)
    assert (seat(anna).state, seat(anna).call_id) == (SeatState.READY, None)


def test_the_same_announcement_is_one_call() -> None:
    hall = Hall()
    first = hall.caller()
    again = arriving.arrive(
        Arrival("CA" + "1".zfill(32), PHONE, "+8633512345"), now=hall.now, rules=hall.rules
    )
    assert again.id == first.id


def test_a_missed_offer_leaves_the_caller_first_in_line_and_ends_in_a_break() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call, behind = hall.caller(), hall.caller("+8613900000000")
    hall.distribute()
    hall.later(15)
    assert offering.end_offers(now=hall.now, rules=hall.rules) == 1
    assert (call.state, seat(anna).state, seat(anna).misses) == (
        CallState.WAITING,
        SeatState.READY,
        1,
    )
    assert finding.in_queue() == [call, behind]
    hall.distribute()
    offering.decline(call, by=anna.id, now=hall.now, rules=hall.rules)
    assert (seat(anna).state, seat(anna).reason) == (SeatState.BREAK, BreakReason.MISSED_CALLS)
    assert hall.distribute() == 0


def test_a_phone_picked_up_too_late_is_told_so() -> None:
    hall = Hall()
    hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    leg = hall.ringing(call)
    hall.citizen_hangs_up(call)
    assert not hall.picks_up(call, leg)
    assert call.state is CallState.ABANDONED


def test_picking_up_twice_is_once() -> None:
    hall = Hall()
    hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    leg = hall.ringing(call)
    assert hall.picks_up(call, leg)
    hall.later(5)
    assert hall.picks_up(call, leg)
    assert asked(call).count(("citizen", "redirect", "join")) == 1
    assert call.answered_at == START


def test_who_gives_up_waiting_is_owed_a_call_and_comes_first_when_calling_again() -> None:
    hall = Hall()
    first = hall.caller()
    hall.later(40)
    hall.citizen_hangs_up(first)
    assert first.state is CallState.ABANDONED
    (due,) = owed()
    assert (due.purpose, due.origin_id, due.queued_at) == (Purpose.ABANDONED, first.id, START)
    other = hall.caller("+8613900000000")
    again = hall.caller()
    assert [one.id for one in finding.in_queue()] == [again.id, other.id, due.id]
    hall.operator("anna")
    hall.distribute()
    hall.picks_up(again)
    assert (due.state, owed()) == (CallState.ENDED, [])


def test_who_hangs_up_at_once_is_owed_nothing() -> None:
    hall = Hall()
    call = hall.caller()
    hall.later(5)
    hall.citizen_hangs_up(call)
    assert (call.state, owed()) == (CallState.ABANDONED, [])


def test_a_call_back_keeps_the_place_and_is_dialled_when_it_is_its_turn() -> None:
    hall = Hall()
    call = hall.caller()
    hall.later(70)
    assert queueing.place(call, now=hall.now, rules=hall.rules).may_ask_back
    behind = hall.caller("+8613900000000")
    queueing.ask_back(call, now=hall.now, zone=hall.at.zone, rules=hall.rules)
    hall.citizen_hangs_up(call)
    (due,) = owed()
    assert [one.id for one in finding.in_queue()] == [due.id, behind.id]
    anna = hall.operator("anna")
    hall.distribute()
    assert due.offered_to == anna.id
    hall.picks_up(due)
    assert (due.state, due.answered_at) == (CallState.CONNECTED, None)
    assert asked(due)[-1] == ("citizen", "dial", "outgoing")
    citizen = finding.citizen_leg(due)
    assert citizen is not None
    hall.later(8)
    talking.answered(due, citizen, now=hall.now, ways=hall.ways)
    assert due.answered_at == hall.now


def test_an_unreached_call_back_is_tried_again_later_and_not_for_ever() -> None:
    hall = Hall(callback_attempts=2)
    anna = hall.operator("anna")
    call = hall.caller()
    queueing.ask_back(call, now=hall.now, zone=hall.at.zone, rules=hall.rules)
    hall.citizen_hangs_up(call)
    for attempt in (1, 2):
        (due,) = owed()
        assert due.attempt == attempt
        hall.distribute()
        hall.picks_up(due)
        hall.ends(due, finding.citizen_leg(due), "no-answer")
        assert (due.state, due.result) == (CallState.WRAP_UP, Result.NOT_REACHED)
        ending.finish(due, by=anna.id, result=None, note="", at=hall.at)
        assert hall.distribute() == 0
        hall.later(20 * 60)
    assert owed() == []


def test_hold_and_resume_lead_the_caller_there_and_back() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    talking.hold(call, by=anna.id, now=hall.now)
    talking.hold(call, by=anna.id, now=hall.now)
    assert asked(call)[-1] == ("citizen", "redirect", "hold")
    talking.resume(call, by=anna.id, now=hall.now, ways=hall.ways)
    assert (asked(call)[-1], call.held_at) == (("citizen", "redirect", "join"), None)


def test_a_colleague_is_called_in_and_left_with_the_caller() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    bert = hall.operator("bert")
    leg = talking.call_in(
        call, Target("bert", staff_id=bert.id), by=anna.id, now=hall.now, ways=hall.ways
    )
    assert seat(bert).state is SeatState.RINGING
    talking.answered(call, leg, now=hall.now, ways=hall.ways)
    talking.pass_on(call, None, by=anna.id, now=hall.now, rules=hall.rules, ways=hall.ways)
    assert (call.state, call.staff_id) == (CallState.CONNECTED, bert.id)
    assert (seat(anna).state, seat(bert).state) == (SeatState.WRAP_UP, SeatState.ON_CALL)
    hall.citizen_hangs_up(call)
    assert seat(bert).state is SeatState.WRAP_UP
    ending.finish(call, by=anna.id, result=Result.TRANSFERRED, note="", at=hall.at)
    assert fate(call) is CallState.WRAP_UP
    ending.finish(call, by=bert.id, result=None, note="", at=hall.at)
    assert fate(call) is CallState.ENDED


def test_a_call_passed_on_to_nobody_comes_back_to_the_front() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    duty = Target("duty phone", address="+8613700000001")
    talking.pass_on(call, duty, by=anna.id, now=hall.now, rules=hall.rules, ways=hall.ways)
    hall.ends(call, hall.ringing(call), "no-answer")
    assert call.state is CallState.WAITING
    assert asked(call)[-1] == ("citizen", "redirect", "wait")


def test_a_browser_that_dies_costs_the_caller_no_call() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    hall.ends(call, hall.ringing(call))
    assert (call.state, seat(anna).state) == (CallState.WAITING, SeatState.BREAK)


def test_a_desk_phone_hung_up_ends_the_call() -> None:
    hall = Hall(DIAL)
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    hall.ends(call, finding.operator_leg(call, anna.id))
    assert call.state is CallState.WRAP_UP


def test_the_operator_hangs_up_and_the_caller_may_rate() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    talking.hang_up(call, by=anna.id, now=hall.now, rules=hall.rules)
    assert ("citizen", "redirect", "rate") in asked(call)
    assert (call.state, seat(anna).state) == (CallState.WRAP_UP, SeatState.WRAP_UP)


def test_nobody_touches_a_call_that_is_not_theirs() -> None:
    hall = Hall()
    hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    bert = hall.operator("bert")
    with pytest.raises(Forbidden):
        offering.decline(call, by=bert.id, now=hall.now, rules=hall.rules)
    hall.picks_up(call)
    with pytest.raises(Forbidden):
        talking.hold(call, by=bert.id, now=hall.now)
    with pytest.raises(Refused):
        offering.pick(call, by=bert.id, now=hall.now, ways=hall.ways)


def test_wrap_up_ends_by_itself_and_what_was_chosen_meanwhile_holds() -> None:
    hall = Hall()
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    seating.set_state(anna.id, SeatState.BREAK, BreakReason.MEAL, now=hall.now, ways=hall.ways)
    hall.citizen_hangs_up(call)
    hall.later(61)
    assert ending.end_wrap_ups(hall.at) == 1
    assert (seat(anna).state, seat(anna).reason) == (SeatState.BREAK, BreakReason.MEAL)
    assert call.state is CallState.ENDED


def test_a_break_goes_on_after_a_call_that_was_taken_from_it() -> None:
    hall = Hall()
    call = hall.caller()
    anna = hall.operator("anna")
    seating.set_state(anna.id, SeatState.BREAK, BreakReason.MEAL, now=hall.now, ways=hall.ways)
    offering.pick(call, by=anna.id, now=hall.now, ways=hall.ways)
    hall.picks_up(call)
    hall.citizen_hangs_up(call)
    hall.later(61)
    ending.end_wrap_ups(hall.at)
    assert (seat(anna).state, seat(anna).reason) == (SeatState.BREAK, BreakReason.MEAL)


def test_no_more_than_may_wait_but_an_emergency_always() -> None:
    hall = Hall(most_waiting=1)
    hall.caller()
    second = hall.caller("+8613900000000", is_waiting=False)
    with pytest.raises(queueing.QueueFull):
        queueing.enter(second, now=hall.now, rules=hall.rules)
    queueing.alarm(second, now=hall.now)
    queueing.enter(second, now=hall.now, rules=hall.rules)
    assert finding.in_queue()[0] is second


def test_who_calls_too_often_is_refused_but_for_an_emergency() -> None:
    hall = Hall(calls_per_hour=1)
    hall.caller()
    arrival = Arrival("CA" + "9" * 32, PHONE, "+8633512345")
    call = arriving.arrive(arrival, now=hall.now, rules=hall.rules)
    assert fate(call) is CallState.REFUSED
    queueing.alarm(call, now=hall.now)
    queueing.enter(call, now=hall.now, rules=hall.rules)
    assert fate(call) is CallState.WAITING


@pytest.mark.parametrize("status", ["ringing", "in-progress", "completed", "busy", "nonsense"])
def test_a_status_that_comes_after_the_end_changes_nothing(status: str) -> None:
    hall = Hall()
    call = hall.caller()
    hall.citizen_hangs_up(call)
    before = (call.state, call.ended_at)
    hall.later(9)
    leg = finding.all_legs(call)[0]
    ending.leg_changed(call, leg, LegReport(status, 0), hall.at)
    assert (call.state, call.ended_at) == before


def test_the_line_is_found_by_any_spelling_of_what_was_dialled() -> None:
    for number in ("12345", "12319"):
        db.session.add(Line(number=number, name=number, mode="merged", rank=0, opened_at=START))
    db.session.flush()
    for dialled in ("12319", "+8633512319", "033512319"):
        line = arriving.line_of(dialled)
        assert line is not None
        assert line.number == "12319"
    assert arriving.line_of("+8633599999") is None


def test_three_way_needs_a_carrier_that_can() -> None:
    hall = Hall(DIAL)
    anna = hall.operator("anna")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    with pytest.raises(Refused) as refused:
        talking.call_in(call, Target("110", "110"), by=anna.id, now=hall.now, ways=hall.ways)
    assert refused.value.code == "no_conference"
    talking.pass_on(
        call, Target("110", "110"), by=anna.id, now=hall.now, rules=hall.rules, ways=hall.ways
    )
    assert ("citizen", "redirect", "third") in asked(call)
    assert [one.label for one in finding.open_legs(call, LegRole.THIRD)] == ["110"]
