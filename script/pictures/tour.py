"""The README's tour, walked by a browser: one report's way to its answer, back once more, closed.

Decided here: what the pictures of the way show. Everything goes through the pages, as people
would do it; the words are made up. Raises playwright's TimeoutError where a page is not as it was.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page, Position

from script.pictures.photo import building_site
from script.pictures.stage import DESK, Stage, settle

TALL = 2000  # points: the whole conversation at once
PHONE = "+8613803350001"
OWN = "138 0335 0001"
WORDS = "河北大街和文化路交叉口旁的工地，这几天夜里十一点以后还在打混凝土，孩子睡不好，请管一管。"
PLACE = "海港区河北大街与文化路交叉口工地"
IN_THE_CITY = Position(x=214, y=168)  # points within the map, on a telephone
MOST_STEPS = 60
LEAF = "夜间施工许可"  # three working days; its district handles it
FIRST_LETTERS = "yjsgxk"
UNIT = "c01"
REPLY = (
    "执法人员当晚到现场核查，该工地没有办理夜间施工证明，已责令停止夜间浇筑并立案处罚。"
    "项目部书面承诺二十二时至次日六时不再施工，确需连续作业的提前办证并张贴公告。"
)
AGAIN = (
    "连续三晚在现场值守，工地夜间没有再浇筑。已查封混凝土泵车操作室，处罚决定书已送达，"
    "并把值班电话贴在工地门口，居民可以随时反映。"
)
BASIS = "《中华人民共和国噪声污染防治法》第四十三条"
REASON = "昨晚十二点又开始打混凝土了，没有停。"


@dataclass(frozen=True)
class Given:
    """What the citizen was told when the report was sent."""

    number: str
    query_code: str


def walk(stage: Stage) -> Given:
    """Take every picture of the way, in the order of the README."""
    phone = stage.phone(PHONE)
    given = report(stage)
    _said(phone, given.number)
    stage.keep(phone, "text")
    sort(stage, given)
    dispatch(stage, given)
    handle(stage, given, REPLY, "unit", "reply")
    review(stage, given, "review")
    rate(stage, phone)
    look_back(stage, given)
    handle(stage, given, AGAIN)
    review(stage, given)
    _text(phone, "5", "已办结")
    phone.set_viewport_size({"width": DESK[0], "height": TALL})
    stage.keep(phone, "conversation", part=".handset:not(.phone-call)")
    track(stage, given)
    return given


def report(stage: Stage) -> Given:
    """A citizen reports on a telephone, with a picture and a pin, and is told number and code."""
    page = stage.citizen()
    page.goto(f"{stage.web}/report")
    page.fill("#f-body", WORDS)
    page.fill("#f-place", PLACE)
    page.fill("#f-phone", OWN)
    photo = FilePayload(name="工地.jpg", mimeType="image/jpeg", buffer=building_site())
    page.set_input_files("#f-files", [photo])
    page.click("#map-open")
    page.locator("#map .leaflet-interactive").first.wait_for(state="attached")
    page.click("#map", position=IN_THE_CITY)
    page.locator("#pin-district", has_text="海港区").wait_for(state="attached")
    page.evaluate("window.scrollTo(0, 0)")
    stage.keep(page, "report")
    page.locator("#f-district").evaluate("field => field.scrollIntoView()")
    stage.keep(page, "report-map")
    page.locator("#pictures").evaluate("part => part.scrollIntoView()")
    page.click("details.more summary")
    page.select_option("#f-contact_wish", "sms")
    stage.keep(page, "report-picture")
    page.get_by_role("button", name="提交").click()
    page.locator(".receipt-codes").wait_for()
    stage.keep(page, "received")
    number, code = page.locator(".receipt-codes code").all_inner_texts()
    stage.leave(page)
    return Given(number, code)


def sort(stage: Stage, given: Given) -> None:
    """An operator goes through the queue and sorts by keyboard alone."""
    desk = stage.staff("operator1")
    desk.get_by_role("link", name="网络").click()
    desk.locator(f"#waiting-{given.number}").wait_for()
    settle(desk)
    _walk_to(desk, f"#waiting-{given.number} a")
    desk.keyboard.press("Enter")
    desk.locator("#item-title").wait_for()
    settle(desk)
    desk.locator("[name=request_type][value=complaint]").check(force=True)
    desk.keyboard.press("Alt+c")
    desk.keyboard.type(FIRST_LETTERS)
    desk.locator(".category-list [role=option]", has_text=LEAF).wait_for()
    stage.keep(desk, "console")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Control+Enter")
    desk.locator("#made", has_text=given.number).wait_for()
    stage.leave(desk)


def dispatch(stage: Stage, given: Given) -> None:
    """A dispatcher takes the first suggestion."""
    desk = stage.staff("dispatcher1")
    desk.goto(f"{stage.web}/dispatch?ticket={given.number}")
    desk.keyboard.press("1")
    settle(desk)
    stage.keep(desk, "dispatch")
    _press(desk, "[data-order]")
    stage.leave(desk)


def handle(stage: Stage, given: Given, words: str, *pictures: str) -> None:
    """The unit sees what it has to do, signs, and answers; pictures of its list and its reply."""
    desk = stage.staff(UNIT)
    desk.goto(f"{stage.web}/unit?tab=in_progress")
    for name in pictures[:1]:
        stage.keep(desk, name)
    desk.goto(f"{stage.web}/tickets/{given.number}")
    _press(desk, "#sign button[type=submit]")
    desk.select_option("#reply-completion", "solved")
    desk.fill("#reply-text", words)
    desk.fill("#reply-basis", BASIS)
    for name in pictures[1:]:
        desk.locator("#reply").evaluate("card => window.scrollTo(0, card.offsetTop - 130)")
        stage.keep(desk, name)
    desk.locator("#reply .form-actions button[type=submit]").click()
    _press(desk, "[data-confirm-yes]")
    stage.leave(desk)


def review(stage: Stage, given: Given, *pictures: str) -> None:
    """A reviewer reads the reply beside the matter and lets it pass."""
    desk = stage.staff("reviewer1")
    desk.goto(f"{stage.web}/dispatch/review?ticket={given.number}")
    for name in pictures:
        stage.keep(desk, name)
    _press(desk, "button[name=accept][value=true]")
    stage.leave(desk)


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


def look_back(stage: Stage, given: Given) -> None:
    """The ticket in its second round, with everything that happened to it."""
    desk = stage.staff("dispatcher1")
    desk.goto(f"{stage.web}/tickets/{given.number}")
    settle(desk)
    stage.keep(desk, "ticket")


def track(stage: Stage, given: Given) -> None:
    """What the citizen sees in the end, on a telephone."""
    page = stage.citizen()
    page.goto(f"{stage.web}/track")
    page.fill("#f-number", given.number)
    page.fill("#f-query_code", given.query_code)
    _press(page, "main button[type=submit]")
    stage.keep(page, "track")


def _walk_to(desk: Page, selector: str) -> None:
    """Go down the list by keyboard. Raises LookupError when it is not among the first."""
    row = desk.locator(selector)
    for _ in range(MOST_STEPS):
        desk.keyboard.press("j")
        if row.evaluate("link => link === document.activeElement"):
            return
    raise LookupError(f"{selector} is not reached by the key j")


def _press(page: Page, selector: str) -> None:
    """Press the first such button and wait for the page that follows."""
    page.locator(selector).first.click()
    settle(page)


def _text(phone: Page, words: str, answered: str) -> None:
    bubbles = phone.locator("#conversation .theirs", has_text=answered)
    known = bubbles.count()
    phone.fill("#body", words)
    phone.get_by_role("button", name="发送").click()
    bubbles.nth(known).wait_for()


def _said(phone: Page, words: str) -> str:
    """Wait until the hotline has said this by text; all that was said so far."""
    phone.locator("#conversation").get_by_text(words).last.wait_for()
    return phone.inner_text("#conversation")
