"""Calls of another exchange whose end never comes: given up by rule, and counted rightly."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.calls import finding, losing, reckoning, seating
from hotline.calls.figures import Figures
from hotline.calls.kinds import HungUpBy, LegState, SeatState
from hotline.calls.models import Call
from hotline.calls.rules import CallRules
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.calls import overseen
from tests.calls.living import CITY

Tell = Callable[..., int]


@pytest.fixture
def operator(app: APIFlask) -> Staff:
    return factories.staff("op", Role.OPERATOR)


@pytest.fixture
def tell(client: FlaskClient, operator: Staff) -> Tell:
    """An event of somebody's exchange."""
    token = factories.bearer(factories.staff("pbx", Role.EXCHANGE))

    def told(event: str) -> int:
        body = {"event": event, "callId": "1", "from": "13812345678", "to": "12345", "user": "op"}
        answer = client.post("/api/v1/cti/calls", json=body, headers=token)
        db.session.expire_all()
        return answer.status_code

    return told


def call() -> Call:
    found = finding.by_provider("cti:1")
    assert found is not None
    return found[0]


def after(minutes: int) -> int:
    hall = overseen.hall()
    hall.later(60 * minutes)
    made = losing.end_lost(hall.at)
    db.session.expire_all()
    return made


def figures() -> Figures:
    now = clock.now()
    return reckoning.table(reckoning.days(None, None, now, CITY), now, CallRules()).total


def test_one_that_rings_is_lost_before_one_that_is_talked_on(tell: Tell, operator: Staff) -> None:
    tell("newCall")
    assert after(9) == 0
    assert after(11) == 1
    assert (call().state, call().hung_up_by) == (CallState.ABANDONED, HungUpBy.LOST)
    assert call().ended_at == finding.all_legs(call())[0].ended_at
    assert overseen.hall().now - (call().ended_at or overseen.hall().now) < timedelta(minutes=1)
    assert seating.locked(operator.id, clock.now()).state is SeatState.OFF
    made = figures()
    assert (made.incoming, made.queued, made.abandoned) == (1, 0, 0)


def test_a_talk_is_lost_later_and_nobody_talked_for_hours(
    tell: Tell, operator: Staff, app: APIFlask
) -> None:
    tell("newCall")
    tell("answer")
    assert after(100) == 0
    assert after(121) == 1
    assert after(121) == 0
    assert (call().state, call().hung_up_by) == (CallState.WRAP_UP, HungUpBy.LOST)
    assert finding.open_legs(call()) == []
    assert seating.locked(operator.id, clock.now()).state is SeatState.WRAP_UP
    made = figures()
    assert (made.queued, made.answered, made.talk.whole) == (1, 1, 0)
    db.session.commit()
    supervisor = overseen.one(app, Role.SUPERVISOR)
    assert "失联" in overseen.text(supervisor, "/calls")
    assert "外部交换机未上报通话结束" in overseen.text(supervisor, f"/calls/{call().ref}")


def test_each_event_is_a_sign_of_life(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    tell("newCall")
    later: datetime = clock.now() + timedelta(minutes=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert tell("newCall") == 200
    assert call().heard_at == later
    assert after(9) == 0


def test_an_end_that_is_told_late_counts(tell: Tell) -> None:
    tell("newCall")
    tell("answer")
    after(121)
    assert tell("hangup") == 200
    assert call().hung_up_by is HungUpBy.CITIZEN
    assert call().ended_at is not None
    assert all(one.state is LegState.ENDED for one in finding.all_legs(call()))
    assert figures().talk.whole == 1
    assert tell("answer") == 409


def test_our_own_calls_are_not_lost_by_silence(app: APIFlask) -> None:
    overseen.hall().caller()
    db.session.commit()
    assert after(500) == 0
