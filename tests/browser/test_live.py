"""Two people, two browsers: what one does, the other sees without a reload, and nothing jumps."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from hotline import clock, relay
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.redis import Lenient
from tests import factories
from tests.browser import conftest
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SOON = 2_000
LIST = "#desk-list"


@pytest.fixture
def open_live(app: APIFlask, chromium: Browser) -> Iterator[Callable[[Staff], Page]]:
    """Opens a browser for a person; it hears of changes."""
    app.extensions.pop("live_redis", None)
    with conftest.opening(app, chromium, is_live=True) as open_one:
        yield open_one


def waiting(title: str) -> str:
    """The number of a new ticket that waits for dispatch; told like any other."""
    number = factories.sorted_ticket(title=title, now=clock.now()).number
    relay.drain()
    return number


def is_heard(page: Page) -> None:
    """Wait until the page hears of changes."""
    expect(page.locator("html[data-live=on]")).to_have_count(1)


def leave(page: Page) -> None:
    """Take the hand off everything."""
    page.mouse.move(5, 760)


def test_a_list_and_its_badge_change_by_themselves(open_live: Callable[[Staff], Page]) -> None:
    waiting("第一件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    is_heard(page)
    leave(page)
    badge = page.locator("[data-count='dispatch.page']")
    expect(badge).to_have_text("1")
    row = page.locator(f"{LIST} [data-key]").first
    row.evaluate("one => { one.kept = true }")
    number = waiting("第二件")
    expect(page.locator(f"{LIST} [data-key='{number}']")).to_be_visible(timeout=SOON)
    expect(badge).to_have_text("2", timeout=SOON)
    assert row.evaluate("one => one.kept"), "what did not change is the same node"
    assert page.evaluate("window.refused") == []
    conftest.is_well_made(page)


def test_what_another_dispatched_goes_away(open_live: Callable[[Staff], Page]) -> None:
    first, second = waiting("第一件"), waiting("第二件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    is_heard(page)
    leave(page)
    samples.dispatch(first)
    relay.drain()
    expect(page.locator(f"{LIST} [data-key='{first}']")).to_have_count(0, timeout=SOON)
    expect(page.locator(f"{LIST} [data-key='{second}']")).to_be_visible()


def test_under_the_hand_nothing_moves_until_it_leaves(open_live: Callable[[Staff], Page]) -> None:
    first, second = waiting("第一件"), waiting("第二件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    is_heard(page)
    row = page.locator(f"{LIST} [data-key='{second}']")
    row.hover()
    before = row.bounding_box()
    samples.dispatch(first)
    relay.drain()
    button = page.get_by_role("button", name="有 1 条更新，点此显示")
    expect(button).to_be_visible(timeout=SOON)
    assert row.bounding_box() == before
    conftest.is_well_made(page)
    leave(page)
    expect(page.locator(f"{LIST} [data-key='{first}']")).to_have_count(0, timeout=4_000)
    expect(button).to_have_count(0)


def test_the_button_shows_it_at_once(open_live: Callable[[Staff], Page]) -> None:
    waiting("第一件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    is_heard(page)
    page.locator(f"{LIST} [data-key]").first.hover()
    number = waiting("第二件")
    page.get_by_role("button", name="条更新").click()
    expect(page.locator(f"{LIST} [data-key='{number}']")).to_be_visible()


def test_what_is_ticked_stays_ticked(open_live: Callable[[Staff], Page]) -> None:
    first = waiting("第一件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    is_heard(page)
    box = page.locator(f"{LIST} [data-key='{first}'] input[type=checkbox]")
    box.check()
    box.blur()
    leave(page)
    second = waiting("第二件")
    expect(page.locator(f"{LIST} [data-key='{second}']")).to_be_visible(timeout=SOON)
    expect(box).to_be_checked()


def test_colleagues_see_each_other_at_a_ticket(open_live: Callable[[Staff], Page]) -> None:
    number = waiting("第一件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto(f"/tickets/{number}")
    is_heard(page)
    here = page.locator("[data-presence]")
    expect(here).to_have_text("")
    other = open_live(factories.staff("dis2", Role.DISPATCHER))
    other.goto(f"/tickets/{number}")
    expect(here).to_contain_text("试dis2 也在查看", timeout=SOON)
    expect(other.locator("[data-presence]")).to_contain_text("试dis 也在查看", timeout=SOON)
    text = other.locator("main form textarea:visible").first
    text.press_sequentially("正在写")
    expect(here).to_contain_text("试dis2 正在填写", timeout=SOON)
    conftest.is_well_made(page)
    other.goto("/account")
    expect(here).to_have_text("", timeout=SOON)


def test_without_redis_the_page_is_a_page(
    app: APIFlask, open_live: Callable[[Staff], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "redis://127.0.0.1:1"
    monkeypatch.setitem(app.config, "REDIS_URL", nowhere)
    monkeypatch.setitem(app.extensions, "live_redis", Lenient(nowhere))
    number = waiting("第一件")
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/dispatch")
    expect(page.locator(f"{LIST} [data-key='{number}']")).to_be_visible()
    page.goto(f"/tickets/{number}")
    expect(page.locator("[data-presence]")).to_have_text("")
    assert page.evaluate("document.documentElement.dataset.live") != "on"


def test_a_stream_keeps_nobody_signed_in(app: APIFlask, open_live: Callable[[Staff], Page]) -> None:
    page = open_live(factories.staff("dis", Role.DISPATCHER))
    page.goto("/account")
    before = page.context.cookies()
    later = clock.now() + timedelta(minutes=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        for path in ("/live/counts", "/dispatch"):
            page.evaluate("(path) => fetch(path, { headers: { 'X-Live': '1' } })", path)
        assert page.context.cookies() == before
        page.evaluate("fetch('/dispatch')")
        assert page.context.cookies() != before
    db.session.rollback()
