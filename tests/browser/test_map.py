"""The map of the tickets in a real browser: outlines, pins put together, the list beside it."""

import re

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from hotline import clock
from hotline.tickets.intake import Place
from tests import factories
from tests.browser.conftest import Open, is_well_made
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
NEAR = (Place("文化路", "C01", 39.94, 119.6), Place("文化路", "C01", 39.9402, 119.6003))
FAR = Place("昌黎县碣阳大街", "C04", 39.71, 119.16)


def test_districts_and_pins_lead_to_tickets(app: APIFlask, open_tab: Open) -> None:
    for n, place in enumerate((*NEAR, FAR)):
        factories.sorted_ticket(
            now=clock.now(), phone=f"+861390000000{n}", place=place, title=f"<b>第{n}件</b>"
        )
    page = open_tab(samples.people().dispatcher)
    page.goto("/dispatch/map")
    expect(page.locator(".map-name")).to_have_count(7)
    expect(page.locator(".map-name", has_text="海港区")).to_contain_text("2")
    pins = page.locator("#map .city-pin")
    expect(pins).to_have_count(2)
    is_well_made(page)

    page.locator("#map .city-pin.is-many").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#picked li")).to_have_count(2)
    expect(page.locator("#picked li").first).to_contain_text("<b>第1件</b>")
    page.locator("#districts a", has_text="昌黎县").click()
    expect(page.locator("#picked")).to_contain_text("第2件")
    expect(page.locator("#districts [aria-current]")).to_contain_text("昌黎县")
    is_well_made(page)
    page.locator("#picked li a").first.click()
    expect(page).to_have_url(re.compile(r"/dispatch\?ticket="))


def test_without_scripts_the_table_says_the_same(app: APIFlask, open_tab: Open) -> None:
    factories.sorted_ticket(now=clock.now(), place=NEAR[0], title="夜市占道")
    page = open_tab(samples.people().dispatcher, has_scripts=False)
    page.goto("/dispatch/map")
    expect(page.locator("#map")).to_be_hidden()
    page.locator("#districts a", has_text="海港区").click()
    expect(page.locator("#picked")).to_contain_text("夜市占道")
