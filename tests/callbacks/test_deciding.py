"""A reviewer decides: done again under supervision, or closed and out of the score."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from callbacks import operations
from callbacks.models import Plan
from callbacks.rules import Consequence, PlanState
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets.kinds import Channel, Completion
from hotline.tickets.models import EventWords, Ticket, TicketEvent
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples
from tests.callbacks.samples import AGENT, HEAD, NOW, REVIEWER
from tests.dispatch import samples as handling

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def undecided(app: APIFlask) -> tuple[Ticket, Plan]:
    """A ticket that was explained, and whose citizen is dissatisfied."""
    ticket, plan = samples.asked(completion=Completion.EXPLAINED)
    samples.record(ticket, samples.BAD)
    return ticket, plan


def decide(ticket: Ticket, *, is_reasonable: bool, by: str = HEAD) -> Plan:
    """The head of the hotline decides."""
    plan = operations.decide(
        ticket, "核实属实", is_reasonable=is_reasonable, by=by, now=LATER, book=factories.book()
    )
    db.session.commit()
    return plan


def test_reasonable_is_done_again(undecided: tuple[Ticket, Plan]) -> None:
    ticket, plan = undecided
    decide(ticket, is_reasonable=True)
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    assert (plan.state, plan.consequence, plan.is_reasonable) == (
        PlanState.DONE,
        Consequence.REDO,
        True,
    )
    assert (plan.decided_by, plan.decided_at, plan.fixed_at) == (HEAD, LATER, LATER)
    words = db.session.query(EventWords).filter_by(ticket_id=ticket.id, seq=plan.decision_seq)
    assert words.one().words == "核实属实"
    assert _facts(ticket)["owes_supervision"] is False
    assert "decision" not in handling.clocks_of(ticket)
    assert list(history.verify([ticket])) == []


def test_the_second_time_a_supervision_order_is_owed(app: APIFlask) -> None:
    ticket, _ = samples.asked()
    samples.record(ticket, samples.BAD)
    samples.handled_again(ticket, now=NOW, completion=Completion.SOLVED)
    samples.record(ticket, samples.BAD)
    decide(ticket, is_reasonable=True)
    assert (ticket.round, _facts(ticket)["owes_supervision"]) == (3, True)


def test_unreasonable_is_closed_and_out_of_the_score(undecided: tuple[Ticket, Plan]) -> None:
    ticket, plan = undecided
    decide(ticket, is_reasonable=False)
    assert (ticket.state, plan.is_counted, plan.consequence) == (
        State.CLOSED,
        False,
        Consequence.CLOSE,
    )
    assert samples.events_of(ticket)[-2:] == ["callback_recorded", "closed"]
    assert handling.clocks_of(ticket) == {}


@pytest.mark.parametrize("is_reasonable", [True, False])
def test_a_closed_ticket_whose_citizen_thought_again(
    app: APIFlask,
    is_reasonable: bool,  # noqa: FBT001
) -> None:
    ticket, plan = samples.asked(completion=Completion.EXPLAINED, channel=Channel.SMS)
    for digit in ("5", "1"):
        operations.answer_by_text(
            samples.question_of(plan), digit, by="citizen:sms", now=NOW, book=factories.book()
        )
    assert (ticket.state, plan.is_undecided) == (State.CLOSED, True)
    decide(ticket, is_reasonable=is_reasonable)
    assert ticket.state is (State.PENDING_SIGNATURE if is_reasonable else State.CLOSED)
    assert "decision" not in handling.clocks_of(ticket)
    assert list(history.verify([ticket])) == []


@pytest.mark.parametrize("by", [REVIEWER, AGENT, handling.HANDLER])
def test_nobody_decides_on_their_own_work(undecided: tuple[Ticket, Plan], by: str) -> None:
    ticket, plan = undecided
    with pytest.raises(Forbidden) as refused:
        decide(ticket, is_reasonable=True, by=by)
    assert (refused.value.code, plan.is_undecided) == ("own_work", True)


def test_there_must_be_something_to_decide(app: APIFlask) -> None:
    ticket, _ = samples.asked()
    with pytest.raises(Refused) as refused:
        decide(ticket, is_reasonable=True)
    assert refused.value.code == "nothing_to_decide"


def test_no_answer_is_taken_after_the_decision(app: APIFlask) -> None:
    ticket, plan = samples.asked(completion=Completion.EXPLAINED, channel=Channel.SMS)
    question = samples.question_of(plan)
    book = factories.book()
    operations.answer_by_text(question, "1", by="citizen:sms", now=NOW, book=book)
    decide(ticket, is_reasonable=False)
    said = operations.answer_by_text(question, "1", by="citizen:sms", now=LATER, book=book)
    assert (said, ticket.state) == (None, State.CLOSED)


def _facts(ticket: Ticket) -> dict[str, object]:
    event = db.session.get_one(TicketEvent, (ticket.id, ticket.last_seq))
    assert event.kind == "redone"
    return event.facts
