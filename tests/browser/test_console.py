"""The operator's desk in a real browser: keyboard alone, a killed browser, two on one item."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, Playwright, expect

from hotline import clock
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.redis import Lenient
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.browser.conftest import DESK, FLAGS, NOWHERE, Open, is_well_made
from tests.front.conftest import CHROMIUM
from tests.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SETTLED = 1500
WORDS = "楼道灯坏了好几天，物业不管。"


def received(title: str = "夜市占道") -> str:
    """Something to be sorted."""
    return factories.taken(now=clock.now(), may_sort=False, title=title).ticket.number


def settle(page: Page) -> None:
    """The page asks for nothing more; a stream that stays open is no asking."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.wait_for_timeout(SETTLED)


def state_of(page: Page, number: str) -> State:
    """Where the ticket is now, once the page asks for nothing more: the connection is shared."""
    settle(page)
    db.session.expire_all()
    return db.session.query(Ticket).filter_by(number=number).one().state


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def is_kept(page: Page) -> None:
    """The form says that its draft is kept."""
    expect(page.locator("#leaving [data-draft-line]")).to_contain_text("自动保存")


def test_an_operator_sorts_with_the_keyboard_alone(app: APIFlask, open_tab: Open) -> None:
    number = received()
    page = open_tab(factories.staff("op", Role.OPERATOR))
    page.goto("/console")
    press(page, "j", "Enter")
    expect(page.locator("#item-title")).to_be_focused()
    assert page.url.endswith(f"/console?item={number}")
    expect(page.locator("#waiting a[aria-current]")).to_have_count(1)
    press(page, "Alt+3")
    press(page, "ArrowRight", "ArrowRight")
    expect(page.locator("[name=request_type][value=complaint]")).to_be_checked()
    press(page, "Alt+c")
    page.keyboard.type("zdjy")
    expect(page.locator(".category-list [role=option]").first).to_contain_text("占道经营")
    press(page, "Enter")
    is_kept(page)
    is_well_made(page)
    press(page, "Control+Enter")
    expect(page.locator("#made")).to_contain_text(number)
    is_well_made(page)
    assert state_of(page, number) is State.PENDING_DISPATCH


def test_who_is_calling_stands_beside_the_number_that_is_typed(
    app: APIFlask, open_tab: Open
) -> None:
    page = open_tab(factories.staff("op", Role.OPERATOR))
    page.goto("/console")
    page.fill("#f-phone", "13803350001")
    expect(page.locator("#caller")).to_contain_text("该号码没有来电记录")


def test_every_way_out_is_well_made_and_the_keys_can_be_switched_off(
    app: APIFlask, open_tab: Open
) -> None:
    received()
    page = open_tab(factories.staff("op", Role.OPERATOR))
    page.goto("/console")
    for number, way in enumerate(("existing", "answer", "ticket", "transfer", "refuse", "file"), 1):
        press(page, f"Alt+{number}")
        expect(page.locator(f".panel-{way}")).to_be_visible()
        is_well_made(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= DESK[1]
    press(page, "Escape", "?")
    sheet = page.locator("#keys")
    expect(sheet).to_contain_text("Ctrl+Enter")
    sheet.locator("[data-keys-on]").uncheck()
    press(page, "Escape", "Alt+2")
    expect(page.locator(".panel-file")).to_be_visible()


def test_an_answer_from_the_knowledge_panel_chooses_its_way(app: APIFlask, open_tab: Open) -> None:
    page = open_tab(factories.staff("op", Role.OPERATOR))
    page.goto("/console")
    press(page, "Alt+5")
    page.select_option("#f-refusal", "petition")
    expect(page.locator("#f-explanation")).not_to_have_value("")
    expect(page.locator("#f-route")).not_to_have_value("")


def test_a_draft_survives_a_killed_browser(
    app: APIFlask, player: Playwright, tmp_path: Path
) -> None:
    person = factories.staff("op", Role.OPERATOR)
    app.extensions["live_redis"] = Lenient(NOWHERE)
    with served(app) as address:

        def start() -> tuple[Page, Callable[[], None]]:
            context = player.chromium.launch_persistent_context(
                tmp_path, executable_path=CHROMIUM, args=FLAGS
            )
            return context.new_page(), context.close

        page, _ = start()
        sign_in(page, address, person)
        page.goto(f"{address}/console")
        page.fill("#f-body", WORDS)
        press(page, "Alt+2")
        page.fill("#f-answer", "请联系物业。")
        is_kept(page)
        kill(tmp_path)
        page, close = start()
        sign_in(page, address, person)
        page.goto(f"{address}/console")
        expect(page.locator("#f-body")).to_have_value(WORDS)
        expect(page.locator("#f-answer")).to_have_value("请联系物业。")
        expect(page.locator("#leaving [data-draft-line]")).to_contain_text("已恢复")
        page.get_by_role("button", name="放弃草稿").last.click()
        expect(page.locator("#f-body")).to_have_value("")
        close()


def test_a_session_that_ends_keeps_what_was_typed(app: APIFlask, open_tab: Open) -> None:
    person = factories.staff("op", Role.OPERATOR)
    page = open_tab(person)
    page.unroute_all()
    page.goto("/console")
    settle(page)
    page.context.clear_cookies()
    page.fill("#f-body", WORDS)
    line = page.locator("#leaving [data-draft-line]")
    expect(line).to_contain_text("登录已失效")
    line.get_by_role("link").click()
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    expect(page.locator("#f-body")).to_have_value(WORDS)
    expect(page.locator("#leaving [data-draft-line]")).to_contain_text("已恢复")


def test_the_slower_of_two_on_one_item_loses_nothing(app: APIFlask, open_tab: Open) -> None:
    number = received()
    first = open_tab(factories.staff("one", Role.OPERATOR))
    second = open_tab(factories.staff("two", Role.OPERATOR))
    for page in (first, second):
        page.goto(f"/console?item={number}")
    second.keyboard.press("Alt+2")
    second.fill("#f-answer", "我写的答复")
    first.keyboard.press("Alt+6")
    first.locator("[name=filing][value=spam]").check()
    first.keyboard.press("Control+Enter")
    expect(first.locator("#made")).to_contain_text(number)
    second.keyboard.press("Control+Enter")
    expect(second.locator(".desk-form .notice").first).to_contain_text("已有同事先行处理")
    expect(second.locator("#f-answer")).to_have_value("我写的答复")
    settle(second)
    assert state_of(first, number) is State.FILED


def sign_in(page: Page, address: str, person: Staff) -> None:
    """Sign in through the page, unless the session still stands."""
    page.goto(f"{address}/login")
    if page.locator("[name=username]").count():
        page.fill("[name=username]", person.username)
        page.fill("[name=password]", factories.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)


def kill(profile: Path) -> None:
    """End the browser with this profile at once, as a power cut would."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if f"--user-data-dir={profile}".encode() in line:
                os.kill(int(folder.name), signal.SIGKILL)
    for lock in profile.glob("Singleton*"):
        lock.unlink(missing_ok=True)
