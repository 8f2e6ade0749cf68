"""Files on disk and rows beside them: encrypted, whole, and nobody's when a request fails."""

import os
from datetime import timedelta

import pytest
from apiflask import APIFlask

from hotline import clock
from hotline.access import Role, Viewer
from hotline.attachments import jobs, operations, rules, storage
from hotline.attachments.rules import Source
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets.acting import Acting
from hotline.tickets.models import TicketEvent
from tests import factories
from tests.attachments import files, town
from tests.attachments.town import on_disk
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _empty(app: APIFlask) -> None:
    for path in on_disk():
        path.unlink()


def test_a_file_is_kept_encrypted_under_a_hash(app: APIFlask) -> None:
    row = town.added(factories.sorted_ticket(), Source.CITIZEN, name="身份证.pdf")
    (path,) = on_disk()
    assert path.name == row.stored_as
    assert path.parent.name == path.name[:2]
    assert "身份证" not in str(path)
    assert files.PDF not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert storage.get(row.stored_as) == files.PDF


def test_the_same_file_twice_is_two_files(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    first, second = town.added(ticket, Source.CITIZEN), town.added(ticket, Source.CITIZEN)
    assert first.stored_as != second.stored_as
    assert first.key != second.key


def test_the_history_vouches_for_each_file(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    row = town.added(ticket, Source.CITIZEN)
    event = db.session.query(TicketEvent).filter_by(ticket_id=ticket.id, kind="attached").one()
    assert event.facts["files"] == [bytes(row.digest).hex()]
    assert list(history.verify([ticket])) == []


def test_a_crash_between_file_and_row_leaves_only_waste(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    operations.take(ticket, [files.upload()], by="citizen", now=NOW)
    db.session.rollback()
    assert town.of(ticket) == []
    (orphan,) = on_disk()
    kept = town.added(ticket, Source.CITIZEN)
    half = orphan.with_name("0" * 64 + ".abcd.new")
    half.write_bytes(b"half")
    jobs.sweep_files()
    assert len(on_disk()) == 3
    for path in on_disk():
        os.utime(path, (0, (clock.now() - timedelta(hours=25)).timestamp()))
    jobs.sweep_files()
    assert [path.name for path in on_disk()] == [kept.stored_as]


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "g" * 64])
def test_nothing_but_a_hash_is_looked_for(app: APIFlask, name: str) -> None:
    with pytest.raises(storage.Missing):
        storage.get(name)


def test_a_ticket_holds_so_many_files_and_no_more(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = factories.sorted_ticket()
    monkeypatch.setattr(rules, "MOST_OF_A_TICKET", 1)
    town.added(ticket, Source.CITIZEN)
    with pytest.raises(Invalid) as full:
        operations.take(ticket, [files.upload()], by="citizen", now=NOW)
    assert (full.value.code, full.value.field) == ("ticket_full", "files")
    monkeypatch.setattr(rules, "MOST_OF_A_TICKET", 10)
    monkeypatch.setattr(rules, "LARGEST_OF_A_TICKET", len(files.PDF) + 1)
    with pytest.raises(Invalid):
        operations.take(ticket, [files.upload()], by="citizen", now=NOW)
    assert len(on_disk()) == 1


def test_a_unit_adds_nothing_to_what_is_over(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    ticket.closed_at = NOW
    viewer = Viewer.of(1, "试", "han", roles=frozenset({Role.HANDLER}))
    how = Acting(viewer.actor, NOW, factories.book(), viewer)
    with pytest.raises(Refused, match="ticket_over"):
        operations.take_by(how, ticket, [files.upload()])
    assert operations.take_by(how, ticket, []) == []
