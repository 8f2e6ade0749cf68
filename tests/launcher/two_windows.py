"""What a newcomer does first: one window is a citizen's phone, the other an operator's console.

`python -m tests.launcher.two_windows CHROMIUM PORT`, in a process of its own: of the library that
drives browsers only one may be at work in each.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import DESK, FLAGS, NOTE_REFUSALS

SOUND = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
CALLER = "13803350001"
SAID, ANSWERED = "河北大街的路灯三天没亮了", "好的，已经为您登记"
LONGEST = 60_000
PASSWORD = "hotline-demo"


def call(chromium: Path, port: int) -> None:
    """Dial, wait, be answered, talk, have a ticket made; the recording is on it at the end."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=[*FLAGS, *SOUND])
        desk = _window(browser, f"http://127.0.0.1:{port}")
        phone = _window(browser, f"http://127.0.0.1:{port + 1}")
        _go_ready(desk)
        _dial(phone)
        _is_filled_before_the_first_word(desk)
        desk.get_by_role("button", name="接听", exact=True).click()
        _talk(desk, phone)
        number = _make_a_ticket(desk)
        desk.get_by_role("button", name="挂断", exact=True).click()
        expect(phone.locator("#call-talk")).to_contain_text("满意")
        phone.get_by_role("button", name="5", exact=True).click()
        expect(phone.locator("#call-state")).to_have_text("空闲")
        _hear_it_again(desk, number)
        for page in (desk, phone):
            assert page.evaluate("window.refused") == []
            assert page.evaluate("window.failed") == []
        browser.close()


def _window(browser: Browser, address: str) -> Page:
    width, height = DESK
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": width, "height": height},
        base_url=address,
        permissions=["microphone"],
    )
    page = context.new_page()
    page.set_default_timeout(LONGEST)
    expect.set_options(timeout=LONGEST)
    page.add_init_script(NOTE_REFUSALS)
    return page


def _go_ready(desk: Page) -> None:
    desk.goto("/login")
    desk.locator("input[name=username]").fill("operator1")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("form button[type=submit]").first.click()
    desk.wait_for_url("**/console")
    bar = desk.locator(".phone-bar")
    expect(bar).to_contain_text("话机已连接")
    bar.locator("summary").first.click()
    desk.locator("button[name=state][value=ready]").click()
    expect(bar).to_contain_text("下一个来电将在此振铃")


def _dial(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("button", name="拨打").click()
    expect(phone.locator("#call-talk")).to_contain_text("请按")
    phone.get_by_role("button", name="0", exact=True).click()


def _is_filled_before_the_first_word(desk: Page) -> None:
    expect(desk.locator("input[name=phone]")).to_have_value(CALLER)
    expect(desk.locator(".phone-bar")).to_contain_text("振铃")


def _talk(desk: Page, phone: Page) -> None:
    expect(phone.locator("#call-talk")).to_contain_text("话务员在线")
    phone.get_by_label("说一句话").fill(SAID)
    phone.get_by_role("button", name="说", exact=True).click()
    expect(desk.locator(".phone-bar")).to_contain_text(SAID)
    desk.get_by_placeholder("在此输入，对方能听到").fill(ANSWERED)
    desk.get_by_role("button", name="发送", exact=True).click()
    expect(phone.locator("#call-talk")).to_contain_text(ANSWERED)


def _make_a_ticket(desk: Page) -> str:
    """While they talk: no reload, or the line would be cut."""
    desk.locator("[name=body]").fill(f"{SAID}，请派人来修。")
    desk.locator("[name=request_type][value=help]").check(force=True)
    search = desk.locator("[data-category] input[role=combobox]")
    search.fill("路灯")
    desk.locator(".category-list [role=option]").first.click()
    desk.get_by_role("button", name="生成工单").last.click()
    link = desk.locator(".phone-bar a[href^='/tickets/']")
    expect(link).to_be_visible()
    expect(desk.locator(".phone-bar")).to_contain_text("通话中")
    return link.inner_text().strip()


def _hear_it_again(desk: Page, number: str) -> None:
    """The recording is there once the worker has fetched it."""
    for _ in range(20):
        desk.goto(f"/tickets/{number}")
        if desk.locator("audio").count():
            break
        desk.wait_for_timeout(1000)
    expect(desk.locator("audio").first).to_be_visible()
    sound = desk.locator("audio, audio source").last.get_attribute("src")
    assert sound
    answer = desk.request.get(sound)
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
    assert len(answer.body()) > 1000


if __name__ == "__main__":
    call(Path(sys.argv[1]), int(sys.argv[2]))
