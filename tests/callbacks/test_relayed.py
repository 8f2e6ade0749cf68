"""Callbacks together with the rooms below: facts relayed, texts written, assignments ended."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from callbacks import jobs, queries
from callbacks import operations as operations_of_callbacks
from callbacks.models import Plan
from callbacks.rules import Ending, PlanState
from dispatch.models import Assignment
from dispatch.rules import Outcome
from hotline import clock, relay
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import beside, operations
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples


def accepted(**changes: Any) -> tuple[Ticket, Plan]:
    """An accepted ticket whose facts were all handed over."""
    ticket = samples.accepted(now=clock.now(), **changes)
    drain()
    return operations.lock(ticket.number), samples.plan_of(ticket)


def drain() -> None:
    """Hand over every fact; none may fail."""
    relay.drain()
    db.session.expire_all()
    assert db.session.query(OutboxRow).filter(OutboxRow.attempts > 0).count() == 0
    assert db.session.query(DeadLetter).count() == 0


def kinds_of(ticket: Ticket) -> list[str]:
    """The kinds of texts written about the ticket, in order."""
    found = db.session.query(Message.kind).filter_by(ticket_id=ticket.id).order_by(Message.id)
    return [kind for (kind,) in found]


def test_satisfied_ends_the_assignment_and_tells_the_citizen(app: APIFlask) -> None:
    ticket, plan = accepted()
    samples.record(ticket, samples.GOOD, now=clock.now())
    drain()
    assignment = db.session.query(Assignment).filter_by(ticket_id=ticket.id).one()
    assert assignment.outcome is Outcome.CLOSED
    assert kinds_of(ticket)[-1] == "closed"
    assert (plan.state, plan.outcome) == (PlanState.DONE, Ending.ANSWERED)


def test_dissatisfied_begins_a_round_and_tells_the_citizen(app: APIFlask) -> None:
    ticket, plan = accepted()
    samples.record(ticket, samples.BAD, now=clock.now())
    drain()
    first, second = db.session.query(Assignment).filter_by(ticket_id=ticket.id).order_by("id")
    assert (first.outcome, second.outcome) == (Outcome.REDONE, None)
    assert "redone" in kinds_of(ticket)
    assert plan.state is PlanState.DONE


def test_closed_then_dissatisfied_before_anything_is_relayed(app: APIFlask) -> None:
    ticket, plan = accepted()
    samples.record(ticket, samples.GOOD, now=clock.now())
    samples.record(ticket, samples.BAD, now=clock.now())
    drain()
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    active = db.session.query(Assignment).filter_by(ticket_id=ticket.id, outcome=None).one()
    assert active.round == 2
    assert plan.state is PlanState.DONE


def test_a_reopened_ticket_is_asked_about_anew(app: APIFlask) -> None:
    ticket, plan = accepted(channel=Channel.SMS)
    operations.close(ticket, by="staff:1", now=clock.now(), facts={})
    beside.reopen(ticket, "又坏了", by="staff:1", now=clock.now(), book=factories.book())
    db.session.commit()
    drain()
    assert (plan.state, ticket.state) == (PlanState.CANCELLED, State.PENDING_DISPATCH)
    assert queries.open_plans(ticket.id) == []


def test_the_job_fixes_what_is_over_and_nothing_else(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    old = [
        samples.asked(
            now=clock.now() - timedelta(days=n), channel=Channel.SMS, phone=f"+861381234000{n}"
        )
        for n in (4, 5)
    ]
    fresh, _ = samples.asked(now=clock.now(), channel=Channel.SMS)
    jobs.expire_plans()
    db.session.expire_all()
    assert [ticket.state for ticket, _ in old] == [State.CLOSED, State.CLOSED]
    assert {plan.outcome for _, plan in old} == {Ending.UNREACHABLE}
    assert fresh.state is State.AWAITING_CALLBACK


def test_a_plan_that_fails_holds_up_no_other(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = clock.now() - timedelta(days=4)
    bad, failing = samples.asked(now=old, channel=Channel.SMS)
    good, _ = samples.asked(now=old, channel=Channel.SMS, phone="+8613812340001")
    failing_id, real = failing.id, operations_of_callbacks.expire

    def expire(plan_id: int, **given: Any) -> None:
        assert plan_id != failing_id, "this one fails"
        real(plan_id, **given)

    monkeypatch.setattr(operations_of_callbacks, "expire", expire)
    jobs.expire_plans()
    db.session.expire_all()
    assert (bad.state, good.state) == (State.AWAITING_CALLBACK, State.CLOSED)
