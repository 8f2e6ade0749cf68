"""The hotline's desk in real browsers: a change with its limit, an objection looked at twice."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from hotline import clock
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import operations, queries, sorting
from hotline.tickets.kinds import RefusalReason
from hotline.tickets.models import TicketText
from tests import factories
from tests.browser.conftest import Open, is_well_made
from tests.browser.test_way import look_up
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
WHY = "这是小区门口的占道经营，不是信访事项。"


def test_a_change_shows_the_limit_before_it_is_made(app: APIFlask, open_tab: Open) -> None:
    people, number = samples.people(), samples.signed(now=clock.now()).number
    desk = open_tab(people.dispatcher)
    desk.goto(f"/tickets/{number}")
    desk.get_by_role("link", name="更改类型、分类或紧急程度").click()
    desk.wait_for_url(f"**/tickets/{number}/change")
    desk.select_option("[name=category]", "T010105")
    expect(desk.locator("#outlook")).to_contain_text("10 个工作日")
    is_well_made(desk)
    desk.fill("[name=reason]", "市民来电更正。")
    desk.get_by_role("button", name="确认更改").click()
    desk.wait_for_url(f"**/tickets/{number}")
    expect(desk.locator("main")).to_contain_text("5 个工作日 → 10 个工作日")


def test_an_objection_is_looked_at_twice(app: APIFlask, open_tab: Open) -> None:
    ticket = factories.taken(now=clock.now()).ticket
    sorting.refuse(
        operations.lock(ticket.number),
        RefusalReason.PETITION,
        "属信访事项。",
        "信访局",
        by="staff:801",
        now=clock.now(),
    )
    db.session.commit()
    number, code = ticket.number, db.session.get_one(TicketText, ticket.id).query_code
    citizen = open_tab()
    look_up(citizen, number, code)
    citizen.fill("form[action$='/object'] [name=text]", WHY)
    citizen.locator("form[action$='/object'] button[type=submit]").click()
    expect(citizen.locator("main")).to_contain_text("将由另一名工作人员复核")
    is_well_made(citizen)

    reviewer = open_tab(factories.staff("second", Role.REVIEWER))
    reviewer.goto("/follow-ups?tab=objections")
    expect(reviewer.locator("main")).to_contain_text(number)
    is_well_made(reviewer)
    reviewer.locator("#followups a[href$='#objection']").click()
    reviewer.locator("#objection [value=true]").check()
    reviewer.fill("#objection [name=note]", "确属占道经营，予以受理。")
    reviewer.locator("#objection form button[type=submit]").last.click()
    expect(reviewer.locator("#objection")).to_contain_text("已受理")
    citizen.reload()
    assert queries.history(ticket.id)[-1].kind == "reopened"
    expect(citizen.locator("main")).to_contain_text("正在")
