"""The lists: their order, their pages, their counts, and how many statements they take."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dispatch import assigning, lists, parts, reviewing
from hotline import clock, counters, relay
from hotline.access import Role, Viewer
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import access, operations
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket
from tests import factories
from tests.conftest import Statements
from tests.dispatch import samples
from tests.dispatch.samples import REVIEWER

MOST = 8


def dispatcher() -> Viewer:
    """Somebody at the desk."""
    return Viewer.of(1, "试", "dis", roles=frozenset({Role.DISPATCHER}))


def text(client: FlaskClient, path: str) -> str:
    """The page's HTML."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-3000:]
    return answer.get_data(as_text=True)


def test_the_queue_goes_by_urgency_then_age(client: FlaskClient) -> None:
    now = clock.now()
    old = factories.sorted_ticket(now=now - timedelta(hours=3))
    urgent = factories.sorted_ticket(now=now, urgency=Urgency.URGENT, phone="+8613900000001")
    critical = factories.sorted_ticket(now=now, urgency=Urgency.CRITICAL, phone="+8613900000002")
    young = factories.sorted_ticket(now=now, phone="+8613900000003")
    found = lists.pending(dispatcher()).items
    assert [one.id for one in found] == [critical.id, urgent.id, old.id, young.id]


def test_the_queue_is_read_page_by_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PENDING_A_PAGE", 2)
    made = [
        factories.sorted_ticket(urgency=urgency, phone=f"+861390000001{n}").id
        for n, urgency in enumerate([Urgency.CRITICAL, Urgency.URGENT, Urgency.NORMAL] * 2)
    ]
    seen: list[int] = []
    page = lists.pending(dispatcher())
    while True:
        seen += [one.id for one in page.items]
        if page.next is None:
            break
        page = lists.pending(dispatcher(), page.next)
    assert seen == [made[0], made[3], made[1], made[4], made[2], made[5]]


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "²3.4", "1.2.3", "-1.2"])
def test_a_broken_cursor_is_refused(client: FlaskClient, cursor: str) -> None:
    with pytest.raises(Invalid, match="bad_cursor"):
        lists.pending(dispatcher(), cursor)


def test_a_broken_cursor_is_told_on_the_page(client: FlaskClient) -> None:
    desk = samples.browser(client, samples.people().dispatcher)
    assert desk.get("/dispatch?cursor=nonsense").status_code == 400


def test_empty_lists_say_what_happens_next(client: FlaskClient) -> None:
    who = samples.people()
    assert "没有待派单的工单" in text(samples.browser(client, who.dispatcher), "/dispatch")
    reviewer = samples.browser(client, who.reviewer)
    assert "没有待审核的答复" in text(reviewer, "/dispatch/review")
    assert "没有待审核的退单" in text(reviewer, "/dispatch/review?tab=returns")
    unit = samples.browser(client, who.handler)
    for tab in lists.UNIT_TABS:
        assert "暂无工单" in text(unit, f"/unit?tab={tab.name}")
    assert unit.get("/unit?tab=nonsense").status_code == 400


def test_the_chosen_ticket_lies_beside_the_queue(client: FlaskClient, catalogue: None) -> None:
    first = factories.sorted_ticket(body="第一件的全文")
    other = factories.sorted_ticket(body="第二件的全文", phone="+8613900000021")
    desk = samples.browser(client, samples.people().dispatcher)
    page = text(desk, "/dispatch")
    assert "第一件的全文" not in page and "第二件的全文" not in page
    assert "第一件的全文" in text(desk, "/dispatch?ticket=first")
    page = text(desk, f"/dispatch?ticket={other.number}")
    assert "第二件的全文" in page and "第一件的全文" not in page
    gone = text(desk, "/dispatch?ticket=1234567890")
    assert first.number in gone and "该工单已不在待派单状态" in gone


def redone() -> Ticket:
    """A ticket in its second round."""
    ticket = samples.replied(phone="+8613900000031")
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=clock.now())
    assigning.redo(ticket, {}, by="citizen", now=clock.now(), book=factories.book())
    db.session.commit()
    return ticket


def closed() -> Ticket:
    """A ticket that the unit is through with."""
    ticket = samples.replied(phone="+8613900000032")
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=clock.now())
    operations.close(ticket, by="citizen", now=clock.now(), facts={})
    db.session.commit()
    relay.drain()
    return ticket


def test_the_unit_s_tabs(client: FlaskClient) -> None:
    made: dict[str, Callable[[], Ticket]] = {
        "to_sign": samples.dispatched,
        "in_progress": lambda: samples.signed(phone="+8613900000033"),
        "in_review": lambda: samples.replied(phone="+8613900000034"),
        "redo": redone,
        "closed": closed,
    }
    numbers = {tab: make().number for tab, make in made.items()}
    factories.sorted_ticket(phone="+8613900000035")
    samples.dispatched(unit="D14", phone="+8613900000036")
    unit = samples.browser(client, samples.people().handler)
    expected = {tab: {number} for tab, number in numbers.items()} | {"return_asked": set()}
    expected["to_sign"] = {numbers["to_sign"], numbers["redo"]}
    every = set(numbers.values())
    for tab, shown in expected.items():
        page = text(unit, f"/unit?tab={tab}")
        assert {number for number in every if number in page} == shown, tab
    assert 'aria-current="page">待签收 <span class="count">2</span>' in text(unit, "/unit")


def test_a_stranger_to_the_unit_sees_nothing_of_it(client: FlaskClient) -> None:
    ticket = samples.dispatched()
    other = samples.browser(client, samples.people().stranger)
    assert ticket.number not in text(other, "/unit")


def fill(tickets: int) -> None:
    """Tickets in every list."""
    for n in range(tickets):
        phone = f"+86137{n:08d}"
        factories.sorted_ticket(phone=phone)
        samples.dispatched(phone=phone)
        samples.replied(phone=phone)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("dispatcher", "/dispatch"),
        ("reviewer", "/dispatch/review"),
        ("reviewer", "/dispatch/review?tab=returns"),
        ("handler", "/unit"),
        ("handler", "/unit?tab=in_review"),
        ("handler", "/unit?tab=closed"),
    ],
)
def test_a_list_takes_few_statements_however_long(
    client: FlaskClient, catalogue: None, statements: Statements, role: str, path: str
) -> None:
    fill(3)
    someone = samples.browser(client, getattr(samples.people(), role))
    text(someone, path)
    statements.seen.clear()
    text(someone, path)
    assert len(statements) <= MOST, statements.seen


def test_counters_stay_true_over_all_lists(client: FlaskClient) -> None:
    fill(2)
    redone()
    closed()
    assert counters.prove(client.application.extensions["truths"]) == []


def test_an_assignment_that_is_over_shows_no_limit_that_runs(client: FlaskClient) -> None:
    viewer = dispatcher()
    seen = access.see(viewer, redone().number)
    shown = parts.assignments([seen], viewer)[seen.id]
    assert [(one.round, one.is_running) for one in shown] == [(2, True), (1, False)]
