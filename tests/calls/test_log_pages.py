"""The call log and a call's page: who sees what, filters, the story, numbers, owed calls."""

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock, labels
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.calls import finding, seating
from hotline.calls.kinds import Purpose, SeatState
from hotline.calls.models import Call, CallEvent
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState, CallVerb
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.calls import overseen
from tests.calls.living import Hall
from tests.calls.overseen import send, text
from tests.house import tree

OTHER = "+8613900000001"
NOTED = re.compile(r'history\.note\(\s*[\w.]+,\s*"(\w+)"')


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """A hotline at this very moment."""
    return overseen.hall()


@pytest.fixture
def operator(hall: Hall) -> Staff:
    """Somebody who takes calls."""
    return hall.operator("op")


@pytest.fixture
def leader(app: APIFlask) -> FlaskClient:
    """Whoever sees all calls."""
    return overseen.one(app, Role.SHIFT_LEADER)


def test_every_line_of_a_history_has_words() -> None:
    noted = {verb.value for verb in CallVerb}
    for path in [*tree.files("hotline", ending=".py"), *tree.files("webhooks", ending=".py")]:
        noted |= set(NOTED.findall(path.read_text(encoding="utf-8")))
    assert "put_off" in noted
    assert noted - labels.GROUPS["call_event"].keys() == set()


def test_the_story_in_plain_words(leader: FlaskClient, hall: Hall, operator: Staff) -> None:
    call = overseen.talked(hall, operator)
    page = text(leader, f"/calls/{call.ref}")
    for words in ("电话呼入", "进入排队", f"在{operator.name}处振铃", f"{operator.name}已接听"):
        assert words in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "1:30" in page


def test_a_kind_of_a_newer_version_is_shown_by_its_code(
    leader: FlaskClient, hall: Hall, operator: Staff
) -> None:
    call = overseen.talked(hall, operator)
    db.session.add(
        CallEvent(call_id=call.id, kind="teleported", at=hall.now, actor="system", facts={})
    )
    db.session.commit()
    assert "teleported" in text(leader, f"/calls/{call.ref}")


def test_operators_see_their_own_calls_only(app: APIFlask, hall: Hall, operator: Staff) -> None:
    own = overseen.talked(hall, operator)
    foreign = hall.caller(OTHER)
    db.session.commit()
    desk = overseen.browser(app, operator)
    page = text(desk, "/calls")
    assert own.ref in page
    assert foreign.ref not in page
    assert desk.get(f"/calls/{foreign.ref}").status_code == 404


def test_and_those_of_the_caller_before_them(app: APIFlask, hall: Hall, operator: Staff) -> None:
    before = overseen.talked(hall, operator, OTHER)
    seating.set_state(operator.id, SeatState.OFF, None, now=hall.now, ways=hall.ways)
    second = hall.operator("second")
    desk = overseen.browser(app, second)
    assert desk.get(f"/calls/{before.ref}").status_code == 404
    hall.caller(OTHER)
    assert hall.distribute() == 1
    db.session.commit()
    assert desk.get(f"/calls/{before.ref}").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("number=138 1234 5678", {"a"}),
        ("number=13999999999", set()),
        ("state=abandoned", {"b"}),
        ("state=wrap_up", {"a"}),
        ("direction=outbound", {"owed"}),
        ("owed", {"owed"}),
        ("from=2000-01-01&to=2000-01-02", set()),
        ("line=12319", set()),
        ("result=silent", set()),
    ],
)
def test_filters(
    leader: FlaskClient, hall: Hall, operator: Staff, query: str, found: set[str]
) -> None:
    calls = {"a": overseen.talked(hall, operator), "b": _given_up(hall)}
    calls["owed"] = db.session.query(Call).filter_by(purpose=Purpose.ABANDONED).one()
    page = text(leader, f"/calls?{query}")
    assert {name for name, call in calls.items() if call.ref in page} == found


@pytest.mark.parametrize(
    "query", ["state=flown", "from=soon", "number=abc", "cursor=xyz", "operator=x"]
)
def test_a_filter_made_up_by_hand_is_refused(leader: FlaskClient, query: str) -> None:
    assert leader.get(f"/calls?{query}").status_code == 400


def test_page_after_page(leader: FlaskClient, hall: Hall) -> None:
    for number in range(60):
        hall.caller(f"+861390000{number:04d}", is_waiting=False)
        hall.later(1)
    db.session.commit()
    page = text(leader, "/calls")
    onward = re.search(r'<a class="btn" rel="next" href="([^"]+)"', page)
    assert onward is not None
    rest = text(leader, onward[1].replace("&amp;", "&"))
    refs = re.findall(r'href="/calls/([\w-]{20,})"', page + rest)
    assert len(set(refs)) == 60


def test_the_number_is_shown_to_who_was_on_the_call(
    app: APIFlask, hall: Hall, operator: Staff
) -> None:
    call = overseen.talked(hall, operator)
    desk = overseen.browser(app, operator)
    answer = send(desk, f"/calls/{call.ref}/number", f"/calls/{call.ref}")
    assert "13812345678" in answer.get_data(as_text=True)
    trace = db.session.query(AuditEntry).filter_by(kind="phone_uncovered").one()
    assert (trace.subject, trace.facts["way"]) == (f"call:{call.id}", "working")


def test_others_need_a_reason_and_their_password(
    leader: FlaskClient, hall: Hall, operator: Staff
) -> None:
    call = overseen.talked(hall, operator)
    at = f"/calls/{call.ref}/number"
    assert "/confirm" in send(leader, at, f"/calls/{call.ref}").headers["Location"]
    send(leader, "/confirm", "/confirm", present=factories.PASSWORD)
    assert send(leader, at, f"/calls/{call.ref}").status_code == 422
    answer = send(leader, at, f"/calls/{call.ref}", reason="核实投诉")
    assert "13812345678" in answer.get_data(as_text=True)
    trace = db.session.query(AuditEntry).filter_by(kind="phone_uncovered").one()
    assert trace.facts == {"way": "asking", "reason": "核实投诉"}


def test_a_supervisor_never_sees_it(app: APIFlask, hall: Hall, operator: Staff) -> None:
    call = overseen.talked(hall, operator)
    boss = overseen.one(app, Role.SUPERVISOR)
    assert "显示完整号码" not in text(boss, f"/calls/{call.ref}")
    assert send(boss, f"/calls/{call.ref}/number").status_code == 403


def test_an_owed_call_is_taken(app: APIFlask, hall: Hall, operator: Staff) -> None:
    owed = _owed(hall)
    desk = overseen.browser(app, operator)
    assert owed.ref in text(desk, "/calls?owed")
    answer = send(desk, f"/calls/{owed.ref}/take", f"/calls/{owed.ref}")
    assert answer.status_code == 303
    assert finding.by_ref(owed.ref).offered_to == operator.id


def test_an_owed_call_is_put_off(app: APIFlask, hall: Hall, operator: Staff) -> None:
    owed, desk = _owed(hall), overseen.browser(app, operator)
    at = f"/calls/{owed.ref}/put-off"
    past = send(desk, at, f"/calls/{owed.ref}", until="2020-01-01T10:00")
    assert past.status_code == 422
    wall = (clock.now() + timedelta(hours=8 + 3)).strftime("%Y-%m-%dT%H:%M")
    assert send(desk, at, f"/calls/{owed.ref}", until=wall).status_code == 303
    moved = finding.by_ref(owed.ref).not_before
    assert moved is not None
    assert timedelta(hours=2) < moved - clock.now() <= timedelta(hours=3)
    assert hall.distribute() == 0


def test_an_owed_call_is_given_up_with_a_reason(app: APIFlask, hall: Hall, operator: Staff) -> None:
    owed, desk = _owed(hall), overseen.browser(app, operator)
    at = f"/calls/{owed.ref}/give-up"
    assert send(desk, at, f"/calls/{owed.ref}", note="说不清").status_code == 422
    done = send(desk, at, f"/calls/{owed.ref}", reason="asked_not_to", note="不必再打")
    assert done.status_code == 303
    ended = finding.by_ref(owed.ref)
    assert (ended.state, ended.note) == (CallState.ENDED, "不必再打")
    assert "市民不需要回拨" in text(overseen.one(app, Role.INSPECTOR), f"/calls/{owed.ref}")
    again = send(desk, at, "/calls", reason="asked_not_to")
    assert again.status_code == 404  # no longer owed, and never theirs


def test_who_makes_no_calls_settles_none(app: APIFlask, hall: Hall) -> None:
    owed = _owed(hall)
    assert send(overseen.one(app, Role.SUPERVISOR), f"/calls/{owed.ref}/take").status_code == 403


def _given_up(hall: Hall) -> Call:
    """Somebody who waited and hung up."""
    for seat in db.session.query(Seat).all():
        seating.set_state(seat.staff_id, SeatState.OFF, None, now=hall.now, ways=hall.ways)
    call = hall.caller(OTHER)
    hall.later(30)
    hall.citizen_hangs_up(call)
    db.session.commit()
    return call


def _owed(hall: Hall) -> Call:
    given_up = hall.caller(OTHER)
    hall.later(30)
    hall.citizen_hangs_up(given_up)
    owed = db.session.query(Call).filter_by(purpose=Purpose.ABANDONED).one()
    owed.not_before = hall.now
    db.session.commit()
    return owed
