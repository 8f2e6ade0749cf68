"""In a real browser: writing with four eyes, revisions, import, and the page behind a QR code."""

import io
from pathlib import Path

import pytest
from apiflask import APIFlask
from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kb import qr
from tests.factories import NOW
from tests.front.conftest import CHROMIUM
from tests.kb.articles import draft, editor, published
from tests.kb.test_knowledge_in_browser import chromium, is_well_made, sign_in, tab

__all__ = ["chromium", "tab"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def yes(tab: Page) -> None:
    """Say yes to what the page asks."""
    tab.get_by_role("dialog").get_by_role("button", name="确定").click()


def second(tab: Page, chromium: Browser, name: str) -> Page:
    """Another person's browser."""
    context = chromium.new_context(locale="zh-CN", base_url=tab.url.split("/kb")[0])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(
        "window.refused = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.refused.push(event.blockedURI));"
    )
    sign_in(page, editor(name))
    return page


def picture() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()


def test_two_people_write_and_publish(app: APIFlask, tab: Page, chromium: Browser) -> None:
    sign_in(tab, editor())
    tab.goto("/kb/new")
    expect(tab.locator("#guide")).to_be_hidden()
    tab.select_option("#f-kind", "item_guide")
    tab.fill("[id='f-guide.materials']", "身份证\n户口簿")
    tab.fill("#f-title", "居民身份证换领")
    tab.locator("#f-body").press_sequentially("办理说明")
    tab.get_by_role("button", name="标题", exact=True).click()
    tab.locator("#f-body").press("End")
    tab.locator("#f-body").press_sequentially("\n\n到派出所。")
    preview = tab.locator("#preview")
    expect(preview.locator("h3")).to_have_text("办理说明")
    expect(preview.locator(".guide li")).to_have_text(["身份证", "户口簿"])
    with tab.expect_file_chooser() as chosen:
        tab.get_by_role("button", name="图片或附件").click()
    chosen.value.set_files({"name": "窗口.png", "mimeType": "image/png", "buffer": picture()})
    expect(preview.locator("img[alt='窗口']")).to_be_visible()
    is_well_made(tab, 1366)
    tab.check("#f-is_public")
    tab.get_by_role("button", name="保存草稿").click()
    tab.get_by_role("button", name="提交发布").click()
    expect(tab.locator("main")).to_contain_text("须由另一位知识库管理员")
    other = second(tab, chromium, "editor2")
    other.goto("/kb?tab=submitted")
    other.get_by_role("checkbox", name="居民身份证换领").check()
    other.get_by_role("button", name="发布", exact=True).click()
    yes(other)
    expect(other.locator("main")).to_contain_text("已发布 1 条")
    other.get_by_role("link", name="在用").click()
    other.get_by_role("link", name="居民身份证换领").click()
    is_well_made(other, 1280)
    with app.test_request_context():
        path = qr.address(other.url.rpartition("/")[2]).split("/", 3)[3]
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"/{path}")
    expect(tab.get_by_role("heading", level=1)).to_have_text("居民身份证换领")
    expect(tab.locator(".article-text img")).to_be_visible()
    is_well_made(tab, 360)
    other.context.close()


def test_an_earlier_wording_comes_back(app: APIFlask, tab: Page, chromium: Browser) -> None:
    number = published(title="旧标题", body="第一句。第二句。").number
    sign_in(tab, editor())
    tab.goto(f"/kb/{number}/edit")
    tab.fill("#f-body", "第一句。改过的一句。")
    tab.get_by_role("button", name="保存草稿").click()
    expect(tab.locator("#changes del")).to_contain_text("第二句")
    expect(tab.locator("#changes ins")).to_contain_text("改过的一句")
    is_well_made(tab, 1366)
    tab.get_by_role("button", name="提交发布").click()
    other = second(tab, chromium, "editor2")
    other.goto(tab.url.replace("?", ""))
    other.get_by_role("button", name="发布", exact=True).click()
    yes(other)
    other.goto(f"/kb/{number}/revisions")
    is_well_made(other, 1280)
    other.get_by_role("button", name="恢复").click()
    yes(other)
    expect(other.locator(".article-text").first).to_contain_text("第二句")
    other.goto(f"/kb/{number}/revisions/2")
    expect(other.locator("#before ins")).to_contain_text("改过的一句")
    is_well_made(other, 1280)
    other.context.close()


def test_a_file_with_bad_rows(app: APIFlask, tab: Page, tmp_path: Path) -> None:
    book = Workbook()
    rows = ["标题", "答复内容", "类型"], ["停水怎么查", "看公告。", "问答"], ["", "无标题", "诗"]
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "知识.xlsx")
    sign_in(tab, editor())
    tab.goto("/kb/import")
    is_well_made(tab, 1366)
    tab.set_input_files("#f-file", tmp_path / "知识.xlsx")
    tab.get_by_role("button", name="检查文件").click()
    expect(tab.locator("#bad tbody tr")).to_have_count(1)
    is_well_made(tab, 1366)
    tab.get_by_role("button", name="导入 1 行").click()
    expect(tab.locator("main")).to_contain_text("新增 1 条")
    is_well_made(tab, 1366)


def test_what_was_typed_is_kept(app: APIFlask, tab: Page) -> None:
    sign_in(tab, editor())
    own = draft(editor("editor2"))
    tab.goto(f"/kb/{own.number}/edit")
    tab.fill("#f-title", " ")
    tab.fill("#f-source_url", "nowhere")
    tab.fill("#f-questions", "还能怎么问")
    tab.get_by_role("button", name="保存草稿").click()
    expect(tab.locator("#f-source_url-error")).to_be_visible()
    expect(tab.locator("#f-questions")).to_have_value("还能怎么问")
    is_well_made(tab, 1366)
    tab.locator("#f-body").focus()
    tab.keyboard.press("Shift+Tab")
    expect(tab.get_by_role("button", name="标题", exact=True)).to_be_focused()
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("button", name="加粗")).to_be_focused()


def test_the_other_pages_are_well_made(app: APIFlask, tab: Page) -> None:
    article = published(is_public=True, category="T010101", title="供热报停")
    retired = published(is_public=True, title="过期的", valid_until=NOW.date())
    sign_in(tab, editor())
    for path in ("/kb?category=T0101", "/kb?tab=loose", "/kb/export", f"/kb/{article.number}"):
        tab.goto(path)
        is_well_made(tab, 1366)
    tab.goto(f"/kb/{article.number}/poster")
    assert tab.evaluate("document.querySelector('.poster-code img').naturalWidth") > 0
    tab.set_viewport_size({"width": 360, "height": 740})
    for path in ("/answers?category=T01", f"/answers/{article.number}", "/answers/K999999"):
        tab.goto(path)
        is_well_made(tab, 360)
    assert retired.number != article.number
