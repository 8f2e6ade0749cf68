"""A unit's reply that was being written when the session ended."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Open
from tests.browser.test_way import REPLY
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
WORDS = "已到现场，摊位正在劝离。"


def test_a_reply_goes_on_after_signing_in_again(app: APIFlask, open_tab: Open) -> None:
    person = samples.people().handler
    number = samples.signed().number
    page = open_tab(person)
    page.goto(f"/tickets/{number}")
    line = page.locator(f"{REPLY} [data-draft-line]")
    page.fill(f"{REPLY} [name=basis]", "《城市市容和环境卫生管理条例》")
    expect(line).to_contain_text("自动保存")
    page.context.clear_cookies()
    page.fill(f"{REPLY} [name=text]", WORDS)
    expect(line).to_contain_text("登录已失效")
    line.get_by_role("link").click()
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**/tickets/{number}*")
    expect(page.locator(f"{REPLY} [name=text]")).to_have_value(WORDS)
    expect(page.locator(f"{REPLY} [name=basis]")).to_have_value("《城市市容和环境卫生管理条例》")
