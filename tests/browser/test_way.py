"""One citizen's matter in real browsers, from a report on a phone to closed, seven people."""

import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline.tickets.states import State
from tests.browser import pictures
from tests.browser.conftest import PHONE, Open, is_well_made
from tests.flows import steps
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
REPLY = "form[action$='/reply']"


def test_from_a_report_on_a_phone_to_closed(app: APIFlask, open_tab: Open, tmp_path: Path) -> None:
    hall = steps.open_hall(app)
    citizen = open_tab()
    number = report(citizen, pictures.made(tmp_path, "夜市.jpg"))
    steps.is_at(number, State.RECEIVED)

    sort_by_keys(open_tab(hall.people["operator"]), number)
    steps.is_at(number, State.PENDING_DISPATCH)

    dispatch_by_keys(open_tab(hall.people["dispatcher"]), number)
    steps.is_at(number, State.PENDING_SIGNATURE)

    handler = open_tab(hall.people["handler"])
    sign(handler, number)
    steps.is_at(number, State.IN_PROGRESS)
    expect(handler.locator("main")).to_contain_text("夜市.jpg")
    reply(handler, steps.REPLY["text"], pictures.made(tmp_path, "清理后.jpg"))
    steps.is_at(number, State.IN_REVIEW)

    accept_by_keys(open_tab(hall.people["reviewer"]), number)
    steps.is_at(number, State.AWAITING_CALLBACK)

    steps.rate_by_text(hall, "5")
    steps.is_at(number, State.CLOSED)
    citizen.reload()
    main = citizen.locator("main")
    for words in ("已办结", steps.REPLY["text"], "清理后.jpg"):
        expect(main).to_contain_text(words)
    is_well_made(citizen)


def test_dissatisfied_it_is_done_again_before_everybodys_eyes(
    app: APIFlask, open_tab: Open, tmp_path: Path
) -> None:
    hall = steps.open_hall(app)
    number, code = dissatisfied(hall)
    citizen = open_tab()
    look_up(citizen, number, code)
    expect(citizen.locator("main")).to_contain_text("重新办理")
    is_well_made(citizen)

    handler = open_tab(hall.people["handler"])
    handler.goto("/unit?tab=redo")
    expect(handler.locator("main")).to_contain_text(number)
    sign(handler, number)
    for words in ("第 2 轮", "人一走又摆出来了。"):
        expect(handler.locator("main")).to_contain_text(words)
    is_well_made(handler)
    again = "已增派夜间执法力量，连续七晚巡查，未再发现摆卖。"
    reply(handler, again, pictures.made(tmp_path, "复查.jpg"))
    steps.is_at(number, State.IN_REVIEW, 2)
    accept_by_keys(open_tab(hall.people["reviewer"]), number)
    steps.is_at(number, State.AWAITING_CALLBACK, 2)
    steps.rate_by_text(hall, "4")
    steps.is_at(number, State.CLOSED, 2)

    citizen.reload()
    for words in ("已办结", steps.REPLY["text"], again):
        expect(citizen.locator("main")).to_contain_text(words)
    is_well_made(citizen)
    timeline = open_tab(hall.people["supervisor"])
    timeline.goto(f"/tickets/{number}")
    for words in ("第 1 轮", "第 2 轮"):
        expect(timeline.locator("main")).to_contain_text(words)
    is_well_made(timeline)


def dissatisfied(hall: steps.Hall) -> tuple[str, str]:
    """A report that was handled and rated badly: number and query code."""
    number, code = steps.by_form(hall, contact_wish="sms")
    steps.sort(hall, number)
    steps.dispatch(hall, number)
    steps.handle(hall, number)
    steps.rate_by_text(hall, "1")
    steps.rate_by_text(hall, "人一走又摆出来了。")
    steps.is_at(number, State.PENDING_SIGNATURE, 2)
    return number, code


def report(page: Page, picture: Path) -> str:
    """Report as a citizen on a phone, with a picture, and look it up; answers the number."""
    assert page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}
    page.goto("/")
    page.get_by_role("link", name=re.compile("我要反映")).first.click()
    page.fill("[name=body]", steps.BODY)
    page.fill("[name=place]", "海港区文化路")
    page.fill("[name=phone]", "138 1234 5678")
    page.click("details.more summary")
    page.select_option("[name=contact_wish]", "sms")
    page.set_input_files("[name=files]", [picture])
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/report/received/**")
    number, code = page.locator(".receipt code").all_inner_texts()
    look_up(page, number, code)
    expect(page.locator("main")).to_contain_text("夜市.jpg")
    is_well_made(page)
    return number


def look_up(page: Page, number: str, code: str) -> None:
    """Open one's ticket by number and code."""
    page.goto(f"/track?number={number}")
    page.fill("[name=query_code]", code)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(f"**/track/{number}")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def sort_by_keys(page: Page, number: str) -> None:
    """Sort what came in, with the keyboard alone."""
    page.goto("/console")
    expect(page.locator("#waiting")).to_contain_text("夜市")
    press(page, "j", "Enter")
    expect(page.locator("#item-title")).to_be_focused()
    expect(page.locator(".item-words")).to_contain_text("夜市.jpg")
    press(page, "Alt+3", "ArrowRight", "ArrowRight")
    expect(page.locator("[name=request_type][value=complaint]")).to_be_checked()
    press(page, "Alt+c")
    page.keyboard.type("zdjy")
    expect(page.locator(".category-list [role=option]").first).to_contain_text(steps.CATEGORY)
    press(page, "Enter", "Control+Enter")
    expect(page.locator("#made")).to_contain_text(number)


def dispatch_by_keys(page: Page, number: str) -> None:
    """Give it to the unit that the catalogue suggests, with the keyboard alone."""
    page.goto("/dispatch")
    press(page, "j", "Enter")
    expect(page.locator("#chosen")).to_have_attribute("data-number", number)
    press(page, "1")
    expect(page.locator("[data-order]")).to_have_text("派单给海港区")
    is_well_made(page)
    press(page, "Enter")
    expect(page.locator(".flashes")).to_be_visible()


def sign(page: Page, number: str) -> None:
    """Sign in the unit's own list, and open the ticket."""
    page.goto("/unit")
    page.get_by_role("button", name="签收", exact=True).click()
    expect(page.locator(".flashes")).to_be_visible()
    page.goto(f"/tickets/{number}")


def reply(page: Page, words: str, picture: Path) -> None:
    """Answer on the ticket's page, with a file, and confirm it."""
    page.select_option(f"{REPLY} [name=completion]", steps.REPLY["completion"])
    page.fill(f"{REPLY} [name=text]", words)
    page.fill(f"{REPLY} [name=basis]", steps.REPLY["basis"])
    page.set_input_files(f"{REPLY} [name=files]", [picture])
    is_well_made(page)
    page.get_by_role("button", name="提交审核").click()
    page.locator("dialog[open] [data-confirm-yes]").click()
    expect(page.locator(".flashes")).to_be_visible()


def accept_by_keys(page: Page, number: str) -> None:
    """Accept the reply at the reviewer's desk."""
    page.goto("/dispatch/review")
    expect(page.locator("#chosen")).to_have_attribute("data-number", number)
    is_well_made(page)
    press(page, "Alt+a")
    expect(page.locator(".flashes")).to_be_visible()
