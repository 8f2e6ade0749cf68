"""Handed back twice, then handled by several in real browsers, each in a window of their own."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline.tickets.states import State
from tests.browser.conftest import Open, is_well_made
from tests.browser.test_way import REPLY
from tests.flows import steps
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PART = "form[action$='/assist/reply']"
FOUND = "现场检测，油烟排放达标；噪声夜间超标，已责令商户整改。"


def test_returned_twice_then_handled_jointly_to_the_end(app: APIFlask, open_tab: Open) -> None:
    hall = steps.open_hall(app)
    number, _ = steps.by_form(hall, contact_wish="sms")
    steps.sort(hall, number)
    names = ("dispatcher", "handler", "stranger", "reviewer")
    desk, lead, helper, reviewer = (open_tab(hall.people[who]) for who in names)
    for unit, page in (("C01", lead), ("D14", helper)):
        order(desk, number, unit)
        hand_back(page, number)
        uphold(reviewer, number)
        steps.is_at(number, State.PENDING_DISPATCH)
    name_several(desk, number)
    steps.is_at(number, State.PENDING_SIGNATURE)
    sign_as_helper(helper)
    wait_as_lead(lead, number)
    answer_as_helper(helper, number)
    answer_as_lead(lead)
    steps.is_at(number, State.IN_REVIEW)
    reviewer.goto("/dispatch/review")
    reviewer.keyboard.press("Alt+a")
    expect(reviewer.locator(".flashes")).to_be_visible()
    steps.is_at(number, State.AWAITING_CALLBACK)
    steps.rate_by_text(hall, "5")
    steps.is_at(number, State.CLOSED)
    desk.goto(f"/tickets/{number}")
    for words in ("增加市生态环境局为协办单位", "协办单位市生态环境局答复主办单位", "协办完成"):
        expect(desk.locator("main")).to_contain_text(words)


def name_several(page: Page, number: str) -> None:
    """The page asks for lead and assisting units, and proposes those that handed it back."""
    page.goto(f"/dispatch?ticket={number}")
    expect(page.locator(".desk-row")).to_contain_text("需主办协办")
    expect(page.locator("#chosen")).to_contain_text("主办单位不得再退单")
    expect(page.locator("#joint [name=assist]:checked")).to_have_count(2)
    is_well_made(page)
    order(page, number, "C01")


def sign_as_helper(page: Page) -> None:
    """In the unit's list it is marked, and signed there."""
    page.goto("/unit")
    expect(page.locator("#unit-list")).to_contain_text("协办")
    page.locator("#unit-list form[action$='/sign'] button").click()
    expect(page.locator(".flashes")).to_be_visible()


def wait_as_lead(page: Page, number: str) -> None:
    """The lead signs and reads whom it waits for."""
    page.goto(f"/tickets/{number}")
    page.locator("#sign form[action$='/sign'] button").click()
    expect(page.locator(REPLY)).to_be_visible()
    expect(page.locator("#reply")).to_contain_text("协办中：市生态环境局")


def answer_as_helper(page: Page, number: str) -> None:
    """The assisting unit answers the lead."""
    page.goto(f"/tickets/{number}")
    page.fill(f"{PART} [name=text]", FOUND)
    is_well_made(page)
    page.get_by_role("button", name="送主办单位").click()
    page.locator("dialog[open] [data-confirm-yes]").click()
    expect(page.locator(".flashes")).to_be_visible()


def answer_as_lead(page: Page) -> None:
    """The lead reads what was found, and answers the citizen."""
    page.reload()
    expect(page.locator("#assignments")).to_contain_text(FOUND)
    page.select_option(f"{REPLY} [name=completion]", steps.REPLY["completion"])
    page.fill(f"{REPLY} [name=text]", steps.REPLY["text"])
    page.fill(f"{REPLY} [name=basis]", steps.REPLY["basis"])
    is_well_made(page)
    page.get_by_role("button", name="提交审核").click()
    page.locator("dialog[open] [data-confirm-yes]").click()
    expect(page.locator(".flashes")).to_be_visible()


def order(page: Page, number: str, unit: str) -> None:
    """Give it to this unit in the lead, with those to assist that the page proposes."""
    page.goto(f"/dispatch?ticket={number}")
    page.select_option("#dispatch-lead", unit)
    page.locator("[data-order]").click()
    expect(page.locator(".flashes")).to_be_visible()


def hand_back(page: Page, number: str) -> None:
    """The unit says that it is not its duty."""
    page.goto(f"/tickets/{number}")
    page.locator("summary", has_text="退单").click()
    form = page.locator("form[action$='/return']")
    form.locator("[name=reason]").select_option("not_our_duty")
    form.locator("[name=basis]").fill("按三定方案，属市级部门职责。")
    form.get_by_role("button").last.click()
    page.locator("dialog[open] [data-confirm-yes]").click()
    expect(page.locator(".flashes")).to_be_visible()


def uphold(page: Page, number: str) -> None:
    """The reviewer agrees, with the unit's record beside."""
    page.goto("/dispatch/review?tab=returns")
    expect(page.locator("#chosen")).to_have_attribute("data-number", number)
    page.fill("#chosen [name=note]", "同意，确非其职责。")
    page.locator("#chosen button[name=uphold][value=true]").click()
    expect(page.locator(".flashes")).to_be_visible()
