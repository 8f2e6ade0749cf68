"""A matter leaves the desk by each of its ways; a refusal keeps what was typed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from hotline import clock
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import beside, operations, sorting
from hotline.tickets.kinds import Channel, FilingReason, Urgency
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.states import State
from tests import factories
from tests.browsing import Browser, Page
from tests.kb.articles import published

BODY = "文化路路灯坏了三天，晚上看不清路。"
SORTING = {"request_type": "help", "category": "T010101"}


@pytest.fixture
def operator(app: APIFlask) -> Browser:
    """An operator's browser."""
    browser = Browser(app)
    browser.sign_in(factories.staff("op", Role.OPERATOR))
    return browser


def enter(operator: Browser, **fields: Any) -> Page:
    """Send the entry form."""
    return operator.submit(operator.get("/console"), "/console", **({"body": BODY} | fields))


def leave(operator: Browser, number: str, **fields: Any) -> Page:
    """Open a received item in the console and send its form."""
    return operator.submit(operator.get("/console", item=number), f"/console/{number}", **fields)


def made(page: Page) -> Ticket:
    """The ticket whose number the desk shows."""
    number = re.findall(r"<code>(\d{13})</code>", page.text)[0]
    return ticket(number)


def ticket(number: str) -> Ticket:
    """The ticket as it is now."""
    db.session.expire_all()
    return db.session.query(Ticket).filter_by(number=number).one()


def events(of: Ticket) -> list[TicketEvent]:
    """Its history."""
    return db.session.query(TicketEvent).filter_by(ticket_id=of.id).order_by(TicketEvent.seq).all()


def received(**changes: object) -> Ticket:
    """Something to be sorted, taken in a moment ago."""
    return factories.taken(now=clock.now(), may_sort=False, **changes).ticket


def ended(days: int) -> Ticket:
    """A ticket of the same citizen that ended so many days ago."""
    then = clock.now() - timedelta(days=days)
    done = factories.taken(now=then, may_sort=False).ticket
    sorting.file(operations.lock(done.number), FilingReason.TEST, by="staff:801", now=then)
    db.session.commit()
    return done


def test_a_call_becomes_a_ticket(operator: Browser) -> None:
    done = made(enter(operator, leave_by="ticket", phone="13812345678", **SORTING))
    assert (done.state, done.channel) == (State.PENDING_DISPATCH, Channel.PHONE)


def test_a_call_is_left_for_the_queue(operator: Browser) -> None:
    done = made(enter(operator, later="1", leave_by="answer"))
    assert done.state is State.RECEIVED


def test_a_call_is_transferred_as_critical(operator: Browser) -> None:
    given = {"service": "110", "accepted_by": "110 指挥中心 王警官", "their_number": "A17"}
    done = made(enter(operator, leave_by="transfer", **given))
    assert (done.state, done.urgency) == (State.TRANSFERRED, Urgency.CRITICAL)


@pytest.mark.parametrize(
    ("way", "fields", "missing"),
    [
        ("ticket", {"request_type": "help"}, "category"),
        ("answer", {}, "answer"),
        ("existing", {"way": "urge"}, "existing"),
        ("transfer", {"accepted_by": "110 王警官"}, "service"),
        ("refuse", {"refusal": "petition", "explanation": "请走信访。"}, "route"),
        ("file", {}, "filing"),
    ],
)
def test_what_a_way_needs_is_asked_for_and_nothing_is_lost(
    operator: Browser, way: str, fields: dict[str, str], missing: str
) -> None:
    page = enter(operator, leave_by=way, **fields)
    assert page.status == 422
    assert BODY in page.text and "请填写此项。" in page.text
    assert re.search(rf'value="{way}" checked', page.text)
    assert missing in page.text
    assert db.session.query(Ticket).count() == 0


def test_a_received_item_is_sorted(operator: Browser) -> None:
    item = received()
    page = leave(
        operator, item.number, leave_by="ticket", place="文化路", district="C01", **SORTING
    )
    assert page.path == "/console"
    assert ticket(item.number).state is State.PENDING_DISPATCH
    assert item.number in page.text


def test_an_answer_records_the_article_and_the_revision_it_was_read_in(operator: Browser) -> None:
    article = published(title="路灯报修")
    item = received()
    given = {"answer": "请拨打路灯管理处。", "article": article.number, "revision": "1"}
    leave(operator, item.number, leave_by="answer", **given)
    last = events(ticket(item.number))[-1]
    assert ticket(item.number).state is State.ANSWERED
    assert (last.facts["article"], last.facts["article_revision"]) == (article.number, 1)


def test_an_unknown_article_is_refused(operator: Browser) -> None:
    item = received()
    given = {"answer": "请拨打路灯管理处。", "article": "K999"}
    page = leave(operator, item.number, leave_by="answer", **given)
    assert page.status == 422
    assert "请拨打路灯管理处。" in page.text
    assert ticket(item.number).state is State.RECEIVED


def test_only_a_consultation_is_answered_at_once(operator: Browser) -> None:
    item = received(request_type="complaint")
    page = leave(operator, item.number, leave_by="answer", answer="已知悉。")
    assert page.status == 422
    assert ticket(item.number).state is State.RECEIVED


def test_what_the_operator_called_a_complaint_is_not_answered_at_once(operator: Browser) -> None:
    item = received()
    given = {"answer": "已知悉。", "request_type": "complaint"}
    page = leave(operator, item.number, leave_by="answer", **given)
    assert page.status == 422 and "已知悉。" in page.text
    assert ticket(item.number).state is State.RECEIVED
    given["request_type"] = "consultation"
    leave(operator, item.number, leave_by="answer", **given)
    assert ticket(item.number).state is State.ANSWERED


def test_a_received_item_is_refused_and_filed(operator: Browser) -> None:
    first, second = received(), received()
    told = {"refusal": "petition", "explanation": "请向信访部门反映。", "route": "信访局"}
    leave(operator, first.number, leave_by="refuse", **told)
    leave(operator, second.number, leave_by="file", filing="spam")
    assert ticket(first.number).state is State.REFUSED
    assert ticket(second.number).state is State.FILED


def test_what_came_in_goes_to_the_open_ticket_it_belongs_to(operator: Browser) -> None:
    existing, item = received(), received(body="还有一盏也坏了。", channel=Channel.SMS)
    given = {"existing": existing.number, "way": "supplement", "more": "电话核实过。"}
    leave(operator, item.number, leave_by="existing", **given)
    filed = events(ticket(item.number))[-1]
    assert (filed.kind, filed.facts["into"]) == ("filed", existing.number)
    assert events(ticket(existing.number))[-1].kind == "supplemented"


def test_a_caller_urges_an_open_ticket_once_a_day(operator: Browser) -> None:
    existing = received()
    given = {"leave_by": "existing", "existing": existing.number, "way": "urge", "body": ""}
    assert enter(operator, **given).path == "/console"
    page = enter(operator, **given)
    assert page.status == 409
    assert [one.kind for one in events(ticket(existing.number))].count("urged") == 1


def test_a_caller_is_told_how_far_it_is(operator: Browser) -> None:
    existing = received()
    enter(operator, leave_by="existing", existing=existing.number, way="progress", body="")
    assert events(ticket(existing.number))[-1].kind == "noted"


def test_an_ended_ticket_is_taken_up_again_within_thirty_days(operator: Browser) -> None:
    done = ended(29)
    enter(operator, leave_by="existing", existing=done.number, way="reopen")
    assert ticket(done.number).state is State.PENDING_DISPATCH


def test_later_a_new_ticket_is_its_repeat(operator: Browser) -> None:
    done = ended(31)
    page = enter(operator, leave_by="existing", existing=done.number, way="reopen")
    assert (page.status, BODY in page.text) == (409, True)
    again = made(enter(operator, leave_by="ticket", repeat_of=done.number, **SORTING))
    assert again.reopened_from == done.number


@pytest.mark.parametrize("days", [None, 3])
def test_nothing_repeats_what_is_open_or_just_ended(operator: Browser, days: int | None) -> None:
    earlier = ended(days) if days else received()
    page = enter(operator, leave_by="ticket", repeat_of=earlier.number, **SORTING)
    assert page.status == 422
    assert BODY in page.text


def test_confidential_words_stay_apart(operator: Browser) -> None:
    existing, item = received(), received(is_confidential=True)
    page = leave(
        operator, item.number, leave_by="existing", existing=existing.number, way="supplement"
    )
    assert page.status == 422
    assert ticket(item.number).state is State.RECEIVED
    assert events(ticket(existing.number))[-1].kind == "received"


def test_the_slower_of_two_is_told_and_keeps_what_was_typed(operator: Browser) -> None:
    item = received()
    page = operator.get("/console", item=item.number)
    beside.note(operations.lock(item.number), "同事的备注", by="staff:801", now=clock.now())
    sorting.file(operations.lock(item.number), FilingReason.SPAM, by="staff:801", now=clock.now())
    db.session.commit()
    given: dict[str, Any] = {"leave_by": "answer", "answer": "这是我写的答复。"}
    page = operator.submit(page, f"/console/{item.number}", **given)
    assert page.status == 409
    assert "这是我写的答复。" in page.text
    assert "已有同事先行处理" in page.text
