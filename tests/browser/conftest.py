"""Chromium before the application of the test: several people, each with a browser of their own.

Browsers ask while the test itself reads: both have connections of their own here, and what is
done is committed, into a database that only this test has.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from hotline.people.models import Staff
from hotline.redis import Lenient
from tests import factories
from tests.front.conftest import CHROMIUM
from tests.serving import served

AXE = next((Path(__file__).parents[1] / "front" / "vendor").glob("axe-core-*/axe.min.js"))
DESK, PHONE = (1366, 768), (360, 740)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NOWHERE = "redis://127.0.0.1:1"
NOTE_REFUSALS = (
    "window.refused = []; document.addEventListener('securitypolicyviolation',"
    " (event) => window.refused.push(event.blockedURI + ' ' + event.violatedDirective));"
    "window.failed = []; window.addEventListener('error',"
    " (event) => window.failed.push(String(event.message)));"
    "window.addEventListener('unhandledrejection',"
    " (event) => window.failed.push(String(event.reason)));"
)
LOOK = """async () => {
  const found = await axe.run(document, {
    resultTypes: ['violations'], preload: false, iframes: false, selectors: false,
  });
  return {
    violations: found.violations.map((rule) => (
      {id: rule.id, nodes: rule.nodes.map((node) => node.html)})),
    refused: window.refused,
    failed: window.failed,
    headings: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth,
  };
}"""

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def player() -> Iterator[Playwright]:
    """What starts browsers; only one may run in a process at a time."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(player: Playwright) -> Iterator[Browser]:
    """One Chromium for all of these tests; each person's context in it is a browser of its own."""
    opened = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield opened
    opened.close()


@pytest.fixture
def app(committed_app: APIFlask) -> APIFlask:
    """The application on a database of this test's own."""
    committed_app.extensions["password_hasher"] = factories.cheap_hasher()
    return committed_app


@pytest.fixture
def open_tab(app: APIFlask, chromium: Browser) -> Iterator[Open]:
    """Opens a tab for a person, signed in, or for a citizen on a phone; nothing is told live."""
    with opening(app, chromium) as open_one:
        yield open_one


@contextmanager
def opening(app: APIFlask, chromium: Browser, *, is_live: bool = False) -> Iterator[Open]:
    """Serve the application, open tabs, close them all; without live updates unless asked for."""
    if not is_live:
        app.extensions["live_redis"] = Lenient(NOWHERE)
    with served(app, is_live=is_live) as address:
        yield lambda person=None, **how: open_page(chromium, address, person, **how)
        for context in chromium.contexts:
            context.close()
    app.extensions.pop("live_redis", None)


def open_page(
    chromium: Browser, address: str, person: Staff | None, *, has_scripts: bool = True
) -> Page:
    """A browser of its own for a person, signed in; a citizen's is a phone."""
    width, height = DESK if person else PHONE
    context = chromium.new_context(
        locale="zh-CN",
        viewport={"width": width, "height": height},
        base_url=address,
        java_script_enabled=has_scripts,
    )
    if person:
        sign_in(context, person)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(NOTE_REFUSALS)
    return page


def sign_in(context: BrowserContext, person: Staff) -> None:
    """Sign in as the form of the page does, without drawing it."""
    form = context.request.get("/login").text()
    given: dict[str, str | float | bool] = {
        "username": person.username,
        "password": factories.PASSWORD,
        "csrf_token": factories.hidden(form, "csrf_token"),
    }
    answer = context.request.post("/login", form=given, max_redirects=0)
    assert answer.status in (302, 303), answer.text()[:2000]


def is_well_made(page: Page) -> None:
    """Axe and the policy find nothing, there is one h1, and nothing is wider than the screen."""
    assert faults_of(page) == [], page.url


def faults_of(page: Page) -> list[str]:
    """What axe, the policy, failed scripts and the rules for headings and widths say."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(LOOK)
    said = [f"{rule['id']}: {rule['nodes']}" for rule in found["violations"]]
    said += [f"refused: {one}" for one in found["refused"]]
    said += [f"script: {one}" for one in found["failed"]]
    said += [f"{found['headings']} main headings"] if found["headings"] != 1 else []
    width = page.viewport_size["width"] if page.viewport_size else 0
    return said + ([f"{found['wide']} wide on {width}"] if found["wide"] > width else [])
