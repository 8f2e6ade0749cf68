"""Several at once, a ticket that somebody holds, a worker that dies: nothing is lost or doubled."""

import threading
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import update

from hotline.calendar import operations, recomputing
from hotline.calendar.recomputing import Recomputation, Stage
from hotline.calendar.rules import StatedDay, Status
from hotline.extensions import db
from hotline.tickets import operations as steps
from hotline.tickets import queries, recalendar, recalendar_jobs
from hotline.tickets.models import ClockRow
from tests import committed
from tests.factories import NOW
from tests.recalendar import town
from tests.recalendar.town import THREE, due, wall

OFF = [StatedDay(one, is_working=False, name="停电") for one in THREE]
ON = [StatedDay(one, is_working=True) for one in THREE]


def change(days: list[StatedDay]) -> int:
    """Make the change; the number of its recomputation."""
    number = operations.put_days(2026, days, None, by="staff:1", now=NOW).recomputation
    assert number is not None
    db.session.commit()
    return number


def run(number: int) -> Recomputation:
    """Work on it as a worker would; how far it is."""
    with time_machine.travel(NOW, tick=True):
        recalendar_jobs.recompute(number)
    db.session.expire_all()
    return recomputing.get(number)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three clocks a batch, and no rest."""
    monkeypatch.setattr(recalendar, "BATCH", 3)
    monkeypatch.setattr(recalendar_jobs, "REST", 0.0)


@pytest.mark.usefixtures("small_batches")
def test_killed_in_the_middle_it_goes_on_where_it_was(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [town.waiting(phone=f"+86138000000{n:02d}") for n in range(4)]
    number = change(OFF)
    follow, calls = recalendar.follow, []

    def dies(*given: object, **named: object) -> object:
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return follow(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(recalendar, "follow", dies)
    with pytest.raises(RuntimeError), time_machine.travel(NOW, tick=True):
        recalendar_jobs.recompute(number)
    left = recomputing.get(number)
    assert (left.stage, left.looked_at) == (Stage.RUNNING, 6)
    with time_machine.travel(NOW, tick=False):
        assert number not in recomputing.waiting(NOW), "somebody may still be at it"
    assert number in recomputing.waiting(NOW + recomputing.CLAIMED_FOR + timedelta(seconds=9))
    done = run(number)
    assert (done.stage, done.moved) == (Stage.DONE, 12)
    assert {due(one, "handle") for one in tickets} == {wall("2026-11-30")}
    assert {len(town.events(one)) for one in tickets} == {1}
    assert town.chain_holds(*tickets)


@pytest.mark.usefixtures("small_batches")
def test_two_at_once_and_twice_change_nothing_more(committed_app: APIFlask) -> None:
    tickets = [town.waiting(phone=f"+86138000000{n:02d}") for n in range(5)]
    number = change(OFF)
    with time_machine.travel(NOW, tick=True):
        committed.together(committed_app, [lambda: recalendar_jobs.recompute(number)] * 2)
    run(number)
    before = town.clocks()
    db.session.execute(update(Recomputation).values(stage=Stage.WAITING, reached_at=None))
    db.session.commit()
    again = run(number)
    after = town.clocks()
    assert {one: (before[one], after[one]) for one in before if before[one] != after[one]} == {}
    assert again.stage is Stage.DONE
    assert {due(one, "handle") for one in tickets} == {wall("2026-11-30")}
    assert town.chain_holds(*tickets)


def test_a_ticket_that_is_held_is_passed_by_and_looked_at_again(committed_app: APIFlask) -> None:
    held, free = town.waiting(phone="+8613800000001"), town.waiting(phone="+8613800000002")
    number, held_number = change(OFF), held.number
    has_it, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        steps.lock(held_number)
        has_it.set()
        assert may_go.wait(committed.LONGEST_SECONDS)
        db.session.rollback()

    def work() -> None:
        assert has_it.wait(committed.LONGEST_SECONDS)
        run(number)
        db.session.rollback()
        may_go.set()

    committed.together(committed_app, [hold, work])
    assert recomputing.get(number).stage is Stage.RUNNING
    assert (due(held, "handle"), due(free, "handle")) == (wall("2026-11-25"), wall("2026-11-30"))
    assert run(number).stage is Stage.DONE
    assert due(held, "handle") == wall("2026-11-30")


def test_what_was_started_by_the_old_calendar_is_found_a_minute_later(app: APIFlask) -> None:
    book = queries.rulebook()
    number = change(OFF)
    assert run(number).stage is Stage.DONE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "rulebook", lambda: book)
        late = town.waiting()
    assert due(late, "handle") == wall("2026-11-25")
    assert run(number).moved == 0, "it is done"
    with time_machine.travel(NOW + timedelta(seconds=90), tick=True):
        recalendar_jobs.recompute(number)
    assert due(late, "handle") == wall("2026-11-30")
    assert recomputing.waiting(NOW + timedelta(days=1)) == []


def test_there_and_back_before_anybody_worked_moves_nothing(app: APIFlask) -> None:
    ticket = town.waiting()
    before = town.clocks()
    for number in (change(OFF), change(ON)):
        assert run(number).moved == 0
    assert town.clocks() == before
    assert town.events(ticket) == []


def test_clocks_that_don_t_know_what_they_count_follow_as_well(app: APIFlask) -> None:
    ticket = town.waiting()
    db.session.execute(update(ClockRow).values(counted_from=None, counted_days=None))
    number = change(OFF)
    assert run(number).moved == 3
    assert due(ticket, "handle") == wall("2026-11-30")
    run(change(ON))
    assert due(ticket, "handle") == wall("2026-11-25")


def test_a_year_that_is_published_settles_its_deadlines(app: APIFlask) -> None:
    with time_machine.travel(NOW + timedelta(days=42), tick=False):
        ticket = town.waiting(now=NOW + timedelta(days=42))
    assert town.row_of(ticket, "handle").is_provisional
    number = operations.put_days(2027, [], Status.PUBLISHED, by="staff:1", now=NOW).recomputation
    assert number is not None
    assert run(number).moved == 0
    assert not town.row_of(ticket, "handle").is_provisional
