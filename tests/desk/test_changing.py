"""A change of type, category or urgency after dispatch, and what becomes of the limit."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import changing_rules
from dispatch.changing_rules import Terms
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import history, queries, story, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.limits import Limit
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb
from tests import factories
from tests.dispatch import samples

CITY = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A minute of November 2026 in the city; the 18th is a Wednesday."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=CITY)


N, U, C = Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL
DAYS, HOURS, NATURAL = Pace.WORKING_DAYS, Pace.WORKING_HOURS, Pace.NATURAL_HOURS
EXAMPLES = [
    # clock, running until, before (urgency, days, hours), after, changed at → due
    (Clock.HANDLE, "25 17:30", (N, 5, None), (N, 10, None), "19 09:00", "2 17:30 december"),
    (Clock.HANDLE, "2 17:30 december", (N, 10, None), (N, 5, None), "19 09:00", "25 17:30"),
    # Ten days become three, nearly all of them gone: the end of the next working day is left.
    (Clock.HANDLE, "2 17:30 december", (N, 10, None), (N, 3, None), "24 16:00", "25 17:30"),
    # It was due today anyway: a change takes nothing away, and gives nothing.
    (Clock.HANDLE, "25 17:30", (N, 5, None), (N, 3, None), "25 10:00", "25 17:30"),
    # Overdue it stays overdue.
    (Clock.HANDLE, "25 17:30", (N, 5, None), (N, 3, None), "27 10:00", "25 17:30"),
    # Two working days of extension stay added.
    (Clock.HANDLE, "27 17:30", (N, 5, None), (N, 7, None), "19 09:00", "1 17:30 december"),
    # A minute given back by a pause stays, too.
    (Clock.HANDLE, "26 09:30", (N, 5, None), (N, 6, None), "19 09:00", "27 09:30"),
    # A leaf of 24 hours: counted from dispatch, and never less than that from the change.
    (Clock.HANDLE, "25 17:30", (N, 5, None), (U, 1, 24), "18 11:00", "19 11:00"),
    (Clock.SIGN, "19 17:30", (N, 5, None), (C, 5, None), "18 11:00", "18 11:15"),
    (Clock.SIGN, "18 10:15", (C, 5, None), (N, 5, None), "18 10:05", "19 17:30"),
    (Clock.CONTACT, "19 17:30", (N, 5, None), (U, 5, None), "18 14:00", "18 16:00"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.usefixtures("app")
def test_the_rule(example: tuple[Any, ...]) -> None:
    kind, until, before, after, changed, expected = example
    running = Due(
        _moment(until), is_provisional=False, pace=DAYS if kind is Clock.HANDLE else HOURS
    )
    due = changing_rules.changed_due(
        kind,
        running,
        at("18 10:00"),
        _terms(before),
        _terms(after),
        now=at(changed),
        calendar=factories.book().calendar,
        rules=factories.book().clocks,
    )
    assert due.due_at == _moment(expected)


def _moment(text: str) -> datetime:
    found = at(" ".join(text.split()[:2]))
    return found.replace(month=12) if text.endswith("december") else found


def _terms(given: tuple[Urgency, int, int | None]) -> Terms:
    urgency, days, hours = given
    return Terms(urgency, Limit(days, hours), runs_7x24=False)


@pytest.fixture
def dispatcher(client: FlaskClient, app: APIFlask) -> FlaskClient:
    """A dispatcher's browser."""
    factories.sign_in(client, factories.staff("dis", Role.DISPATCHER))
    return client


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """An hour after dispatch."""
    monkeypatch.setattr("hotline.clock.now", lambda: samples.LATER)
    return samples.LATER


@pytest.mark.usefixtures("working", "catalogue")
def test_the_page_shows_what_will_be_before_it_is_done(dispatcher: FlaskClient) -> None:
    ticket = samples.signed()
    page = dispatcher.get(f"/tickets/{ticket.number}").text
    assert f"/tickets/{ticket.number}/change" in page
    address = f"/tickets/{ticket.number}/change"
    assert dispatcher.get(address).status_code == 200
    look = dispatcher.get(f"{address}/outlook?request_type=consultation&category=T010101").text
    assert "5 个工作日" in look and "3 个工作日" in look and "2026-11-23 17:30" in look
    other = dispatcher.get(f"{address}/outlook?category=T010105").text
    assert "市生态环境局" in other and "市城市管理综合行政执法局" in other
    assert "不会产生任何变化" in dispatcher.get(f"{address}/outlook?urgency=normal").text
    assert db.session.get_one(Ticket, ticket.id).last_seq == ticket.last_seq
    looked = samples.post(dispatcher, address, request_type="consultation", _look="1")
    assert looked.status_code == 200 and "2026-11-23 17:30" in looked.text


@pytest.mark.usefixtures("working")
def test_the_limit_follows_and_the_story_says_so(dispatcher: FlaskClient) -> None:
    ticket = samples.signed()
    sent = {"request_type": "complaint", "category": "T010105", "urgency": "urgent"}
    done = samples.post(
        dispatcher, f"/tickets/{ticket.number}/change", reason="市民来电更正", **sent
    )
    assert done.status_code == 303
    ticket = db.session.get_one(Ticket, ticket.id)
    mine, clocks = samples.open_of(ticket), samples.clocks_of(ticket)
    assert (mine.limit_working_days, ticket.urgency) == (10, Urgency.URGENT)
    assert ticket.due_at == clocks["handle"].due_at == _moment("2 17:30 december")
    assert clocks["contact"].due_at == at("18 14:30")  # two working hours from the change
    event = queries.history(ticket.id)[-1]
    assert event.facts["before"] == {
        "request_type": "complaint",
        "category": "T010101",
        "urgency": "normal",
    }
    assert {one["clock"] for one in event.facts["deadlines"]} == {"handle", "contact"}
    told = story.timeline(queries.history(ticket.id))[0]
    assert "办理时限：5 个工作日 → 10 个工作日" in told.lines
    assert "办理时限：2026-11-25 17:30 → 2026-12-02 17:30" in told.lines
    assert "“" not in told.quote and told.quote == "市民来电更正"
    assert list(history.verify([ticket])) == []


@pytest.mark.usefixtures("app")
def test_a_suspended_clock_stays_suspended_and_never_becomes_critical(api: Any) -> None:
    ticket = samples.signed()
    row = timing.running(ticket.id, Clock.HANDLE, samples.open_of(ticket).unit_id)
    assert row is not None
    timing.pause(ticket, [row], at=samples.LATER)
    db.session.commit()
    asked = api(Role.DISPATCHER).change(ticket, urgency="critical", reason="x")
    assert asked.status_code == 409 and asked.json["error"]["code"] == "suspended"
    done = api(Role.DISPATCHER).change(
        ticket, request_type="complaint", category="T010105", reason="x"
    )
    assert done.status_code == 200
    row = samples.clocks_of(ticket)["handle"]
    assert row.paused_at == samples.LATER and row.next_change_at is None


@pytest.mark.usefixtures("app")
def test_what_becomes_confidential_needs_words_and_owes_no_contact(api: Any) -> None:
    ticket = samples.signed()
    said = {"request_type": "report", "category": "T010105", "reason": "市民要求保密"}
    # The dispatcher wrote words for the unit already; without them it would be refused.
    done = api(Role.DISPATCHER).change(ticket, **said)
    assert done.status_code == 200
    assert "contact" not in samples.clocks_of(ticket)
    assert db.session.get_one(Ticket, ticket.id).is_confidential
    names = api(Role.DISPATCHER).change(
        ticket, category="T010103", reason="x", unit_text="张三 13800000001"
    )
    assert names.status_code in (200, 422)


@pytest.mark.usefixtures("app")
def test_who_may_and_what_is_refused(api: Any) -> None:
    ticket = samples.dispatched()
    refused = api(Role.OPERATOR).change(ticket, urgency="urgent", reason="x")
    assert refused.status_code == 403 and refused.json["error"]["code"] == "dispatcher_only"
    for wrong, code in (
        ({"urgency": "urgent"}, "invalid"),
        ({"urgency": "soon", "reason": "x"}, "invalid"),
        ({"category": "NONE", "reason": "x"}, "unknown_category"),
        ({"request_type": "other", "reason": "x"}, "not_dispatchable"),
        ({"urgency": "normal", "reason": "x"}, "nothing_changed"),
    ):
        answer = api(Role.DISPATCHER).change(ticket, **wrong)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, code)
    assert db.session.get_one(Ticket, ticket.id).request_type is RequestType.COMPLAINT
    replied = samples.replied()
    late = api(Role.DISPATCHER).change(replied, urgency="urgent", reason="x")
    assert late.status_code == 409 and late.json["error"]["code"] == "wrong_state"
    assert [one.kind for one in queries.history(replied.id)].count(Verb.CHANGE.value) == 0
