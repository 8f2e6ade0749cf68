"""One citizen's matter in a real browser, from a report on a phone to closed, seven people."""

import re

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline.extensions import db
from hotline.tickets.states import State
from tests.browser.conftest import Open, is_well_made
from tests.flows import steps
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def press(page: Page, words: str) -> None:
    """Press the first button with these words, and confirm where it is asked."""
    with page.expect_navigation():
        page.get_by_role("button", name=words).first.click()
        sure = page.locator("dialog[open] [data-confirm-yes]")
        if sure.count():
            sure.click()


def test_from_a_report_on_a_phone_to_closed(committed_app: APIFlask, open_apart: Open) -> None:
    hall, open_tab = steps.open_hall(committed_app), open_apart
    db.session.commit()
    citizen = open_tab()
    number = report(citizen)
    take_in(open_tab(hall.people["operator"]))
    steps.is_at(number, State.PENDING_DISPATCH)

    dispatcher = open_tab(hall.people["dispatcher"])
    is_well_made(dispatcher)
    dispatcher.locator("[data-row-link]").first.click()
    press(dispatcher, "派单")
    steps.is_at(number, State.PENDING_SIGNATURE)

    handle(open_tab(hall.people["handler"]), number)
    steps.is_at(number, State.IN_REVIEW)

    reviewer = open_tab(hall.people["reviewer"])
    is_well_made(reviewer)
    press(reviewer, "审核通过")
    steps.is_at(number, State.AWAITING_CALLBACK)

    call_back(open_tab(hall.people["agent"]), number)
    steps.is_at(number, State.CLOSED)
    citizen.reload()
    expect(citizen.locator("main")).to_contain_text("已办结")
    is_well_made(citizen)


def take_in(operator: Page) -> None:
    """Sort what came in, from the console."""
    is_well_made(operator)
    operator.get_by_role("link", name=re.compile("夜市")).click()
    is_well_made(operator)
    kind = operator.locator(f"[name=request_type][value={steps.SORTING['request_type']}]")
    kind.check(force=True)
    operator.fill("#f-category", steps.CATEGORY)
    operator.keyboard.press("Enter")
    press(operator, "受理并转派单")


def handle(handler: Page, number: str) -> None:
    """Sign in the list, reply on the ticket's page."""
    is_well_made(handler)
    press(handler, "签收")
    handler.goto(f"/tickets/{number}")
    is_well_made(handler)
    reply = "form[action$='/reply']"
    handler.select_option(f"{reply} [name=completion]", steps.REPLY["completion"])
    for name in ("text", "basis"):
        handler.fill(f"{reply} [name={name}]", steps.REPLY[name])
    press(handler, "提交审核")


def call_back(agent: Page, number: str) -> None:
    """Call and write down what the citizen says."""
    is_well_made(agent)
    agent.goto(f"/callbacks/{number}")
    is_well_made(agent)
    for name, value in {"responded": "yes", "solved": "yes", "satisfied": "5"}.items():
        agent.locator(f"[name={name}][value='{value}']").check()
    press(agent, "保存回访结果")


def report(page: Page) -> str:
    """Report as a citizen on a phone, look it up; answers the number."""
    page.goto("/")
    is_well_made(page)
    page.get_by_role("link", name=re.compile("我要反映")).first.click()
    is_well_made(page)
    page.fill("[name=body]", steps.BODY)
    page.fill("[name=place]", "海港区文化路")
    page.fill("[name=phone]", "138 1234 5678")
    press(page, "提交")
    is_well_made(page)
    number, code = page.locator(".receipt code").all_inner_texts()
    page.goto(f"/track?number={number}")
    page.fill("[name=query_code]", code)
    press(page, "查询")
    is_well_made(page)
    return number
