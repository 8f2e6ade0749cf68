"""What a unit asks its citizen: by text or by somebody of the hotline, answered once."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch import questioning
from hotline.access import Role
from hotline.extensions import db
from hotline.messages.models import Question
from hotline.tickets import beside, history, queries, questions
from hotline.tickets.models import Ticket, TicketText
from tests import factories
from tests.dispatch import samples
from tests.portal import steps

pytestmark = pytest.mark.usefixtures("app")
ASKED = "请问具体楼号和单元？什么时间最严重？"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour after the samples begin."""
    monkeypatch.setattr("hotline.clock.now", lambda: samples.LATER)


def opened(client: FlaskClient, ticket: Ticket) -> str:
    """The ticket's own page."""
    code = db.session.get_one(TicketText, ticket.id).query_code
    token = factories.hidden(client.get("/track").text, "csrf_token")
    sent = {"csrf_token": token, "number": ticket.number, "query_code": code}
    assert client.post("/track", data=sent).status_code == 303
    return client.get(f"/track/{ticket.number}").text


def test_asked_once_answered_on_the_tracking_page(client: FlaskClient, api: Any) -> None:
    ticket = samples.signed()
    unit = api(Role.HANDLER, "D16")
    done = unit.ask(ticket, questions=["具体楼号和单元？", "什么时间最严重？"])
    assert done.status_code == 200
    assert done.json["questions"][0]["text"] == "1. 具体楼号和单元？\n2. 什么时间最严重？"
    again = unit.ask(ticket, questions="还有吗？")
    assert again.status_code == 409 and again.json["error"]["code"] == "asked_already"
    page = opened(client, ticket)
    assert "需要您补充" in page and "什么时间最严重？" in page
    assert (
        steps.press(client, ticket.number, "answer", text="3 号楼 2 单元，夜里").status_code == 303
    )
    assert "/answer" not in client.get(f"/track/{ticket.number}").text
    seen = unit.get(f"/api/v1/tickets/{ticket.number}").json["questions"][0]
    assert (seen["answer"], seen["is_open"]) == ("3 号楼 2 单元，夜里", False)
    event = queries.history(ticket.id)[-1]
    assert event.facts["answers"] == event.seq - 1 and event.facts["is_answer"]
    assert unit.ask(ticket, questions=ASKED).status_code == 200
    assert list(history.verify([db.session.get_one(Ticket, ticket.id)])) == []


def test_a_text_is_the_answer_without_quoting_the_number(api: Any) -> None:
    ticket = samples.signed()
    api(Role.HANDLER, "D16").ask(ticket, questions=ASKED)
    (question,) = db.session.query(Question).all()
    made = questions.open_of(ticket.id)
    assert made is not None and question.reference == questioning.reference(made.id)
    assert question.expires_at == samples.LATER + timedelta(days=7)


def test_of_a_confidential_ticket_the_hotline_asks_and_names_nobody(
    client: FlaskClient, api: Any
) -> None:
    ticket = samples.signed(is_confidential=True)
    unit, operator = api(Role.HANDLER, "D16"), api(Role.OPERATOR)
    assert unit.ask(ticket, questions=ASKED).status_code == 200
    assert db.session.query(Question).count() == 0
    beside.supplement(
        db.session.get_one(Ticket, ticket.id),
        "我是张三，3 号楼",
        by="citizen",
        now=samples.LATER,
        via="web",
    )
    db.session.commit()
    assert "/answer" not in opened(client, ticket)
    seen = unit.get(f"/api/v1/tickets/{ticket.number}")
    assert "张三" not in seen.text and seen.json["questions"][0]["is_open"]
    names = operator.post(
        f"/api/v1/tickets/{ticket.number}/answer-question", text="张三说是 3 号楼"
    )
    assert names.status_code == 422 and names.json["error"]["code"] == "names_the_person"
    done = operator.post(f"/api/v1/tickets/{ticket.number}/answer-question", text="3 号楼，夜里")
    assert done.status_code == 200
    seen = unit.get(f"/api/v1/tickets/{ticket.number}")
    assert "张三" not in seen.text and seen.json["questions"][0]["answer"] == "3 号楼，夜里"
    again = operator.post(f"/api/v1/tickets/{ticket.number}/answer-question", text="x")
    assert again.status_code == 422 and again.json["error"]["code"] == "nothing_asked"


def test_whom_no_text_reaches_answers_on_the_tracking_page(client: FlaskClient, api: Any) -> None:
    ticket = samples.signed(phone=None)
    unit = api(Role.HANDLER, "D16")
    assert unit.ask(ticket, questions=ASKED).json["questions"][0]["is_by_hotline"]
    opened(client, ticket)
    assert steps.press(client, ticket.number, "answer", text="3 号楼").status_code == 303
    assert "/answer" not in client.get(f"/track/{ticket.number}").text
    seen = unit.get(f"/api/v1/tickets/{ticket.number}").json["questions"][0]
    assert (seen["answer"], seen["is_open"]) == ("3 号楼", False)


def test_who_may_ask_and_when(api: Any) -> None:
    ticket = samples.dispatched()
    early = api(Role.HANDLER, "D16").ask(ticket, questions=ASKED)
    assert early.status_code == 409 and early.json["error"]["code"] == "wrong_state"
    signed = samples.signed()
    for role, unit, status in (
        (Role.HANDLER, "D14", 404),
        (Role.OPERATOR, None, 403),
        (Role.DISPATCHER, None, 403),
    ):
        assert api(role, unit).ask(signed, questions=ASKED).status_code == status
    wrongs: tuple[dict[str, Any], ...] = (
        {},
        {"questions": ""},
        {"questions": []},
        {"questions": ["x" * 2001]},
    )
    for wrong in wrongs:
        assert api(Role.HANDLER, "D16").ask(signed, **wrong).status_code == 422
    for none_or_many in ([], ["x"] * 11, {"a": 1}):
        refused = api(Role.HANDLER, "D16").ask(signed, questions=none_or_many)
        assert list(refused.json["error"]["fields"]) == ["questions"]
    assert (
        api(Role.REVIEWER)
        .post(f"/api/v1/tickets/{signed.number}/answer-question", text="x")
        .status_code
        == 403
    )


def test_the_unit_page_has_form_and_answer(client: FlaskClient, api: Any) -> None:
    ticket = samples.signed()
    factories.sign_in(client, factories.staff("han", Role.HANDLER, unit_code="D16"))
    address = f"/tickets/{ticket.number}"
    assert f"{address}/ask" in client.get(address).text
    assert samples.post(client, f"{address}/ask").status_code == 422
    assert samples.post(client, f"{address}/ask", questions=ASKED).status_code == 303
    page = client.get(address).text
    assert ASKED in page and f"{address}/ask" not in page


def test_an_urge_is_counted_and_seen_by_the_unit(client: FlaskClient, api: Any) -> None:
    ticket = samples.signed()
    assert api(Role.OPERATOR).urge(ticket).status_code == 200
    again = api(Role.OPERATOR).urge(ticket)
    assert again.status_code == 409 and "补充" in again.json["error"]["message"]
    ticket = db.session.get_one(Ticket, ticket.id)
    assert (ticket.urges, ticket.urged_at) == (1, samples.LATER)
    factories.sign_in(client, factories.staff("han", Role.HANDLER, unit_code="D16"))
    assert "催办 1 次" in client.get("/unit?tab=in_progress").text
    urged = client.get("/unit?tab=urged").text
    assert ticket.number in urged
    assert "催办 1 次" in client.get(f"/tickets/{ticket.number}").text
    other = samples.browser(client, factories.staff("oth", Role.HANDLER, unit_code="D14"))
    assert ticket.number not in other.get("/unit?tab=urged").text
