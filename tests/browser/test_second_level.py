"""Both levels of a unit in real browsers: handed down, signed, answered, approved by the head."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from dispatch.second_level_rules import ApprovalRules
from hotline import settings
from hotline.extensions import db
from tests.browser.conftest import PHONE, Open, is_well_made
from tests.dispatch import inside, samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def write(page: Page, text: str) -> None:
    """Fill in the form of a reply."""
    page.locator("#reply-completion").select_option("solved")
    page.locator("#reply-text").fill(text)
    page.locator("#reply-basis").fill("《城市市容条例》")


def test_handed_down_answered_and_approved(app: APIFlask, open_tab: Open) -> None:
    who, ticket = inside.build(), samples.dispatched()
    settings.change(ApprovalRules, "head_approves_in", ["D16"], by="staff:1", now=samples.LATER)
    db.session.commit()
    here = f"/tickets/{ticket.number}"

    unit = open_tab(who.dispatcher)
    unit.goto(here)
    unit.locator("#handdown-sub_unit").select_option("D16-S1")
    unit.locator("#handdown-note").fill("请今晚到现场。")
    unit.get_by_role("button", name="转派", exact=True).click()
    expect(unit.locator("#inside")).to_contain_text("待下级单位签收")

    below = open_tab(who.below)
    below.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    below.goto("/unit")
    expect(below).to_have_url(below.url.split("/unit")[0] + "/unit/inside")
    is_well_made(below)
    below.get_by_role("link", name=ticket.number).click()
    expect(below.locator("#sign")).to_contain_text("请今晚到现场。")
    below.locator("#sign").get_by_role("button", name="签收").first.click()
    write(below, "已到现场清理。")
    is_well_made(below)
    below.get_by_role("button", name="回复本单位").click()
    below.locator("[data-confirm-yes]").click()
    expect(below.locator("#inside")).to_contain_text("下级单位已回复")

    handler = open_tab(who.handler)
    handler.goto(f"{here}#reply")
    expect(handler.locator("#reply-text")).to_have_value("已到现场清理。")
    handler.get_by_role("button", name="提交负责人审批").click()
    handler.locator("[data-confirm-yes]").click()
    expect(handler.locator("#approval")).to_contain_text("待负责人审批")

    approve(open_tab(who.head))


def approve(head: Page) -> None:
    """The head of the unit lets the drafted reply go out."""
    head.goto("/unit/inside?tab=approve")
    is_well_made(head)
    head.get_by_role("link", name="审批", exact=True).click()
    head.get_by_role("button", name="审批通过并提交").click()
    head.locator("[data-confirm-yes]").click()
    expect(head.locator("#assignments")).to_contain_text("待审核")
    expect(head.locator("main")).to_contain_text("已到现场清理。")
