"""Emergency services: called in while the ticket goes on, accepting, not coming."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import history, queries, story, timing
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("app")
NOTE = "操作员小李、市民、119 接警员三方通话，地址已核对。"
ACCEPTED = {"service": "119", "accepted_by": "119 指挥中心 3 号接警员", "their_number": "A17"}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the moment at which the samples begin."""
    monkeypatch.setattr("hotline.clock.now", lambda: NOW)


def fresh(ticket: Ticket) -> Ticket:
    """The ticket as it is stored."""
    return db.session.get_one(Ticket, ticket.id)


def test_called_in_it_stays_open_and_acceptance_is_asked_for(api: Any) -> None:
    ticket = factories.taken(body="楼道着火了").ticket
    called = api(Role.OPERATOR).transfer(ticket, service="119", note=NOTE, three_way=True)
    assert called.status_code == 200 and called.json["state"] == "received"
    assert called.json["services"][0]["is_waiting"] and called.json["services"][0]["note"] == NOTE
    clock = timing.running(ticket.id, Clock.ACCEPTANCE)
    assert clock is not None and clock.due_at == NOW + timedelta(minutes=30)
    timing.sweep(NOW + timedelta(minutes=30), factories.book())
    assert clock.lamp is Lamp.RED
    told = story.timeline(queries.history(ticket.id))[0]
    assert told.title == "已联动紧急服务" and told.quote == NOTE and "三方通话" in told.lines
    # It is sorted and goes its way; the service accepts while a unit has it already.
    sorted_ = api(Role.OPERATOR).sort(ticket, request_type="help", category="T010104")
    assert sorted_.json["state"] == "pending_dispatch"
    done = api(Role.OPERATOR).transfer(ticket, **ACCEPTED)
    assert (done.status_code, done.json["state"]) == (200, "pending_dispatch")
    assert not done.json["services"][0]["is_waiting"]
    assert timing.running(ticket.id, Clock.ACCEPTANCE) is None
    assert list(history.verify([fresh(ticket)])) == []


def test_accepted_at_once_it_is_over(api: Any) -> None:
    ticket = factories.taken().ticket
    done = api(Role.OPERATOR).transfer(ticket, **ACCEPTED)
    assert done.json["state"] == "transferred" and fresh(ticket).closed_at == NOW
    assert done.json["services"][0]["accepted_by"] == ACCEPTED["accepted_by"]
    more = api(Role.OPERATOR).transfer(ticket, service="120", accepted_by="120 调度 5 号")
    assert (more.status_code, more.json["state"]) == (200, "transferred")
    late = api(Role.OPERATOR).transfer(ticket, service="110")
    assert late.status_code == 409 and late.json["error"]["code"] == "wrong_state"


def test_two_services_are_waited_for_until_both_have_answered(api: Any) -> None:
    ticket = samples.dispatched()
    operator = api(Role.OPERATOR)
    for service in ("119", "120"):
        assert operator.transfer(ticket, service=service).status_code == 200
    twice = operator.transfer(ticket, service="119")
    assert twice.status_code == 409 and twice.json["error"]["code"] == "called_already"
    operator.transfer(ticket, **ACCEPTED)
    assert timing.running(ticket.id, Clock.ACCEPTANCE) is not None
    token = operator.headers
    assert token
    page = api.client
    factories.sign_in(page, factories.staff("ope", Role.OPERATOR))
    address = f"/tickets/{ticket.number}/service-declined"
    wrong = samples.post(page, address, service="110", reason="不归我们管")
    assert wrong.status_code == 422
    assert samples.post(page, address, service="120").status_code == 422
    assert samples.post(page, address, service="120", reason="伤者已自行就医").status_code == 303
    assert timing.running(ticket.id, Clock.ACCEPTANCE) is None
    assert fresh(ticket).state is State.PENDING_SIGNATURE


def test_unsorted_it_is_over_only_when_each_service_has_accepted(api: Any) -> None:
    ticket = factories.taken(body="楼道着火，有人被困").ticket
    operator = api(Role.OPERATOR)
    for service in ("119", "120"):
        assert operator.transfer(ticket, service=service).status_code == 200
    first = operator.transfer(ticket, **ACCEPTED).json
    assert first["state"] == "received"
    assert {one["service"]: one["is_waiting"] for one in first["services"]} == {
        "119": False,
        "120": True,
    }
    assert timing.running(ticket.id, Clock.ACCEPTANCE) is not None
    last = operator.transfer(ticket, service="120", accepted_by="120 调度 5 号").json
    assert last["state"] == "transferred" and fresh(ticket).closed_at == NOW
    assert timing.running(ticket.id, Clock.ACCEPTANCE) is None
    assert list(history.verify([fresh(ticket)])) == []


def test_unsorted_it_is_over_when_the_last_wont_come_and_another_has_it(api: Any) -> None:
    ticket = factories.taken(body="楼道着火，有人被困").ticket
    operator = api(Role.OPERATOR)
    for service in ("119", "120"):
        assert operator.transfer(ticket, service=service).status_code == 200
    assert operator.transfer(ticket, **ACCEPTED).json["state"] == "received"
    factories.sign_in(api.client, factories.staff("ope", Role.OPERATOR))
    address = f"/tickets/{ticket.number}/service-declined"
    gone = samples.post(api.client, address, service="120", reason="无人受伤")
    assert gone.status_code == 303
    assert fresh(ticket).state is State.TRANSFERRED and fresh(ticket).closed_at == NOW
    kinds = [one.kind for one in queries.history(ticket.id)]
    assert kinds[-2:] == ["noted", "transferred"]


def test_unsorted_and_nobody_comes_it_stays_to_be_sorted(api: Any) -> None:
    ticket = factories.taken(body="楼道着火").ticket
    assert api(Role.OPERATOR).transfer(ticket, service="119").status_code == 200
    factories.sign_in(api.client, factories.staff("ope", Role.OPERATOR))
    address = f"/tickets/{ticket.number}/service-declined"
    assert samples.post(api.client, address, service="119", reason="误报").status_code == 303
    assert fresh(ticket).state is State.RECEIVED


def test_after_an_end_and_a_new_beginning_it_is_called_in_anew(api: Any) -> None:
    ticket = factories.sorted_ticket()
    operator = api(Role.OPERATOR)
    assert operator.transfer(ticket, service="119").status_code == 200
    assert operator.withdraw(ticket, reason="不用了").status_code == 200
    again = operator.reopen(ticket, reason="火又起来了").json
    assert [one["is_waiting"] for one in again["services"]] == [False]
    called = operator.transfer(ticket, service="119")
    assert called.status_code == 200
    assert [one["is_waiting"] for one in called.json["services"]] == [True, False]


def test_who_may_and_what_a_unit_sees_of_a_confidential_one(api: Any) -> None:
    ticket = samples.dispatched(is_confidential=True)
    assert api(Role.OPERATOR).transfer(ticket, service="110", note=NOTE).status_code == 200
    seen = api(Role.HANDLER, "D16").get(f"/api/v1/tickets/{ticket.number}").json
    assert seen["services"][0]["service"] == "110" and seen["services"][0]["note"] is None
    assert NOTE not in str(seen)
    taken = api(Role.OPERATOR).transfer(ticket, **ACCEPTED | {"service": "110"})
    assert "A17" in str(taken.json)
    assert "A17" not in str(api(Role.HANDLER, "D16").get(f"/api/v1/tickets/{ticket.number}").json)
    for role, unit in ((Role.HANDLER, "D16"), (Role.REVIEWER, None), (Role.SUPERVISOR, None)):
        assert api(role, unit).transfer(ticket, service="110").status_code == 403
    assert api.nobody().transfer(ticket, service="110").status_code == 401
    unknown = api(Role.OPERATOR).transfer(ticket, service="111").json["error"]
    assert unknown["fields"]["service"].endswith("110, 119, 120, 122。")


def test_the_pages(client: FlaskClient, api: Any) -> None:
    ticket = samples.dispatched()
    factories.sign_in(client, factories.staff("ope", Role.OPERATOR))
    address = f"/tickets/{ticket.number}/transfer"
    assert address in client.get(f"/tickets/{ticket.number}").text
    missing = samples.post(client, address)
    assert missing.status_code == 422
    assert samples.post(client, address, service="119", note=NOTE).status_code == 303
    page = client.get(f"/tickets/{ticket.number}").text
    assert "等待接报确认" in page and NOTE in page
    for listed in ("/console/acceptances", "/follow-ups?tab=services"):
        assert ticket.number in client.get(listed).text
    client.get("/language/en")
    page = client.get(f"/tickets/{ticket.number}", headers={"Accept-Language": "en"}).text
    assert ticket.number in page
