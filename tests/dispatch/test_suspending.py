"""Suspensions against the database: asked, granted, ended, and what clocks do meanwhile."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from dispatch import assigning, jobs, readers, returning, suspending, working
from dispatch.assigning import Order
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from dispatch.time_rules import EndedBecause
from dispatch.working import Wording
from hotline import clock
from hotline.errors import Forbidden, Invalid, Refused
from hotline.events import Fact
from hotline.extensions import db
from hotline.tickets import beside, history, story, timing
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Lamp
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples, time_samples
from tests.dispatch.samples import DISPATCHER, HANDLER, LATER
from tests.dispatch.time_samples import LITIGATION, REVIEWER, at

# Dispatched on Wednesday 18 November 2026 at 10:00, suspended at 11:00, due on the 25th at 17:30.
DUE = at("2026-11-25 17:30")


def resume(ticket: Ticket, *, now: str) -> None:
    """The unit works on it again."""
    because, book = EndedBecause.UNIT, factories.book()
    suspending.resume(ticket, because, by=HANDLER, now=at(now), book=book)
    db.session.commit()


def test_it_goes_on_within_the_upstreams_limit_and_says_so(app: APIFlask) -> None:
    ticket = samples.signed()
    ticket.upstream_due_at = at("2026-11-30 17:30")
    time_samples.suspended(ticket)
    resume(ticket, now="2026-11-25 11:00")
    assert ticket.due_at == at("2026-11-27 17:30"), "a working day before the upstream's"
    event = tickets.history(ticket.id)[-1]
    assert event.facts["is_capped"] is True and "is_floored" not in event.facts
    assert any("上级平台" in one for one in story.timeline([event])[0].lines)


def test_granted_the_units_clocks_stand_still(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.suspended(ticket)
    clocks = samples.clocks_of(ticket)
    assert set(clocks) == {"handle", "contact"}
    assert all(one.paused_at == LATER and one.next_change_at is None for one in clocks.values())
    assert ticket.suspended_until == at("2026-12-10 00:00") == asked.ends_at
    assert timing.sweep(at("2026-12-01 09:00"), factories.book()) == 0
    assert ticket.lamp is Lamp.GREEN


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-18 12:00", "2026-11-26 09:30"),  # one working hour
        ("2026-11-19 11:00", "2026-11-26 17:30"),  # one working day
        ("2026-11-23 11:00", "2026-11-30 17:30"),  # three, over a weekend
        ("2026-11-22 12:00", "2026-11-30 15:00"),  # a Sunday: as on Friday at closing time
    ],
)
def test_only_working_time_that_passed_is_given_back(app: APIFlask, now: str, due: str) -> None:
    ticket = samples.signed()
    time_samples.suspended(ticket)
    resume(ticket, now=now)
    assert time_samples.handle_clock(ticket).due_at == at(due) == ticket.due_at
    assert ticket.suspended_until is None
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.facts["ended"]) == ("resumed", "unit")


def test_an_hour_clock_gets_natural_time_back(app: APIFlask) -> None:
    ticket = samples.signed(unit="E01", category="T010102")
    due = time_samples.handle_clock(ticket).due_at
    time_samples.suspended(ticket)
    resume(ticket, now="2026-11-21 14:00")
    assert time_samples.handle_clock(ticket).due_at - due == at("2026-11-21 14:00") - LATER


def test_it_ends_by_itself_on_its_day_however_late_the_job_runs(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = samples.signed()
    asked = time_samples.suspended(ticket, "2026-11-20")
    monkeypatch.setattr(clock, "now", lambda: at("2026-11-19 23:59"))
    jobs.end_suspensions()
    assert ticket.suspended_until is not None
    monkeypatch.setattr(clock, "now", lambda: at("2026-11-24 09:00"))
    jobs.end_suspensions()
    jobs.end_suspensions()
    db.session.expire_all()
    db.session.refresh(asked)
    assert asked.ended_because is EndedBecause.DATE
    assert asked.ended_at == at("2026-11-20 00:00")
    # From Wednesday 11:00 to Friday 0:00: five hours, then eight.
    assert time_samples.handle_clock(ticket).due_at == at("2026-11-27 15:00")
    kinds = [one.kind for one in tickets.history(ticket.id)]
    assert kinds.count("resumed") == 1
    assert list(history.verify([ticket])) == []


def test_a_citizen_who_comes_back_ends_what_waits_for_them_and_nothing_else(
    app: APIFlask,
) -> None:
    waiting, in_court = samples.signed(), samples.signed(title="另一件")
    time_samples.suspended(waiting)
    time_samples.suspended(in_court, reason=LITIGATION)
    for ticket in (waiting, in_court):
        now = at("2026-11-19 11:00")
        beside.supplement(ticket, "照片补充如下", by="citizen", now=now, via="track")
        fact = Fact("supplemented", f"ticket:{ticket.id}", {"seq": ticket.last_seq}, now)
        readers.go_on(fact)
        readers.go_on(fact)
    db.session.commit()
    assert waiting.suspended_until is None
    assert time_samples.handle_clock(waiting).due_at == at("2026-11-26 17:30")
    assert in_court.suspended_until is not None


def test_a_reply_ends_it_and_sent_back_the_rest_runs(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.suspended(ticket)
    said, book = Wording(Completion.SOLVED, "已清理。", "条例"), factories.book()
    now = at("2026-11-19 11:00")
    working.reply(ticket, samples.open_of(ticket), said, by=HANDLER, now=now, book=book)
    db.session.commit()
    assert (asked.ended_because, ticket.suspended_until) == (EndedBecause.REPLIED, None)
    assert samples.clocks_of(ticket, is_running=False)["handle"].due_at == at("2026-11-26 17:30")
    assert [one.kind for one in tickets.history(ticket.id)][-2:] == ["resumed", "replied"]


def test_it_survives_a_change_of_unit(app: APIFlask) -> None:
    ticket = samples.signed()
    time_samples.suspended(ticket)
    said, book = Objection(ReturnReason.NOT_OUR_DUTY, "属区政府职责"), factories.book()
    now = LATER + timedelta(hours=1)
    asked = returning.ask(ticket, samples.open_of(ticket), said, by=HANDLER, now=now, book=book)
    returning.uphold(ticket, asked, "同意", by=REVIEWER.actor, now=now, book=book)
    assert set(samples.clocks_of(ticket)) == {"dispatch"}
    order = Order(factories.unit("D14"))
    assigning.dispatch(ticket, order, by=DISPATCHER, now=at("2026-11-19 09:00"), book=book)
    db.session.commit()
    clocks = samples.clocks_of(ticket)
    assert {kind for kind, one in clocks.items() if one.paused_at} == {"sign", "contact", "handle"}
    due = clocks["handle"].due_at
    resume(ticket, now="2026-11-20 09:00")
    assert due == at("2026-11-26 17:30")
    assert time_samples.handle_clock(ticket).due_at == at("2026-11-27 17:30")


def test_a_refused_return_leaves_it_standing_still(app: APIFlask) -> None:
    ticket = samples.signed()
    time_samples.suspended(ticket)
    said, book = Objection(ReturnReason.NOT_OUR_DUTY, "属区政府职责"), factories.book()
    asked = returning.ask(ticket, samples.open_of(ticket), said, by=HANDLER, now=LATER, book=book)
    now = at("2026-11-19 11:00")
    returning.refuse(ticket, asked, "不同意", by=REVIEWER.actor, now=now, book=book)
    db.session.commit()
    assert time_samples.handle_clock(ticket).paused_at == now
    resume(ticket, now="2026-11-20 11:00")
    # Two working days: one under decision, one suspended after it.
    assert time_samples.handle_clock(ticket).due_at == at("2026-11-27 17:30")


def test_granted_after_the_limit_it_counts_from_the_asking(app: APIFlask) -> None:
    ticket, book = samples.signed(), factories.book()
    asked = time_samples.ask_suspension(ticket, now=at("2026-11-25 16:30"))
    timing.sweep(at("2026-11-26 09:00"), book)
    assert time_samples.handle_clock(ticket).lamp is Lamp.YELLOW
    suspending.grant(ticket, asked, "同意", viewer=REVIEWER, now=at("2026-11-26 09:30"), book=book)
    db.session.commit()
    resume(ticket, now="2026-11-30 09:00")
    assert time_samples.handle_clock(ticket).due_at == at("2026-11-30 10:00")


def test_refused_it_runs_on_and_shows_red_at_once_when_it_is_late(app: APIFlask) -> None:
    ticket, book = samples.signed(), factories.book()
    asked = time_samples.ask_suspension(ticket, now=at("2026-11-25 16:30"))
    suspending.refuse(
        ticket, asked, "证据不足", viewer=REVIEWER, now=at("2026-11-26 09:30"), book=book
    )
    db.session.commit()
    assert (ticket.lamp, ticket.due_at) == (Lamp.RED, DUE)


def test_litigation_is_confirmed_anew_and_the_clocks_never_ran(app: APIFlask) -> None:
    ticket = samples.signed()
    first = time_samples.suspended(ticket, "2026-12-10", LITIGATION)
    with pytest.raises(Refused, match="suspended already"):
        time_samples.ask_suspension(ticket, "2026-12-20")
    second = time_samples.suspended(ticket, "2027-01-08", LITIGATION, now=at("2026-12-08 09:00"))
    assert first.ended_because is EndedBecause.CONTINUED
    assert second.ends_at == ticket.suspended_until == at("2027-01-08 00:00")
    assert time_samples.handle_clock(ticket).paused_at == LATER


@pytest.mark.parametrize("until", ["2026-11-18", "2026-11-01", "2026-12-19"])
def test_days_that_can_not_be(app: APIFlask, until: str) -> None:
    ticket = samples.signed()
    with pytest.raises(Invalid) as refused:
        time_samples.ask_suspension(ticket, until)
    assert refused.value.field == "until"


def test_never_for_a_critical_ticket_nor_once_it_became_one(app: APIFlask) -> None:
    critical = samples.signed(category="T010104", unit="D15")
    with pytest.raises(Refused) as refused:
        time_samples.ask_suspension(critical)
    assert refused.value.code == "critical"
    ticket = samples.signed(title="另一件")
    time_samples.suspended(ticket)
    ticket.urgency = critical.urgency
    readers.go_on(Fact("changed", f"ticket:{ticket.id}", {"seq": 9}, LATER))
    assert ticket.suspended_until is None


def test_nobody_grants_their_own(app: APIFlask) -> None:
    ticket = samples.signed()
    asked, own = time_samples.ask_suspension(ticket), time_samples.viewer(number=902)
    with pytest.raises(Forbidden):
        suspending.grant(ticket, asked, "同意", viewer=own, now=LATER, book=factories.book())
    assert ticket.suspended_until is None


def test_an_ended_ticket_is_not_suspended_any_more(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.suspended(ticket)
    beside.withdraw(ticket, "不再需要", by="citizen", now=LATER)
    readers.end_assignment(
        Fact("withdrawn", f"ticket:{ticket.id}", {"seq": ticket.last_seq}, LATER)
    )
    db.session.commit()
    assert (ticket.state, ticket.suspended_until) == (State.WITHDRAWN, None)
    assert asked.ended_because is EndedBecause.OVER
    with pytest.raises(Refused, match="not suspended"):
        resume(ticket, now="2026-11-19 09:00")
