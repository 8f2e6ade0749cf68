"""Supervision orders by API and page: issued, answered, insisted on, settled; who may, who sees."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import returning
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from hotline import relay
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb
from supervision import orders
from supervision.models import Order, OwedOrder, WarningRow
from tests import factories
from tests.browsing import Browser
from tests.dispatch import samples as handling
from tests.supervision import samples
from tests.supervision.samples import People

NOW = factories.NOW
REASON = "市民三次来电，问题仍未解决，请单位负责人亲自督办。"


@pytest.fixture
def crew(app: APIFlask) -> People:
    """Everybody who takes part."""
    del app
    return samples.people()


@pytest.fixture
def ticket(crew: People) -> Ticket:
    """A ticket in progress at D16."""
    del crew
    return handling.signed()


def call(client: FlaskClient, who: Staff, path: str, **body: Any) -> Any:
    """A POST to the JSON API as this person."""
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        return client.post(f"/api/v1/tickets/{path}", json=body, headers=factories.bearer(who))


def told(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.get_json()["error"]["code"]


def order_of(client: FlaskClient, who: Staff, ticket: Ticket) -> dict[str, Any]:
    """The ticket's latest order as the API shows it to this person."""
    headers = factories.bearer(who)
    body = client.get(f"/api/v1/tickets/{ticket.number}", headers=headers).get_json()
    found: dict[str, Any] = body["orders"][0]
    return found


def test_the_whole_way(client: FlaskClient, crew: People, ticket: Ticket) -> None:
    here, supervisor = ticket.number, crew.supervisor
    made = call(client, supervisor, f"{here}/supervise", reason=REASON).get_json()
    [order] = made["orders"]
    assert (order["state"], order["reason"], order["unit"]) == ("open", REASON, "D16")
    assert order["due_at"] == "2026-11-23T09:30:00Z", "the 23rd, 17:30 in the city"
    assert {one["name"] for one in order["warned"]} == {"试han", "试uhe"}
    assert made["events"][-1]["kind"] == "supervised" and made["events"][-1]["text"] == REASON
    answered = call(
        client, crew.handler, f"{here}/orders/{order['id']}/answer", text="已增派人手。"
    )
    assert answered.get_json()["orders"][0]["state"] == "answered"
    assert samples.warned(ticket) == {"han": 1, "uhe": 1, "sup": 1}
    again = call(
        client, supervisor, f"{here}/orders/{order['id']}", accept=False, note="没有时间表"
    )
    assert again.get_json()["orders"][0]["state"] == "open"
    call(client, crew.unit_head, f"{here}/orders/{order['id']}/answer", text="周五前完成。")
    done = call(client, supervisor, f"{here}/orders/{order['id']}", accept=True).get_json()
    assert done["orders"][0]["state"] == "settled"
    assert [one["is_accepted"] for one in done["orders"][0]["answers"]] == [False, True]
    kinds = [one["kind"] for one in done["events"]][-5:]
    assert kinds == ["supervised", "order_answered", "order_insisted", "order_answered"] + [
        "order_accepted"
    ]


def test_its_clock_runs_until_the_answer_and_anew_when_insisted_on(
    client: FlaskClient, crew: People, ticket: Ticket
) -> None:
    made = call(client, crew.supervisor, f"{ticket.number}/supervise", reason=REASON)
    order = made.get_json()["orders"][0]["id"]
    assert "order" in handling.clocks_of(ticket)
    call(client, crew.handler, f"{ticket.number}/orders/{order}/answer", text="已增派人手。")
    assert "order" not in handling.clocks_of(ticket)
    call(client, crew.supervisor, f"{ticket.number}/orders/{order}", accept=False, note="不够")
    assert "order" in handling.clocks_of(ticket)


def test_refusals(client: FlaskClient, crew: People, ticket: Ticket) -> None:
    supervisor, here = crew.supervisor, ticket.number
    waiting = factories.sorted_ticket()
    fresh = factories.taken()
    assert told(call(client, supervisor, f"{here}/supervise")) == (422, "invalid")
    assert told(call(client, supervisor, f"{here}/supervise", reason="  ")) == (422, "invalid")
    refused = call(client, supervisor, f"{waiting.number}/supervise", reason=REASON)
    assert told(refused) == (409, "no_unit_yet")
    refused = call(client, supervisor, f"{fresh.ticket.number}/supervise", reason=REASON)
    assert told(refused) == (409, "wrong_state")
    made = call(client, supervisor, f"{here}/supervise", reason=REASON).get_json()["orders"][0]
    assert (
        told(call(client, supervisor, f"{here}/supervise", reason=REASON))[1] == "order_unsettled"
    )
    path = f"{here}/orders/{made['id']}"
    assert told(call(client, supervisor, path, accept=True)) == (409, "no_answer_yet")
    unsaid = call(client, supervisor, path, accept=False)
    assert list(unsaid.get_json()["error"]["fields"]) == ["note"]
    assert told(call(client, supervisor, f"{here}/orders/99", accept=True))[0] == 404
    assert told(call(client, supervisor, f"{here}/orders/{2**80}", accept=True))[0] == 404
    call(client, crew.handler, f"{path}/answer", text="已增派人手。")
    twice = call(client, crew.handler, f"{path}/answer", text="再答。")
    assert told(twice) == (409, "order_answered")


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.REVIEWER, Role.INSPECTOR, Role.OPERATOR])
def test_who_may_not(client: FlaskClient, ticket: Ticket, role: Role) -> None:
    who = factories.staff("no", role)
    assert call(client, who, f"{ticket.number}/supervise", reason=REASON).status_code == 403


def test_another_unit_neither_sees_nor_answers(
    client: FlaskClient, crew: People, ticket: Ticket
) -> None:
    made = call(client, crew.supervisor, f"{ticket.number}/supervise", reason=REASON)
    order = made.get_json()["orders"][0]["id"]
    path = f"{ticket.number}/orders/{order}/answer"
    assert call(client, crew.stranger, path, text="不是我们。").status_code == 404
    headers = factories.bearer(crew.stranger)
    assert client.get("/api/v1/orders", headers=headers).get_json()["items"] == []
    mine = client.get("/api/v1/orders", headers=factories.bearer(crew.handler)).get_json()
    assert [one["ticket"] for one in mine["items"]] == [ticket.number]
    assert mine["items"][0]["warned"] == [], "who read what is for the hotline"


def test_an_order_for_a_confidential_ticket_names_nobody(client: FlaskClient, crew: People) -> None:
    secret: dict[str, Any] = {"request_type": RequestType.REPORT, "category": "T010103"}
    ticket = handling.signed(**secret)
    named = call(client, crew.supervisor, f"{ticket.number}/supervise", reason="请联系张三核实。")
    assert told(named) == (422, "names_the_person")
    assert (
        call(client, crew.supervisor, f"{ticket.number}/supervise", reason=REASON).status_code
        == 200
    )
    order = order_of(client, crew.handler, ticket)
    assert order["reason"] == REASON, "the unit reads what is meant for it"


def test_an_order_lapses_with_its_ticket_or_when_it_leaves_the_unit(crew: People) -> None:
    del crew
    book = factories.book()
    ended, returned = handling.signed(), handling.dispatched()
    for ticket in (ended, returned):
        orders.issue(ticket, REASON, by="staff:1", now=NOW, book=book)
    advance(ended, Verb.WITHDRAW, by="citizen", now=NOW)
    reason = Objection(ReturnReason.NOT_OUR_DUTY, "不属于本单位职责。")
    unit = handling.open_of(returned)
    asked = returning.ask(returned, unit, reason, by=handling.HANDLER, now=NOW, book=book)
    returning.uphold(returned, asked, "同意", by=handling.REVIEWER, now=NOW, book=book)
    db.session.commit()
    relay.drain()
    db.session.expire_all()
    assert [one.state for one in db.session.query(Order)] == ["lapsed", "lapsed"]


def test_a_second_dissatisfaction_found_reasonable_owes_one_until_it_is_issued(
    crew: People, ticket: Ticket
) -> None:
    del crew
    orders.owe(ticket.id, 7, now=NOW)
    orders.owe(ticket.id, 7, now=NOW)
    db.session.commit()
    assert db.session.query(OwedOrder).filter_by(ended_at=None).count() == 1
    orders.issue(ticket, REASON, by="staff:1", now=NOW, book=factories.book())
    db.session.commit()
    assert db.session.query(OwedOrder).filter_by(ended_at=None).count() == 0


def test_by_page_from_the_ticket_to_the_unit_and_on_paper(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    supervisor, unit = Browser(app), Browser(app)
    supervisor.sign_in(crew.supervisor)
    unit.sign_in(crew.handler)
    here = f"/tickets/{ticket.number}"
    page = supervisor.submit(supervisor.get(here), f"{here}/supervise", reason=REASON)
    assert REASON in page.text
    order = db.session.query(Order).one()
    assert order.number in unit.get("/unit").text, "the unit's page says what waits"
    warning = db.session.query(WarningRow).filter_by(staff_id=crew.handler.id).one()
    assert unit.get(f"/warnings/{warning.id}").path == here
    db.session.expire_all()
    assert warning.opened_at is not None
    answering = f"{here}/orders/{order.id}/answer"
    bad = unit.submit(unit.get(here), answering, text=" ")
    assert bad.status == 422
    assert unit.submit(unit.get(here), answering, text="已增派人手。").path == here
    deciding = f"{here}/orders/{order.id}"
    bad = supervisor.submit(supervisor.get(here), deciding, accept="false", note="")
    assert bad.status == 422 and "请说明哪里不符合要求" in bad.text
    done = supervisor.submit(supervisor.get(here), deciding, accept="true", note="按期完成")
    assert "已销号" in done.text
    sheet = unit.get(deciding)
    assert sheet.status == 200 and order.number in sheet.text and REASON in sheet.text
    stranger = Browser(app)
    stranger.sign_in(crew.stranger)
    assert stranger.get(deciding).status == 404
