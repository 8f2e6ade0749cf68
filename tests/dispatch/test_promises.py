"""The ledger of promises: entered, moved, superseded, and asked for on its day."""

from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from dispatch import assigning, jobs, promises, reviewing, time_records, working
from dispatch.models import Promise
from dispatch.working import Wording
from hotline import clock
from hotline.errors import Invalid, WrongState
from hotline.extensions import db
from hotline.tickets import beside, operations
from hotline.tickets import queries as tickets
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples, time_samples
from tests.dispatch.samples import LATER, REVIEWER
from tests.dispatch.time_samples import at

PLANNED = Wording(
    Completion.PLANNED, "列入明年改造计划。", "年度计划", promised_on=date(2026, 12, 15)
)


def promised(**changes: Any) -> Ticket:
    """A ticket whose planned reply was accepted."""
    ticket = samples.replied(wording=PLANNED, **changes)
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=LATER)
    db.session.commit()
    return ticket


def ledger() -> list[tuple[date, bool]]:
    """What stands in it."""
    db.session.expire_all()
    rows = db.session.query(Promise).order_by(Promise.id)
    return [(one.promised_on, one.is_open) for one in rows]


def asked_at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the job run at this moment."""
    monkeypatch.setattr(clock, "now", lambda: at(text))
    jobs.ask_promises()


@pytest.mark.parametrize("is_closed", [True, False])
def test_on_its_day_the_same_unit_is_asked_again(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, *, is_closed: bool
) -> None:
    ticket = promised()
    if is_closed:
        operations.close(ticket, by="system", now=LATER, facts={"outcome": "answered"})
    db.session.commit()
    asked_at(monkeypatch, "2026-12-15 07:30")
    assert ledger() == [(date(2026, 12, 15), True)]
    asked_at(monkeypatch, "2026-12-15 08:00")
    asked_at(monkeypatch, "2026-12-15 08:05")
    assert ledger() == [(date(2026, 12, 15), False)]
    db.session.refresh(ticket)
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.actor) == ("redone", "system")
    assert (event.facts["because"], event.facts["unit"]) == ("promise_due", "D16")


def test_missed_in_a_standstill_it_is_caught_up(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = promised(), promised(title="另一件")
    asked_at(monkeypatch, "2026-12-28 03:00")
    assert {one for _, one in ledger()} == {False}
    assert {db.session.get_one(Ticket, one.id).round for one in (first, second)} == {2}


def test_under_way_again_already_it_is_noted(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = promised()
    operations.close(ticket, by="system", now=LATER, facts={"outcome": "answered"})
    beside.reopen(ticket, "又出现了", by="staff:1", now=LATER, book=factories.book())
    db.session.commit()
    asked_at(monkeypatch, "2026-12-15 09:00")
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.facts["because"]) == ("noted", "promise_due")
    assert ticket.state is State.PENDING_DISPATCH


def test_a_reviewer_moves_the_day_or_enters_one(app: APIFlask) -> None:
    ticket, book = promised(), factories.book()
    promises.enter(ticket, date(2027, 1, 4), by=REVIEWER, now=LATER, book=book)
    db.session.commit()
    assert ledger() == [(date(2027, 1, 4), True)]
    event = tickets.history(ticket.id)[-1]
    assert event.facts["promised_before"] == "2026-12-15"
    told = samples.replied(title="另一件")
    reviewing.accept(told, samples.open_of(told), by=REVIEWER, now=LATER)
    promises.enter(told, date(2026, 12, 1), by=REVIEWER, now=LATER, book=book)
    db.session.commit()
    found = time_records.promises_ahead(time_samples.REVIEWER)
    assert [one.promised_on for one in found.items] == [date(2026, 12, 1), date(2027, 1, 4)]


@pytest.mark.parametrize(
    ("day", "code"), [("2026-11-18", "promise_in_past"), ("9999-12-31", "promise_too_far")]
)
def test_days_that_can_not_be(app: APIFlask, day: str, code: str) -> None:
    ticket = promised()
    with pytest.raises(Invalid) as refused:
        promises.enter(
            ticket, date.fromisoformat(day), by=REVIEWER, now=LATER, book=factories.book()
        )
    assert refused.value.code == code


def test_nothing_is_promised_while_it_is_handled(app: APIFlask) -> None:
    with pytest.raises(WrongState):
        promises.enter(
            samples.signed(), date(2027, 1, 4), by=REVIEWER, now=LATER, book=factories.book()
        )


def test_a_later_answer_takes_the_place_of_a_promise(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = promised()
    promise = db.session.query(Promise).one()
    promises.wake(ticket, promise, now=at("2026-12-15 08:00"), book=factories.book())
    book, now = factories.book(), at("2026-12-16 09:00")
    from_unit = samples.open_of(ticket)
    assigning.sign(ticket, from_unit, by=samples.HANDLER, now=now)
    working.reply(ticket, from_unit, PLANNED_AGAIN, by=samples.HANDLER, now=now, book=book)
    reviewing.accept(ticket, from_unit, by=REVIEWER, now=now)
    db.session.commit()
    assert ledger() == [(date(2026, 12, 15), False), (date(2027, 3, 1), True)]


PLANNED_AGAIN = Wording(
    Completion.PARTLY_SOLVED, "已完成一半。", "年度计划", promised_on=date(2027, 3, 1)
)
