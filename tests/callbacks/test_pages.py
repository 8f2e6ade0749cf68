"""The desk and the citizen's page over HTTP: CSRF on, roles as they are, no JavaScript."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from callbacks import operations
from callbacks.models import Plan
from hotline import clock
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.kinds import Channel, Completion
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.browsing import Browser, Page
from tests.callbacks import samples
from tests.callbacks.samples import People
from tests.conftest import Statements

ANSWERS: dict[str, Any] = {
    "outcome": "reached",
    "responded": "yes",
    "solved": "yes",
    "satisfied": "5",
}


@pytest.fixture
def who(app: APIFlask) -> People:
    """One of each who takes part."""
    return samples.people()


def signed_in(app: APIFlask, person: Staff) -> Browser:
    """A browser in which this person is signed in."""
    browser = Browser(app)
    browser.sign_in(person)
    return browser


def state_of(ticket: Ticket) -> State:
    """The ticket's state as it is stored now."""
    db.session.flush()
    db.session.expire_all()
    return db.session.get_one(Ticket, ticket.id).state


def due_now(plan: Plan) -> None:
    """Let the time of the plan's next call have come."""
    plan.next_call_at = clock.now() - timedelta(minutes=1)
    db.session.commit()


def test_the_agents_way_from_list_to_closed(app: APIFlask, who: People) -> None:
    ticket, plan = samples.asked(now=clock.now())
    due_now(plan)
    agent = signed_in(app, who.agent)
    desk = agent.get("/callbacks")
    assert ticket.number in desk.text and "开始回访" in desk.text
    assert "138****5678" in desk.text and "13812345678" not in desk.text
    here = f"/callbacks/{ticket.number}"
    call = agent.get(here)
    assert "已现场核实处理。" in call.text, "the unit's reply is part of the story"
    assert "保存后自动退回市城市管理综合行政执法局重办" in call.text, "the redo is explained before"
    done = agent.submit(call, here, **ANSWERS)
    assert (done.status, done.path) == (200, "/callbacks")
    assert "回访结果已保存" in done.text and ticket.number not in done.text.split("<table")[-1]
    assert state_of(ticket) is State.CLOSED
    assert ticket.number in agent.get("/callbacks", tab="answers").text
    assert "本轮不能再登记" not in agent.get(here).text, "within two days it may change"


@pytest.mark.parametrize(("hour", "words"), [(10, "可以拨打"), (4, "下一时段：2026-11-20 09:00")])
def test_the_list_keeps_to_the_calling_hours(
    app: APIFlask, who: People, monkeypatch: pytest.MonkeyPatch, hour: int, words: str
) -> None:
    now = datetime(2026, 11, 20, hour, tzinfo=samples.terms().zone)
    samples.asked(now=now - timedelta(days=1))
    monkeypatch.setattr(clock, "now", lambda: now)
    page = signed_in(app, who.agent).get("/callbacks")
    assert words in page.text
    assert ("请勿拨打" in page.text) is (hour == 4)


def test_dissatisfied_twice_goes_to_a_reviewer(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    agent, here = signed_in(app, who.agent), f"/callbacks/{ticket.number}"
    bad = ANSWERS | {"satisfied": "1", "reason": "还是老样子"}
    agent.submit(agent.get(here), here, **bad)
    assert state_of(ticket) is State.PENDING_SIGNATURE
    samples.handled_again(ticket, now=clock.now(), completion=Completion.SOLVED)
    again = agent.get(here)
    assert "保存后转审核员认定是否重办" in again.text
    agent.submit(again, here, **bad)
    assert state_of(ticket) is State.AWAITING_CALLBACK
    head = signed_in(app, who.head)
    assert ticket.number in head.get("/callbacks/decisions").text
    there = f"/callbacks/decisions/{ticket.number}"
    page = head.get(there)
    assert "还是老样子" in page.text
    empty = head.submit(page, there, reasonable="1")
    assert (empty.status, state_of(ticket)) == (422, State.AWAITING_CALLBACK)
    done = head.submit(empty, there, reasonable="0", note="已按规定处理到位")
    assert (done.path, state_of(ticket)) == ("/callbacks/decisions", State.CLOSED)
    assert "没有待认定的工单" in head.get(there).text


def test_calls_without_an_answer_end_in_a_text(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    agent, here = signed_in(app, who.agent), f"/callbacks/{ticket.number}"
    for _ in range(3):
        agent.submit(agent.get(here), here, outcome="no_answer", asked_for="1")
    assert len(samples.texts_of(ticket)) == 1
    assert ticket.number in agent.get("/callbacks", tab="texts").text
    assert ticket.number not in agent.get("/callbacks").text


def test_a_refusal_shows_the_page_with_what_was_typed(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    agent, here = signed_in(app, who.agent), f"/callbacks/{ticket.number}"
    sent = agent.submit(agent.get(here), here, outcome="reached", reason="他说再想想")
    assert (sent.status, sent.path) == (422, here)
    assert "请填写市民的满意程度" in sent.text and "他说再想想" in sent.text


def test_what_saving_does_follows_the_choice(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    agent, here = signed_in(app, who.agent), f"/callbacks/{ticket.number}/foresight"
    assert "保存后工单办结" in agent.get(here, satisfied="4").text
    assert (
        "自动退回市城市管理综合行政执法局重办" in agent.get(here, satisfied="4", solved="no").text
    )
    assert "选择评价后" in agent.get(here).text
    assert "选择评价后" in agent.get(here, satisfied="9").text


def test_who_took_part_is_told_so_and_may_not(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now(), completion=Completion.EXPLAINED)
    samples.record(ticket, samples.BAD, now=clock.now(), by=f"staff:{who.reviewer.id}")
    reviewer = signed_in(app, who.reviewer)
    there = f"/callbacks/decisions/{ticket.number}"
    page = reviewer.get(there)
    assert "请由其他审核员或热线负责人认定" in page.text
    sent = reviewer.submit(page, there, anywhere=True, reasonable="1", note="x")
    assert (sent.status, state_of(ticket)) == (403, State.AWAITING_CALLBACK)


@pytest.mark.parametrize("path", ["/callbacks", "/callbacks/decisions"])
def test_others_may_not_come_in(app: APIFlask, who: People, path: str) -> None:
    assert signed_in(app, who.handler).get(path).status == 403
    assert Browser(app).get(path).path == "/login"
    assert signed_in(app, who.agent).get("/callbacks/decisions").status == 403
    assert signed_in(app, who.reviewer).get("/callbacks").status == 403


def test_a_form_without_its_token_is_refused(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now())
    agent = signed_in(app, who.agent)
    assert agent.client.post(f"/callbacks/{ticket.number}", data=ANSWERS).status_code == 400
    assert state_of(ticket) is State.AWAITING_CALLBACK


@pytest.mark.parametrize("tab", ["calls", "texts", "answers"])
def test_lists_take_few_statements_and_page_on(
    app: APIFlask, who: People, statements: Statements, tab: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("callbacks.lists.A_PAGE", 2)
    made = [_in(tab, n) for n in range(3)]
    agent = signed_in(app, who.agent)
    agent.get("/callbacks", tab=tab)
    statements.seen.clear()
    first = agent.get("/callbacks", tab=tab)
    assert len(statements) <= 8, "\n".join(statements.seen)
    onward = first.text.split("cursor=", 1)[1].split('"', 1)[0]
    second = agent.get("/callbacks", tab=tab, cursor=onward)
    shown = [one.number in first.text for one in made], [one.number in second.text for one in made]
    assert sorted(map(sum, shown)) == [1, 2]
    assert agent.get("/callbacks", tab=tab, cursor="nonsense").status == 400


def _in(tab: str, n: int) -> Ticket:
    """A ticket that stands under this tab."""
    channel = Channel.SMS if tab == "texts" else Channel.PHONE
    now = clock.now() - timedelta(minutes=n)
    ticket, _ = samples.asked(now=now, channel=channel, phone=f"+861381234000{n}")
    if tab == "answers":
        samples.record(ticket, samples.GOOD, now=now)
    return ticket


def test_an_expired_text_is_swept_by_the_job(app: APIFlask, who: People) -> None:
    ticket, plan = samples.asked(now=clock.now() - timedelta(hours=72), channel=Channel.SMS)
    operations.expire(plan.id, now=_soon(plan), book=factories.book())
    assert state_of(ticket) is State.CLOSED
    assert "联系不上" in signed_in(app, who.agent).get(f"/tickets/{ticket.number}").text


def _soon(plan: Plan) -> datetime:
    assert plan.expires_at is not None
    return plan.expires_at + timedelta(seconds=1)


def test_pages_are_pages(app: APIFlask, who: People) -> None:
    page: Page = signed_in(app, who.agent).get("/callbacks")
    assert page.text.count("<h1") == 1


def test_who_reads_the_ticket_reads_no_link_to_rate_it_with(app: APIFlask, who: People) -> None:
    ticket, _ = samples.asked(now=clock.now(), channel=Channel.SMS)
    token = samples.token_in(samples.texts_of(ticket)[0])
    page = signed_in(app, who.handler).get(f"/tickets/{ticket.number}")
    assert "/rate/******" in page.text and token not in page.text
    headers = factories.bearer(who.handler)
    told = app.test_client().get(f"/api/v1/tickets/{ticket.number}", headers=headers)
    assert token not in told.get_data(as_text=True)


def test_a_page_opened_before_the_citizen_answered_overwrites_nothing(
    app: APIFlask, who: People
) -> None:
    ticket, plan = samples.asked(now=clock.now())
    due_now(plan)
    agent, other = signed_in(app, who.agent), signed_in(app, who.agent)
    here = f"/callbacks/{ticket.number}"
    old = other.get(here)
    agent.submit(agent.get(here), here, **ANSWERS)
    assert state_of(ticket) is State.CLOSED
    page = other.submit(old, here, **(ANSWERS | {"solved": "no", "satisfied": "1"}))
    assert page.status == 409 and "页面打开后市民已作答" in page.text
    assert state_of(ticket) is State.CLOSED
