"""Many writers at once, on connections of their own: no deadlock, no gap, every sum right."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from apiflask import APIFlask
from sqlalchemy import select

from dispatch import queries as dispatch_queries
from dispatch import tally, working
from dispatch.models import Assignment
from dispatch.rules import ContactResult
from hotline import counters
from hotline.access import Role as StaffRole
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import beside, history, operations, queries, sorting, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.kinds import RequestType, Role
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.sorting import Sorting
from hotline.tickets.states import State
from tests import committed, factories
from tests.dispatch import samples

NOW = factories.NOW
WRITERS = 20


def check(*numbers: str) -> None:
    """Every chain verifies without a gap, and every counter equals its truth."""
    db.session.rollback()
    db.session.expire_all()
    for number in numbers:
        ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()
        seqs = db.session.scalars(
            select(TicketEvent.seq)
            .where(TicketEvent.ticket_id == ticket.id)
            .order_by(TicketEvent.seq)
        )
        assert list(seqs) == list(range(1, ticket.last_seq + 1))
        assert list(history.verify([ticket])) == []
    assert counters.prove(queries.TRUTHS | dispatch_queries.TRUTHS) == []
    db.session.rollback()


def test_twenty_writers_on_one_ticket(committed_app: APIFlask) -> None:
    number = factories.taken().ticket.number

    def write(n: int) -> None:
        for part in range(3):
            ticket = operations.lock(number)
            beside.note(ticket, f"{n}.{part}", by=f"staff:{n}", now=NOW)
            db.session.commit()

    committed.together(committed_app, [partial(write, n) for n in range(WRITERS)])
    check(number)
    ticket = operations.lock(number)
    assert ticket.last_seq == 1 + 3 * WRITERS
    said = [one.words for one in queries.history(ticket.id)]
    assert set(said) == {None} | {f"{n}.{part}" for n in range(WRITERS) for part in range(3)}


def test_twenty_calls_of_the_api_on_one_ticket(committed_app: APIFlask) -> None:
    number = factories.taken().ticket.number
    headers = factories.bearer(factories.staff("op", StaffRole.OPERATOR))

    def write(n: int) -> int:
        client = committed_app.test_client()
        path, body = f"/api/v1/tickets/{number}/note", {"text": f"note {n}"}
        return client.post(path, json=body, headers=headers).status_code

    done = committed.together(committed_app, [partial(write, n) for n in range(WRITERS)])
    assert done == [200] * WRITERS
    check(number)


def test_of_those_who_take_the_same_step_one_succeeds(committed_app: APIFlask) -> None:
    number = factories.taken().ticket.number

    def sort() -> str:
        try:
            wanted = Sorting(RequestType.COMPLAINT, "T010101")
            ticket, book = operations.lock(number), factories.book()
            sorting.sort(ticket, wanted, by="staff:1", now=NOW, book=book)
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            return refused.code
        return "done"

    done = committed.together(committed_app, [sort] * 8)
    assert sorted(done) == ["done"] + ["wrong_state"] * 7
    check(number)


def test_two_assignments_writers_on_one_ticket(committed_app: APIFlask) -> None:
    """Both write rows that point at the ticket, start and stop clocks, and hand it on."""
    ticket = samples.signed()
    number, lead = ticket.number, samples.open_of(ticket)
    assist = _assist(ticket)

    def write(assignment_id: int, unit_id: int) -> None:
        for n in range(10):
            locked = operations.lock(number)
            assignment = db.session.get_one(Assignment, assignment_id)
            working.progress(locked, assignment, f"progress {n}", by="staff:1", now=NOW)
            operations.hand_to(locked, unit_id, assignment.role, at=NOW)
            working.contact(locked, assignment, ContactResult.NO_ANSWER, by="staff:1", now=NOW)
            _restart_clock(locked, unit_id)
            db.session.commit()

    given = [(lead.id, lead.unit_id), (assist.id, assist.unit_id)]
    works: list[Callable[[], None]] = [partial(write, *one) for one in given * 3]
    db.session.rollback()
    committed.together(committed_app, works)
    check(number)


def test_two_that_are_merged_into_each_other(committed_app: APIFlask) -> None:
    """One is merged, the other refused; neither waits for the other for ever."""
    headers = factories.bearer(factories.staff("dis", StaffRole.DISPATCHER))
    for turn in range(5):
        one = factories.taken(phone=f"+861390000{turn:02d}01").ticket.number
        two = factories.taken(phone=f"+861390000{turn:02d}02").ticket.number

        def merge(number: str, into: str) -> int:
            client = committed_app.test_client()
            path = f"/api/v1/tickets/{number}/merge"
            return client.post(path, json={"into": into}, headers=headers).status_code

        works = [partial(merge, one, two), partial(merge, two, one)] * 2
        done = committed.together(committed_app, works)
        assert sorted(done)[0] == 200, done
        assert set(done) <= {200, 409, 422}, done
        check(one, two)


def test_a_sweep_among_writers(committed_app: APIFlask) -> None:
    numbers = [factories.taken(phone=f"+861380000000{n}").ticket.number for n in range(6)]
    later = NOW + timedelta(days=30)

    def write(order: list[str]) -> None:
        for number in order:
            beside.note(operations.lock(number), "words", by="staff:1", now=NOW)
            db.session.commit()

    def sweep() -> None:
        for _ in range(5):
            timing.sweep(later, factories.book())
            db.session.commit()

    works: list[Callable[[], None]] = [sweep, sweep]
    works += [partial(write, numbers), partial(write, numbers[::-1])]
    committed.together(committed_app, works)
    timing.sweep(later, factories.book())
    db.session.commit()
    assert {one.lamp.value for one in db.session.scalars(select(Ticket))} <= {"red", "purple"}
    check(*numbers)


def test_twenty_matters_of_one_new_citizen_are_one_citizen(committed_app: APIFlask) -> None:
    """A number that nobody knew calls and texts at once."""

    def take(n: int) -> str:
        return factories.taken(phone="+8613812345678", body=f"第{n}件事").ticket.number

    numbers = committed.together(committed_app, [partial(take, n) for n in range(WRITERS)])
    assert len(set(numbers)) == WRITERS
    assert len({one.citizen_id for one in db.session.scalars(select(Ticket))}) == 1
    check(*numbers)


def _assist(ticket: Ticket) -> Assignment:
    """A second unit at work on the ticket."""
    made = Assignment(
        ticket_id=ticket.id,
        unit_id=factories.unit("D14").id,
        role=Role.ASSIST,
        round=1,
        seq=ticket.last_seq,
        limit_working_days=5,
        dispatched_at=NOW,
        dispatched_by=samples.DISPATCHER,
    )
    db.session.add(made)
    db.session.flush()
    tally.begun(made, "D14")
    db.session.commit()
    assert ticket.state is State.IN_PROGRESS
    return made


def _restart_clock(ticket: Ticket, unit_id: int) -> None:
    due = Due(NOW + timedelta(days=5), is_provisional=False, pace=Pace.NATURAL_HOURS)
    timing.stop(ticket, [Clock.HANDLE], at=NOW, unit_id=unit_id)
    timing.start(ticket, Clock.HANDLE, due, at=NOW, book=factories.book(), unit_id=unit_id)
