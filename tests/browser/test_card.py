"""A card from the unit's warning to the supervisor's list: who opened it, and when."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.dispatch import samples as handling
from tests.front.conftest import CHROMIUM
from tests.supervision import samples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def test_a_card_comes_to_the_unit_is_opened_and_the_supervisor_sees_it(
    app: APIFlask, open_tab: Open
) -> None:
    crew, ticket = samples.people(), handling.dispatched()
    samples.forget_facts()
    samples.pass_until("2026-11-19 17:30")
    unit, supervisor = open_tab(crew.handler), open_tab(crew.supervisor)
    supervisor.goto("/supervision?tab=cards&colour=red")
    supervisor.get_by_text("已提醒3人，0人已阅").click()
    expect(supervisor.locator(".warned")).to_contain_text("尚未阅看")
    unit.goto("/unit")
    unit.locator(".topbar-nav a", has_text="提醒").click()
    unit.locator("#my-warnings a", has_text=ticket.number).click()
    expect(unit.locator("#cards")).to_contain_text("红牌")
    supervisor.reload()
    supervisor.get_by_text("已提醒3人，1人已阅").click()
    expect(supervisor.locator(".warned li", has_text=crew.handler.name)).to_contain_text("已阅于")
