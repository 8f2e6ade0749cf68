"""The README's tour, walked by a browser: one text's way to its answer, and back once more.

Decided here: what the pictures show. Everything goes through the pages, as people would do it;
the words are made up. Raises playwright's TimeoutError where a page is not as it was.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from script.pictures.stage import DESK, Stage

TALL = 1500  # points: the whole conversation at once
PHONE = "+8613803350001"
SAMPLE = "夜间施工"
LEAF = "S030501"  # leave for building at night: three working days, its district handles it
DISTRICT = "C01"
UNIT = "c01"
REPLY = (
    "执法人员当晚到现场核查，该工地没有办理夜间施工证明，已责令停止夜间浇筑并立案处罚。"
    "项目部书面承诺二十二时至次日六时不再施工，确需连续作业的提前办证并张贴公告。"
)
BASIS = "《中华人民共和国噪声污染防治法》第四十三条"
REASON = "昨晚十二点又开始打混凝土了，没有停。"


@dataclass(frozen=True)
class Given:
    """What the citizen was told when the text was acknowledged."""

    number: str
    query_code: str


def walk(stage: Stage) -> None:
    """Take every picture, in the order of the README."""
    phone = stage.phone(PHONE)
    given = send(stage, phone)
    sort(stage, given)
    dispatch(stage, given)
    handle(stage, given)
    review(stage, given)
    rate(stage, phone)
    look_back(stage, given)
    call(stage)
    report(stage, given)


def send(stage: Stage, phone: Page) -> Given:
    """A citizen texts the hotline and is told number and query code."""
    phone.get_by_text(SAMPLE).click()
    phone.get_by_role("button", name="发送").click()
    said = _said(phone, "查询码")
    stage.keep(phone, "text")
    found = re.search(r"编号(\d{13})，查询码(\d{6})", said)
    if found is None:
        raise LookupError(f"the acknowledgement names no number: {said}")
    return Given(found[1], found[2])


def sort(stage: Stage, given: Given) -> None:
    """An operator looks at the queue, asks the knowledge base, and sorts the text."""
    desk = stage.staff("operator1")
    desk.fill("#f-body", "我从单位离职了，公积金能提取出来吗？")
    desk.locator("#kb-answers .answer-list").wait_for()
    desk.wait_for_load_state("networkidle")
    stage.keep(desk, "console")
    desk.goto(f"{stage.web}/console?item={given.number}")
    desk.locator("[name=request_type][value=complaint]").check(force=True)
    desk.fill("#f-category", LEAF)
    desk.keyboard.press("Enter")
    desk.fill("#f-place", "河北大街和文化路交口工地")
    desk.select_option("#f-district", DISTRICT)
    stage.keep(desk, "sort")
    _press(desk, "#leaving .btn-primary")


def dispatch(stage: Stage, given: Given) -> None:
    """A dispatcher takes the first suggestion."""
    desk = stage.staff("dispatcher1")
    desk.goto(f"{stage.web}/dispatch?ticket={given.number}")
    stage.keep(desk, "dispatch")
    _press(desk, "#dispatch .advice button")


def handle(stage: Stage, given: Given) -> None:
    """The unit sees what it has to do, signs, and answers."""
    desk = stage.staff(UNIT)
    desk.goto(f"{stage.web}/unit?tab=in_progress")
    stage.keep(desk, "unit")
    _sign(stage, desk, given)
    _reply(stage, desk, REPLY, picture="reply")


def review(stage: Stage, given: Given) -> None:
    """A reviewer reads the reply beside the matter and lets it pass."""
    desk = stage.staff("reviewer1")
    desk.goto(f"{stage.web}/dispatch/review")
    stage.keep(desk, "review")
    card = desk.locator(".card", has_text=given.number).last
    card.locator("button[name=accept][value=true]").click()
    desk.wait_for_load_state("networkidle")


def rate(stage: Stage, phone: Page) -> None:
    """The citizen opens the link, then says by text that it is not done; it is done again."""
    asked = _said(phone, "/rate/")
    link = re.search(r"/rate/[\w-]+", asked)
    if link is None:
        raise LookupError(f"the text holds no link: {asked}")
    page = stage.citizen()
    page.goto(stage.web + link[0])
    stage.keep(page, "rate")
    _text(phone, "2", "已记下您的评价")
    _text(phone, REASON, "您的意见已记下")
    _said(phone, "重新办理")
    phone.set_viewport_size({"width": DESK[0], "height": TALL})
    stage.keep(phone, "conversation", part=".handset")


def look_back(stage: Stage, given: Given) -> None:
    """The ticket in its second round, with everything that happened to it."""
    desk = stage.staff("dispatcher1")
    desk.goto(f"{stage.web}/tickets/{given.number}")
    stage.keep(desk, "ticket")


def call(stage: Stage) -> None:
    """A callback agent has another ticket's story beside the questions."""
    desk = stage.staff("callback1")
    desk.locator("a[href^='/callbacks/2']", has_text=re.compile("回访")).first.click()
    desk.wait_for_load_state("networkidle")
    stage.keep(desk, "callback")


def report(stage: Stage, given: Given) -> None:
    """What a citizen sees on the web: the form, and how far a matter is."""
    page = stage.citizen()
    page.goto(f"{stage.web}/report")
    stage.keep(page, "report")
    page.goto(f"{stage.web}/track")
    page.fill("#f-number", given.number)
    page.fill("#f-query_code", given.query_code)
    _press(page, "main button[type=submit]")
    stage.keep(page, "track")


def _sign(stage: Stage, desk: Page, given: Given) -> None:
    desk.goto(f"{stage.web}/tickets/{given.number}")
    _press(desk, "#sign button[type=submit]")


def _reply(stage: Stage, desk: Page, words: str, *, picture: str) -> None:
    desk.select_option("#reply-completion", "solved")
    desk.fill("#reply-text", words)
    desk.fill("#reply-basis", BASIS)
    desk.locator("#reply").evaluate("card => window.scrollTo(0, card.offsetTop - 60)")
    stage.keep(desk, picture)
    desk.locator("#reply .form-actions button[type=submit]").click()
    _press(desk, "[data-confirm-yes]")


def _press(page: Page, selector: str) -> None:
    """Press the first such button and wait for the page that follows."""
    page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")


def _text(phone: Page, words: str, answered: str) -> None:
    phone.fill("#body", words)
    phone.get_by_role("button", name="发送").click()
    _said(phone, answered)


def _said(phone: Page, words: str) -> str:
    """Wait until the hotline has said this by text; all that was said so far."""
    phone.locator("#conversation").get_by_text(words).last.wait_for()
    return phone.inner_text("#conversation")
