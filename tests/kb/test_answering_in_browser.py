"""In a real browser: from typing to a closed ticket, by keys; what is stale is not shown."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from sqlalchemy import select

from hotline import relay
from hotline.access import Role
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from kb.use.kinds import UseKind
from kb.use.models import Search, Use
from tests import factories
from tests.front.conftest import CHROMIUM
from tests.kb.articles import published
from tests.kb.test_knowledge_in_browser import is_well_made, sign_in
from tests.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
FUND = "租房、购房、退休时可以提取。带身份证和银行卡到公积金中心办理，3 个工作日到账。"


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
            locale="zh-CN", viewport={"width": 1366, "height": 768}, base_url=address
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.add_init_script(
            "window.refused = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.refused.push(event.blockedURI + ' ' + event.violatedDirective));"
        )
        yield page
        context.close()


@pytest.fixture
def desk(tab: Page) -> Page:
    """The console, with the words of the caller about to be typed."""
    sign_in(tab, factories.staff("operator1", Role.OPERATOR))
    tab.goto("/console")
    tab.locator("#f-body").focus()
    return tab


def hits(page: Page) -> list[str]:
    """The titles that are suggested."""
    return page.locator("#kb-answers .answer-title").all_text_contents()


def test_from_typing_to_a_closed_ticket_in_one_press(app: APIFlask, desk: Page) -> None:
    article = published(title="公积金怎么提取", body=FUND)
    published(title="停水怎么查", body="先看公告。")
    desk.keyboard.type("市民问公积金怎么取出来")
    marked = desk.locator("#kb-answers [aria-current]")
    expect(marked).to_contain_text("公积金怎么提取")
    is_well_made(desk, 1366)
    desk.keyboard.press("Alt+Enter")
    expect(desk.locator("#made")).to_be_visible()
    desk.wait_for_timeout(700)
    db.session.expire_all()
    ticket = db.session.scalars(select(Ticket)).one()
    assert ticket.state is State.ANSWERED
    relay.drain()
    used = db.session.scalars(select(Use).where(Use.kind == UseKind.ANSWERED)).one()
    assert (used.article_id, used.ticket_id) == (article.id, ticket.id)
    search = db.session.scalars(select(Search)).one()
    assert (search.asked, search.found) == ("市民问公积金怎么取出来", 1)
    assert search.used_article_id == article.id == used.article_id


def test_the_third_answer_takes_three_presses(app: APIFlask, desk: Page) -> None:
    for one in ("提取公积金", "公积金贷款", "公积金转移"):
        published(title=one, body=f"{one}：到公积金中心办理。")
    desk.keyboard.type("公积金")
    expect(desk.locator("#kb-answers [data-pick-hit]")).to_have_count(3)
    third = hits(desk)[2]
    for key in ("Alt+ArrowDown", "Alt+ArrowDown", "Alt+I"):
        desk.keyboard.press(key)
    expect(desk.locator("#f-answer")).to_have_value(f"{third}：到公积金中心办理。")
    expect(desk.locator("#f-answer")).to_be_focused()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#made")).to_be_visible()


def test_an_answer_that_somebody_wrote_is_looked_at_before_it_goes(
    app: APIFlask, desk: Page
) -> None:
    published(title="公积金怎么提取", body=FUND)
    desk.keyboard.type("公积金怎么提取")
    expect(desk.locator("#kb-answers [data-pick-hit]")).to_have_count(1)
    desk.keyboard.press("Alt+2")
    desk.fill("#f-answer", "您好。")
    desk.keyboard.press("Alt+Enter")
    expect(desk.locator("#f-answer")).to_have_value(f"您好。\n{FUND}")
    expect(desk.locator("#made")).to_have_count(0)
    desk.keyboard.press("Alt+Enter")
    expect(desk.locator("#made")).to_be_visible()


def test_what_was_asked_before_is_not_shown_any_more(app: APIFlask, desk: Page) -> None:
    published(title="公积金怎么提取", body=FUND)
    published(title="停水怎么查", body="先看公告。")
    asked: list[str] = []

    def slow(route: Route) -> None:
        """The first question is answered when the second was answered long ago."""
        asked.append(route.request.url)
        if len(asked) == 1:
            desk.wait_for_timeout(800)
        route.continue_()

    gone: list[str] = []
    desk.on("requestfailed", lambda request: gone.append(request.url))
    desk.route("**/kb/pick?*", slow)
    desk.locator("#f-body").fill("公积金")
    desk.wait_for_timeout(400)
    desk.locator("#f-body").fill("停水怎么查")
    expect(desk.locator("#kb-answers .answer-title")).to_have_text(["停水怎么查"])
    desk.wait_for_timeout(1200)
    assert hits(desk) == ["停水怎么查"]
    assert gone == asked[:1]


def test_an_answer_goes_by_text_once_the_number_is_confirmed(app: APIFlask, desk: Page) -> None:
    published(title="公积金怎么提取", body=FUND, is_public=True)
    desk.keyboard.type("公积金怎么提取")
    expect(desk.locator("#kb-answers [data-pick-hit]")).to_have_count(1)
    desk.keyboard.press("Alt+G")
    dialog = desk.locator("#kb-text")
    expect(dialog).to_contain_text("请先登记来电人的电话号码")
    expect(dialog.locator("[data-focus]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    desk.fill("#f-phone", "13803350001")
    desk.keyboard.press("Alt+G")
    expect(dialog.locator(".kb-to")).to_contain_text("13803350001")
    expect(dialog.get_by_role("button", name="立即发送")).to_be_focused()
    is_well_made(desk, 1366)
    desk.keyboard.press("Enter")
    expect(dialog).to_contain_text("已发往 13803350001")
    expect(dialog.locator("[data-focus]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    text = db.session.scalars(select(Message)).one()
    assert (text.kind, text.phone) == ("knowledge", "+8613803350001")
    assert "公积金怎么提取：租房" in text.body
    assert "/answers/K" in text.body
    assert text.exempt_until is not None
    assert db.session.scalars(select(Use.kind)).all() == [UseKind.TEXTED]
