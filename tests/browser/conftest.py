"""Chromium before the application of the test: several people, each with a browser of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, sync_playwright

from hotline.people.models import Staff
from hotline.redis import Lenient
from tests import factories
from tests.front.conftest import CHROMIUM
from tests.serving import served

AXE = next((Path(__file__).parents[1] / "front" / "vendor").glob("axe-core-*/axe.min.js"))
DESK, PHONE = (1366, 768), (360, 740)
NOTE_REFUSALS = (
    "window.refused = []; document.addEventListener('securitypolicyviolation',"
    " (event) => window.refused.push(event.blockedURI + ' ' + event.violatedDirective));"
)

Open = Callable[..., Page]


@pytest.fixture
def open_tab(app: APIFlask) -> Iterator[Open]:
    """Opens a tab for a person, signed in, or for a citizen on a phone.

    Nothing is told live here: pages would ask while the test uses the one connection.
    """
    app.extensions["live_redis"] = Lenient("redis://127.0.0.1:1")
    with served(app) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield lambda person=None: open_page(chromium, address, person)
        chromium.close()
    app.extensions.pop("live_redis")


def open_page(
    chromium: Browser, address: str, person: Staff | None, *, is_idle: bool = True
) -> Page:
    """A browser of its own for a person, signed in; a citizen's is a phone.

    Drafts are kept nowhere: pages would save them while the test uses the one connection.
    """
    width, height = DESK if person else PHONE
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": width, "height": height}, base_url=address
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(NOTE_REFUSALS)
    page.route("**/drafts", lambda route: route.fulfill(json={"names": []}))
    page.route("**/drafts/*", lambda route: route.fulfill(json={"at": "2026-11-18T10:00:00Z"}))
    if person:
        page.goto("/login")
        page.fill("[name=username]", person.username)
        page.fill("[name=password]", factories.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: not url.endswith("/login"))
        if is_idle:
            page.wait_for_load_state("networkidle")
    return page


def is_well_made(page: Page) -> None:
    """Axe and the policy find nothing, there is one h1, and nothing is wider than the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert said == [], page.url
    assert page.evaluate("window.refused") == [], page.url
    assert page.locator("h1").count() == 1, page.url
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
