"""One action on many tickets: each for itself, one write, told once."""

from typing import cast

import pytest
from apiflask import APIFlask
from flask import g, get_flashed_messages

from hotline.access import Role, Viewer
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import acting, batch, operations, steps
from hotline.tickets.forms import FileForm
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories

HOTLINE = Viewer.of(0, "试", "test", roles=frozenset({Role.DISPATCHER}))


def test_what_one_refuses_keeps_no_other_back(app: APIFlask) -> None:
    fit, unfit = factories.taken(), factories.taken()
    wanted = [unfit.ticket.number, fit.ticket.number, "2611180000011"]

    def work(ticket: Ticket) -> None:
        operations.lock_by_id(ticket.id)
        ticket.round = 5
        db.session.flush()
        if ticket.id == unfit.ticket.id:
            raise Refused("not_this", "Not this one.")

    with app.test_request_context():
        outcome = batch.carry_out(HOTLINE, wanted, work)
    assert (outcome.done, outcome.left) == (1, 2)
    assert outcome.refused["Not this one."] == [unfit.ticket.number]
    db.session.expire_all()
    assert (fit.ticket.round, unfit.ticket.round) == (5, 1)


def test_rows_are_taken_in_id_order(app: APIFlask) -> None:
    made = [factories.taken().ticket for _ in range(4)]
    seen: list[int] = []
    with app.test_request_context():
        batch.carry_out(
            HOTLINE, [one.number for one in reversed(made)], lambda one: seen.append(one.id)
        )
    assert seen == sorted(one.id for one in made)


def test_a_unit_acts_on_nothing_of_another_unit(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    viewer = Viewer.of(0, "试", "test", roles=frozenset({Role.HANDLER}), unit_ids=frozenset({1}))
    with app.test_request_context():
        outcome = batch.carry_out(viewer, [ticket.number], lambda _: pytest.fail("was done"))
    assert (outcome.done, outcome.left) == (0, 1)


def test_none_and_too_many_are_refused() -> None:
    with pytest.raises(Invalid, match="nothing_picked"):
        batch.picked(["", "  "])
    with pytest.raises(Invalid, match="too_many_picked"):
        batch.picked([str(number) for number in range(batch.MOST + 1)])
    assert batch.picked(["1", "2", "1"]) == ["1", "2"]


def test_the_outcome_names_who_and_why(app: APIFlask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        all_done = batch.told(batch.Outcome(3))
        some = batch.told(batch.Outcome(18, {"Why.": [f"n{one}" for one in range(12)]}))
    assert "3" in all_done
    assert "18" in some
    assert "n9" in some
    assert "n10" not in some
    assert "Why." in some


def test_sent_twice_it_is_done_once(app: APIFlask) -> None:
    made = [factories.taken().ticket.number for _ in range(3)]
    first = _file(app, made, "a-key")
    again = _file(app, made, "a-key")
    assert first == again
    assert first[0] == 303
    assert {one.state for one in _all(made)} == {State.FILED}
    assert {one.last_seq for one in _all(made)} == {2}


def test_those_that_refuse_are_told_beside_those_done(app: APIFlask) -> None:
    made = [factories.taken().ticket.number for _ in range(2)]
    _file(app, made[:1], "one")
    status, location, said = _file(app, made, "two")
    assert (status, location) == (303, "/console?x=1")
    assert said[0] == "error"
    assert made[0] in said[1]
    assert made[1] not in said[1]
    assert {one.state for one in _all(made)} == {State.FILED}


def test_a_bad_form_or_none_ticked_does_nothing(app: APIFlask) -> None:
    made = [factories.taken().ticket.number]
    assert _file(app, [], "one")[2][0] == "error"
    assert _file(app, made, "two", reason="nonsense")[2][0] == "error"
    assert _all(made)[0].state is State.RECEIVED


def _file(
    app: APIFlask, numbers: list[str], key: str, reason: str = "spam"
) -> tuple[int, str, tuple[str, str]]:
    sent = {"numbers": numbers, "_key": key, "reason": reason, "_back": "/console?x=1"}
    viewer = Viewer.of(801, "试", "test", roles=frozenset({Role.OPERATOR}))
    with app.test_request_context("/x", method="POST", data=sent):
        g.viewer = viewer
        answer = app.make_response(
            acting.on_many(FileForm, steps.file, name="file", back="/console")
        )
        (told,) = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
        return answer.status_code, answer.headers["Location"], told


def _all(numbers: list[str]) -> list[Ticket]:
    db.session.expire_all()
    return db.session.query(Ticket).filter(Ticket.number.in_(numbers)).all()
