"""Mergers, splits and ends that meet: real transactions, none waits for ever, none is lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

from apiflask import APIFlask
from sqlalchemy import select

from dispatch import queries as dispatch_queries
from hotline import counters, relay
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import beside, history, operations, queries
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import committed, factories

NOW = factories.NOW
PART = {"request_type": "complaint", "category": "T010101"}


def ticket_of(number: str) -> Ticket:
    """The ticket as it is stored now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Ticket).where(Ticket.number == number)).one()


def check() -> None:
    """Every chain verifies, every counter is right, and nobody follows a follower."""
    db.session.rollback()
    relay.drain()
    db.session.expire_all()
    known = {one.id: one for one in db.session.scalars(select(Ticket))}
    for one in known.values():
        assert list(history.verify([one])) == []
        lead = known.get(one.merged_into_id or 0)
        assert (one.state is State.MERGED) == (lead is not None)
        assert lead is None or lead.merged_into_id is None, "a chain of mergers"
    assert counters.prove(queries.TRUTHS | dispatch_queries.TRUTHS) == []
    db.session.rollback()


def waiting(n: int) -> str:
    """The number of the n-th citizen's ticket that waits for dispatch."""
    return factories.sorted_ticket(phone=f"+861390002{n:04d}").number


def test_mergers_crosswise_and_in_a_circle(committed_app: APIFlask) -> None:
    headers = factories.bearer(factories.staff("dis", Role.DISPATCHER))

    def post(number: str, verb: str, body: dict[str, Any]) -> int:
        client = committed_app.test_client()
        path = f"/api/v1/tickets/{number}/{verb}"
        return client.post(path, json=body, headers=headers).status_code

    one, two, three, four = (waiting(n) for n in range(4))
    post(four, "merge", {"into": three})
    ring = [(one, two), (two, three), (three, one), (two, one), (three, two), (one, three)]
    works = [partial(post, number, "merge", {"into": lead}) for number, lead in ring]
    done = committed.together(committed_app, works)
    assert set(done) <= {200, 409, 422} and done.count(200) == 2, done
    check()
    open_ones = [n for n in (one, two, three, four) if ticket_of(n).state is not State.MERGED]
    assert len(open_ones) == 1, "all follow the one that is left"


def test_a_lead_that_ends_while_it_is_followed_and_left(committed_app: APIFlask) -> None:
    headers = factories.bearer(factories.staff("dis", Role.DISPATCHER))
    lead, *others = (waiting(10 + n) for n in range(5))

    def post(number: str, verb: str, body: dict[str, Any]) -> int:
        client = committed_app.test_client()
        path = f"/api/v1/tickets/{number}/{verb}"
        return client.post(path, json=body, headers=headers).status_code

    for number in others[:2]:
        assert post(number, "merge", {"into": lead}) == 200

    def withdraw() -> int:
        beside.withdraw(operations.lock(lead), "好了", by="citizen", now=NOW)
        db.session.commit()
        return 200

    def read() -> int:
        relay.drain()
        return 200

    works: list[Callable[[], int]] = [withdraw, read, partial(post, others[0], "unmerge", {})]
    works += [partial(post, number, "merge", {"into": lead}) for number in others[2:]]
    done = committed.together(committed_app, works)
    assert set(done) <= {200, 422}, done
    check()
    assert ticket_of(lead).state is State.WITHDRAWN
    left = [ticket_of(number) for number in others]
    assert all(one.merged_into_id != ticket_of(lead).id for one in left), "nobody is lost"


def test_one_split_of_several_at_once(committed_app: APIFlask) -> None:
    headers = factories.bearer(factories.staff("dis", Role.DISPATCHER))
    number = waiting(20)

    def split() -> int:
        client = committed_app.test_client()
        parts = {"parts": [PART | {"body": "甲事"}, PART | {"body": "乙事"}]}
        path = f"/api/v1/tickets/{number}/split"
        return client.post(path, json=parts, headers=headers).status_code

    assert sorted(committed.together(committed_app, [split] * 4)) == [200, 409, 409, 409]
    check()
    parts = [one.number for one in db.session.scalars(select(Ticket)) if one.number != number]
    assert len(parts) == 2
    db.session.rollback()

    def end(part: str) -> None:
        beside.withdraw(operations.lock(part), "好了", by="citizen", now=NOW)
        db.session.commit()
        relay.drain()

    committed.together(committed_app, [partial(end, part) for part in parts])
    check()
    assert ticket_of(number).state is State.CLOSED
