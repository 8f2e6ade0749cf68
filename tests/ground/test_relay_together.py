"""Several relays at once, on connections of their own."""

import threading
from collections import Counter

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from hotline import audit, events, relay
from hotline.audit import AuditEntry
from hotline.events import Fact, OutboxRow, Read, Readers
from hotline.extensions import db
from hotline.tickets import operations
from tests import committed, factories

SUBJECTS, FACTS = 8, 12


def leave_a_trace(fact: Fact) -> None:
    """Write down what was read, in the relay's transaction."""
    audit.record("system:test", fact.kind, fact.subject, at=factories.NOW, n=fact.facts["n"])


def reading(monkeypatch: pytest.MonkeyPatch, app: APIFlask, read: Read) -> None:
    """Let this function read what these tests publish."""
    made = Readers()
    made.add([("told", "reader", read)])
    monkeypatch.setitem(app.extensions, "readers", made)


def tell() -> None:
    """Publish facts about several subjects."""
    for number in range(FACTS):
        facts = [
            Fact("told", f"ticket:{subject}", {"n": number}, factories.NOW)
            for subject in range(SUBJECTS)
        ]
        events.publish(facts)
    db.session.commit()


def traces() -> list[tuple[str, int]]:
    """Subject and number of everything read, in the order in which it was."""
    rows = select(AuditEntry).where(AuditEntry.actor == "system:test").order_by(AuditEntry.id)
    return [(one.subject, one.facts["n"]) for one in db.session.scalars(rows)]


def test_relays_at_once_hand_over_each_fact_once_and_in_order(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(monkeypatch, committed_app, leave_a_trace)
    tell()

    def until_nothing_is_left() -> int:
        total = 0
        while db.session.scalar(select(func.count()).select_from(OutboxRow)):
            db.session.rollback()
            total += relay.hand_over()
        return total

    totals = committed.together(committed_app, [until_nothing_is_left] * 3)
    assert sum(totals) == SUBJECTS * FACTS
    read = traces()
    assert set(Counter(read).values()) == {1}
    assert len(read) == SUBJECTS * FACTS
    for subject in range(SUBJECTS):
        numbers = [n for name, n in read if name == f"ticket:{subject}"]
        assert numbers == sorted(numbers)


def test_what_one_relay_holds_no_other_takes_nor_anything_behind_it(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_reading, may_go_on = threading.Event(), threading.Event()

    def slow(fact: Fact) -> None:
        leave_a_trace(fact)
        is_reading.set()
        may_go_on.wait(committed.LONGEST_SECONDS)

    reading(monkeypatch, committed_app, slow)
    facts = [Fact("told", "ticket:1", {"n": n}, factories.NOW) for n in (1, 2)]
    events.publish(facts)
    db.session.commit()

    def other() -> int:
        is_reading.wait(committed.LONGEST_SECONDS)
        taken = relay.hand_over()
        may_go_on.set()
        return taken

    assert committed.together(committed_app, [relay.hand_over, other]) == [1, 0]
    assert relay.drain() == 1
    assert [n for _, n in traces()] == [1, 2]


def test_relays_that_lock_tickets_never_meet_crosswise(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch holds the locks of all its readers until it is committed."""
    monkeypatch.setattr(relay, "BATCH", 8)
    ids = [factories.taken(phone=f"+861380000{n:04d}").ticket.id for n in range(16)]
    db.session.execute(delete(OutboxRow))
    deadlocks: list[DBAPIError] = []

    def lock(fact: Fact) -> None:
        try:
            operations.lock_by_id(fact.subject_id)
        except DBAPIError as error:
            deadlocks.append(error)
            raise
        committed.pause(0.005)

    readers = Readers()
    readers.add([("there", "going", lock), ("back", "coming", lock)])
    monkeypatch.setitem(committed_app.extensions, "readers", readers)
    for there, back in zip(ids, reversed(ids), strict=True):
        events.publish([Fact("there", f"ticket:{there}", {}, factories.NOW)])
        events.publish([Fact("back", f"ticket:{back}", {}, factories.NOW)])
    db.session.commit()
    committed.together(committed_app, [relay.drain] * 3)
    relay.drain()
    assert deadlocks == []
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_connection_lost_in_the_middle_loses_and_doubles_nothing(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_cut = False

    def cut_once(fact: Fact) -> None:
        nonlocal is_cut
        leave_a_trace(fact)
        db.session.flush()
        if not is_cut:
            is_cut = True
            backend = db.session.scalar(text("SELECT pg_backend_pid()"))
            with db.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            db.session.execute(text("SELECT 1"))

    reading(monkeypatch, committed_app, cut_once)
    tell()
    with pytest.raises(DBAPIError):
        relay.hand_over()
    assert traces() == []
    db.session.execute(update(OutboxRow).values(next_try_at=func.now()))
    db.session.commit()
    relay.drain()
    assert len(traces()) == SUBJECTS * FACTS
