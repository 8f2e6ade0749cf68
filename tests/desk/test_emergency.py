"""Emergency mode: the switch, what it changes, its end; and what is entered late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline import audit
from hotline.access import Role
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people import confirming
from hotline.tickets import late_entry, mode_rules, modes, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.desk_models import EmergencyMode
from hotline.tickets.mode_rules import Mode
from hotline.tickets.models import Ticket
from hotline.tickets.modes import Switch
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("app")
SWITCH = {
    "title": "强降雨",
    "announcement": "城区多处积水，请避开低洼路段。",
    "acknowledgement": "汛情期间来电较多。",
    "hold_callbacks": "1",
}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, app: Any) -> None:
    """It is the moment at which the samples begin, and nothing is kept from before."""
    monkeypatch.setattr("hotline.clock.now", lambda: NOW)
    modes.forget()


@pytest.fixture
def leader(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A shift leader's browser, who gave the password a moment ago."""
    factories.sign_in(client, factories.staff("lea", Role.SHIFT_LEADER))
    monkeypatch.setattr(confirming, "is_fresh", lambda: True)
    return client


@pytest.mark.parametrize(
    ("ends_at", "expected"),
    [
        (None, None),
        (NOW + timedelta(hours=1), None),
        (NOW, "ends_in_past"),
        (NOW - timedelta(minutes=1), "ends_in_past"),
        (NOW + timedelta(days=32), "ends_too_late"),
    ],
)
def test_when_it_may_end(ends_at: datetime | None, expected: str | None) -> None:
    assert mode_rules.fault(ends_at, NOW) == expected


def test_dispatch_is_due_at_once_while_it_lasts() -> None:
    ordinary = Due(NOW + timedelta(hours=4), is_provisional=False, pace=Pace.WORKING_HOURS)
    critical = Due(NOW + timedelta(minutes=2), is_provisional=False, pace=Pace.NATURAL_HOURS)
    mode = Mode(1, "x", "x", "x", True, NOW, NOW + timedelta(hours=1))
    assert mode_rules.dispatch_due(ordinary, mode, NOW, 5).due_at == NOW + timedelta(minutes=5)
    assert mode_rules.dispatch_due(critical, mode, NOW, 5) == critical
    over = NOW + timedelta(hours=1)
    assert mode_rules.dispatch_due(ordinary, mode, over, 5) == ordinary
    assert mode_rules.dispatch_due(ordinary, None, NOW, 5) == ordinary


def test_switched_on_seen_by_all_and_off_again(leader: FlaskClient) -> None:
    assert samples.post(leader, "/emergency", **(SWITCH | {"title": ""})).status_code == 422
    past = samples.post(leader, "/emergency", **SWITCH, ends_at="2026-11-18T09:00")
    assert past.status_code == 422 and "该时间已过" in past.text
    assert (
        samples.post(leader, "/emergency", **SWITCH, ends_at="2026-11-18T20:00").status_code == 303
    )
    again = samples.post(leader, "/emergency", **SWITCH)
    assert again.status_code == 409 and "已经开启" in again.text
    assert "强降雨" in leader.get("/console").text
    assert SWITCH["announcement"] in leader.application.test_client().get("/").text
    ticket = factories.sorted_ticket()
    row = timing.running(ticket.id, Clock.DISPATCH)
    assert row is not None and row.due_at == NOW + timedelta(minutes=5)
    assert samples.post(leader, "/emergency/end").status_code == 303
    assert "强降雨" not in leader.get("/console").text
    kinds = [one.kind for one in audit.page(audit.Asked(), limit=20)]
    assert {"emergency_started", "emergency_ended"} <= set(kinds)
    assert samples.post(leader, "/emergency/end").status_code == 409


def test_the_password_is_asked_and_only_leaders_may(client: FlaskClient) -> None:
    factories.sign_in(client, factories.staff("hea", Role.HEAD))
    asked = samples.post(client, "/emergency", **SWITCH)
    assert asked.status_code == 303 and "/confirm" in asked.headers["Location"]
    assert db.session.query(EmergencyMode).count() == 0
    other = samples.browser(client, factories.staff("ope", Role.OPERATOR))
    assert other.get("/emergency").status_code == 403


def test_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Switch("汛情", "公告", "回执", True, NOW + timedelta(hours=1))
    modes.start(given, by="staff:1", now=NOW)
    db.session.commit()
    assert modes.current(NOW) is not None
    assert modes.current(NOW + timedelta(hours=1)) is None
    over = NOW + timedelta(hours=2)
    modes.start(given.__class__("再次", "公告", "回执", False), by="staff:1", now=over)
    first = db.session.query(EmergencyMode).order_by(EmergencyMode.id).first()
    assert first is not None
    assert (first.ended_at, first.ended_by) == (NOW + timedelta(hours=1), "system")


@pytest.mark.parametrize(
    ("ago", "is_leader", "code"),
    [
        (timedelta(0), False, None),
        (timedelta(days=29), False, None),
        (timedelta(days=31), False, "shift_leader_needed"),
        (timedelta(days=31), True, None),
        (timedelta(days=400), True, "received_too_long_ago"),
        (timedelta(minutes=-1), True, "received_in_future"),
    ],
)
def test_how_late_an_entry_may_be(ago: timedelta, is_leader: bool, code: str | None) -> None:  # noqa: FBT001
    if code is None:
        late_entry.check(NOW - ago, NOW, is_shift_leader=is_leader)
        return
    with pytest.raises(Invalid) as refused:
        late_entry.check(NOW - ago, NOW, is_shift_leader=is_leader)
    assert refused.value.code == code


def test_a_late_entry_by_the_api(api: Any) -> None:
    body = {"channel": "walk_in", "title": "停电", "body": "昨天停电时来窗口反映。"}
    received = NOW - timedelta(days=2)
    given = body | {"is_late_entry": True, "received_at": received.isoformat()}
    made = api(Role.OPERATOR).post("/api/v1/tickets", **given)
    assert made.status_code == 201
    ticket = db.session.query(Ticket).filter_by(number=made.json["number"]).one()
    assert (ticket.received_at, ticket.entered_late_at) == (received, NOW)
    row = timing.running(ticket.id, Clock.SORT)
    assert row is not None and row.started_at == NOW
    seen = api(Role.SUPERVISOR).get(f"/api/v1/tickets/{ticket.number}").json
    assert seen["is_late_entry"]
    for wrong in (
        {"is_late_entry": True},
        {"received_at": (NOW + timedelta(hours=1)).isoformat(), "is_late_entry": True},
        {"received_at": (NOW - timedelta(days=31)).isoformat(), "is_late_entry": True},
        {"received_at": "昨天", "is_late_entry": True},
    ):
        answer = api(Role.OPERATOR).post("/api/v1/tickets", **body, **wrong)
        assert answer.status_code == 422 and "received_at" in answer.json["error"]["fields"]
    leader = api(Role.SHIFT_LEADER).post(
        "/api/v1/tickets",
        **body,
        received_at=(NOW - timedelta(days=40)).isoformat(),
        is_late_entry=True,
    )
    assert leader.status_code == 201


def test_a_late_entry_at_the_desk_is_marked_everywhere(leader: FlaskClient) -> None:
    given = {"leave_by": "ticket", "later": "1", "body": "夜间停电时登记在纸上。"}
    missing = samples.post(leader, "/console", **given, late_entry="1")
    assert missing.status_code == 422
    done = samples.post(leader, "/console", **given, late_entry="1", received_at="2026-11-17T22:30")
    assert done.status_code == 303
    ticket = db.session.query(Ticket).one()
    assert ticket.received_at == datetime(2026, 11, 17, 14, 30, tzinfo=UTC)
    page = leader.get(f"/tickets/{ticket.number}").text
    assert "补录" in page and "2026-11-17 22:30" in page
    assert "补录" in leader.get("/console/waiting").text
    assert ticket.number in leader.get("/follow-ups?tab=late").text
    supervisor = samples.browser(leader, factories.staff("sup", Role.SUPERVISOR))
    assert ticket.number in supervisor.get("/follow-ups?tab=late").text
    assert supervisor.get("/follow-ups?tab=services").status_code == 400
