"""The ticket room, portal and console through HTTP, with CSRF and permissions on."""

import re
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from tests import factories
from tests.browsing import Browser


@pytest.fixture
def operator(app: APIFlask) -> Browser:
    """An operator who is signed in."""
    browser = Browser(app)
    browser.sign_in(factories.staff("op1", Role.OPERATOR))
    return browser


def test_a_web_report_becomes_a_ticket_that_can_be_tracked(app: APIFlask) -> None:
    browser = Browser(app)
    page = browser.get("/report")
    page = browser.submit(
        page, "/report", body="楼下烧烤店油烟很大", place="海港区民族路", phone="13811112222"
    )
    number, code = re.findall(r"<code>(\d+)</code>", page.text)
    assert db.session.query(Ticket).filter_by(number=number).one().state is State.RECEIVED
    page = browser.submit(browser.get("/track"), "/track", number=number, query_code=code)
    assert "楼下烧烤店油烟很大" in page.text
    page = browser.submit(page, f"/track/{number}/supplement", text="昨晚又有了")
    assert "昨晚又有了" in page.text
    page = browser.submit(page, f"/track/{number}/withdraw", reason="已经解决")
    assert db.session.query(Ticket).filter_by(number=number).one().state is State.WITHDRAWN


def test_a_wrong_code_looks_like_an_unknown_number(app: APIFlask) -> None:
    number = factories.taken().ticket.number
    browser = Browser(app)
    page = browser.submit(browser.get("/track"), "/track", number=number, query_code="x")
    assert page.status == 422
    assert browser.get(f"/track/{number}").path == "/track"


def test_the_same_form_sent_twice_makes_one_ticket(app: APIFlask) -> None:
    browser = Browser(app)
    page = browser.get("/report")
    fields: dict[str, Any] = {"body": "路灯坏了", "place": "文化路", "phone": "13811112222"}
    first = browser.submit(page, "/report", **fields)
    second = browser.submit(page, "/report", **fields)
    assert first.text == second.text
    assert db.session.query(Ticket).count() == 1
    changed = browser.submit(page, "/report", **(fields | {"body": "别的事"}))
    assert changed.status == 409


def test_a_report_with_errors_keeps_what_was_typed(app: APIFlask) -> None:
    browser = Browser(app)
    page = browser.submit(browser.get("/report"), "/report", body="路灯坏了", place="", phone="abc")
    assert page.status == 422
    assert "路灯坏了" in page.text and "这不是电话号码" in page.text


def test_an_operator_enters_and_sorts(app: APIFlask, operator: Browser) -> None:
    page = operator.submit(
        operator.get("/console"),
        "/console",
        body="小区门口占道经营",
        phone="0335-3601234",
        later="1",
        channel="phone",
    )
    number = re.findall(r"<code>(\d{13})</code>", page.text)[0]
    page = operator.submit(
        operator.get(f"/tickets/{number}"),
        f"/tickets/{number}/sort",
        request_type="complaint",
        category="T010101",
    )
    ticket = db.session.query(Ticket).filter_by(number=number).one()
    assert ticket.state is State.PENDING_DISPATCH
    page = operator.submit(page, f"/tickets/{number}/note", text="来电人着急")
    assert "来电人着急" in page.text


def test_an_instant_answer_closes_at_once(app: APIFlask, operator: Browser) -> None:
    page = operator.submit(
        operator.get("/console"),
        "/console",
        body="社保卡怎么补办？",
        leave_by="answer",
        channel="phone",
        answer="带身份证到任一社保服务网点办理。",
    )
    number = re.findall(r"<code>(\d{13})</code>", page.text)[0]
    assert db.session.query(Ticket).filter_by(number=number).one().state is State.ANSWERED


def test_a_refused_step_says_what_is_possible(app: APIFlask, operator: Browser) -> None:
    ticket = factories.sorted_ticket()
    page = operator.get(f"/tickets/{ticket.number}")
    page = operator.submit(page, f"/tickets/{ticket.number}/file", reason="spam", anywhere=True)
    assert page.status == 409
    assert "派单" in page.text


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/report", data={"body": "x", "place": "y", "phone": "13811112222"})
    assert answer.status_code == 400
    assert not db.session.query(TicketText).count()


def test_uncovering_a_number_leaves_a_trace(app: APIFlask, operator: Browser) -> None:
    ticket = factories.taken().ticket
    page = operator.get(f"/tickets/{ticket.number}")
    assert "13812345678" not in page.text
    page = operator.submit(page, f"/tickets/{ticket.number}/uncover")
    assert "13812345678" in page.text
    assert db.session.query(AuditEntry).filter_by(kind="phone_uncovered").count() == 1


def test_search_finds_words_numbers_and_phones(app: APIFlask, operator: Browser) -> None:
    ticket = factories.taken().ticket
    factories.taken(title="供暖", body="暖气不热", phone="+8613900000009")
    for words in ("占道经营", ticket.number, "138 1234 5678"):
        page = operator.get("/search", q=words)
        assert ticket.number in page.text, words
        assert page.text.count('class="number"') == 1


def test_an_operator_sees_to_which_ticket_a_text_may_belong(
    app: APIFlask, operator: Browser
) -> None:
    known = factories.taken().ticket.number
    number = factories.taken(extra={"perhaps": [known]}).ticket.number
    page = operator.get(f"/tickets/{number}")
    assert "可能属于已有工单" in page.text and f"/tickets/{known}" in page.text
