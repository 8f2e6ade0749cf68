"""A unit asks for time in real browsers: more of it, and that the clock stands still."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline import clock, relay
from hotline.extensions import db
from hotline.tickets.models import TicketText
from tests.browser.conftest import Open, is_well_made
from tests.browser.test_way import look_up
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
EXTEND, SUSPEND = "form[action$='/extend']", "form[action$='/suspend']"


def test_an_extension_is_asked_for_and_granted(app: APIFlask, open_tab: Open) -> None:
    people, number = samples.people(), samples.signed(now=clock.now()).number
    unit, desk = open_tab(people.handler), open_tab(people.reviewer)
    unit.goto(f"/tickets/{number}")
    unit.locator("#extend > summary").click()
    expect(unit.locator("#extend")).to_contain_text("最多5")
    unit.fill(f"{EXTEND} [name=working_days]", "2")
    unit.fill(f"{EXTEND} [name=reason]", "须会同街道联合清理，人员已排班。")
    unit.locator(f"{EXTEND} button[type=submit]").click()
    expect(unit.locator("#extensions")).to_contain_text("待审核")
    is_well_made(unit)

    desk.goto("/dispatch/review?tab=extensions")
    chosen = desk.locator("#chosen")
    expect(chosen).to_contain_text("须会同街道联合清理")
    expect(chosen).to_contain_text("延期：申请1次")
    is_well_made(desk)
    decide(desk, "同意，请在新时限内办结。")
    expect(desk.locator("main")).to_contain_text("没有待审批的延期")

    unit.reload()
    expect(unit.locator("#extensions")).to_contain_text("已同意")
    expect(unit.locator("#extensions")).to_contain_text("新时限")


def test_suspended_until_the_citizen_answers(app: APIFlask, open_tab: Open) -> None:
    people, ticket = samples.people(), samples.signed(now=clock.now())
    number, code = ticket.number, db.session.get_one(TicketText, ticket.id).query_code
    unit, desk = open_tab(people.handler), open_tab(people.reviewer)
    until = (clock.now() + timedelta(days=9)).date().isoformat()
    unit.goto(f"/tickets/{number}")
    unit.locator("#suspend > summary").click()
    unit.select_option(f"{SUSPEND} [name=reason]", "waiting_for_citizen")
    unit.fill(f"{SUSPEND} [name=until]", until)
    unit.fill(f"{SUSPEND} [name=evidence]", "今日已电话请市民补充摊位照片。")
    unit.locator(f"{SUSPEND} button[type=submit]").click()
    expect(unit.locator("#suspensions")).to_contain_text("待审核")

    desk.goto("/dispatch/review?tab=suspensions")
    expect(desk.locator("#chosen")).to_contain_text("今日已电话请市民补充摊位照片")
    is_well_made(desk)
    decide(desk, "同意，等待市民补充。")
    expect(desk.locator("main")).to_contain_text("没有待审批的挂起")

    unit.reload()
    expect(unit.locator("#suspended")).to_contain_text(f"挂起至{until}")
    expect(unit.locator("#clocks")).to_contain_text("暂停")
    is_well_made(unit)

    citizen_answers(open_tab(), number, code)
    unit.reload()
    expect(unit.locator("#suspended")).to_have_count(0)
    expect(unit.locator("#suspensions")).to_contain_text("市民已补充")


def decide(page: Page, note: str) -> None:
    """Grant what is open on the reviewer's page."""
    page.fill("#chosen [name=note]", note)
    page.locator("#chosen button[name=grant][value=true]").click()
    page.wait_for_load_state()


def citizen_answers(page: Page, number: str, code: str) -> None:
    """The citizen adds what was waited for; the relay tells it."""
    look_up(page, number, code)
    expect(page.locator("main")).to_contain_text("暂缓办理")
    is_well_made(page)
    page.fill("form[action$='/supplement'] [name=text]", "照片补上：文化路北口。")
    page.locator("form[action$='/supplement'] button[type=submit]").click()
    page.wait_for_load_state()
    relay.drain()
    page.reload()
    expect(page.locator("main")).to_contain_text("恢复办理")
