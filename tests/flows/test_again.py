"""Dissatisfied: done again by itself, then by a reviewer's decision, then closed."""

from hotline.tickets.clocks import Clock
from hotline.tickets.states import State
from tests.flows import steps
from tests.flows.steps import Hall
from tests.webhooks import doors

BAD = {"solved": "no", "satisfied": "1", "reason": "人一走又摆出来了。"}


def asked(hall: Hall) -> str:
    """A ticket whose citizen is to be called."""
    number = steps.by_entry(hall)
    steps.dispatch(hall, number)
    steps.handle(hall, number)
    return number


def dissatisfied_twice(hall: Hall) -> str:
    """A ticket that a reviewer decides on."""
    number = asked(hall)
    steps.call(hall, number, **BAD)
    steps.is_at(number, State.PENDING_SIGNATURE, 2)
    steps.handle(hall, number)
    steps.call(hall, number, **BAD)
    steps.is_at(number, State.AWAITING_CALLBACK, 2)
    return number


def test_the_first_time_it_is_done_again_by_the_same_unit_and_closed(hall: Hall) -> None:
    number = asked(hall)
    steps.call(hall, number, **BAD)
    steps.is_at(number, State.PENDING_SIGNATURE, 2)
    assert steps.due(number, Clock.SIGN) is not None
    assert number in hall.browser("handler").get("/unit", tab="redo").text
    assert "人一走又摆出来了。" in hall.browser("handler").get(f"/tickets/{number}").text
    assert "redone" in doors.out_kinds()
    steps.handle(hall, number)
    steps.call(hall, number, satisfied="3")
    steps.is_at(number, State.CLOSED, 2)


def test_by_text_a_one_is_confirmed_and_its_reason_reaches_the_unit(hall: Hall) -> None:
    number = steps.by_text(hall)
    steps.sort(hall, number)
    steps.dispatch(hall, number)
    steps.handle(hall, number)
    steps.rate_by_text(hall, "1")
    steps.is_at(number, State.PENDING_SIGNATURE, 2)
    steps.rate_by_text(hall, "人一走又摆出来了")
    steps.is_at(number, State.PENDING_SIGNATURE, 2)
    assert [one.kind for one in doors.messages("in")] == ["new", "answer", "answer"]
    assert doors.out_kinds().count("rated_low") == 1
    assert "人一走又摆出来了" in hall.browser("handler").get(f"/tickets/{number}").text
    steps.handle(hall, number)
    steps.rate_by_text(hall, "5")
    steps.is_at(number, State.CLOSED, 2)


def test_what_the_unit_only_explained_is_decided_the_first_time(hall: Hall) -> None:
    number = steps.by_entry(hall)
    steps.dispatch(hall, number)
    steps.sign(hall, number)
    steps.reply(hall, number, completion="explained")
    steps.is_at(number, State.IN_REVIEW)
    steps.accept(hall, number)
    steps.is_at(number, State.AWAITING_CALLBACK)
    steps.call(hall, number, **BAD)
    steps.is_at(number, State.AWAITING_CALLBACK)
    assert number in hall.browser("head").get("/callbacks/decisions").text
    steps.decide(hall, number, is_reasonable=True)
    steps.is_at(number, State.PENDING_SIGNATURE, 2)


def test_the_second_time_reasonable_is_one_last_round(hall: Hall) -> None:
    number = dissatisfied_twice(hall)
    assert steps.due(number, Clock.DECISION) is not None
    steps.decide(hall, number, is_reasonable=True)
    steps.is_at(number, State.PENDING_SIGNATURE, 3)
    steps.handle(hall, number)
    steps.call(hall, number, **BAD)
    steps.is_at(number, State.CLOSED, 3)


def test_the_second_time_unreasonable_is_closed_with_the_note(hall: Hall) -> None:
    number = dissatisfied_twice(hall)
    steps.decide(hall, number, is_reasonable=False)
    steps.is_at(number, State.CLOSED, 2)
    assert "已核对通话记录和现场照片。" in hall.browser("head").get(f"/tickets/{number}").text


def test_nobody_decides_on_what_they_reviewed(hall: Hall) -> None:
    number = dissatisfied_twice(hall)
    here = f"/callbacks/decisions/{number}"
    browser = hall.browser("reviewer")
    given = {"reasonable": "1", "note": "我看合理。"}
    refused = browser.submit(browser.get("/dispatch/review"), here, anywhere=True, **given)
    assert refused.status == 403
    steps.is_at(number, State.AWAITING_CALLBACK, 2)


def test_three_calls_without_an_answer_end_in_a_text(hall: Hall) -> None:
    number = asked(hall)
    for outcome in ("no_answer", "busy", "no_answer"):
        steps.miss(hall, number, outcome)
    steps.is_at(number, State.AWAITING_CALLBACK)
    assert doors.out_kinds()[-1] == "rate_request"
    steps.rate_by_text(hall, "4")
    steps.is_at(number, State.CLOSED)
