"""Inside a unit through HTTP: handed down, signed, answered, given and taken back."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch import assigning, queries
from dispatch.assigning import Order
from dispatch.models import Return
from dispatch.second_level_models import SubAssignment
from dispatch.second_level_rules import SubOutcome, SubStage
from hotline import clock, counters
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import inside, samples
from tests.dispatch.inside import REPLY, Inside, call, handed_down


@pytest.fixture
def who(client: FlaskClient) -> Inside:
    """D16 with two sub-units."""
    return inside.build()


def kinds_of(ticket: Ticket) -> list[str]:
    found = db.session.query(TicketEvent.kind).filter_by(ticket_id=ticket.id)
    return [kind for (kind,) in found.order_by(TicketEvent.seq)]


def counted() -> None:
    """The counters say what is so."""
    told = {key: n for key, n in counters.read(queries.STAGE).items() if n}
    assert told == {key: n for key, n in queries.true_stages().items() if n}


def code_of(answer: Any) -> str:
    return f"{answer.status_code} {answer.json['error']['code']}"


def test_down_signed_answered_and_out(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who, is_signed=False)
    own, units = inside.clocks_of(ticket, "D16-S1"), inside.clocks_of(ticket, "D16")
    assert set(own) == {"sign", "handle"}
    assert set(units) == {"contact", "handle"}, "handing down signs for the unit; its clocks run on"
    assert own["handle"].due_at < units["handle"].due_at
    assert db.session.get_one(Ticket, ticket.id).due_at == units["handle"].due_at
    assert call(client, who.below, f"{ticket.number}/sign").status_code == 200
    assert set(inside.clocks_of(ticket, "D16-S1")) == {"handle"}
    assert call(client, who.below, f"{ticket.number}/contact", result="reached").status_code == 200
    assert set(inside.clocks_of(ticket, "D16")) == {"handle"}
    assert (
        call(client, who.below, f"{ticket.number}/progress", text="已到现场。").status_code == 200
    )
    counted()
    answer = call(client, who.below, f"{ticket.number}/reply", **REPLY)
    assert answer.status_code == 200, answer.json
    assert answer.json["state"] == State.IN_PROGRESS, "the citizen hears nothing yet"
    assert answer.json["handdowns"][0]["text"] == REPLY["text"]
    assert inside.clocks_of(ticket, "D16-S1") == {}
    assert inside.last(ticket).stage is SubStage.REPLIED
    answer = call(client, who.handler, f"{ticket.number}/reply", **REPLY)
    assert answer.json["state"] == State.IN_REVIEW
    assert inside.last(ticket).outcome is SubOutcome.REPLIED
    assert kinds_of(ticket)[-7:] == [
        "signed", "handed_down", "sub_signed", "contacted", "progressed", "sub_replied", "replied",
    ]  # fmt: skip
    counted()
    headers = factories.bearer(who.below)
    assert client.get(f"/api/v1/tickets/{ticket.number}", headers=headers).status_code == 200


def test_an_assisting_unit_that_hands_down_has_signed(client: FlaskClient, who: Inside) -> None:
    lead = factories.staff("d14", Role.HANDLER, unit_code="D14")
    ticket = factories.sorted_ticket(now=clock.now())
    order = Order(factories.unit("D14"), assist=(factories.unit("D16"),))
    assigning.dispatch(ticket, order, by="staff:1", now=clock.now(), book=factories.book())
    db.session.commit()
    down = call(client, who.dispatcher, f"{ticket.number}/handdown", sub_unit="D16-S1")
    assert down.status_code == 200, down.json
    assert kinds_of(ticket)[-2:] == ["assist_signed", "handed_down"]
    assert "sign" not in inside.clocks_of(ticket, "D16")
    assert call(client, lead, f"{ticket.number}/sign").status_code == 200
    assert call(client, who.below, f"{ticket.number}/sign").status_code == 200
    assert call(client, who.below, f"{ticket.number}/reply", **REPLY).status_code == 200
    assert call(client, who.handler, f"{ticket.number}/reply", **REPLY).status_code == 200
    counted()


def test_it_is_given_back_inside_and_nobody_decides(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who)
    said = {"reason": "other_place", "basis": "不在本科室辖区。"}
    answer = call(client, who.below, f"{ticket.number}/return", **said)
    assert (answer.status_code, answer.json) == (200, {"number": ticket.number}), "no longer theirs"
    assert inside.last(ticket).outcome is SubOutcome.RETURNED
    assert inside.clocks_of(ticket, "D16-S1") == {}
    assert db.session.get_one(Ticket, ticket.id).state is State.IN_PROGRESS
    headers = factories.bearer(who.below)
    assert client.get(f"/api/v1/tickets/{ticket.number}", headers=headers).status_code == 404
    answer = call(client, who.dispatcher, f"{ticket.number}/handdown", sub_unit="D16-S2")
    assert answer.json["handdowns"][0]["sub_unit"] == "D16-S2"
    counted()


def test_the_unit_takes_it_back(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who)
    again = call(client, who.dispatcher, f"{ticket.number}/handdown", sub_unit="D16-S2")
    assert code_of(again) == "409 handed_down_already"
    assert "市容管理科" in again.json["error"]["message"]
    answer = call(client, who.head, f"{ticket.number}/takeback", note="改由局里办理。")
    assert answer.json["handdowns"][0]["stage"] == "taken_back"
    assert answer.json["handdowns"][0]["end_note"] == "改由局里办理。"
    assert code_of(call(client, who.head, f"{ticket.number}/takeback")) == "409 not_handed_down"
    counted()


def test_who_may_hand_down(client: FlaskClient, who: Inside) -> None:
    ticket = samples.signed()
    here, body = f"{ticket.number}/handdown", {"sub_unit": "D16-S1"}
    assert code_of(call(client, who.handler, here, **body)) == "403 not_yours_to_hand_down"
    stranger = factories.staff("d14d", Role.UNIT_DISPATCHER, unit_code="D14")
    assert call(client, stranger, here, **body).status_code == 404
    assert call(client, who.below, here, **body).status_code == 404
    alone = factories.staff("c01", Role.HANDLER, unit_code="C01")
    other = samples.signed(unit="C01", phone="+8613812345600")
    refused = call(client, alone, f"{other.number}/handdown", **body)
    assert code_of(refused) == "422 not_our_sub_unit", "no second-level dispatcher there"
    assert call(client, who.head, here, **body).status_code == 200


@pytest.mark.parametrize(
    ("sub_unit", "code"),
    [("D14", "not_our_sub_unit"), ("D16", "not_our_sub_unit"), ("NOPE", "unknown_unit")],
)
def test_only_to_ones_own(client: FlaskClient, who: Inside, sub_unit: str, code: str) -> None:
    ticket = samples.signed()
    answer = call(client, who.head, f"{ticket.number}/handdown", sub_unit=sub_unit)
    assert code_of(answer) == f"422 {code}"
    assert db.session.query(SubAssignment).filter_by(ticket_id=ticket.id).count() == 0


def test_never_to_the_accused_sub_unit(client: FlaskClient, who: Inside) -> None:
    ticket = samples.signed(
        request_type=RequestType.COMPLAINT, body="夜市管理科工作人员态度恶劣，推诿扯皮。"
    )
    here = f"{ticket.number}/handdown"
    refused = call(client, who.head, here, sub_unit="D16-S2")
    assert code_of(refused) == "422 about_this_sub_unit"
    assert call(client, who.head, here, sub_unit="D16-S1").status_code == 200


def test_what_comes_first_comes_first(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who, is_signed=False)
    number = ticket.number
    assert code_of(call(client, who.below, f"{number}/reply", **REPLY)) == "409 sign_first"
    assert code_of(call(client, who.below, f"{number}/progress", text="在办。")) == "409 sign_first"
    assert call(client, who.below, f"{number}/sign").status_code == 200
    assert code_of(call(client, who.below, f"{number}/sign")) == "409 signed_already"
    promise = REPLY | {"completion": "planned"}
    assert code_of(call(client, who.below, f"{number}/reply", **promise)) == "422 promise_needed"
    refused = call(client, who.below, f"{number}/handdown", sub_unit="D16-S2")
    assert code_of(refused) == "403 unit_decides"
    assert call(client, who.below, f"{number}/reply", **REPLY).status_code == 200
    assert code_of(call(client, who.below, f"{number}/reply", **REPLY)) == "409 replied_already"
    answer = call(client, who.head, f"{number}/handdown", sub_unit="D16-S1", note="请补充照片。")
    assert [one["stage"] for one in answer.json["handdowns"]] == ["to_sign", "replied"]
    counted()


def test_a_return_of_the_unit_lets_its_clocks_stand(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who)
    said = {"reason": "after_inspection", "basis": "经查属他部门职责。"}
    assert call(client, who.handler, f"{ticket.number}/return", **said).status_code == 200
    assert inside.clocks_of(ticket, "D16-S1")["handle"].paused_at is not None
    assert call(client, who.below, f"{ticket.number}/reply", **REPLY).status_code == 409
    asked = db.session.query(Return).filter_by(ticket_id=ticket.id).one()
    reviewer = factories.staff("rev", Role.REVIEWER)
    here = f"{ticket.number}/returns/{asked.id}"
    assert call(client, reviewer, here, uphold=False, note="属你单位。").status_code == 200
    assert inside.clocks_of(ticket, "D16-S1")["handle"].paused_at is None


@pytest.mark.parametrize("way", ["returned", "withdrawn"])
def test_it_ends_with_the_units_own_part(client: FlaskClient, who: Inside, way: str) -> None:
    ticket = handed_down(client, who)
    if way == "returned":
        said = {"reason": "after_inspection", "basis": "经查属他部门职责。"}
        call(client, who.handler, f"{ticket.number}/return", **said)
        asked = db.session.query(Return).filter_by(ticket_id=ticket.id).one()
        reviewer = factories.staff("rev", Role.REVIEWER)
        here = f"{ticket.number}/returns/{asked.id}"
        assert call(client, reviewer, here, uphold=True, note="同意。").status_code == 200
        assert inside.last(ticket).outcome is SubOutcome.ENDED
    else:
        operator = factories.staff("ope", Role.OPERATOR)
        answer = call(client, operator, f"{ticket.number}/withdraw", reason="不用办了。")
        assert answer.status_code in (200, 404)
        if answer.status_code == 404:
            pytest.skip("withdrawing by the API is not there")
    assert inside.clocks_of(ticket, "D16-S1") == {}


def test_the_pages_of_both_sides(client: FlaskClient, who: Inside) -> None:
    ticket = samples.signed()
    unit = samples.browser(client, who.dispatcher)
    page = unit.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "D16-S1 市容管理科" in page
    here = f"/tickets/{ticket.number}/handdown"
    assert samples.post(unit, here, sub_unit="D14").status_code == 422
    assert samples.post(unit, here, sub_unit="D16-S1", note="请今天去看。").status_code == 303
    assert "市容管理科" in unit.get("/unit/inside").get_data(as_text=True)
    below = samples.browser(client, who.below)
    assert below.get("/unit").headers["Location"].endswith("/unit/inside")
    listed = below.get("/unit/inside").get_data(as_text=True)
    assert ticket.number in listed
    seen = below.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "请今天去看。" in seen
    assert samples.post(below, f"/tickets/{ticket.number}/sign").status_code == 303
    assert 'id="sub-reply"' in below.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert samples.post(below, f"/tickets/{ticket.number}/reply", **REPLY).status_code == 303
    seen = unit.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert REPLY["text"] in seen.split('id="reply-text"')[1], "the reply begins with its words"
    beside = samples.browser(client, who.beside)
    assert ticket.number not in beside.get("/unit/inside").get_data(as_text=True)
    hotline = samples.browser(client, factories.staff("dis", Role.DISPATCHER))
    assert "市容管理科" in hotline.get(f"/tickets/{ticket.number}").get_data(as_text=True)


@pytest.mark.parametrize("query", ["tab=nope", "cursor=x", "sub_unit=" + "A" * 30])
def test_made_up_filters(client: FlaskClient, who: Inside, query: str) -> None:
    unit = samples.browser(client, who.head)
    assert unit.get(f"/unit/inside?{query}").status_code == 400


def test_refusals_in_both_languages(client: FlaskClient, who: Inside) -> None:
    ticket = handed_down(client, who)
    told = []
    for language in ("zh_CN", "en"):
        who.head.locale = language
        db.session.commit()
        refused = call(client, who.head, f"{ticket.number}/handdown", sub_unit="D16-S2")
        told.append(refused.json["error"]["message"])
    assert told == [
        "市容管理科正在办理，请先收回。",
        "市容管理科 has it already; take it back first.",
    ]


def test_the_second_level_dispatcher_is_led_to_the_hand_down(
    client: FlaskClient, who: Inside
) -> None:
    ticket = samples.signed()
    page = samples.browser(client, who.dispatcher).get(f"/tickets/{ticket.number}").text
    assert 'href="#inside"' in page and 'href="#reply"' not in page
    handler = samples.browser(client, who.handler).get(f"/tickets/{ticket.number}").text
    assert 'href="#reply"' in handler
