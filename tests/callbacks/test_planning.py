"""What is planned once a reply is accepted, and when a plan falls away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from callbacks import planning, queries, readers
from callbacks.models import DailyDraw, Plan
from callbacks.rules import Ending, PlanState
from hotline import crypto
from hotline.events import Fact
from hotline.extensions import db
from hotline.messages import operations as messages
from hotline.messages.models import Question
from hotline.tickets import history
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import CallbackRule, Channel, Completion, RequestType
from hotline.tickets.operations import advance
from hotline.tickets.states import State, Verb
from tests.callbacks import samples
from tests.callbacks.samples import NOW
from tests.dispatch import samples as handling

MOBILE, LANDLINE = "+8613812345678", "+863353012345"


def test_a_complaint_is_called_within_a_working_day(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    assert (plan.rule, plan.is_drawn, plan.state) == (CallbackRule.FULL, True, PlanState.OPEN)
    assert plan.next_call_at == datetime(2026, 11, 18, 6, 30, tzinfo=UTC), "after the noon break"
    clock = handling.clocks_of(ticket)["callback"]
    assert clock.due_at == ticket.due_at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    assert plan.due_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert samples.texts_of(ticket) == []


def test_who_came_by_text_is_asked_by_text_at_once(app: APIFlask) -> None:
    ticket, plan = samples.asked(channel=Channel.SMS)
    [text] = samples.texts_of(ticket)
    assert "5非常满意" in text.body and "1非常不满意" in text.body and "/rate/" in text.body
    assert queries.by_token(samples.token_in(text)) is plan
    assert samples.question_of(plan).ticket_id == ticket.id
    assert plan.next_call_at is None
    assert plan.expires_at == NOW + timedelta(hours=48)
    assert (handling.clocks_of(ticket), ticket.due_at) == ({}, None), "it is the citizen's turn"


def test_who_wishes_texts_gets_one_and_who_wishes_calls_is_called(app: APIFlask) -> None:
    wishes = Reporter(phone=MOBILE, contact_wish="sms")
    _, by_text = samples.asked(reporter=wishes)
    calls = Reporter(phone="+8613812345679", contact_wish="phone")
    _, by_call = samples.asked(reporter=calls, channel=Channel.SMS)
    assert (by_text.asked_at, by_text.next_call_at) == (NOW, None)
    assert (by_call.asked_at, by_call.next_call_at is None) == (None, False)


def test_a_text_at_night_counts_from_the_morning(app: APIFlask) -> None:
    night = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
    _, plan = samples.asked(channel=Channel.SMS, now=night)
    morning = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    assert plan.expires_at == morning + timedelta(hours=48)


def test_a_landline_is_called_instead(app: APIFlask) -> None:
    _, landline = samples.asked(channel=Channel.SMS, reporter=Reporter(phone=LANDLINE))
    assert (landline.asked_at, landline.next_call_at is None) == (None, False)
    assert db.session.query(Question).count() == 0


def test_a_second_question_to_the_same_phone_has_the_link_alone(app: APIFlask) -> None:
    _, first = samples.asked(channel=Channel.SMS)
    ticket, second = samples.asked(channel=Channel.SMS)
    [text] = samples.texts_of(ticket)
    assert "5非常满意" not in text.body and "/rate/" in text.body
    assert (
        db.session.query(Question).filter_by(closed_at=None).one().reference == f"plan:{first.id}"
    )
    assert second.asked_at == NOW


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ({"reporter": Reporter(name="张三")}, Ending.NO_CONTACT),
        ({"reporter": Reporter(phone=MOBILE, contact_wish="none")}, Ending.NO_CONTACT),
        ({"request_type": RequestType.PRAISE}, Ending.NOT_ASKED),
    ],
)
def test_who_is_not_to_be_asked_is_closed_at_once(
    app: APIFlask, changes: dict[str, Any], ending: Ending
) -> None:
    ticket, plan = samples.asked(**changes)
    assert ticket.state is State.CLOSED
    assert (plan.outcome, plan.state, plan.fixed_at) == (ending, PlanState.DONE, NOW)
    assert handling.clocks_of(ticket) == {}
    assert samples.events_of(ticket)[-1] == "closed"
    assert list(history.verify([ticket])) == []


def test_a_sample_is_drawn_by_the_days_seed(app: APIFlask) -> None:
    db.session.add(DailyDraw(drawn_on=NOW.date(), seed="s", percent=100))
    _, drawn = samples.asked(request_type=RequestType.CONSULTATION)
    assert (drawn.rule, drawn.is_drawn, drawn.outcome) == (CallbackRule.SAMPLE, True, None)


def test_who_is_not_drawn_is_closed_and_the_seed_recorded(app: APIFlask) -> None:
    ticket = samples.accepted(request_type=RequestType.SUGGESTION)
    db.session.add(DailyDraw(drawn_on=NOW.date(), seed="s", percent=0))
    plan = planning.make(ticket, samples.terms())
    assert (plan.is_drawn, plan.outcome, ticket.state) == (False, Ending.NOT_ASKED, State.CLOSED)
    other = samples.accepted(request_type=RequestType.SUGGESTION, phone="+8613812340000")
    later = NOW + timedelta(days=1)
    planning.make(other, samples.terms(later))
    draw = queries.draw_of(later.date())
    assert draw is not None and (len(draw.seed), draw.percent) == (32, 10)


def test_what_only_the_unit_says_of_the_citizen_is_always_asked(app: APIFlask) -> None:
    _, plan = samples.asked(
        request_type=RequestType.CONSULTATION,
        completion=Completion.UNREACHABLE,
        channel=Channel.SMS,
    )
    assert (plan.rule, plan.next_call_at is None) == (CallbackRule.FULL, False)


def test_the_reader_plans_once_and_leaves_alone_what_went_on(app: APIFlask) -> None:
    ticket = samples.accepted()
    fact = Fact("accepted", f"ticket:{ticket.id}", {"seq": ticket.last_seq}, NOW)
    readers.plan_callback(fact)
    readers.plan_callback(fact)
    assert db.session.query(Plan).filter_by(ticket_id=ticket.id).count() == 1
    samples.record(ticket, samples.GOOD)
    readers.plan_callback(fact)
    assert samples.plan_of(ticket).state is PlanState.DONE


def test_a_plan_falls_away_with_its_question_when_the_ticket_goes_on(app: APIFlask) -> None:
    ticket, plan = samples.asked(channel=Channel.SMS)
    advance(ticket, Verb.CLOSE, by="staff:1", now=NOW)
    readers.cancel_plan(Fact("closed", f"ticket:{ticket.id}", {}, NOW))
    assert (plan.state, plan.fixed_at) == (PlanState.CANCELLED, NOW)
    assert db.session.query(Question).filter_by(closed_at=None).count() == 0


def test_an_answered_plan_stays_when_its_own_closing_is_read(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.GOOD)
    readers.cancel_plan(Fact("closed", f"ticket:{ticket.id}", {}, NOW))
    assert (plan.state, plan.fixed_at) == (PlanState.DONE, None)


def test_a_text_that_did_not_arrive_makes_a_call(app: APIFlask) -> None:
    ticket, plan = samples.asked(channel=Channel.SMS)
    facts = {"message_id": samples.texts_of(ticket)[0].id, "kind": "rate_request"}
    readers.call_instead(Fact("text_failed", f"ticket:{ticket.id}", facts, NOW))
    assert (plan.asked_at, plan.token_digest, plan.expires_at) == (None, None, None)
    assert plan.next_call_at is not None
    assert "callback" in handling.clocks_of(ticket)
    assert db.session.query(Question).filter_by(closed_at=None).count() == 0
    other = Fact("text_failed", f"ticket:{ticket.id}", {"message_id": 1, "kind": "closed"}, NOW)
    readers.call_instead(other)
    assert plan.next_call_at is not None


def test_opted_out_numbers_are_called(app: APIFlask) -> None:
    messages.opt_out(crypto.blind_index(MOBILE), "TD", now=NOW)
    _, plan = samples.asked(channel=Channel.SMS)
    assert (plan.asked_at, plan.next_call_at is None) == (None, False)
    assert db.session.query(Question).filter_by(closed_at=None).count() == 0
