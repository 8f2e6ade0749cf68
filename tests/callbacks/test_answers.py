"""Answers by text and by link: digits, reasons, second thoughts, and the end of the link."""

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask

from callbacks import operations, queries
from callbacks.models import Answer, Plan
from callbacks.rules import Consequence, Ending, PlanState, Rating, Solved
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.messages.models import Question
from hotline.tickets import history
from hotline.tickets.kinds import Channel, Completion
from hotline.tickets.models import EventWords, Ticket
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples
from tests.callbacks.samples import NOW

LATER = NOW + timedelta(hours=1)
OVER = NOW + timedelta(hours=48)


@pytest.fixture
def by_text(app: APIFlask) -> tuple[Ticket, Plan, Question]:
    """A citizen who was asked by text."""
    ticket, plan = samples.asked(channel=Channel.SMS)
    return ticket, plan, samples.question_of(plan)


def text(question: Question, words: str, *, now: datetime = LATER) -> str | None:
    """The citizen texts this."""
    return operations.answer_by_text(
        question,
        words,
        by="citizen:sms",
        now=now,
        book=factories.book(),
    )


def link(
    ticket: Ticket, rating: Rating, words: str | None = None, *, now: datetime = LATER
) -> Plan:
    """The citizen chooses this on the link's page."""
    token = samples.token_in(samples.texts_of(ticket)[-1])
    return operations.answer_by_link(
        token,
        rating,
        words,
        now=now,
        book=factories.book(),
    )


Asked = tuple[Ticket, Plan, Question]


@pytest.mark.parametrize(("digit", "satisfied"), [("5", 5), ("４", 4), ("3。", 3)])
def test_a_satisfied_digit_closes(by_text: Asked, digit: str, satisfied: int) -> None:
    ticket, plan, question = by_text
    assert text(question, digit) == "rated"
    assert (ticket.state, plan.satisfied, plan.outcome) == (
        State.CLOSED,
        satisfied,
        Ending.ANSWERED,
    )
    assert list(history.verify([ticket])) == []


@pytest.mark.parametrize("digit", ["1", "2"])
def test_a_dissatisfied_digit_is_confirmed_and_its_reason_reaches_the_unit(
    by_text: Asked, digit: str
) -> None:
    ticket, plan, question = by_text
    assert text(question, digit) == "rated_low"
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    assert text(question, "摊位第二天又回来了") == "reason_noted"
    assert samples.events_of(ticket)[-1] == "supplemented"
    words = db.session.query(EventWords).filter_by(ticket_id=ticket.id, seq=ticket.last_seq)
    assert words.one().words == "摊位第二天又回来了"
    found = db.session.query(Answer).filter_by(plan_id=plan.id).order_by(Answer.id)
    assert [(one.satisfied, one.words) for one in found] == [
        (int(digit), None),
        (None, "摊位第二天又回来了"),
    ]
    assert list(history.verify([ticket])) == []


def test_the_last_digit_counts(by_text: Asked) -> None:
    ticket, plan, question = by_text
    assert [text(question, digit) for digit in ("5", "3", "1")] == ["rated", "rated", "rated_low"]
    assert (plan.satisfied, ticket.state) == (1, State.PENDING_SIGNATURE)
    assert text(question, "5") == "rated"
    assert (plan.satisfied, plan.consequence) == (5, Consequence.REDO), "the redo is under way"
    assert ticket.state is State.PENDING_SIGNATURE
    assert samples.events_of(ticket)[-1] == "noted"


def test_words_alone_are_kept_and_read_by_a_reviewer_at_the_end(by_text: Asked) -> None:
    ticket, plan, question = by_text
    assert text(question, "路灯还是不亮") == "rating_unclear"
    assert (ticket.state, plan.outcome) == (State.AWAITING_CALLBACK, None)
    operations.expire(plan.id, now=OVER, book=factories.book())
    assert (plan.is_undecided, plan.fixed_at, ticket.state) == (
        True,
        OVER,
        State.AWAITING_CALLBACK,
    )


def test_who_changes_their_mind_before_the_decision_needs_none(app: APIFlask) -> None:
    ticket, plan = samples.asked(channel=Channel.SMS, completion=Completion.EXPLAINED)
    question = samples.question_of(plan)
    assert text(question, "1") == "rated_low"
    assert plan.is_undecided
    assert text(question, "4") == "rated"
    assert (plan.is_undecided, ticket.state) == (False, State.CLOSED)
    assert text(question, "1") == "rated_low"
    assert (plan.is_undecided, plan.state, ticket.state) == (
        True,
        PlanState.OPEN,
        State.CLOSED,
    )


def test_a_text_after_the_end_is_no_answer(by_text: Asked) -> None:
    ticket, plan, question = by_text
    assert text(question, "1", now=OVER) is None
    assert (ticket.state, plan.outcome) == (State.AWAITING_CALLBACK, None)


def test_another_rooms_question_is_not_ours(by_text: Asked) -> None:
    _, _, question = by_text
    question.reference = "survey:1"
    assert text(question, "5") is None


def test_the_link_takes_all_questions_and_the_reason(by_text: Asked) -> None:
    ticket, plan, _ = by_text
    link(ticket, Rating(responded=True, solved=Solved.PARTLY, satisfied=4), "谢谢")
    assert (plan.was_contacted, plan.solved, plan.satisfied) == (True, Solved.PARTLY, 4)
    assert ticket.state is State.CLOSED


def test_a_second_choice_on_the_link_may_send_it_back(by_text: Asked) -> None:
    ticket, plan, _ = by_text
    link(ticket, Rating(satisfied=5))
    link(ticket, Rating(satisfied=5))
    assert (ticket.state, samples.events_of(ticket).count("closed")) == (State.CLOSED, 1)
    link(ticket, Rating(satisfied=2), "过两天又坏了")
    assert (ticket.state, ticket.round, plan.consequence) == (
        State.PENDING_SIGNATURE,
        2,
        Consequence.REDO,
    )
    assert list(history.verify([ticket])) == []


def test_the_link_ends_after_two_days(by_text: Asked) -> None:
    ticket, plan, _ = by_text
    operations.expire(plan.id, now=OVER - timedelta(seconds=1), book=factories.book())
    assert plan.state is PlanState.OPEN
    operations.expire(plan.id, now=OVER, book=factories.book())
    assert (ticket.state, plan.outcome, plan.fixed_at) == (
        State.CLOSED,
        Ending.UNREACHABLE,
        OVER,
    )
    assert db.session.query(Question).filter_by(closed_at=None).count() == 0
    with pytest.raises(Refused) as refused:
        link(ticket, Rating(satisfied=5), now=OVER)
    assert refused.value.code == "link_over"
    assert queries.expired(OVER, 10) == []


def test_an_unknown_link_is_not_found(app: APIFlask) -> None:
    with pytest.raises(NotFound):
        operations.answer_by_link(
            "nothing", Rating(satisfied=5), None, now=NOW, book=factories.book()
        )


def test_expiring_what_is_gone_does_nothing(app: APIFlask) -> None:
    operations.expire(987_654_321, now=NOW, book=factories.book())


def test_the_next_round_takes_no_answers_to_the_one_before(by_text: Asked) -> None:
    ticket, first, question = by_text
    text(question, "1")
    second = samples.handled_again(ticket, now=LATER, completion=Completion.SOLVED)
    assert first.fixed_at == LATER
    assert text(question, "5") is None
    assert text(samples.question_of(second), "5") == "rated"
    assert (ticket.state, first.satisfied, second.satisfied) == (State.CLOSED, 1, 5)
