"""In a real browser: the console's knowledge panel, and what axe and the policy say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotline.access import Role
from hotline.people.models import Staff
from tests import factories
from tests.front.conftest import CHROMIUM
from tests.kb.articles import draft, editor, published
from tests.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
AXE = next((Path(__file__).parents[1] / "front" / "vendor").glob("axe-core-*/axe.min.js"))
FUND = "先看属于哪种情形。\n\n### 材料\n\n1. 身份证\n2. 银行卡"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for all of these tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def tab(app: APIFlask, chromium: Browser) -> Iterator[Page]:
    """A tab that notes what the policy refuses."""
    with served(app) as address:
        context = chromium.new_context(
            locale="zh-CN",
            viewport={"width": 1366, "height": 768},
            base_url=address,
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.add_init_script(
            "window.refused = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.refused.push(event.blockedURI + ' ' + event.violatedDirective));"
        )
        yield page
        context.close()


def sign_in(tab: Page, person: Staff) -> None:
    """Sign in as a person would."""
    tab.goto("/login")
    tab.fill("[name=username]", person.username)
    tab.fill("[name=password]", factories.PASSWORD)
    tab.click("main button[type=submit]")
    expect(tab.locator(".topbar-person")).to_be_visible()


def is_well_made(tab: Page, width: int) -> None:
    """Axe and the policy find nothing, and nothing is wider than the screen."""
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert said == []
    assert tab.evaluate("window.refused") == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_answers_follow_what_is_typed_and_go_into_the_answer(app: APIFlask, tab: Page) -> None:
    right = published(title="公积金怎么提取", body=FUND)
    published(title="停水怎么查", body="先看公告。")
    sign_in(tab, factories.staff("operator1", Role.OPERATOR))
    tab.goto("/console")
    tab.keyboard.press("Alt+2")
    tab.locator("#f-body").press_sequentially("市民问公积金怎么取出来")
    found = tab.locator("#kb-answers .answer-title")
    expect(found).to_have_text(["公积金怎么提取"])
    found.get_by_role("link").click()
    expect(tab.locator("#kb-article h3")).to_be_focused()
    is_well_made(tab, 1366)
    tab.fill("#f-answer", "您好。")
    tab.locator("#kb-answers [data-pick]").click()
    answer = tab.locator("#f-answer")
    expect(answer).to_have_value("您好。\n先看属于哪种情形。\n材料\n1. 身份证\n2. 银行卡")
    expect(answer).to_be_focused()
    expect(tab.locator("#f-article")).to_have_value(right.number)
    tab.locator("#kb-q").fill("停水")
    expect(found).to_have_text(["停水怎么查"])
    tab.locator("#f-body").press_sequentially("又问暖气")
    expect(tab.locator("#kb-q")).to_have_value("停水")
    tab.get_by_role("button", name="关闭该知识").click()
    expect(tab.locator("#kb-article article")).to_have_count(0)


def test_the_pages_are_well_made(app: APIFlask, tab: Page) -> None:
    article = published(is_public=True, unit="E01", category="T010101", keywords="暖气，停暖")
    author = editor()
    own = draft(author)
    for width, paths in (
        (360, ("/answers", "/answers?q=供热", "/answers?q=火星", f"/answers/{article.number}")),
        (1366, ("/kb", "/kb?q=供热", "/kb?state=retired", "/kb/new")),
        (1366, (f"/kb/{article.number}", f"/kb/{own.number}", f"/kb/{own.number}/edit")),
    ):
        tab.set_viewport_size({"width": width, "height": 740})
        if width == 1366 and tab.url.endswith(article.number):
            sign_in(tab, author)
        for path in paths:
            tab.goto(path)
            is_well_made(tab, width)


def test_the_confirmed_button_sends_the_draft_on(app: APIFlask, tab: Page) -> None:
    author = editor()
    own = draft(author)
    sign_in(tab, author)
    tab.goto(f"/kb/{own.number}")
    tab.get_by_role("button", name="提交发布").click()
    expect(tab.locator("main")).to_contain_text("须由另一位知识库管理员")
    tab.get_by_role("button", name="放弃草稿").click()
    tab.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(tab.locator("main")).to_contain_text("该知识已停用")
