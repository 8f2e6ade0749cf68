"""The sweep with real transactions: two at once, a held ticket, a kill, a long standstill."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hotline import events, relay
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.tickets import operations, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.models import ClockRow, Ticket
from supervision.models import Card
from tests import committed, factories
from tests.dispatch import samples as handling
from tests.supervision import samples
from tests.supervision.samples import at

LATER = at("2026-11-25 18:00")
READER = "supervision.judge_lamp"


def dispatched(count: int) -> list[str]:
    """Tickets that wait for a unit's signature; their clocks to sign, contact and handle run."""
    made = [handling.dispatched(phone=f"+861380000{n:04d}").number for n in range(count)]
    samples.forget_facts()
    return made


def told() -> int:
    """How many changes of lamps wait for supervision."""
    found = select(func.count()).select_from(OutboxRow).where(OutboxRow.reader == READER)
    count = db.session.scalar(found) or 0
    db.session.rollback()
    return count


def due(now: datetime = LATER) -> int:
    """How many running clocks are still to be judged."""
    found = select(func.count()).select_from(ClockRow)
    is_due = (ClockRow.next_change_at <= now, ClockRow.stopped_at.is_(None))
    count = db.session.scalar(found.where(*is_due)) or 0
    db.session.rollback()
    return count


def swept(now: datetime = LATER) -> int:
    """One batch after the other until nothing that is free is due."""
    taken = 0
    while found := timing.sweep(now, factories.book()):
        db.session.commit()
        taken += found
    db.session.rollback()
    return taken


def test_two_sweeps_at_once_share_the_work_and_double_nothing(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "SWEEP_BATCH", 3)
    dispatched(8)
    waiting = due()
    works: list[Callable[[], int]] = [partial(swept, LATER)] * 3
    committed.together(committed_app, works)  # one may take what another has just judged: no news
    swept()
    assert due() == 0 and told() == waiting
    relay.drain()
    cards = db.session.execute(select(Card.ticket_id, Card.clock, Card.colour)).all()
    assert len(cards) == len(set(cards)) == 16, "sign and handle, red, of eight tickets"


def test_a_ticket_that_somebody_holds_is_swept_the_next_time(committed_app: APIFlask) -> None:
    held, free = dispatched(2)

    def sweep_beside() -> int:
        with committed_app.app_context():
            return swept()

    operations.lock(held)
    [taken] = committed.together(committed_app, [sweep_beside])
    db.session.rollback()
    assert taken == 3
    lamps = dict(db.session.execute(select(Ticket.number, Ticket.lamp)).all())
    assert (lamps[held], lamps[free]) == ("green", "purple")
    db.session.rollback()
    assert swept() == 3


def test_killed_in_the_middle_nothing_is_lost_and_nothing_told_twice(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del committed_app
    dispatched(3)
    waiting, publish = due(), events.publish

    def die(facts: Any) -> None:
        publish(facts)
        raise KeyboardInterrupt

    monkeypatch.setattr(timing, "publish", die)
    with pytest.raises(KeyboardInterrupt):
        timing.sweep(LATER, factories.book())
    db.session.rollback()
    assert (due(), told()) == (waiting, 0)
    monkeypatch.setattr(timing, "publish", publish)
    swept()
    assert (due(), told()) == (0, waiting)


def test_what_stands_still_keeps_its_lamp_and_its_silence(app: APIFlask) -> None:
    del app
    ticket = handling.signed()
    samples.forget_facts()
    samples.pass_until("2026-11-25 09:00")
    row = timing.running(ticket.id, Clock.HANDLE, handling.open_of(ticket).unit_id)
    assert row is not None and row.lamp == "yellow"
    timing.pause(ticket, [row], at=at("2026-11-25 09:01"))
    db.session.commit()
    samples.pass_until("2026-12-10 09:00")
    db.session.expire_all()
    assert row.lamp == "yellow" and samples.cards(ticket) == ["handle yellow"]


def test_judged_to_be_as_before_nothing_is_told(app: APIFlask) -> None:
    del app
    ticket = handling.signed()
    samples.forget_facts()
    row = timing.running(ticket.id, Clock.HANDLE, handling.open_of(ticket).unit_id)
    assert row is not None
    row.next_change_at = at("2026-11-18 12:00")
    db.session.commit()
    assert timing.sweep(at("2026-11-18 12:00"), factories.book()) == 1
    db.session.commit()
    assert told() == 0
    db.session.expire_all()
    assert row.next_change_at is not None and row.next_change_at > at("2026-11-18 12:00")
