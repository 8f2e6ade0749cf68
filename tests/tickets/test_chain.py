"""The history of a ticket: never changed, and whoever changes it all the same is found out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline import crypto
from hotline.extensions import db
from hotline.tickets import audit, beside, history, operations
from hotline.tickets.history import Entry, append_events
from hotline.tickets.models import EventWords, Ticket, TicketEvent, TicketText
from tests import factories
from tests.conftest import Statements

NOW = factories.NOW
Tamper = Callable[[Ticket], None]


def storied() -> Ticket:
    """A ticket with several events, two of them with words."""
    ticket = factories.sorted_ticket()
    operations.lock(ticket.number)
    beside.note(ticket, "第一条备注", by="staff:1", now=NOW)
    beside.supplement(ticket, "补充：晚上十点后更严重", by="citizen", now=NOW, via="web")
    beside.urge(ticket, by="citizen", now=NOW + timedelta(minutes=1))
    db.session.commit()
    return ticket


def run(sql: str, **values: Any) -> None:
    """Change rows behind the program's back, as an intruder with the owner's rights would."""
    db.session.execute(text("ALTER TABLE ticket_events DISABLE TRIGGER USER"))
    db.session.execute(text(sql), values)
    db.session.execute(text("ALTER TABLE ticket_events ENABLE TRIGGER USER"))
    db.session.commit()


def verify(app: APIFlask) -> tuple[int, str]:
    """Exit code and output of `flask audit verify`."""
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    return done.exit_code, done.output


def test_an_untouched_history_verifies(app: APIFlask) -> None:
    first, second = storied(), factories.taken(phone="+8613900000001").ticket
    assert verify(app) == (0, f"2 tickets, {first.last_seq + second.last_seq} events, 0 faults\n")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket_events SET actor = 'staff:9'",
        "UPDATE ticket_events SET facts = '{}' WHERE false",
        "DELETE FROM ticket_events",
        "TRUNCATE ticket_events",
    ],
)
def test_the_database_refuses_to_change_it(app: APIFlask, statement: str) -> None:
    storied()
    with pytest.raises(DBAPIError, match="only appended to"), db.session.begin_nested():
        db.session.execute(text(statement))
    assert verify(app)[0] == 0


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("actor = 'staff:9'", 3),
        ("at = at + interval '1 second'", 2),
        ("kind = 'urged'", 3),
        ('facts = facts || \'{"state": "closed"}\'', 4),
        ("facts = facts - 'via'", 4),
        ("hash = sha256('x')", 1),
    ],
)
def test_a_manipulated_event_is_found(app: APIFlask, change: str, seq: int) -> None:
    ticket = storied()
    run(
        f"UPDATE ticket_events SET {change} WHERE ticket_id = :id AND seq = :seq",  # noqa: S608
        id=ticket.id,
        seq=seq,
    )
    code, said = verify(app)
    assert code == 1
    assert f"{ticket.number}: event {seq} does not match its hash" in said


@pytest.mark.parametrize("seq", [1, 3])
def test_a_missing_event_is_found(app: APIFlask, seq: int) -> None:
    ticket = storied()
    run("DELETE FROM ticket_events WHERE ticket_id = :id AND seq = :seq", id=ticket.id, seq=seq)
    code, said = verify(app)
    assert code == 1
    assert f"{ticket.number}: event {seq} is missing" in said


def test_a_missing_end_is_found(app: APIFlask) -> None:
    ticket = storied()
    run("DELETE FROM ticket_events WHERE ticket_id = :id AND seq = 5", id=ticket.id)
    code, said = verify(app)
    assert code == 1
    assert f"{ticket.number}: the end of the chain is not what the ticket says" in said


def test_events_in_another_order_are_found(app: APIFlask) -> None:
    ticket = storied()
    for before, after in ((3, 103), (4, 3), (103, 4)):
        run(
            "UPDATE ticket_events SET seq = :after WHERE ticket_id = :id AND seq = :before",
            id=ticket.id,
            before=before,
            after=after,
        )
    assert verify(app)[0] == 1


def test_an_event_of_another_ticket_is_found(app: APIFlask) -> None:
    ticket, other = storied(), factories.taken(phone="+8613900000001").ticket
    run(
        "UPDATE ticket_events SET ticket_id = :to, seq = 2 WHERE ticket_id = :id AND seq = 5",
        to=other.id,
        id=ticket.id,
    )
    db.session.execute(text("UPDATE tickets SET last_seq = 2 WHERE id = :id"), {"id": other.id})
    db.session.commit()
    code, said = verify(app)
    assert code == 1
    assert other.number in said


def test_a_forged_event_needs_the_key(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can write to the database, but has not the key, can't go on with the chain."""
    ticket = storied()
    with monkeypatch.context() as patched:
        patched.setattr(crypto, "chain_mac", lambda message: crypto.token_digest(message.hex()))
        append_events([Entry(ticket, "closed", "staff:9", NOW, {"state": "closed"})])
        db.session.commit()
    code, said = verify(app)
    assert code == 1
    assert f"{ticket.number}: event 6 does not match its hash" in said


def test_changed_words_are_found(app: APIFlask) -> None:
    ticket = storied()
    words = db.session.query(EventWords).filter_by(ticket_id=ticket.id, seq=4).one()
    words.words = "补充：已经解决，不用管了"
    db.session.commit()
    code, said = verify(app)
    assert code == 1
    assert f"{ticket.number}: the words of event 4 were changed" in said


def test_words_put_to_an_event_without_any_are_found(app: APIFlask) -> None:
    ticket = storied()
    db.session.add(EventWords(ticket_id=ticket.id, seq=5, salt="x", words="从未说过的话"))
    db.session.commit()
    assert "the words of event 5 were changed" in verify(app)[1]


def test_erased_words_leave_the_chain_whole(app: APIFlask) -> None:
    ticket = storied()
    db.session.query(EventWords).filter_by(ticket_id=ticket.id).delete()
    db.session.commit()
    assert verify(app)[0] == 0


def test_the_event_says_nothing_of_its_words(app: APIFlask) -> None:
    ticket = storied()
    event = db.session.get_one(TicketEvent, (ticket.id, 3))
    assert "备注" not in str(event.facts)
    other = storied()
    again = db.session.get_one(TicketEvent, (other.id, 3))
    assert event.facts["words"] != again.facts["words"]


@pytest.mark.parametrize("fact", [1.5, b"x", NOW, {"deep": [0.1]}, {1, 2}])
def test_facts_that_would_not_come_back_the_same_are_refused(app: APIFlask, fact: object) -> None:
    ticket = factories.taken().ticket
    with pytest.raises(TypeError):
        append_events([Entry(ticket, "noted", "staff:1", NOW, {"fact": fact})])


def test_facts_of_every_kind_come_back_the_same(app: APIFlask) -> None:
    facts = {
        "中文": "“引号”\\ \u2028 \U0001f6a8",
        "n": 2**62,
        "no": None,
        "is": True,
        "l": [1, {"b": "", "a": []}],
    }
    ticket = factories.taken().ticket
    append_events([Entry(ticket, "noted", "staff:1", NOW, facts)])
    db.session.commit()
    db.session.expire_all()
    assert list(history.verify([ticket])) == []
    assert db.session.get_one(TicketEvent, (ticket.id, ticket.last_seq)).facts == facts


def test_a_batch_takes_three_statements(app: APIFlask, statements: Statements) -> None:
    tickets = [factories.taken(phone=f"+861390000000{n}").ticket for n in range(4)]
    assert all(one.number for one in tickets)  # read anew after the commit
    statements.seen.clear()
    entries = [
        Entry(one, "noted", "staff:1", NOW, {}, f"words {n}") for one in tickets for n in range(5)
    ]
    append_events(entries)
    db.session.flush()
    assert len([one for one in statements.seen if not one.startswith("UPDATE")]) <= 3
    assert list(history.verify(tickets)) == []


def test_many_tickets_are_verified_in_batches(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    made = [factories.taken(phone=f"+861390000000{n}").ticket for n in range(5)]
    number = made[4].number
    run("UPDATE ticket_events SET actor = 'x' WHERE ticket_id = :id", id=made[4].id)
    report = audit.verify_all()
    assert (report.tickets, report.events) == (5, 5)
    assert report.faults == [f"{number}: event 1 does not match its hash"]


def test_changed_words_of_the_matter_itself_are_found(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    assert list(history.verify([ticket])) == []
    words = db.session.get_one(TicketText, ticket.id)
    words.body = "别的事"
    assert list(history.verify([ticket])) == [f"{ticket.number}: title or body were changed"]


def test_an_erased_matter_breaks_no_chain(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    words = db.session.get_one(TicketText, ticket.id)
    words.title = words.body = words.salt = ""
    assert list(history.verify([ticket])) == []
