"""A person calls: satisfied, dissatisfied, nobody there; and who may not call."""

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask

from callbacks import operations
from callbacks.models import Answer, Attempt
from callbacks.operations import Call
from callbacks.rules import Consequence, Ending, PlanState, Rating, Result, Solved
from hotline.errors import Forbidden, Invalid, Refused, WrongState
from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import Completion
from hotline.tickets.models import EventWords
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples
from tests.callbacks.samples import AGENT, NOW
from tests.dispatch import samples as handling

LATER = NOW + timedelta(hours=3)


def test_a_satisfied_citizen_closes_the_ticket(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.GOOD, now=LATER)
    assert (ticket.state, ticket.closed_at) == (State.CLOSED, LATER)
    assert (plan.state, plan.outcome, plan.consequence) == (
        PlanState.DONE,
        Ending.ANSWERED,
        Consequence.CLOSE,
    )
    assert (plan.was_contacted, plan.solved, plan.satisfied) == (True, Solved.YES, 5)
    assert plan.expires_at == LATER + timedelta(hours=48)
    assert samples.events_of(ticket)[-2:] == ["callback_recorded", "closed"]
    assert handling.clocks_of(ticket) == {}
    assert list(history.verify([ticket])) == []
    [answer] = db.session.query(Answer).filter_by(plan_id=plan.id)
    assert (answer.via, answer.by, answer.satisfied) == ("person", AGENT, 5)


def test_a_dissatisfied_citizen_sends_it_back_to_the_same_unit(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.BAD, now=LATER)
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    assert (plan.state, plan.consequence) == (PlanState.DONE, Consequence.REDO)
    assignment = handling.open_of(ticket)
    assert (assignment.round, assignment.unit.code) == (2, "D16")
    assert samples.events_of(ticket)[-2:] == ["callback_recorded", "redone"]
    words = db.session.query(EventWords).filter_by(ticket_id=ticket.id, seq=ticket.last_seq - 1)
    assert words.one().words == "还是老样子"


@pytest.mark.parametrize("completion", [Completion.EXPLAINED, Completion.NO_LEGAL_BASIS])
def test_where_the_unit_did_not_say_solved_a_reviewer_decides(
    app: APIFlask, completion: Completion
) -> None:
    ticket, plan = samples.asked(completion=completion)
    samples.record(ticket, samples.BAD, now=LATER)
    assert (ticket.state, ticket.round) == (State.AWAITING_CALLBACK, 1)
    assert (plan.state, plan.is_undecided) == (PlanState.OPEN, True)
    clock = handling.clocks_of(ticket)["decision"]
    assert ticket.due_at == clock.due_at
    assert "callback" not in handling.clocks_of(ticket)


@pytest.mark.parametrize("completion", [Completion.PLANNED, Completion.PARTLY_SOLVED])
def test_what_is_promised_is_not_asked_to_be_solved_yet(
    app: APIFlask, completion: Completion
) -> None:
    ticket, plan = samples.asked(completion=completion)
    for call in (samples.GOOD, samples.BAD):
        with pytest.raises(Invalid) as refused:
            samples.record(ticket, call, now=LATER)
        assert (refused.value.code, refused.value.field) == ("promised_later", "solved")
    samples.record(ticket, Call(Result.REACHED, Rating(responded=True, satisfied=4)), now=LATER)
    assert (ticket.state, plan.solved) == (State.CLOSED, None)


def test_the_second_time_a_reviewer_decides_and_the_third_closes(app: APIFlask) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, samples.BAD)
    second = samples.handled_again(ticket, now=LATER, completion=Completion.SOLVED)
    samples.record(ticket, samples.BAD, now=LATER)
    assert second.is_undecided
    operations.decide(
        ticket, "属实", is_reasonable=True, by=samples.HEAD, now=LATER, book=factories.book()
    )
    third = samples.handled_again(ticket, now=LATER, completion=Completion.SOLVED)
    samples.record(ticket, samples.BAD, now=LATER)
    assert (ticket.state, third.consequence, third.satisfied) == (
        State.CLOSED,
        Consequence.CLOSE,
        1,
    )


def test_three_calls_without_an_answer_then_a_text(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    first = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
    samples.record(ticket, samples.missed(), now=first)
    assert plan.next_call_at == datetime(2026, 11, 18, 10, 30, tzinfo=UTC), "in the evening"
    assert ticket.due_at == plan.due_at, "all calls within three working days"
    samples.record(ticket, samples.missed(Result.BUSY), now=plan.next_call_at)
    assert plan.next_call_at == datetime(2026, 11, 19, 1, 0, tzinfo=UTC), "another day"
    third = plan.next_call_at
    samples.record(ticket, samples.missed(), now=third)
    then = samples.plan_of(ticket)
    assert (then.calls, then.next_call_at, then.asked_at) == (3, None, third)
    assert then.expires_at == third + timedelta(hours=48)
    assert len(samples.texts_of(ticket)) == 1
    assert handling.clocks_of(ticket) == {}, "it is the citizen's turn"
    assert [one.outcome for one in db.session.query(Attempt).filter_by(plan_id=plan.id)] == [
        Result.NO_ANSWER,
        Result.BUSY,
        Result.NO_ANSWER,
    ]
    with pytest.raises(Refused) as refused:
        samples.record(ticket, samples.missed(), now=third)
    assert (refused.value.code, refused.value.field) == ("calls_used_up", "outcome")
    samples.record(ticket, samples.GOOD, now=third + timedelta(hours=1))
    assert ticket.state is State.CLOSED, "who rings back is heard"


def test_a_landline_not_reached_in_three_calls_is_given_up(app: APIFlask) -> None:
    ticket, plan = samples.asked(reporter=Reporter(phone="+863353012345"))
    for hour in (6, 11, 24):
        samples.record(ticket, samples.missed(), now=NOW + timedelta(hours=hour))
    assert (ticket.state, plan.outcome) == (State.CLOSED, Ending.UNREACHABLE)
    assert plan.fixed_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("result", "ending"),
    [(Result.WRONG_NUMBER, Ending.UNREACHABLE), (Result.REFUSED, Ending.REFUSED)],
)
def test_a_wrong_number_or_a_refusal_ends_the_calling(
    app: APIFlask, result: Result, ending: Ending
) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.missed(result))
    assert (ticket.state, plan.outcome, plan.satisfied) == (State.CLOSED, ending, None)
    assert samples.texts_of(ticket) == [], "nothing is written to a stranger"
    with pytest.raises(Refused) as refused:
        samples.record(ticket, samples.GOOD)
    assert refused.value.code == "rating_fixed"


def test_the_plan_is_made_when_the_call_comes_before_the_reader(app: APIFlask) -> None:
    ticket = samples.accepted()
    plan = samples.record(ticket, samples.GOOD)
    assert (plan.completion, ticket.state) == (Completion.SOLVED, State.CLOSED)


def test_within_two_days_a_changed_mind_still_counts(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.GOOD)
    samples.record(ticket, samples.BAD, now=LATER)
    assert (ticket.state, ticket.round, plan.consequence) == (
        State.PENDING_SIGNATURE,
        2,
        Consequence.REDO,
    )
    with pytest.raises(WrongState):
        samples.record(ticket, samples.GOOD, now=LATER)


def test_after_two_days_it_is_fixed(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.GOOD)
    over = NOW + timedelta(hours=48)
    with pytest.raises(Refused) as early:
        samples.record(ticket, samples.BAD, now=over)
    operations.expire(plan.id, now=over, book=factories.book())
    with pytest.raises(Refused) as late:
        samples.record(ticket, samples.BAD, now=over)
    assert (early.value.code, late.value.code) == ("rating_fixed", "rating_fixed")
    assert (plan.fixed_at, ticket.state) == (over, State.CLOSED)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (Call(Result.REACHED), "satisfied"),
        (Call(Result.REACHED, Rating(responded=True, solved=Solved.YES)), "satisfied"),
        (Call(Result.NO_ANSWER, Rating(satisfied=5)), "outcome"),
    ],
)
def test_answers_come_from_who_was_reached_and_suffice(
    app: APIFlask, call: Call, field: str
) -> None:
    ticket, _ = samples.asked()
    with pytest.raises(Invalid) as refused:
        samples.record(ticket, call)
    assert refused.value.field == field


def test_not_solved_suffices_to_be_dissatisfied(app: APIFlask) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, Call(Result.REACHED, Rating(solved=Solved.NO)))
    assert ticket.state is State.PENDING_SIGNATURE


@pytest.mark.parametrize("by", [handling.HANDLER, handling.DISPATCHER, samples.REVIEWER])
def test_nobody_rates_their_own_work(app: APIFlask, by: str) -> None:
    ticket, _ = samples.asked()
    with pytest.raises(Forbidden) as refused:
        samples.record(ticket, samples.GOOD, by=by)
    assert refused.value.code == "own_work"


def test_a_ticket_that_is_not_asked_about_takes_no_call(app: APIFlask) -> None:
    ticket, _ = samples.asked(reporter=Reporter(name="张三"))
    with pytest.raises(Refused) as refused:
        samples.record(ticket, samples.GOOD)
    assert refused.value.code == "not_asked"


def test_a_ticket_in_another_state_takes_no_call(app: APIFlask) -> None:
    ticket = handling.replied()
    with pytest.raises(WrongState):
        samples.record(ticket, samples.GOOD)


def test_who_answered_was_not_missed(app: APIFlask) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, samples.GOOD)
    with pytest.raises(Refused) as refused:
        samples.record(ticket, samples.missed())
    assert refused.value.code == "answered_already"
