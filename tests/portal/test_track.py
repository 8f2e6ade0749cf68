"""One's own ticket: what it tells, what can be done to it, and who is kept out."""

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import joint, joint_queries, working
from hotline import clock, settings
from hotline.attachments.models import Attachment
from hotline.extensions import db
from hotline.tickets import operations, queries
from hotline.tickets import steps as staff_steps
from hotline.tickets.acting import Acting
from hotline.tickets.forms import RefuseForm
from hotline.tickets.kinds import Channel, RefusalReason
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples
from tests.conftest import Statements
from tests.dispatch import samples as handling
from tests.dispatch import time_samples as resting
from tests.portal import steps

pytestmark = pytest.mark.usefixtures("app")
PAGE, FRAGMENT = 8, 5


def opened(client: FlaskClient, ticket: Ticket) -> str:
    """The ticket's page, opened with number and code."""
    code = db.session.get_one(TicketText, ticket.id).query_code
    token = factories.hidden(client.get("/track").text, "csrf_token")
    sent = {"csrf_token": token, "number": ticket.number, "query_code": code}
    assert client.post("/track", data=sent).status_code == 303
    return client.get(f"/track/{ticket.number}").text


def test_it_says_who_has_it_and_until_when(client: FlaskClient) -> None:
    page = opened(client, handling.signed())
    unit = "市城市管理综合行政执法局"
    assert f"承办单位：{unit}" in page and "前答复" in page
    assert f"已派给{unit}" in page and f"{unit}已签收" in page
    assert "circle-dashed" not in page
    assert len(set(re.findall(r"sprite.svg[^#]*#([a-z0-9-]+)", page))) > 6


def test_who_assists_never_speaks_for_the_lead(client: FlaskClient) -> None:
    """An assisting unit signs last and tells of its part; the lead gets time and answers."""
    ticket, book = handling.signed(), factories.book()
    lead, helper = handling.open_of(ticket), factories.unit("D14")
    now = factories.NOW
    joint.add(ticket, lead, [helper], None, by="staff:1", now=now, book=book)
    db.session.commit()
    (part,) = joint_queries.assisting(ticket.id)
    joint.sign(ticket, part, by="staff:2", now=now)
    db.session.commit()
    working.progress(ticket, part, "油烟已监测。", by="staff:2", now=now)
    working.progress(ticket, lead, "已约谈摊主。", by=handling.HANDLER, now=now)
    db.session.commit()
    page = opened(client, ticket)
    first, second = page.index("已约谈摊主。"), page.index("油烟已监测。")
    story = page[page.index('id="story"') :]
    unit, other = "市城市管理综合行政执法局", helper.name
    assert first < second
    titles = re.findall(rf"({unit}|{other})反馈进展", story)
    assert titles == [unit, other]


def test_while_it_rests_no_limit_is_promised(client: FlaskClient) -> None:
    ticket = handling.signed()
    resting.suspended(ticket)
    page = opened(client, ticket)
    assert "暂缓办理至 " in page and "前答复" not in page


def test_a_reply_is_told_once_it_was_accepted(client: FlaskClient) -> None:
    replied = handling.replied()
    assert "已现场" not in opened(client, replied)
    accepted = samples.accepted(phone="+8613800000009")
    assert "已现场核实处理。" in opened(client, accepted)


def test_a_refusal_says_where_to_go(client: FlaskClient) -> None:
    taken = factories.taken().ticket
    how = Acting("staff:1", factories.NOW, factories.book())
    said = RefuseForm(reason=next(iter(RefusalReason)), text="已经起诉", route="海港区人民法院")
    staff_steps.refuse(operations.lock(taken.number), said, how)
    db.session.commit()
    page = opened(client, taken)
    assert "已经起诉" in page and "办理渠道：海港区人民法院" in page


def test_more_with_a_picture(client: FlaskClient) -> None:
    ticket = handling.signed()
    opened(client, ticket)
    done = steps.press(
        client, ticket.number, "supplement", text="又来了<b>", files=[steps.picture("more.jpg")]
    )
    assert done.status_code == 303
    page = client.get(f"/track/{ticket.number}").text
    assert "又来了&lt;b&gt;" in page and "more.jpg" in page
    (kept,) = db.session.query(Attachment).all()
    assert kept.of_seq is not None
    wrong = steps.picture("bad.jpg")
    wrong.stream.truncate(10)
    refused = steps.press(client, ticket.number, "supplement", text="写了很久", files=[wrong])
    assert refused.status_code == 422 and "写了很久" in refused.text


def test_haste_once_a_day(client: FlaskClient) -> None:
    ticket = handling.signed()
    page = opened(client, ticket)
    assert "每天可以催办一次" in page
    assert steps.press(client, ticket.number, "urge").status_code == 303
    page = client.get(f"/track/{ticket.number}").text
    assert "可以再次催办" in page and f"/track/{ticket.number}/urge" not in page
    again = steps.press(client, ticket.number, "urge")
    assert again.status_code == 409


def test_taking_back_needs_a_reason(client: FlaskClient) -> None:
    ticket = handling.signed()
    opened(client, ticket)
    assert steps.press(client, ticket.number, "withdraw").status_code == 422
    assert steps.press(client, ticket.number, "withdraw", reason="已解决").status_code == 303
    assert db.session.get_one(Ticket, ticket.id).state is State.WITHDRAWN
    assert "您已撤回" in client.get(f"/track/{ticket.number}").text


def test_the_rating_is_given_and_told_there(client: FlaskClient) -> None:
    ticket, _ = samples.asked(now=clock.now(), channel=Channel.SMS)
    page = opened(client, ticket)
    here = f"/track/{ticket.number}/rate"
    assert here in page and "您满意吗" in page
    form = client.get(here)
    assert form.status_code == 200 and "解决得又快又好" in form.text
    token = factories.hidden(form.text, "csrf_token")
    assert client.post(here, data={"csrf_token": token}).status_code == 422
    done = client.post(here, data={"csrf_token": token, "satisfied": "5"})
    assert done.status_code == 303
    page = client.get(f"/track/{ticket.number}").text
    assert "您的评价" in page and "非常满意" in page and "修改评价" in page
    assert db.session.get_one(Ticket, ticket.id).state is State.CLOSED


def test_nobody_else_comes_in(app: APIFlask, client: FlaskClient) -> None:
    mine, other = handling.signed(), samples.asked(now=clock.now(), channel=Channel.SMS)[0]
    opened(client, mine)
    for path in ("", "/rate"):
        away = client.get(f"/track/{other.number}{path}")
        assert (away.status_code, away.location) == (303, f"/track?number={other.number}")
    assert client.get(f"/track/{other.number}/files/anything").status_code == 404
    assert client.get(f"/track/{mine.number}/rate").status_code == 410
    assert app.test_client().get(f"/track/{mine.number}").status_code == 303


def test_a_wrong_code_is_answered_clearly(client: FlaskClient) -> None:
    token = factories.hidden(client.get("/track").text, "csrf_token")
    sent = {"csrf_token": token, "number": "2611180000011", "query_code": "000000"}
    answer = client.post("/track", data=sent)
    assert answer.status_code == 422 and 'value="2611180000011"' in answer.text


def test_the_receipt_says_of_the_text_only_what_is_true(client: FlaskClient) -> None:
    answer = steps.send(client)
    assert "短信正在发送给您" in client.get(answer.location).text
    path = f"{answer.location}/text"
    assert "hx-get" in client.get(f"{path}?waited=1").text
    assert "hx-get" not in client.get(f"{path}?waited=5").text
    ticket = db.session.query(Ticket).one()
    ticket.received_at -= timedelta(minutes=5)
    db.session.commit()
    assert "没有短信发送到您的号码" in client.get(path).text
    assert client.get("/report/received/nonsense").status_code == 404


def test_outages_at_a_place(client: FlaskClient) -> None:
    assert client.get("/outages").status_code == 200
    assert "没有相关公告" in client.get("/outages?place=文化路&district=C01").text
    assert client.get("/outages?lat=north").status_code == 200


def test_each_page_asks_the_database_a_few_times(
    client: FlaskClient, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (queries, settings):
        monkeypatch.setattr(room, "KEPT_SECONDS", 3600.0)
    ticket, _ = samples.asked(now=clock.now(), channel=Channel.SMS)
    opened(client, ticket)
    statements.seen.clear()
    assert client.get(f"/track/{ticket.number}").status_code == 200
    assert len(statements) <= PAGE, statements.seen
    token = factories.hidden(client.get("/report").text, "csrf_token")
    asked = {"csrf_token": token, "body": "夜市占道经营", "place": "海港区文化路"}
    client.post("/report/hints", data=asked)
    statements.seen.clear()
    assert client.post("/report/hints", data=asked).status_code == 200
    assert len(statements) <= FRAGMENT, statements.seen
