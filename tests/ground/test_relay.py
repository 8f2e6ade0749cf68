"""The relay: each fact to each reader once, in the order of its subject, whatever fails."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, update

from hotline import audit, clock, events, relay
from hotline.audit import AuditEntry
from hotline.events import DeadLetter, Fact, OutboxRow, Read, Readers
from hotline.extensions import db
from tests import factories

NOW = factories.NOW


class Broken(Exception):
    """What a reader of these tests raises."""


def reading(monkeypatch: pytest.MonkeyPatch, app: APIFlask, **named: Read) -> None:
    """Let these functions, and no others, read the kind `told`."""
    made = Readers()
    made.add(("told", name, function) for name, function in named.items())
    monkeypatch.setitem(app.extensions, "readers", made)


def tell(subject: str, *numbers: int) -> None:
    """Publish facts about one subject, in this order."""
    events.publish([Fact("told", subject, {"n": number}, NOW) for number in numbers])
    db.session.commit()


def waiting() -> list[tuple[str, str, Any]]:
    """What is left in the outbox."""
    rows = db.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [(row.reader, row.subject, row.facts["n"]) for row in rows]


def make_due() -> None:
    """Let the back-off of every row be over."""
    db.session.execute(update(OutboxRow).values(next_try_at=func.now()))
    db.session.commit()


def test_every_reader_gets_every_fact_in_the_order_of_its_subject(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str, int]] = []
    reading(
        monkeypatch,
        app,
        one=lambda fact: seen.append(("one", fact.subject, fact.facts["n"])),
        two=lambda fact: seen.append(("two", fact.subject, fact.facts["n"])),
    )
    tell("ticket:1", 1, 2, 3)
    tell("ticket:2", 1)
    tell("ticket:1", 4)
    assert relay.drain() == 10
    for name in ("one", "two"):
        assert [n for who, what, n in seen if (who, what) == (name, "ticket:1")] == [1, 2, 3, 4]
        assert [n for who, what, n in seen if (who, what) == (name, "ticket:2")] == [1]
    assert waiting() == []


def test_a_fact_that_nobody_reads_is_not_written(app: APIFlask) -> None:
    events.publish([Fact("nobody_reads_this", "ticket:1", {"n": 1}, NOW)])
    assert db.session.query(OutboxRow).count() == 0


def test_a_failing_row_holds_back_the_later_ones_of_its_subject_and_reader_only(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    def stumble(fact: Fact) -> None:
        if fact.subject == "ticket:1" and fact.facts["n"] == 2:
            raise Broken
        seen.append((fact.subject, fact.facts["n"]))

    reading(monkeypatch, app, stumbling=stumble, steady=lambda fact: None)
    tell("ticket:1", 1, 2, 3)
    tell("ticket:2", 1, 2)
    relay.drain()
    assert seen == [("ticket:1", 1), ("ticket:2", 1), ("ticket:2", 2)]
    assert waiting() == [("stumbling", "ticket:1", 2), ("stumbling", "ticket:1", 3)]


def test_a_failed_reader_leaves_nothing_behind_and_the_others_stand(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_done(fact: Fact) -> None:
        audit.record("system:test", "half", fact.subject, at=NOW)
        db.session.flush()
        raise Broken

    def whole(fact: Fact) -> None:
        audit.record("system:test", "whole", fact.subject, at=NOW)

    reading(monkeypatch, app, half=half_done, whole=whole)
    tell("ticket:1", 1)
    relay.drain()
    kinds = select(AuditEntry.kind).where(AuditEntry.actor == "system:test")
    assert list(db.session.scalars(kinds)) == ["whole"]
    assert waiting() == [("half", "ticket:1", 1)]


def test_a_row_backs_off_longer_each_time_and_goes_on_when_it_works(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_mended = False

    def try_it(fact: Fact) -> None:
        if not is_mended:
            raise Broken

    reading(monkeypatch, app, trying=try_it)
    tell("ticket:1", 1, 2)
    waits = []
    for _ in range(13):
        assert relay.drain() == 1
        row = db.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).first()
        assert row is not None
        waits.append(row.next_try_at - row.created_at)
        assert "Broken" in (row.error or "")
        make_due()
    assert waits[:4] == [timedelta(seconds=2**n) for n in range(4)]
    assert waits[-1] == relay.LONGEST_BACK_OFF
    is_mended = True
    assert relay.drain() == 2
    assert waiting() == []


def test_after_a_day_it_is_a_dead_letter_and_the_later_ones_go_on(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def stumble(fact: Fact) -> None:
        if fact.facts["n"] == 1:
            raise Broken("that went wrong")
        seen.append(fact.facts["n"])

    reading(monkeypatch, app, stumbling=stumble)
    tell("ticket:1", 1, 2)
    long_ago = clock.now() - relay.GIVE_UP_AFTER
    db.session.execute(update(OutboxRow).values(created_at=long_ago))
    relay.drain()
    letter = db.session.scalars(select(DeadLetter)).one()
    assert (letter.reader, letter.subject, letter.facts) == ("stumbling", "ticket:1", {"n": 1})
    assert "that went wrong" in letter.error
    assert seen == [2]
    assert waiting() == []


def test_a_reader_that_is_gone_loses_nothing(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(monkeypatch, app, yesterday=lambda fact: None)
    tell("ticket:1", 1)
    reading(monkeypatch, app)
    relay.drain()
    assert waiting() == [("yesterday", "ticket:1", 1)]


def test_one_name_is_one_function() -> None:
    made = Readers()
    made.add([("told", "name", print), ("heard", "name", print)])
    with pytest.raises(ValueError, match="name"):
        made.add([("told", "name", repr)])  # type: ignore[list-item]


def test_publishing_takes_one_statement(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    reading(monkeypatch, app, one=lambda fact: None, two=lambda fact: None)
    statements = request.getfixturevalue("statements")
    tell("ticket:1", *range(20))
    assert len(statements) == 1
    assert len(waiting()) == 40
