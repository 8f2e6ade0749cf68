"""The supervisor's live board: what it shows, and what is done from it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.calls import board, finding, queueing, seating
from hotline.calls.bridging import Ways
from hotline.calls.kinds import Asked, BreakReason, LegRole, SeatState
from hotline.calls.models import Call, CarrierOrder
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.calls import living, overseen
from tests.calls.living import CITY, Hall
from tests.calls.overseen import send, text
from tests.conftest import Statements

AT = "/calls/board"


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """A hotline at this very moment, on a carrier with conferences."""
    return overseen.hall()


@pytest.fixture
def boss(app: APIFlask) -> FlaskClient:
    """The supervisor's browser."""
    return overseen.one(app, Role.SUPERVISOR)


@pytest.fixture
def conferring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier that joins three ends."""
    monkeypatch.setattr(Ways, "of", classmethod(lambda _cls, _carrier: living.CONFERENCE))


@pytest.fixture
def dialling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier that doesn't."""
    monkeypatch.setattr(Ways, "of", classmethod(lambda _cls, _carrier: living.DIAL))


def test_queue_calls_and_operators_at_one_moment(hall: Hall) -> None:
    talker, resting = hall.operator("talker"), hall.operator("resting", is_ready=False)
    seating.set_state(resting.id, SeatState.BREAK, BreakReason.MEAL, now=hall.now, ways=hall.ways)
    call = hall.caller()
    assert hall.distribute() == 1
    hall.later(4)
    assert hall.picks_up(call)
    waiting = [hall.caller(f"+861390000000{n}") for n in (1, 2)]
    hall.later(45)
    db.session.commit()
    now = board.at(hall.now, CITY, hall.rules)
    assert [one.state for one in now.seats] == [SeatState.ON_CALL, SeatState.BREAK]
    assert [one.ref for one in now.queue] == [one.ref for one in waiting]
    assert [one.position for one in now.queue] == [1, 2]
    assert [one.expected for one in now.queue] == [180, 360]
    assert [one.ref for one in now.under_way] == [call.ref]
    assert now.longest_since == waiting[0].queued_at
    assert (now.ready, now.busy, now.on_break) == (0, 1, 1)
    assert (now.today.in_time.part, now.today.in_time.whole) == (1, 1)
    shown = now.seats[0]
    assert (shown.name, shown.call is not None) == (talker.name, True)


def test_who_is_called_back_later_stands_in_nobodys_way(hall: Hall) -> None:
    hall.operator("op", is_ready=False)
    first = hall.caller("+8613900000001")
    queueing.ask_back(first, now=hall.now, zone=CITY, rules=hall.rules)
    owed = living.owed()[0]
    hall.later(5)
    second = hall.caller("+8613900000002")
    owed.not_before = hall.now + timedelta(hours=1)
    assert queueing.place(second, now=hall.now, rules=hall.rules).position == 1
    assert [one.position for one in board.at(hall.now, CITY, hall.rules).queue] == [1]
    owed.not_before = hall.now
    assert queueing.place(second, now=hall.now, rules=hall.rules).position == 2
    assert [one.position for one in board.at(hall.now, CITY, hall.rules).queue] == [2]


def test_nobody_there_nothing_expected(hall: Hall) -> None:
    hall.caller()
    now = board.at(hall.now, CITY, hall.rules)
    assert now.queue[0].expected is None
    assert now.today.in_time.value is None


@pytest.mark.usefixtures("conferring")
def test_the_page(boss: FlaskClient, hall: Hall, statements: Statements) -> None:
    operator = hall.operator("op")
    first = text(boss, AT)
    assert operator.name in first
    assert "当前无人排队" in first
    for n in range(2):
        hall.caller(f"+86139100000{n:02d}")
    hall.distribute()
    db.session.commit()
    text(boss, AT)
    statements.seen.clear()
    text(boss, AT)
    few = len(statements)
    for n in range(10):
        hall.operator(f"more{n}")
        hall.caller(f"+86139000000{n:02d}")
    hall.distribute()
    db.session.commit()
    statements.seen.clear()
    text(boss, AT)
    assert len(statements) == few <= 11


@pytest.mark.parametrize("state", ["break", "off", "ready"])
def test_a_state_is_set(boss: FlaskClient, hall: Hall, state: str) -> None:
    operator = hall.operator("op", is_ready=state != "ready")
    assert send(boss, f"{AT}/seats/{operator.id}", AT, state=state).status_code == 303
    seat = _seat(operator)
    assert seat.state == state
    assert seat.reason == (BreakReason.FORCED if state == "break" else None)
    assert _traces() == ["seat_set"]


def test_a_call_goes_on_and_the_state_holds_after_it(boss: FlaskClient, hall: Hall) -> None:
    operator = hall.operator("op")
    call = _talk(hall)
    send(boss, f"{AT}/seats/{operator.id}", AT, state="off")
    assert _seat(operator).state is SeatState.ON_CALL
    assert finding.by_ref(call.ref).state is CallState.CONNECTED
    hall.citizen_hangs_up(call)
    seating.release(_seat(operator), now=hall.now)
    db.session.commit()
    assert _seat(operator).state is SeatState.OFF


def test_nobody_is_made_ready_without_a_phone(boss: FlaskClient, hall: Hall) -> None:
    operator = hall.operator("op", is_ready=False)
    seating.locked(operator.id, hall.now).registered_at = None
    db.session.commit()
    send(boss, f"{AT}/seats/{operator.id}", AT, state="ready")
    assert "软电话未连接" in text(boss, AT)
    assert _seat(operator).state is SeatState.OFF
    assert _traces() == []


@pytest.mark.usefixtures("conferring")
def test_listening_in_needs_a_phone_and_leaves_a_trace(boss: FlaskClient, hall: Hall) -> None:
    hall.operator("op")
    call = _talk(hall)
    send(boss, f"/calls/{call.ref}/listen", AT)
    assert "请先在下方设置监听用的电话" in text(boss, AT)
    send(boss, f"{AT}/phone", AT, device="number", address="0335-3011111")
    assert send(boss, f"/calls/{call.ref}/listen", AT).status_code == 303
    leg = finding.open_legs(call, LegRole.LISTENER)[0]
    assert leg.address == "+863353011111"
    assert _traces() == ["call_listened"]
    assert "监听通话" in text(boss, f"/calls/{call.ref}")
    shown = text(boss, "/console/phone")
    assert f'data-listens="{call.ref}"' in shown
    stop = f"/console/phone/calls/{call.ref}/stop-listening"
    assert stop in shown
    send(boss, stop, AT)
    db.session.expire_all()
    asked = select(CarrierOrder.asked).where(CarrierOrder.leg_id == leg.id)
    assert set(db.session.scalars(asked)) & {Asked.HANG_UP}
    assert finding.by_ref(call.ref).state is CallState.CONNECTED
    hall.ends(call, leg, "completed")
    db.session.commit()
    assert 'data-listens=""' in text(boss, "/console/phone")
    send(boss, stop, AT)
    assert "没有在监听" in text(boss, AT)


@pytest.mark.usefixtures("dialling")
def test_where_the_carrier_can_not_it_is_said(boss: FlaskClient, hall: Hall) -> None:
    hall.operator("op")
    call = _talk(hall)
    page = text(boss, AT)
    assert "当前运营商不支持第三方加入通话" in page
    assert f"/calls/{call.ref}/listen" not in page
    send(boss, f"/calls/{call.ref}/listen", AT)
    assert finding.open_legs(call, LegRole.LISTENER) == []


def test_a_stuck_talk_is_ended(boss: FlaskClient, hall: Hall) -> None:
    operator = hall.operator("op")
    call = _talk(hall)
    assert send(boss, f"/calls/{call.ref}/end", AT).status_code == 303
    db.session.expire_all()
    assert (call.state, call.ended_at is not None) == (CallState.WRAP_UP, True)
    assert _seat(operator).state is SeatState.WRAP_UP
    assert {asked for _, asked, _ in living.asked(call)} >= {"hang_up"}
    again = send(boss, f"/calls/{call.ref}/end", AT)
    assert again.status_code == 303
    assert "已经结束" in text(boss, AT)
    assert _traces() == ["call_ended"]


def test_a_caller_who_is_stuck_in_the_queue_is_ended(boss: FlaskClient, hall: Hall) -> None:
    call = hall.caller()
    db.session.commit()
    send(boss, f"/calls/{call.ref}/end", AT)
    db.session.expire_all()
    assert (call.state, call.ended_at is not None) == (CallState.ABANDONED, True)


@pytest.mark.parametrize(
    "press",
    [
        lambda client, call, who: send(client, f"{AT}/seats/{who.id}", state="off"),
        lambda client, call, who: send(client, f"/calls/{call.ref}/listen"),
        lambda client, call, who: send(client, f"/calls/{call.ref}/end"),
        lambda client, call, who: client.get(AT),
    ],
)
def test_operators_oversee_nobody(
    app: APIFlask, hall: Hall, press: Callable[[FlaskClient, Call, Staff], object]
) -> None:
    operator = hall.operator("op")
    call = _talk(hall)
    answer = press(overseen.browser(app, operator), call, operator)
    assert getattr(answer, "status_code", None) == 403


def test_figures_of_the_day_by_page_and_api(app: APIFlask, client: FlaskClient, hall: Hall) -> None:
    person = factories.staff("head", Role.HEAD)
    overseen.talked(hall, hall.operator("op"))
    page = text(overseen.browser(app, person), "/calls/figures")
    assert "100.0%" in page
    token = factories.bearer(person)
    found = client.get("/api/v1/calls/figures", headers=token).json or {}
    assert found["total"]["in_time"] == {"numerator": 1, "denominator": 1, "value": 1.0}
    assert [one["name"] for one in found["by_operator"]] == ["试op"]
    for query in ("from=2026-01-01&to=2026-12-31", "from=2026-02-02&to=2026-02-01", "from=x"):
        assert client.get(f"/api/v1/calls/figures?{query}", headers=token).status_code == 400
        answer = overseen.browser(app, person).get(f"/calls/figures?{query}")
        assert answer.status_code == 400


def _talk(hall: Hall) -> Call:
    call = hall.caller()
    assert hall.distribute() == 1
    assert hall.picks_up(call)
    db.session.commit()
    return call


def _seat(person: Staff) -> Seat:
    db.session.expire_all()
    found = seating.seat_of(person.id)
    assert found is not None
    return found


def _traces() -> list[str]:
    kinds = ("seat_set", "call_listened", "call_ended")
    asked = db.session.query(AuditEntry.kind).filter(AuditEntry.kind.in_(kinds))
    return [kind for (kind,) in asked.order_by(AuditEntry.id)]
