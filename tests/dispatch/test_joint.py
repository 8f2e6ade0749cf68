"""Joint handling over HTTP: named, signed, answered, let go, waited for, overruled, ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch import assigning, joint_queries, queries, requests
from dispatch.assigning import Order
from dispatch.models import Assignment, Return
from dispatch.routing import RoutingRules
from hotline import clock, counters, relay, settings
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import history
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import ClockRow, Holder, Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, People

REPLY = {"completion": "solved", "text": "已清理。", "basis": "《城市市容条例》"}
RETURN = {"reason": "not_our_duty", "basis": "三定方案"}


@pytest.fixture
def who(app: Any) -> People:
    """D16 leads, D14 (the stranger) assists."""
    return samples.people()


def call(client: FlaskClient, person: Staff, path: str, **body: Any) -> Any:
    """A call as this person; answers status and body."""
    answer = client.post(f"/api/v1/{path}", json=body, headers=factories.bearer(person))
    return answer.status_code, answer.get_json()


def moment(told: Any) -> datetime:
    """When it is due."""
    return datetime.fromisoformat(told["due_at"])


def joint(*assist: str, **changes: Any) -> Ticket:
    """A ticket of D16 with these units assisting."""
    ticket = factories.sorted_ticket(now=clock.now(), **changes)
    order = Order(factories.unit("D16"), assist=tuple(factories.unit(code) for code in assist))
    now, book = clock.now(), factories.book()
    assigning.dispatch(ticket, order, by=DISPATCHER, now=now, book=book)
    db.session.commit()
    return ticket


def part(ticket: Ticket, code: str) -> Assignment | None:
    """The open part of this unit, as it is stored."""
    db.session.expire_all()
    return joint_queries.part_of_unit(ticket.id, code)


def running(ticket: Ticket, code: str) -> dict[str, ClockRow]:
    """The running clocks of a unit."""
    db.session.expire_all()
    mine = db.session.query(ClockRow).filter_by(
        ticket_id=ticket.id, unit_id=factories.unit(code).id, stopped_at=None
    )
    return {row.kind.value: row for row in mine}


def is_late(ticket: Ticket, code: str) -> None:
    """Let the unit's limit have passed."""
    running(ticket, code)["handle"].due_at = clock.now() - timedelta(minutes=1)
    db.session.commit()


def is_true(client: FlaskClient, ticket: Ticket) -> None:
    """Counters equal the truth, the chain holds, nobody has clocks without a part."""
    assert counters.prove(client.application.extensions["truths"]) == []
    assert list(history.verify([ticket])) == []
    open_units = {one.unit_id for one in db.session.query(Assignment).filter_by(ended_at=None)}
    rows = db.session.query(ClockRow).filter_by(ticket_id=ticket.id, stopped_at=None)
    assert {row.unit_id for row in rows if row.unit_id} <= open_units


def test_named_each_has_a_part_with_clocks(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(now=clock.now())
    here = f"tickets/{ticket.number}"
    status, body = call(client, who.dispatcher, f"{here}/dispatch", lead="D16", assist=["d14"])
    lead, part_told = body["assignments"]
    assert (status, lead["unit"], lead["role"]) == (200, "D16", "lead")
    told = {name: part_told[name] for name in ("unit", "role", "state")}
    assert told == {"unit": "D14", "role": "assist", "state": "pending_signature"}
    assert part_told["limit_working_days"] == lead["limit_working_days"] - 1
    assert set(running(ticket, "D14")) == {"sign", "handle"}
    assert running(ticket, "D14")["handle"].due_at < running(ticket, "D16")["handle"].due_at
    is_true(client, ticket)


def test_an_assistant_signs_and_answers_in_its_own_time(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    status, body = call(client, who.stranger, f"{here}/sign")
    assert (status, body["state"]) == (200, "pending_signature")
    assert body["assignments"][1]["state"] == "in_progress"
    assert set(running(ticket, "D14")) == {"handle"}
    assert call(client, who.stranger, f"{here}/sign")[1]["error"]["code"] == "signed_already"
    assert call(client, who.stranger, f"{here}/progress", text="已到现场")[0] == 200
    status, body = call(client, who.stranger, f"{here}/reply", text="排放达标", basis="监测报告")
    told = body["assignments"][1]
    assert (status, body["state"], told["state"]) == (200, "pending_signature", "in_review")
    assert told["text"] == "排放达标\n\n依据：监测报告"
    assert running(ticket, "D14") == {}
    again = call(client, who.stranger, f"{here}/reply", text="x")[1]
    assert again["error"]["code"] == "replied_already"
    is_true(client, ticket)


def test_the_lead_waits_and_with_its_answer_all_are_done(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    call(client, who.handler, f"{here}/sign")
    call(client, who.stranger, f"{here}/sign")
    for more in ({}, {"overrules": True}):
        status, body = call(client, who.handler, f"{here}/reply", **REPLY, **more)
        assert (status, body["error"]["code"]) == (409, "assist_outstanding")
    call(client, who.stranger, f"{here}/reply", text="无异议")
    assert call(client, who.handler, f"{here}/reply", **REPLY)[1]["state"] == "in_review"
    status, body = call(client, who.reviewer, f"{here}/review", accept=True)
    assert (body["state"], body["assignments"][1]["state"]) == ("awaiting_callback", "done")
    is_true(client, ticket)
    kinds = [one["kind"] for one in body["events"] if one["kind"].startswith("assist")]
    assert kinds == ["assist_added", "assist_signed", "assist_replied"]


def test_one_that_is_late_is_overruled_in_words(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    call(client, who.handler, f"{here}/sign")
    is_late(ticket, "D14")
    status, body = call(client, who.handler, f"{here}/reply", **REPLY)
    assert (status, body["error"]["code"]) == (409, "assist_late")
    assert "生态环境局" in body["error"]["message"]
    status, body = call(client, who.handler, f"{here}/reply", **REPLY, overrules=True)
    assert (body["state"], body["assignments"][1]["state"]) == ("in_review", "overruled")
    ended = next(one for one in body["events"] if one["kind"] == "assist_ended")
    assert (ended["facts"]["unit"], ended["facts"]["because"]) == ("D14", "overruled")
    is_true(client, ticket)


def test_added_later_and_let_go(client: FlaskClient, who: People) -> None:
    ticket = samples.signed(now=clock.now())
    here = f"tickets/{ticket.number}"
    seen = f"/api/v1/{here}"
    assert client.get(seen, headers=factories.bearer(who.stranger)).status_code == 404
    status, body = call(client, who.dispatcher, f"{here}/assist", units=["D14"], note="请会同")
    assert (status, body["state"]) == (200, "in_progress")
    lead = next(one for one in body["assignments"] if one["role"] == "lead")
    assert moment(body) == moment(lead), "the ticket shows the lead's limit"
    assert client.get(seen, headers=factories.bearer(who.stranger)).status_code == 200
    again = call(client, who.dispatcher, f"{here}/assist", units=["D14"])
    assert (again[0], again[1]["error"]["code"]) == (422, "holds_it")
    status, body = call(client, who.dispatcher, f"{here}/assist/d14/end", reason="已不需要")
    assert (status, body["assignments"][1]["state"]) == (200, "let_go")
    assert client.get(seen, headers=factories.bearer(who.stranger)).status_code == 404
    assert call(client, who.dispatcher, f"{here}/assist/d14/end", reason="x")[0] == 409
    is_true(client, ticket)


@pytest.mark.parametrize("upheld", [True, False])
def test_an_assistants_return_ends_its_part_alone(
    client: FlaskClient, who: People, *, upheld: bool
) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    call(client, who.handler, f"{here}/sign")
    status, body = call(client, who.stranger, f"{here}/return", **RETURN)
    assert (status, body["state"]) == (200, "in_progress")
    assert body["assignments"][1]["state"] == "return_requested"
    assert set(running(ticket, "D14")) == {"decision"}
    assert call(client, who.handler, f"{here}/reply", **REPLY)[1]["error"]["code"] == (
        "assist_outstanding"
    )
    path = f"{here}/returns/{body['returns'][0]['id']}"
    own = call(client, who.dispatcher, path, uphold=True, note="x")
    assert own[0] == 403
    status, body = call(client, who.reviewer, path, uphold=upheld, note="同意" if upheld else "否")
    assert (status, body["state"]) == (200, "in_progress")
    assert body["assignments"][1]["state"] == ("returned" if upheld else "in_progress")
    assert set(running(ticket, "D14")) == (set() if upheld else {"handle"})
    lead = next(one for one in body["assignments"] if one["role"] == "lead")
    assert moment(body) == moment(lead)
    assert call(client, who.reviewer, path, uphold=upheld, note="x")[0] == 409
    seen = client.get(f"/api/v1/{here}", headers=factories.bearer(who.stranger)).status_code
    assert seen == (404 if upheld else 200)
    is_true(client, ticket)


def test_after_two_returns_lead_and_assistants_are_named(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(now=clock.now())
    here = f"tickets/{ticket.number}"
    for person, unit in ((who.handler, "D16"), (who.stranger, "D14")):
        assert call(client, who.dispatcher, f"{here}/dispatch", lead=unit)[0] == 200
        body = call(client, person, f"{here}/return", **RETURN)[1]
        path = f"{here}/returns/{body['returns'][0]['id']}"
        call(client, who.reviewer, path, uphold=True, note="同意")
    status, body = call(client, who.dispatcher, f"{here}/dispatch", lead="D15")
    assert (status, body["error"]["code"], list(body["error"]["fields"])) == (
        422,
        "needs_joint",
        ["assist"],
    )
    page = samples.browser(client, who.dispatcher).get(f"/dispatch?ticket={ticket.number}")
    text = page.get_data(as_text=True)
    assert text.count('name="assist" value="D1') == 2, "those that handed it back are proposed"
    body = call(client, who.dispatcher, f"{here}/dispatch", lead="D16", assist=["D14"])[1]
    assert body["state"] == "pending_signature"
    status, body = call(client, who.handler, f"{here}/return", **RETURN)
    assert (status, body["error"]["code"]) == (409, "twice_upheld")
    assert call(client, who.stranger, f"{here}/return", **RETURN)[0] == 200
    is_true(client, ticket)


def test_with_the_leads_return_everybody_is_through(client: FlaskClient, who: People) -> None:
    ticket = joint("D14", "D15")
    here = f"tickets/{ticket.number}"
    call(client, who.stranger, f"{here}/return", **RETURN)
    body = call(client, who.handler, f"{here}/return", **RETURN)[1]
    assert call(client, who.stranger, f"{here}/contact", result="busy")[0] == 409
    lead = db.session.query(Return).filter_by(unit_id=factories.unit("D16").id).one()
    body = call(client, who.reviewer, f"{here}/returns/{lead.id}", uphold=True, note="同意")[1]
    assert body["state"] == "pending_dispatch"
    assert {one["state"] for one in body["assignments"]} == {"returned", "let_go"}
    assert db.session.query(Holder).filter_by(ticket_id=ticket.id, until=None).count() == 0
    assert db.session.query(Return).filter_by(decided_at=None).count() == 0
    is_true(client, ticket)


@pytest.mark.parametrize("verb", ["withdraw", "redo"])
def test_however_it_ends_nobody_is_left(client: FlaskClient, who: People, verb: str) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    if verb == "withdraw":
        operator = factories.staff("ope", Role.OPERATOR)
        assert call(client, operator, f"{here}/withdraw", reason="已解决")[0] == 200
        relay.drain()
    else:
        call(client, who.handler, f"{here}/sign")
        call(client, who.stranger, f"{here}/sign")
        call(client, who.stranger, f"{here}/reply", text="无异议")
        call(client, who.handler, f"{here}/reply", **REPLY)
        call(client, who.reviewer, f"{here}/review", accept=True)
        now, book = clock.now(), factories.book()
        db.session.expire_all()
        assigning.redo(ticket, {"because": "dissatisfied"}, by="system", now=now, book=book)
        db.session.commit()
        assert [one.role.value for one in [samples.open_of(ticket)]] == ["lead"]
        seen = client.get(f"/api/v1/{here}", headers=factories.bearer(who.stranger))
        assert seen.status_code == 404, "a redo goes to the lead alone"
    assert part(ticket, "D14") is None
    assert running(ticket, "D14") == {}
    is_true(client, ticket)


def test_the_unit_page_marks_what_is_assisted(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    mine = samples.browser(client, who.stranger)
    page = mine.get("/unit").get_data(as_text=True)
    assert ticket.number in page and "协办" in page
    samples.post(mine, f"/tickets/{ticket.number}/sign")
    assert ticket.number not in mine.get("/unit").get_data(as_text=True)
    assert ticket.number in mine.get("/unit?tab=in_progress").get_data(as_text=True)
    whole = mine.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert f"/tickets/{ticket.number}/assist/reply" in whole
    assert f'action="/tickets/{ticket.number}/reply"' not in whole
    answer = samples.post(mine, f"/tickets/{ticket.number}/assist/reply", text="现场无油烟超标")
    assert answer.status_code == 303
    assert ticket.number in mine.get("/unit?tab=in_review").get_data(as_text=True)
    lead = samples.browser(client, who.handler)
    assert "现场无油烟超标" in lead.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    counted = queries.stage_counts({"D14"})
    assert {name: n for name, n in counted.items() if n} == {"in_review": 1}


def test_the_reviewer_finds_an_assistants_return(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    call(client, who.stranger, f"tickets/{ticket.number}/return", **RETURN)
    reviewer = samples.browser(client, who.reviewer)
    page = reviewer.get("/dispatch/review?tab=returns").get_data(as_text=True)
    assert ticket.number in page and "三定方案" in page
    assert counters.read(requests.OPEN) == {"return": 1}
    assert '<span class="count">1</span>' in page
    asked = db.session.query(Return).one()
    path = f"/tickets/{ticket.number}/returns/{asked.id}"
    samples.post(reviewer, path, uphold="true", note="同意")
    assert part(ticket, "D14") is None and counters.read(requests.OPEN) == {}
    is_true(client, ticket)


def test_a_return_that_lapses_waits_no_longer(client: FlaskClient, who: People) -> None:
    ticket = joint("D14")
    here = f"tickets/{ticket.number}"
    assert call(client, who.stranger, f"{here}/return", **RETURN)[0] == 200
    assert call(client, who.dispatcher, f"{here}/assist/D14/end", reason="不需要")[0] == 200
    assert counters.read(requests.OPEN) == {}
    is_true(client, ticket)


def test_confidential_the_note_for_an_assistant_names_nobody(
    client: FlaskClient, who: People
) -> None:
    ticket = samples.dispatched(now=clock.now(), is_confidential=True)
    path = f"tickets/{ticket.number}/assist"
    status, body = call(client, who.dispatcher, path, units=["D14"], note="找张三核实")
    assert (status, body["error"]["code"]) == (422, "names_the_person")
    assert call(client, who.dispatcher, path, units=["D14"])[0] == 200
    seen = client.get(f"/api/v1/tickets/{ticket.number}", headers=factories.bearer(who.stranger))
    assert "张三" not in seen.get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "units"),
        ({"units": []}, "units"),
        ({"units": ["X99"]}, "units"),
        ({"units": ["D16"]}, "units"),
        ({"units": "D14"}, "units"),
        ({"units": ["D14"], "more": 1}, "more"),
    ],
)
def test_bad_namings(client: FlaskClient, who: People, body: dict[str, Any], field: str) -> None:
    ticket = samples.dispatched(now=clock.now())
    status, told = call(client, who.dispatcher, f"tickets/{ticket.number}/assist", **body)
    assert (status, list(told["error"]["fields"])) == (422, [field])


def test_a_complaint_never_goes_to_its_own_unit_alone(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(
        now=clock.now(),
        request_type=RequestType.COMPLAINT,
        title="投诉市生态环境局工作人员态度恶劣",
    )
    here = f"tickets/{ticket.number}/dispatch"
    status, body = call(client, who.dispatcher, here, lead="D14", assist=["D16"])
    assert (status, body["error"]["code"]) == (422, "about_this_unit")
    assert call(client, who.dispatcher, here, lead="D16", assist=["D14"])[0] == 200


def test_the_host_s_replies_are_for_the_head(client: FlaskClient, who: People) -> None:
    settings.change(RoutingRules, "host_units", ("D16",), by="staff:1", now=clock.now())
    ticket = samples.replied(now=clock.now())
    here = f"tickets/{ticket.number}/review"
    status, body = call(client, who.reviewer, here, accept=True)
    assert (status, body["error"]["code"]) == (403, "head_reviews")
    page = samples.browser(client, who.reviewer).get(f"/tickets/{ticket.number}")
    assert f'action="/tickets/{ticket.number}/review"' not in page.get_data(as_text=True)
    head = factories.staff("hea", Role.HEAD)
    assert call(client, head, here, accept=True)[0] == 200
