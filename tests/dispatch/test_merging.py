"""Followers and their lead: told, ended, left alone, taken out; through the outbox as it is."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from callbacks import operations as callbacks
from callbacks import queries as plans
from callbacks.rules import Ending, PlanState, Rating
from dispatch import assigning, reviewing
from dispatch import queries as dispatch_queries
from dispatch.models import Assignment
from dispatch.rules import Outcome
from hotline import counters, relay
from hotline.access import Role
from hotline.errors import Refused
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import beside, history, merging, operations, sorting
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import Completion, RefusalReason, RequestType
from hotline.tickets.models import ClockRow, Holder, Ticket
from hotline.tickets.states import State, Verb
from tests import factories
from tests.callbacks import samples as asking
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER

NOW = factories.NOW + timedelta(hours=1, minutes=30)
LATER = asking.NOW + timedelta(hours=1)


def drain() -> None:
    """Hand over every fact; none may fail; every chain and counter is right."""
    db.session.commit()
    relay.drain()
    db.session.expire_all()
    assert db.session.query(OutboxRow).filter(OutboxRow.attempts > 0).count() == 0
    assert db.session.query(DeadLetter).count() == 0
    for ticket in db.session.query(Ticket):
        assert list(history.verify([ticket])) == []
    assert counters.prove(tickets.TRUTHS | dispatch_queries.TRUTHS) == []


def phone(n: int) -> str:
    """The number of the n-th citizen."""
    return f"+86139000001{n:02d}"


def follower(lead: Ticket, n: int = 1, **changes: Any) -> Ticket:
    """Another citizen's ticket that follows."""
    made = factories.sorted_ticket(phone=phone(n), **changes)
    merging.merge(made, lead, by=DISPATCHER, now=NOW)
    db.session.commit()
    return made


def texts_of(ticket: Ticket) -> list[str]:
    """The kinds of texts written to the ticket's citizen, in order."""
    found = db.session.query(Message).filter_by(ticket_id=ticket.id).order_by(Message.id)
    return [one.kind for one in found]


def closed_with(n: int = 1, **changes: Any) -> tuple[Ticket, list[Ticket]]:
    """A lead that was handled and closed, and those that followed it."""
    lead = samples.replied(**changes)
    others = [follower(lead, one) for one in range(1, n + 1)]
    drain()
    from_review = samples.open_of(lead)
    _accept(lead, from_review)
    drain()
    asking.record(operations.lock(lead.number), asking.GOOD, now=asking.NOW)
    drain()
    return lead, others


def _accept(lead: Ticket, assignment: Assignment) -> None:
    reviewing.accept(operations.lock(lead.number), assignment, by=asking.REVIEWER, now=asking.NOW)
    db.session.commit()


def test_all_who_reported_are_told_and_end_together(app: APIFlask) -> None:
    lead, others = closed_with(4)
    assert lead.state is State.CLOSED
    for one in others:
        assert (one.state, one.closed_at) == (State.MERGED, lead.closed_at)
        assert texts_of(one) == ["acknowledged", "merged", "replied", "rate_request"]
        kinds = asking.events_of(one)
        assert kinds[-3:] == ["merged", "lead_answered", "closed"]
        answer = db.session.query(Message).filter_by(ticket_id=one.id, kind="replied").one()
        assert "已清理占道摊位" in answer.body
        plan = asking.plan_of(one)
        assert (plan.completion, plan.is_counted) == (Completion.SOLVED, False)
    assert db.session.query(Assignment).count() == 1, "the event counts once for the unit"


def test_whom_no_text_reaches_a_person_rings(app: APIFlask, client: FlaskClient) -> None:
    lead = samples.replied()
    one = factories.sorted_ticket(phone="+8603353651234")
    merging.merge(one, lead, by=DISPATCHER, now=NOW)
    db.session.commit()
    drain()
    _accept(lead, samples.open_of(lead))
    drain()
    asking.record(operations.lock(lead.number), asking.GOOD, now=asking.NOW)
    drain()
    plan = asking.plan_of(one)
    assert one.state is State.MERGED and plan.state is PlanState.OPEN
    assert plan.next_call_at is not None and texts_of(one) == []
    agent = factories.staff("age", Role.CALLBACK_AGENT)
    with time_machine.travel(plan.next_call_at, tick=False):
        factories.sign_in(client, agent)
        assert one.number in client.get("/callbacks").text
        page = client.get(f"/callbacks/{one.number}").text
        assert "已清理占道摊位" in page and 'name="outcome"' in page
        said = {"outcome": "reached", "responded": True, "solved": "yes", "satisfied": 5}
        told = client.post(
            f"/api/v1/tickets/{one.number}/callbacks", json=said, headers=factories.bearer(agent)
        )
    assert told.status_code == 200, told.json
    assert asking.plan_of(one).answered_at is not None


def test_one_who_is_dissatisfied_comes_back_alone(app: APIFlask) -> None:
    _, (first, second) = closed_with(2)
    plan, book = asking.plan_of(first), factories.book()
    said = Rating(satisfied=1)
    callbacks.answer_by_page(plan.id, said, "水管还在漏", now=LATER, book=book)
    callbacks.answer_by_page(
        asking.plan_of(second).id, Rating(satisfied=5), None, now=LATER, book=book
    )
    drain()
    assert (first.state, first.round, first.merged_into_id) == (State.PENDING_SIGNATURE, 2, None)
    own = samples.open_of(first)
    assert (own.unit.code, own.round) == ("D16", 2)
    assert texts_of(first)[-1] == "redone"
    assert second.state is State.MERGED and second.merged_into_id is not None
    assert asking.plan_of(second).outcome is Ending.ANSWERED
    running = samples.clocks_of(first)
    assert {Clock.SIGN.value, Clock.HANDLE.value} <= set(running)


def test_what_was_only_explained_is_decided_by_a_reviewer(app: APIFlask) -> None:
    _, (one,) = closed_with(1)
    plan, book = asking.plan_of(one), factories.book()
    plan.completion = Completion.EXPLAINED
    callbacks.answer_by_page(plan.id, Rating(satisfied=1), None, now=LATER, book=book)
    drain()
    assert one.state is State.MERGED and asking.plan_of(one).is_undecided
    callbacks.decide(
        operations.lock(one.number),
        "属实",
        is_reasonable=True,
        by="staff:804",
        now=LATER,
        book=book,
    )
    drain()
    assert (one.state, one.merged_into_id) == (State.PENDING_SIGNATURE, None)


def test_who_answers_nothing_is_left_in_peace(app: APIFlask) -> None:
    _, (one,) = closed_with(1)
    plan = asking.plan_of(one)
    callbacks.expire(plan.id, now=LATER + timedelta(days=3), book=factories.book())
    drain()
    assert (one.state, plan.outcome) == (State.MERGED, Ending.UNREACHABLE)


def test_who_wishes_no_contact_ends_without_being_asked(app: APIFlask) -> None:
    lead = samples.replied()
    person = Reporter(phone="+8613900000177", contact_wish="none")
    one = factories.sorted_ticket(reporter=person)
    merging.merge(one, lead, by=DISPATCHER, now=NOW)
    drain()
    _accept(lead, samples.open_of(lead))
    drain()
    asking.record(operations.lock(lead.number), asking.GOOD, now=asking.NOW)
    drain()
    assert one.state is State.MERGED
    assert asking.plan_of(one).outcome is Ending.NO_CONTACT


def test_a_lead_that_is_redone_goes_on_with_its_followers(app: APIFlask) -> None:
    lead, (first, second) = closed_with(2)
    book = factories.book()
    callbacks.answer_by_page(
        asking.plan_of(second).id, Rating(satisfied=4), None, now=LATER, book=book
    )
    asking.record(operations.lock(lead.number), asking.BAD, now=LATER)
    drain()
    assert (lead.state, lead.round) == (State.PENDING_SIGNATURE, 2)
    assert first.merged_into_id == lead.id
    again = LATER + timedelta(hours=2)
    asking.handled_again(operations.lock(lead.number), now=again, completion=Completion.SOLVED)
    drain()
    asking.record(operations.lock(lead.number), asking.GOOD, now=again)
    drain()
    assert (first.state, first.closed_at) == (State.MERGED, lead.closed_at)
    assert texts_of(first).count("replied") == 2
    assert texts_of(first)[-1] in ("rate_request", "rate_link")
    assert "rate_link" not in texts_of(second) and texts_of(second).count("rate_request") == 1
    states = [one.state for one in plans.earlier(first.id, 9)]
    assert states == [PlanState.CANCELLED, PlanState.OPEN]


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_a_lead_that_goes_leaves_its_followers_to_the_oldest(app: APIFlask, how: str) -> None:
    lead = factories.taken().ticket
    first, second = follower(lead, 1), follower(lead, 2)
    if how == "withdrawn":
        beside.withdraw(lead, "修好了", by="citizen", now=LATER)
    else:
        reason = RefusalReason.LITIGATION
        sorting.refuse(lead, reason, "已起诉", "12368", by="staff:1", now=LATER)
    drain()
    assert (first.state, first.merged_into_id) == (State.PENDING_DISPATCH, None)
    assert (second.state, second.merged_into_id) == (State.MERGED, first.id)
    assert asking.events_of(first)[-1] == Verb.UNMERGE.value
    assert asking.events_of(second)[-1] == Verb.LEAD_CHANGED.value
    assert list(samples.clocks_of(first)) == [Clock.DISPATCH.value]
    assert (texts_of(first)[-1], texts_of(second)[-1]) == ("unmerged", "merged")
    beside.withdraw(operations.lock(first.number), "也好了", by="citizen", now=LATER)
    drain()
    assert (second.state, second.merged_into_id) == (State.PENDING_DISPATCH, None)


def test_an_answer_at_once_ends_all(app: APIFlask) -> None:
    lead = factories.taken().ticket
    one = follower(lead, request_type=RequestType.CONSULTATION)
    sorting.answer(lead, "今晚八点恢复供水。", by="staff:1", now=LATER)
    drain()
    assert (one.state, one.closed_at) == (State.MERGED, lead.closed_at)
    assert texts_of(one) == ["acknowledged", "merged", "replied"]


def test_its_own_followers_go_along(app: APIFlask) -> None:
    first, lead = (factories.sorted_ticket(phone=phone(n)) for n in (10, 11))
    one = follower(first)
    merging.merge(first, lead, by=DISPATCHER, now=NOW)
    drain()
    assert {one.merged_into_id, first.merged_into_id} == {lead.id}
    assert asking.events_of(one)[-1] == Verb.LEAD_CHANGED.value
    assert texts_of(one).count("merged") == 1


def test_what_a_unit_holds_ends_as_merged_and_it_still_sees_it(app: APIFlask) -> None:
    lead, held = samples.dispatched(unit="D14", phone=phone(20)), samples.signed(phone=phone(21))
    merging.merge(held, lead, by=DISPATCHER, now=NOW)
    drain()
    ended = dispatch_queries.latest(held.id)
    assert ended is not None and ended.outcome is Outcome.MERGED
    assert samples.clocks_of(held) == {}
    assert db.session.query(Holder).filter_by(ticket_id=held.id, until=None).count() == 1
    merging.unmerge(held, "另一条街", by=DISPATCHER, now=LATER, book=factories.book())
    drain()
    assert held.state is State.PENDING_DISPATCH
    assert db.session.query(Holder).filter_by(ticket_id=held.id, until=None).count() == 0
    assert list(samples.clocks_of(held)) == [Clock.DISPATCH.value]


def test_what_came_in_unsorted_takes_type_and_category_along(app: APIFlask) -> None:
    lead, one = samples.dispatched(phone=phone(30)), factories.taken(phone=phone(31)).ticket
    merging.merge(one, lead, by=DISPATCHER, now=NOW)
    merging.unmerge(one, None, by=DISPATCHER, now=LATER, book=factories.book())
    drain()
    assert (one.request_type, one.category_code) == (lead.request_type, lead.category_code)
    order = assigning.Order(factories.unit("D16"))
    assigning.dispatch(one, order, by=DISPATCHER, now=LATER, book=factories.book())
    assert samples.open_of(one).unit.code == "D16"


def test_what_ended_long_ago_is_not_taken_out(app: APIFlask) -> None:
    _, (one,) = closed_with(1)
    much_later = LATER + timedelta(days=40)
    with pytest.raises(Refused) as refused:
        merging.unmerge(one, None, by=DISPATCHER, now=much_later, book=factories.book())
    assert refused.value.code == "closed_too_long"


def test_what_stands_still_is_not_merged(app: APIFlask) -> None:
    held, lead = samples.signed(phone=phone(40)), factories.sorted_ticket(phone=phone(41))
    db.session.query(ClockRow).filter_by(ticket_id=held.id, kind=Clock.HANDLE).update(
        {"paused_at": NOW}
    )
    with pytest.raises(Refused) as refused:
        merging.merge(held, lead, by=DISPATCHER, now=LATER)
    assert refused.value.code == "is_suspended"
