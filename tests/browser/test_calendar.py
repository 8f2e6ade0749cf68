"""The administrator makes two days off by the keyboard, and sees the deadlines follow."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from hotline import clock, relay
from hotline.access import Role
from hotline.calendar import queries, recomputing
from hotline.tickets import recalendar_jobs
from tests import factories
from tests.browser.conftest import Open
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def test_days_are_ticked_noted_and_saved_by_keyboard(app: APIFlask, open_tab: Open) -> None:
    samples.dispatched(now=clock.now())
    first = queries.load().end_of_working_days(clock.now(), 1).date()
    page = open_tab(factories.staff("adm", Role.ADMINISTRATOR))
    page.goto(f"/admin/calendar/{first.year}")
    page.locator(f"input[value='{first}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.locator("[data-ticked]")).to_contain_text("2")
    page.locator("[name=name]").fill("台风停工")
    page.locator("[name=do][value=note]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".noted li")).to_have_count(2)
    expect(page.locator(".plan-effect")).to_contain_text("3")
    page.locator("[name=do][value=save]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".day.is-own.day-holiday[title*=台风停工]")).to_have_count(2)
    expect(page.locator("#progress progress")).to_have_count(1)
    relay.drain()
    recalendar_jobs.recompute(recomputing.latest()[0].id)
    expect(page.locator("#progress")).to_contain_text("移动 3 个", timeout=10_000)
    expect(page.locator("#history")).to_contain_text("台风停工")
