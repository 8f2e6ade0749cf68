"""The citizen's phone in a real browser: live, narrow and wide, by keyboard, nothing blocked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.phonebooth.running import CITIZEN, Booth, Hotline, until

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
AXE = next((Path(__file__).parents[1] / "front/vendor").glob("axe-core-*/axe.min.js"), None)
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
LISTEN = """
  window.blocked = [];
  document.addEventListener("securitypolicyviolation", (e) => blocked.push(e.violatedDirective));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium at /usr/bin/chromium")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield chromium
        chromium.close()


def opened(browser: Browser, booth: Booth, *, size: dict[str, int] = WIDE, path: str = "/") -> Page:
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.set_default_timeout(5_000)
    page.add_init_script(LISTEN)
    page.goto(booth.url + path)
    return page


def assert_clean(page: Page) -> None:
    assert page.evaluate("window.blocked") == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]


def test_a_text_goes_out_and_the_answer_comes_in_live(
    browser: Browser, booth: Booth, hotline: Hotline
) -> None:
    hotline.answer = "<Response><Message>您的诉求已受理</Message></Response>"
    page = opened(browser, booth)
    page.get_by_role("link", name="井盖松动").click()
    expect(page.locator("#count")).to_contain_text("个字，1 条短信")
    page.get_by_label("短信内容").press("Control+Enter")
    expect(page.locator(".mine .words")).to_contain_text("井盖松了")
    expect(page.locator(".theirs .words")).to_have_text("您的诉求已受理")
    expect(page.locator(".mine .state")).to_have_text("已送达热线")
    expect(page.get_by_label("短信内容")).to_have_value("")
    assert len(hotline.texts()) == 1
    assert_clean(page)
    page.close()


def test_a_row_that_is_there_stays_and_its_state_changes(
    browser: Browser, booth: Booth, hotline: Hotline
) -> None:
    hotline.seconds = 1.0
    page = opened(browser, booth)
    page.get_by_label("短信内容").fill("路灯坏了")
    page.get_by_role("button", name="发送").click()
    row = page.locator("#conversation .mine")
    expect(row.locator(".state")).to_have_text("发送中…")
    row.evaluate("(element) => { element.kept = true; }")
    expect(row.locator(".state")).to_have_text("已送达热线")
    assert row.evaluate("(element) => element.kept")
    assert page.locator("#m-none").count() == 0
    page.close()


def test_what_cannot_be_sent_is_said_and_kept(browser: Browser, booth: Booth) -> None:
    page = opened(browser, booth)
    page.get_by_label("短信内容").fill("   ")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#note")).to_have_text("短信是空的。")
    page.get_by_role("button", name="关机").click()
    expect(page.get_by_label("短信内容")).to_be_disabled()
    page.get_by_role("button", name="开机").click()
    expect(page.get_by_label("短信内容")).to_be_enabled()
    assert_clean(page)
    page.close()


def test_another_phone_is_added_and_remembered(browser: Browser, booth: Booth) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(booth.url)
    page.get_by_text("换一个号码").click()
    page.get_by_label("手机号码").fill("186 0335 1234")
    page.get_by_role("button", name="使用").click()
    expect(page).to_have_title("186 0335 1234 · 试用电话亭")
    page.goto(booth.url)
    expect(page.locator(".phone[aria-current]")).to_contain_text("186 0335 1234")
    context.close()


def test_without_a_script_forms_and_links_do(
    browser: Browser, booth: Booth, hotline: Hotline
) -> None:
    hotline.answer = "<Response><Message>已受理</Message></Response>"
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(booth.url)
    page.get_by_role("link", name="入学咨询").click()
    page.get_by_role("button", name="发送").click()
    until(lambda: "delivered" in {m.status for m in booth.exchange.store.newest_first()})
    page.get_by_role("link", name="刷新").click()
    expect(page.locator(".theirs .words")).to_have_text("已受理")
    context.close()


def test_a_lost_phonebooth_is_said(browser: Browser, booth: Booth) -> None:
    page = opened(browser, booth)
    page.route("**/live?*", lambda route: route.abort())
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/live?*")
    expect(page.locator("#lost")).to_be_hidden()
    page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_fits_and_passes_axe(browser: Browser, booth: Booth, size: dict[str, int]) -> None:
    booth.exchange.text_hotline(CITIZEN, "河北大街路灯坏了https://12345.example/" + "a" * 120)
    booth.exchange.text_citizen(CITIZEN, "已受理 http://127.0.0.1:8000/track/" + "9" * 90, "")
    booth.exchange.text_hotline("+8613933350002", "长" * 200)
    until(lambda: "delivered" in {m.status for m in booth.exchange.store.newest_first()})
    page = opened(browser, booth, size=size, path="/?note=number")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.get_by_text("这里不是真实的通信网络")).to_be_visible()
    assert_clean(page)
    if AXE is None:
        pytest.skip("axe-core is not vendored")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then((result) => result.violations.map((v) => v.id))")
    assert found == []
    page.close()
