"""Counters: what is read is right whether it is folded or not, also while others write."""

from apiflask import APIFlask
from sqlalchemy import func, select

from hotline import counters
from hotline.counters import Counter, CounterDelta
from hotline.extensions import db
from tests import committed
from tests.conftest import Statements

NAME = "tests.things"


def rows(model: type[Counter] | type[CounterDelta]) -> int:
    """How many rows of these tests' counter there are."""
    found = select(func.count()).select_from(model).where(model.name == NAME)
    return db.session.scalar(found) or 0


def test_a_reading_adds_up_base_and_deltas(app: APIFlask) -> None:
    counters.add([(NAME, "a", 2), (NAME, "b", 1)])
    assert counters.read(NAME) == {"a": 2, "b": 1}
    assert counters.fold() >= 2
    assert counters.read(NAME) == {"a": 2, "b": 1}
    counters.add([(NAME, "a", -1), (NAME, "c", 5)])
    assert counters.read(NAME) == {"a": 1, "b": 1, "c": 5}
    counters.fold()
    assert counters.read(NAME) == {"a": 1, "b": 1, "c": 5}
    assert rows(CounterDelta) == 0


def test_what_cancels_out_is_not_written(app: APIFlask, statements: Statements) -> None:
    counters.add([(NAME, "a", 1), (NAME, "a", -1)])
    assert len(statements) == 0
    counters.add([(NAME, "a", 1), (NAME, "b", 1), (NAME, "a", 1)])
    assert len(statements) == 1
    assert rows(CounterDelta) == 2


def test_zeros_are_left_away(app: APIFlask) -> None:
    counters.add([(NAME, "a", 1)])
    counters.fold()
    counters.add([(NAME, "a", -1)])
    assert counters.read(NAME) == {}


def test_another_name_is_another_counter(app: APIFlask) -> None:
    counters.add([(NAME, "a", 1), (f"{NAME}.else", "a", 7)])
    assert counters.read(NAME) == {"a": 1}


def test_folding_again_folds_nothing(app: APIFlask) -> None:
    counters.add([(NAME, "a", 1)])
    counters.fold()
    assert counters.fold() == 0
    assert counters.read(NAME) == {"a": 1}


def test_the_proof_names_every_difference(app: APIFlask) -> None:
    counters.add([(NAME, "right", 3), (NAME, "wrong", 3), (NAME, "too_much", 1)])
    truths = {NAME: lambda: {"right": 3, "wrong": 2, "missing": 1, "nothing": 0}}
    assert counters.prove(truths) == [
        f"{NAME}[missing] is 0, true is 1",
        f"{NAME}[too_much] is 1, true is 0",
        f"{NAME}[wrong] is 3, true is 2",
    ]
    assert counters.prove({NAME: lambda: {"right": 3, "wrong": 3, "too_much": 1}}) == []


def test_folding_while_others_write_loses_nothing(committed_app: APIFlask) -> None:
    def write() -> None:
        for _ in range(20):
            counters.add([(NAME, "a", 1), (NAME, "b", 2)])
            db.session.commit()

    def fold() -> None:
        for _ in range(20):
            counters.fold()
            db.session.commit()

    committed.together(committed_app, [write, write, write, fold, fold])
    assert counters.read(NAME) == {"a": 60, "b": 120}
    counters.fold()
    assert counters.read(NAME) == {"a": 60, "b": 120}


def test_several_are_shown_by_one_statement(app: APIFlask, statements: Statements) -> None:
    counters.add([(NAME, "a", 2), ("other", "b", 1), ("other", "b", -1), ("other", "c", 3)])
    counters.fold()
    counters.add([("other", "c", 1)])
    with app.test_request_context():
        statements.seen.clear()
        assert counters.shown_together(NAME, "other") == [{"a": 2}, {"c": 4}]
        assert counters.shown_together("other", NAME) == [{"c": 4}, {"a": 2}]
        assert counters.shown(NAME) == {"a": 2}
        assert len(statements) == 1
