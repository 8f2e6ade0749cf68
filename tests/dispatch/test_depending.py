"""Deadlines that hang on the lead's: extended with it, changed with it, told to each its own."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import assigning, extending, joint, joint_queries
from dispatch.assigning import Order
from dispatch.extending import Decision
from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import access as ticket_access
from hotline.tickets import history, history_view, queries, story
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.states import Verb
from tests import factories
from tests.dispatch import inside, samples, time_samples
from tests.dispatch.inside import Inside
from tests.dispatch.samples import DISPATCHER, LATER
from tests.dispatch.time_samples import REVIEWER, at
from tests.factories import NOW


@pytest.fixture
def who(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """D16 leads and has two sub-units; it is Wednesday 18 November 2026."""
    monkeypatch.setattr("hotline.clock.now", lambda: LATER)
    return inside.build()


def handed_down_jointly(client: FlaskClient, who: Inside) -> Ticket:
    """D16 leads, due on the 25th, and D16-S1 has it inside; D14 assists: both until the 24th."""
    ticket = factories.sorted_ticket(now=NOW)
    order = Order(factories.unit("D16"), assist=(factories.unit("D14"),))
    assigning.dispatch(ticket, order, by=DISPATCHER, now=NOW, book=factories.book())
    assigning.sign(ticket, samples.open_of(ticket), by="staff:902", now=NOW)
    db.session.commit()
    done = inside.call(client, who.dispatcher, f"{ticket.number}/handdown", sub_unit="D16-S1")
    assert done.status_code == 200, done.json
    assert due(ticket, "D16") == at("2026-11-25 17:30")
    assert due(ticket, "D14") == due(ticket, "D16-S1") == at("2026-11-24 17:30")
    return ticket


def due(ticket: Ticket, unit: str) -> datetime:
    """Until when this unit has."""
    return inside.clocks_of(ticket, unit)["handle"].due_at


def grant(ticket: Ticket, days: int, *, asked_at: datetime = LATER, now: datetime = LATER) -> None:
    """More time for the lead."""
    asked = time_samples.ask_extension(ticket, days, now=asked_at)
    book = factories.book()
    extending.grant(ticket, asked, Decision("同意"), viewer=REVIEWER, now=now, book=book)
    db.session.commit()


def lines_for(ticket: Ticket, unit: str) -> str:
    """The last event as this unit reads it."""
    viewer = Viewer.of(
        9, "x", "x", roles=frozenset({Role.HANDLER}), unit_ids=frozenset({factories.unit(unit).id})
    )
    shown = ticket_access.see(viewer, ticket.number)
    events = history_view.shown_to(viewer, shown, queries.history(ticket.id)[-1:])
    return " | ".join(story.timeline(events)[0].lines)


def test_more_time_for_the_lead_is_more_time_for_all(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    grant(ticket, 3)
    assert due(ticket, "D16") == at("2026-11-30 17:30")
    assert due(ticket, "D14") == due(ticket, "D16-S1") == at("2026-11-27 17:30")
    event = queries.history(ticket.id)[-1]
    assert {one["unit_id"] for one in event.facts["followed"]} == {
        factories.unit("D14").id,
        factories.unit("D16-S1").id,
    }
    assert list(history.verify([ticket])) == []


def test_what_had_passed_before_it_was_asked_stays(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    late = inside.clocks_of(ticket, "D14")["handle"]
    late.due_at = at("2026-11-18 09:00")
    db.session.commit()
    grant(ticket, 3)
    assert due(ticket, "D14") == at("2026-11-18 09:00")
    assert due(ticket, "D16-S1") == at("2026-11-27 17:30")


def test_an_assistant_that_replied_has_nothing_to_move(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    part = joint_queries.part_of_unit(ticket.id, "D14")
    assert part is not None
    joint.sign(ticket, part, by="staff:1", now=LATER)
    joint.reply(ticket, part, "无异议", None, by="staff:1", now=LATER)
    grant(ticket, 2)
    assert "handle" not in inside.clocks_of(ticket, "D14")


def test_another_limit_reaches_them_too(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    change(client, ticket, request_type="complaint", category="T010105")
    assert due(ticket, "D16") == at("2026-12-02 17:30")
    assert due(ticket, "D14") == due(ticket, "D16-S1") == at("2026-12-01 17:30")
    part = joint_queries.part_of_unit(ticket.id, "D14")
    assert part is not None and part.limit_working_days == 9
    change(client, ticket, request_type="complaint", category="T010101")
    assert due(ticket, "D16") == at("2026-11-25 17:30")
    assert due(ticket, "D14") == due(ticket, "D16-S1") == at("2026-11-24 17:30")
    assert list(history.verify([ticket])) == []


def test_another_urgency_reaches_what_they_have_to_sign(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    before = inside.clocks_of(ticket, "D14")["sign"].due_at
    change(client, ticket, urgency="urgent")
    after: ClockRow = inside.clocks_of(ticket, "D14")["sign"]
    assert LATER < after.due_at < before
    assert inside.clocks_of(ticket, "D16-S1")["sign"].due_at < before


def test_a_unit_reads_of_its_own_deadline_alone(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down_jointly(client, who)
    grant(ticket, 3)
    moved = "2026-11-24 17:30 → 2026-11-27 17:30"
    own, below = lines_for(ticket, "D14"), lines_for(ticket, "D16-S1")
    assert own.count(moved) == below.count(moved) == 1
    assert factories.unit("D14").name in own and factories.unit("D14").name not in below
    assert moved not in lines_for(ticket, "D16")
    dispatcher = factories.staff("dis", Role.DISPATCHER)
    factories.sign_in(client, dispatcher)
    assert client.get(f"/tickets/{ticket.number}").get_data(as_text=True).count(moved) == 2


def test_of_several_moved_deadlines_each_is_told_with_its_unit(
    client: FlaskClient, who: Inside
) -> None:
    ticket = handed_down_jointly(client, who)
    moved = [
        {
            "clock": "handle",
            "unit_id": factories.unit(code).id,
            "before": "2026-11-24T09:30+00:00",
            "after": "2026-11-27T09:30+00:00",
        }
        for code in ("D16", "D14", "D16-S1")
    ]
    told = queries.history(ticket.id)
    facts = {"because": "calendar", "deadlines": moved}
    told.append(replace(told[-1], kind=Verb.MOVE_DEADLINE.value, facts=facts, unit_name=None))
    lines = story.timeline(told)[0].lines
    assert [line.partition("，")[0] for line in lines[-3:]] == [
        factories.unit(code).name for code in ("D16", "D14", "D16-S1")
    ]


def change(client: FlaskClient, ticket: Ticket, **fields: Any) -> None:
    """Correct it as a dispatcher does."""
    person = db.session.query(Staff).filter_by(username="dis").one_or_none() or factories.staff(
        "dis", Role.DISPATCHER
    )
    sent = {"reason": "更正"} | fields
    done = client.post(
        f"/api/v1/tickets/{ticket.number}/change", json=sent, headers=factories.bearer(person)
    )
    assert done.status_code == 200, done.json
