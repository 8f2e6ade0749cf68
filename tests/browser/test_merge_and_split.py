"""Five reports of one burst pipe, and one report of two matters, from the desk to the end."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from dispatch import assigning, reviewing, working
from dispatch.assigning import Order
from hotline import clock, relay
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import operations
from hotline.tickets.kinds import Completion, RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import State
from tests import factories
from tests.browser.conftest import Open, is_well_made
from tests.callbacks import samples as asking
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, HANDLER
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PIPE = "文化路十字路口水管爆裂，水漫到路面。"
BOTH = "三号楼停水两天。另外文化路夜市每晚占道。"


def now_of(number: str) -> Ticket:
    """The ticket as it is after everything was read."""
    db.session.rollback()
    relay.drain()
    db.session.expire_all()
    return db.session.query(Ticket).filter_by(number=number).one()


def handled(number: str, unit: str | None = None) -> None:
    """By its unit, the reviewer and the callback agent, to the end; dispatched where not yet."""
    book, now = factories.book(), clock.now()
    ticket = operations.lock(number)
    if unit is not None:
        assigning.dispatch(ticket, Order(factories.unit(unit)), by=DISPATCHER, now=now, book=book)
    mine = samples.open_of(ticket)
    assigning.sign(ticket, mine, by=HANDLER, now=now)
    said = asking.wording(Completion.SOLVED)
    working.reply(ticket, mine, said, by=HANDLER, now=now, book=book)
    reviewing.accept(ticket, mine, by=asking.REVIEWER, now=now)
    db.session.commit()
    now_of(number)
    asking.record(operations.lock(number), asking.GOOD, now=now + timedelta(minutes=1))


def kinds_of(ticket: Ticket) -> list[str]:
    """The kinds of texts to its citizen."""
    found = db.session.query(Message).filter_by(ticket_id=ticket.id).order_by(Message.id)
    return [one.kind for one in found]


def confirm(page: Page, button: str) -> None:
    """Press the button and say yes."""
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("[data-confirm-yes]").click()


def five_reports() -> list[str]:
    """The numbers of five tickets of different citizens about the same pipe."""
    return [
        factories.sorted_ticket(
            phone=f"+861390003000{n}", title=f"水管爆裂{n}", body=PIPE, now=clock.now()
        ).number
        for n in range(5)
    ]


def test_five_reports_of_one_burst_pipe(app: APIFlask, open_tab: Open) -> None:
    numbers = five_reports()
    page = open_tab(samples.people().dispatcher)
    page.goto("/dispatch")
    for number in numbers:
        page.locator(f'[name=numbers][value="{number}"]').check()
    page.get_by_role("button", name="同一事件").click()
    is_well_made(page)
    page.locator(f'[name=into][value="{numbers[0]}"]').check()
    confirm(page, "并单")
    expect(page.locator(".toast-line, .notice").first).to_contain_text("4")
    page.goto(f"/tickets/{numbers[0]}")
    expect(page.locator("#followers .known-list > li")).to_have_count(4)
    is_well_made(page)

    lead, *others = map(now_of, numbers)
    assert {one.merged_into_id for one in others} == {lead.id}
    handled(numbers[0], "E01")
    lead, *others = map(now_of, numbers)
    assert lead.state is State.CLOSED
    assert [one.closed_at for one in others] == [lead.closed_at] * 4
    for one in others:
        assert kinds_of(one) == ["acknowledged", "merged", "replied", "rate_request"]

    text = asking.texts_of(others[3])[0]
    citizen = open_tab()
    citizen.goto(f"/rate/{asking.token_in(text)}")
    citizen.locator('[name=satisfied][value="1"]').check()
    citizen.locator("form button[type=submit]").last.click()
    citizen.wait_for_load_state("load")
    back = now_of(numbers[4])
    assert (back.state, back.round, back.merged_into_id) == (State.PENDING_SIGNATURE, 2, None)
    assert samples.open_of(back).unit.code == "E01"
    assert {now_of(one).state for one in numbers[1:4]} == {State.MERGED}
    page.goto(f"/tickets/{numbers[4]}")
    expect(page.locator("#history")).to_contain_text(f"不再并入工单{numbers[0]}")


def test_one_report_of_two_matters(app: APIFlask, open_tab: Open) -> None:
    made = factories.taken(
        now=clock.now(), body=BOTH, request_type=RequestType.COMPLAINT, category="T010101"
    ).ticket
    number = made.number
    page = open_tab(samples.people().dispatcher)
    page.goto(f"/tickets/{number}")
    page.locator("#beside a", has_text="拆分为多件工单").click()
    is_well_made(page)
    page.evaluate(
        "() => { const text = document.querySelector('[data-split-words] .prose').firstChild;"
        " const range = document.createRange(); range.setStart(text, 0); range.setEnd(text, 8);"
        " const chosen = document.getSelection(); chosen.removeAllRanges();"
        " chosen.addRange(range); }"
    )
    page.get_by_role("button", name="取用选中文字").first.click()
    expect(page.locator("#f-body-1")).to_have_value(BOTH[:8])
    page.locator("#f-category-1").select_option("T010102")
    page.locator("#f-unit-1").select_option("E01")
    page.locator("#f-body-2").fill("文化路夜市每晚占道。")
    page.locator("#f-category-2").select_option("T010101")
    page.locator("#f-unit-2").select_option("D16")
    page.get_by_role("button", name="拆分为 2 件").click()
    expect(page.locator("#parts")).to_contain_text("0 / 2")
    is_well_made(page)

    now_of(number)
    parts = db.session.query(Ticket.number).join(TicketPart, TicketPart.part_id == Ticket.id)
    water, stalls = (one for (one,) in parts.order_by(TicketPart.position))
    handled(water)
    assert now_of(number).state is State.IN_PROGRESS
    handled(stalls)
    whole = now_of(number)
    assert now_of(number).state is State.CLOSED
    assert kinds_of(whole) == ["acknowledged", "split"]
    page.reload()
    expect(page.locator("#parts")).to_contain_text("2 / 2")
    expect(page.locator("#history")).to_contain_text("2件分单均已办结")
