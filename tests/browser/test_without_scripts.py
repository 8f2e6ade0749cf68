"""Without JavaScript: the whole way from the report to closed, and what an operator enters."""

from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page

from hotline.tickets.states import State
from tests.browser import pictures
from tests.browser.conftest import Open
from tests.browser.test_way import REPLY, look_up
from tests.flows import steps
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def test_a_matter_goes_all_its_way(app: APIFlask, open_tab: Open, tmp_path: Path) -> None:
    hall = steps.open_hall(app)

    def opened(who: str, path: str) -> Page:
        page = open_tab(hall.people[who], has_scripts=False)
        page.goto(path)
        return page

    citizen = open_tab(has_scripts=False)
    number = report(citizen, pictures.made(tmp_path))
    sort(opened("operator", f"/console?item={number}"))
    steps.is_at(number, State.PENDING_DISPATCH)
    desk = opened("dispatcher", f"/dispatch?ticket={number}")
    desk.locator("[data-order]").click()
    steps.is_at(number, State.PENDING_SIGNATURE)
    unit = opened("handler", f"/tickets/{number}")
    unit.locator("form[action$='/sign'] button").first.click()
    steps.is_at(number, State.IN_PROGRESS)
    unit.select_option(f"{REPLY} [name=completion]", steps.REPLY["completion"])
    for name in ("text", "basis"):
        unit.fill(f"{REPLY} [name={name}]", steps.REPLY[name])
    unit.locator(f"{REPLY} button[type=submit]").last.click()
    steps.is_at(number, State.IN_REVIEW)
    review = opened("reviewer", f"/dispatch/review?ticket={number}")
    review.locator("form[action$='/review'] button[value=true]").click()
    steps.is_at(number, State.AWAITING_CALLBACK)
    agent = opened("agent", f"/callbacks/{number}")
    for name, value in {"responded": "yes", "solved": "yes", "satisfied": "5"}.items():
        agent.locator(f"[name={name}][value='{value}']").check(force=True)
    agent.get_by_role("button", name="保存回访结果").click()
    steps.is_at(number, State.CLOSED)
    citizen.reload()
    assert steps.REPLY["text"] in citizen.locator("main").inner_text()


def test_an_operator_enters_and_sorts_at_once(app: APIFlask, open_tab: Open) -> None:
    hall = steps.open_hall(app)
    page = open_tab(hall.people["operator"], has_scripts=False)
    page.goto("/console")
    page.fill("#f-phone", "13812345678")
    page.fill("#f-body", steps.BODY)
    page.fill("#f-place", "海港区文化路")
    sort(page)
    steps.is_at(steps.newest(), State.PENDING_DISPATCH)


def report(page: Page, picture: Path) -> str:
    """Report with a picture, and look it up."""
    page.goto("/report")
    page.fill("[name=body]", steps.BODY)
    page.fill("[name=place]", "海港区文化路")
    page.fill("[name=phone]", "13812345678")
    page.set_input_files("[name=files]", [picture])
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/report/received/**")
    number, code = page.locator(".receipt code").all_inner_texts()
    look_up(page, number, code)
    return number


def sort(page: Page) -> None:
    """Choose type and category, and carry it out."""
    page.locator("[name=request_type][value=complaint]").check(force=True)
    page.select_option("select[name=category]", steps.SORTING["category"])
    page.locator(".desk-finish button.btn-primary").click()
    page.wait_for_selector("#made")
