"""Finding, making and forgetting citizens."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from hotline.audit import AuditEntry
from hotline.citizens import operations, queries
from hotline.citizens.models import Citizen
from hotline.extensions import db
from tests.conftest import Statements

PHONE = "+8613812345678"
OTHER = "+8613900000000"


def citizen(citizen_id: int | None) -> Citizen:
    """The row, as the database has it."""
    assert citizen_id is not None
    return db.session.get_one(Citizen, citizen_id, populate_existing=True)


def count() -> int:
    """How many citizens there are."""
    return db.session.scalar(select(func.count()).select_from(Citizen)) or 0


@pytest.mark.usefixtures("app")
class TestOneTransaction:
    """Everything that one transaction can show."""

    def test_a_new_number_makes_a_citizen(self, now: datetime) -> None:
        made = citizen(operations.find_or_make(PHONE, " 张三 ", now))
        assert (made.phone, made.name, made.created_at) == (PHONE, "张三", now)

    def test_a_known_number_is_the_same_citizen(self, now: datetime) -> None:
        first = operations.find_or_make(PHONE, "张三", now)
        assert operations.find_or_make(PHONE, None, now) == first
        assert operations.find_or_make(OTHER, None, now) != first
        assert count() == 2

    def test_a_name_fills_a_gap_and_replaces_nothing(self, now: datetime) -> None:
        known = operations.find_or_make(PHONE, None, now)
        assert citizen(known).name is None
        assert operations.find_or_make(PHONE, "张三", now) == known
        assert citizen(known).name == "张三"
        assert operations.find_or_make(PHONE, "李四", now) == known
        assert citizen(known).name == "张三"

    @pytest.mark.parametrize("name", [None, "", "   "])
    def test_without_number_and_name_there_is_nobody(self, now: datetime, name: str | None) -> None:
        assert operations.find_or_make(None, name, now) is None
        assert operations.find_or_make("", name, now) is None
        assert count() == 0

    def test_without_a_number_everybody_is_somebody_new(self, now: datetime) -> None:
        one, two = (operations.find_or_make(None, "张三", now) for _ in range(2))
        assert one != two and citizen(one).phone_index is None

    @pytest.mark.parametrize("is_known", ["known", "new"])
    def test_it_costs_one_statement(
        self, statements: Statements, now: datetime, is_known: str
    ) -> None:
        if is_known == "known":
            operations.find_or_make(PHONE, "张三", now)
        statements.seen.clear()
        operations.find_or_make(PHONE, "张三", now)
        assert len(statements) == 1

    def test_a_known_citizens_row_is_not_written_to(self, now: datetime) -> None:
        version = text("SELECT xmin, ctid FROM citizens")
        operations.find_or_make(PHONE, "张三", now)
        before = db.session.execute(version).one()
        with db.session.begin_nested():
            operations.find_or_make(PHONE, "李四", now)
            operations.find_or_make(PHONE, None, now)
        assert db.session.execute(version).one() == before

    def test_numbers_and_names_lie_encrypted(self, now: datetime) -> None:
        operations.find_or_make(PHONE, "张三", now)
        row = db.session.execute(text("SELECT phone, phone_index, name FROM citizens")).one()
        stored = b"".join(bytes(value) for value in row)
        assert b"13812345678" not in stored and "张三".encode() not in stored

    def test_finding_by_number(self, now: datetime) -> None:
        known = operations.find_or_make(PHONE, "张三", now)
        found = queries.by_phone(PHONE)
        assert found is not None and found.id == known
        assert queries.by_phone(OTHER) is None

    def test_an_erased_citizen_is_forgotten_and_the_number_new_again(self, now: datetime) -> None:
        known = operations.find_or_make(PHONE, "张三", now)
        assert known is not None
        for _ in range(2):
            operations.erase(known, by="staff:1", now=now)
        gone = citizen(known)
        assert (gone.phone, gone.phone_index, gone.name) == (None, None, None)
        assert gone.erased_at == now and queries.by_phone(PHONE) is None
        assert operations.find_or_make(PHONE, None, now) != known
        asked = select(AuditEntry.kind).where(AuditEntry.subject == f"citizen:{known}")
        assert list(db.session.scalars(asked)) == ["citizen_erased"]

    def test_erasing_nobody_is_harmless(self, now: datetime) -> None:
        operations.erase(0, by="staff:1", now=now)


def test_twelve_first_matters_at_once_are_of_one_citizen(
    built_app: APIFlask, now: datetime
) -> None:
    """Over real transactions: whoever comes second waits for the first and finds their row."""
    together = threading.Barrier(12)

    def come(number: int) -> int | None:
        with built_app.app_context():
            together.wait()
            found = operations.find_or_make(PHONE, f"第{number}人", now)
            db.session.commit()
            db.session.remove()
            return found

    try:
        with ThreadPoolExecutor(12) as crowd:
            assert len(set(crowd.map(come, range(12)))) == 1
        with built_app.app_context():
            assert count() == 1
    finally:
        with built_app.app_context():
            db.session.execute(text("DELETE FROM citizens"))
            db.session.commit()
            db.session.remove()
