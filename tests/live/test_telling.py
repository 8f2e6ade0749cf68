"""What a ticket's event tells, to whom, and that a Redis that is away stops nobody."""

import time

import pytest
from apiflask import APIFlask
from redis import Redis

from dispatch import assigning
from hotline import live, relay
from hotline.access import Role, Viewer
from hotline.events import Fact
from hotline.extensions import db
from hotline.live import Change
from hotline.redis import Lenient
from hotline.tickets import operations, readers
from hotline.tickets.states import TABLE, State, Verb
from tests import factories
from tests.conftest import Statements
from tests.dispatch import samples

NOWHERE = "redis://127.0.0.1:1"


def viewer(*roles: Role, units: frozenset[int] = frozenset()) -> Viewer:
    """Somebody with these roles."""
    return Viewer.of(7, "试", "test", roles=frozenset(roles), unit_ids=units)


def heard(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """What is told from now on."""
    told: list[Change] = []
    monkeypatch.setattr(live, "tell_all", told.extend)
    return told


def test_an_event_tells_where_the_ticket_was_and_is_and_who_holds_it(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = samples.dispatched()
    relay.drain()
    told = heard(monkeypatch)
    assigning.sign(ticket, samples.open_of(ticket), by=samples.HANDLER, now=samples.LATER)
    db.session.commit()
    relay.drain()
    assert len(told) == 1
    unit = factories.unit("D16")
    assert told[0].topics == {
        "counts",
        "kind:signed",
        f"ticket:{ticket.number}",
        "unit:D16",
        "state:pending_signature",
        "state:in_progress",
    }
    assert told[0].units == frozenset({unit.id})


def test_a_batch_is_looked_up_in_one_statement(app: APIFlask, statements: Statements) -> None:
    tickets = [factories.taken(phone=f"+8613800000{one:03d}").ticket.id for one in range(5)]
    facts = [
        Fact("received", f"ticket:{one}", {"state": "received"}, factories.NOW) for one in tickets
    ]
    statements.seen.clear()
    changes = readers.changes_of(facts)
    assert len(statements) == 1
    assert len(changes) == 5
    assert all("state:received" in one.topics for one in changes)


def test_a_unit_that_lets_go_is_told_for_the_last_time(app: APIFlask) -> None:
    ticket, unit = samples.signed(), factories.unit("D16")
    later = factories.NOW.replace(hour=5)
    operations.release(ticket, at=later)
    fact = Fact("return_upheld", f"ticket:{ticket.id}", {"state": "pending_dispatch"}, later)
    change = readers.changes_of([fact])[0]
    assert change.units == frozenset({unit.id})
    assert {"state:return_requested", "state:pending_dispatch"} <= change.topics


@pytest.mark.parametrize("verb", Verb)
def test_every_step_tells_both_states(app: APIFlask, verb: Verb) -> None:
    ticket = factories.taken().ticket
    for before, row in TABLE.items():
        reached = row.get(verb)
        if reached is not None:
            fact = Fact(verb.value, f"ticket:{ticket.id}", {"state": reached}, factories.NOW)
            topics = readers.changes_of([fact])[0].topics
            assert {f"state:{before}", f"state:{reached}"} <= topics


def test_a_lamp_that_changes_is_told(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    fact = Fact(readers.LAMP_CHANGED, f"ticket:{ticket.id}", {"lamp": "red"}, factories.NOW)
    assert f"state:{State.RECEIVED}" in readers.changes_of([fact])[0].topics


def test_the_hotline_hears_all_a_unit_its_own_and_others_nothing() -> None:
    of_one = Change(frozenset({"ticket:1"}), frozenset({4}))
    of_none = Change(frozenset({"ticket:2"}))
    for_all = Change(frozenset({"news"}), live.EVERYBODY)
    operator, admin = viewer(Role.OPERATOR), viewer(Role.ADMINISTRATOR)
    holder = viewer(Role.HANDLER, units=frozenset({4}))
    other = viewer(Role.HANDLER, units=frozenset({5}))
    hears = {
        who: [one.is_for(person) for one in (of_one, of_none, for_all)]
        for who, person in {"op": operator, "in": holder, "out": other, "admin": admin}.items()
    }
    assert hears == {
        "op": [True, True, True],
        "in": [True, False, True],
        "out": [False, False, True],
        "admin": [False, False, True],
    }


def test_changes_come_through_redis_as_they_were() -> None:
    changes = [Change(frozenset({"a", "b"}), frozenset({3})), Change(frozenset({"c"}), None)]
    assert live.parse(live.dump(changes)) == changes


@pytest.mark.parametrize("words", [b"", b"{}", b"[1]", b"[[1, 2]]", b'{"a": 1}', b"\xff", "null"])
def test_what_is_not_ours_is_left_away(words: bytes | str) -> None:
    assert live.parse(words) == []


def test_a_redis_that_is_away_costs_one_short_attempt_and_is_counted() -> None:
    lenient, asked = Lenient(NOWHERE), []

    def act(redis: Redis) -> bool:
        asked.append(1)
        return bool(redis.ping())

    began = time.monotonic()
    for _ in range(50):
        assert lenient.ask(act) is None
    assert time.monotonic() - began < 1
    assert len(asked) == 1
    assert lenient.lost == 50


def test_the_relay_goes_on_without_redis(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "live_redis", Lenient(NOWHERE))
    factories.taken()
    assert relay.drain() > 0
    assert relay.drain() == 0
