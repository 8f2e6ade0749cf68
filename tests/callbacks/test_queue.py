"""The queue of calls: why each stands where it does, who comes next, and calls too soon after."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask

from callbacks import parts, turns, windows
from callbacks.turns import Part, When, Why
from callbacks.windows import CallbackRules
from hotline import clock
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets.kinds import Channel, RequestType
from hotline.tickets.models import TicketEvent
from tests.browsing import Browser
from tests.callbacks import samples
from tests.callbacks.samples import People

RULES, CITY = CallbackRules(), ZoneInfo("Asia/Shanghai")


@pytest.fixture
def who(app: APIFlask) -> People:
    """One of each who takes part."""
    return samples.people()


def at(hour: int, minute: int = 0, *, day: int = 18) -> datetime:
    """A moment in the city."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CITY)


@pytest.mark.parametrize(
    ("last", "counts_from"),
    [
        (at(9), at(11, 30)),
        (at(11, 29), at(13, 29)),
        (at(14, 30), at(17, 30)),
        (at(12), at(14)),
        (at(19), at(21)),
    ],
)
def test_from_when_on_another_call_counts(last: datetime, counts_from: datetime) -> None:
    zone = CITY
    assert windows.counts_from([last], zone, RULES) == counts_from
    assert windows.counts_from([], zone, RULES) is None


def test_a_call_right_after_another_is_no_second_try(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    samples.record(ticket, samples.missed(), now=at(14, 40))
    with pytest.raises(Refused) as refused:
        samples.record(ticket, samples.missed(), now=at(14, 41))
    assert (refused.value.code, refused.value.field) == ("called_just_now", "outcome")
    assert refused.value.values["since"] == "2026-11-18 17:30"
    assert plan.calls == 1
    samples.record(ticket, samples.missed(is_asked_for=True), now=at(14, 50))
    samples.record(ticket, samples.missed(), now=at(18, 40))
    assert plan.calls == 3
    told = db.session.query(TicketEvent).filter_by(ticket_id=ticket.id, kind="callback_recorded")
    assert [one.facts.get("asked_for") for one in told.order_by(TicketEvent.seq)] == [
        None,
        True,
        None,
    ]


def test_the_settings_of_calls_are_checked() -> None:
    with pytest.raises(ValueError, match="0 to 12 hours"):
        CallbackRules(hours_between=13)


def test_each_place_in_the_queue_has_its_reason(app: APIFlask) -> None:
    ticket, plan = samples.asked()
    first = turns.of(parts.view_of(plan), at(14, 31), RULES)
    assert first is not None
    assert (first.when, first.part, first.call, first.most) == (When.NOW, Part.AFTERNOON, 1, 3)
    assert first.why is Why.FIRST
    samples.record(ticket, samples.missed(), now=at(14, 40))
    second = turns.of(parts.view_of(plan), at(14, 41), RULES)
    assert second is not None
    assert (second.when, second.part, second.call) == (When.TODAY, Part.EVENING, 2)
    assert second.why is Why.OTHER_TIME
    samples.record(ticket, samples.missed(), now=at(18, 40))
    third = turns.of(parts.view_of(plan), at(18, 41), RULES)
    assert third is not None
    assert (third.when, third.part, third.why) == (When.TOMORROW, Part.MORNING, Why.OTHER_DAY)
    later = turns.of(parts.view_of(plan), at(9, day=16), RULES)
    assert later is not None
    assert later.when is When.LATER
    samples.record(ticket, samples.missed(), now=at(9, 10, day=19))
    assert turns.of(parts.view_of(plan), at(9, 11, day=19), RULES) is None


def test_a_text_of_the_night_is_held(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    night = at(22, 30)
    _, plan = samples.asked(now=night, channel=Channel.SMS)
    monkeypatch.setattr(clock, "now", lambda: night)
    held = turns.held_until(parts.view_of(plan))
    assert held == at(8, day=19)
    monkeypatch.setattr(clock, "now", lambda: at(8, 1, day=19))
    assert turns.held_until(parts.view_of(plan)) is None


def test_the_page_says_that_it_is_held(
    app: APIFlask, who: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = at(22, 30)
    ticket, _ = samples.asked(now=night, channel=Channel.SMS)
    monkeypatch.setattr(clock, "now", lambda: night)
    agent = signed_in(app, who)
    page = agent.get("/callbacks", tab="texts")
    assert "夜间暂缓，2026-11-19 08:00 发送" in page.text
    assert "短信将于 2026-11-19 08:00 发送" in agent.get(f"/tickets/{ticket.number}").text


def signed_in(app: APIFlask, who: People) -> Browser:
    """The agent's browser."""
    browser = Browser(app)
    browser.sign_in(who.agent)
    return browser


def test_after_saving_comes_the_next_one(
    app: APIFlask, who: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(15, day=20)
    monkeypatch.setattr(clock, "now", lambda: now)
    first, _ = samples.asked(now=now - timedelta(hours=4))
    second, _ = samples.asked(now=now - timedelta(hours=2), phone="+8613900000001")
    agent = signed_in(app, who)
    page = agent.get("/callbacks")
    assert "下午时段" in page.text and "第 1 次，共 3 次" in page.text
    assert agent.get("/callbacks/next").path == f"/callbacks/{first.number}"
    here = f"/callbacks/{first.number}"
    done = agent.submit(agent.get(here), here, outcome="no_answer", _back="/callbacks/next")
    assert done.path == f"/callbacks/{second.number}"
    here = f"/callbacks/{second.number}"
    done = agent.submit(agent.get(here), here, outcome="busy", _back="/callbacks/next")
    assert done.path == "/callbacks"
    assert "目前没有其他待回访的市民" in done.text
    again = agent.get(here)
    soon = agent.submit(again, here, outcome="busy")
    assert soon.status == 409
    assert "再拨才计次" in soon.text


def test_nobody_is_next_at_night_or_after_own_work(
    app: APIFlask, who: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(15, day=20)
    ticket, _ = samples.asked(now=now - timedelta(hours=4))
    monkeypatch.setattr(clock, "now", lambda: at(22, day=20))
    agent = signed_in(app, who)
    assert agent.get("/callbacks/next").path == "/callbacks"
    monkeypatch.setattr(clock, "now", lambda: at(22, 1, day=20))
    assert ticket.number in agent.get("/callbacks").text


def test_the_list_is_narrowed_by_filters(app: APIFlask, who: People) -> None:
    help_, _ = samples.asked(request_type=RequestType.HELP)
    other, _ = samples.asked(phone="+8613900000001")
    page = signed_in(app, who).get("/callbacks", request_type="help")
    assert help_.number in page.text
    assert other.number not in page.text
    none = signed_in(app, who).get("/callbacks", request_type="suggestion", unit="D14")
    assert "没有符合条件的工单" in none.text
    assert signed_in(app, who).get("/callbacks", request_type="nonsense").status == 400
