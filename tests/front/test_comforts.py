"""In a real browser: axe and the policy find nothing, the small scripts do their work."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js"))
PAGES = ["/staff/sample", "/citizen/sample", "/staff/error/409", "/citizen/error/500"]
SIZES = [(1366, 768), (360, 740)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
@pytest.mark.parametrize("path", PAGES)
def test_axe_and_the_policy_find_nothing(page: Page, path: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert said == []
    assert page.evaluate("window.refused") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_form_asks_first_and_is_sent_once(page: Page) -> None:
    page.goto("/staff/sample")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="提交", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("确定提交吗？")
    dialog.get_by_role("button", name="取消").click()
    assert "POST" not in sent
    page.get_by_role("button", name="提交", exact=True).click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="确定").dblclick(no_wait_after=True)
    assert sent.count("POST") == 1


def test_sending_twice_sends_once(page: Page) -> None:
    page.goto("/staff/sample")
    button = page.get_by_role("button", name="签收").first
    let_through = button.evaluate(
        """button => {
            let count = 0;
            window.addEventListener("submit", event => {
                count += event.defaultPrevented ? 0 : 1;
                event.preventDefault();
            });
            button.click();
            button.click();
            return count;
        }"""
    )
    assert let_through == 1
    expect(button).to_have_attribute("aria-busy", "true")


def test_drawer_opens_by_key_and_closes(page: Page) -> None:
    page.goto("/staff/sample")
    page.get_by_role("button", name="打开").focus()
    page.keyboard.press("Space")
    drawer = page.get_by_role("dialog", name="抽屉")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="打开").press("Enter")
    drawer.get_by_role("button", name="关闭").click()
    expect(drawer).to_be_hidden()


def test_copying_counting_and_closing(page: Page) -> None:
    page.goto("/staff/sample")
    page.get_by_role("button", name="复制").click()
    assert page.evaluate("navigator.clipboard.readText()") == "483920"
    page.get_by_label("内容").fill("路灯不亮")
    expect(page.get_by_text("还可输入 1996 字")).to_be_visible()
    page.get_by_role("button", name="关闭提示").click()
    expect(page.get_by_text("已派单", exact=True).first).to_have_count(1)
    expect(page.locator("[data-toast]")).to_have_count(0)


def test_page_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/staff/sample")
    expect(page.locator("[data-copy]")).to_be_hidden()
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_text("抽屉", exact=True)).to_be_visible()
    page.locator("#sheet [data-close]").click()
    expect(page.get_by_text("抽屉", exact=True)).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="提交", exact=True).click()
    context.close()
