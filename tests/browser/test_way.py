"""One citizen's matter in a real browser, from a report on a phone to closed, seven people."""

import re

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline import relay
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
    page.get_by_role("button", name=words).first.click()
    sure = page.locator("dialog[open] [data-confirm-yes]")
    if sure.count():
        sure.click()
    page.wait_for_load_state("networkidle")


def test_from_a_report_on_a_phone_to_closed(app: APIFlask, open_tab: Open) -> None:
    hall = steps.open_hall(app)
    citizen = open_tab()
    number = report(citizen)

    operator = open_tab(hall.people["operator"])
    is_well_made(operator)
    operator.get_by_role("link", name=re.compile("夜市")).click()
    is_well_made(operator)
    operator.select_option("#sort [name=request_type]", "complaint")
    operator.select_option("#sort [name=category]", "T010101")
    operator.select_option("#sort [name=district]", "C01")
    press(operator, "受理并转派单")
    steps.is_at(number, State.PENDING_DISPATCH)

    dispatcher = open_tab(hall.people["dispatcher"])
    is_well_made(dispatcher)
    press(dispatcher, "派单")
    steps.is_at(number, State.PENDING_SIGNATURE)

    handler = open_tab(hall.people["handler"])
    is_well_made(handler)
    press(handler, "签收")
    handler.goto(f"/tickets/{number}")
    is_well_made(handler)
    handler.select_option("[name=completion]", "solved")
    handler.fill("form[action$='/reply'] [name=text]", steps.REPLY["text"])
    handler.fill("form[action$='/reply'] [name=basis]", steps.REPLY["basis"])
    press(handler, "提交审核")
    steps.is_at(number, State.IN_REVIEW)

    reviewer = open_tab(hall.people["reviewer"])
    is_well_made(reviewer)
    press(reviewer, "审核通过")
    steps.is_at(number, State.AWAITING_CALLBACK)
    relay.drain()

    agent = open_tab(hall.people["agent"])
    is_well_made(agent)
    agent.goto(f"/callbacks/{number}")
    is_well_made(agent)
    for name, value in {"responded": "yes", "solved": "yes", "satisfied": "5"}.items():
        agent.locator(f"[name={name}][value='{value}']").check()
    press(agent, "保存回访结果")
    steps.is_at(number, State.CLOSED)

    citizen.reload()
    expect(citizen.locator("main")).to_contain_text("已办结")
    is_well_made(citizen)


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
