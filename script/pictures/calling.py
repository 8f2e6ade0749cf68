"""A call, from both ends: a citizen's phone rings the console, they talk, it becomes a ticket.

Decided here: what the pictures of calls show. Both ends type, because no microphone is there: the
citizen first, which opens the operator's line for typing. The words are made up. A second caller
waits meanwhile, so that the board has a queue to show.
"""

import re

from playwright.sync_api import Page

from script.pictures.stage import Stage, settle

CALLER, SECOND = "+8613803350001", "+8613803350002"
GIVEN = "门口的路灯三天不亮"
WORDS = "海港区文化路文化里小区门口一排五盏路灯不亮已经三天，夜里出入看不清路。"
PLACE = "海港区文化路文化里小区东门"
FIRST_LETTERS, LEAF = "ldbl", "路灯不亮"
TALK = (
    ("them", f"您好，文化里小区{GIVEN}，老人晚上不敢出门。"),
    ("us", "请问是哪个门，一共几盏不亮？"),
    ("them", "东门，一排五盏都不亮。"),
    ("us", "已经记下，会派给负责的单位，办理情况发短信告诉您。"),
)


def ring(stage: Stage) -> None:
    """Take every picture of a call."""
    phone, desk = stage.phone(CALLER), stage.staff("operator1")
    desk.locator("[data-phone-said]", has_text="话机已连接").wait_for()
    _dial(phone)
    desk.keyboard.press("Alt+r")
    _is(desk, "ringing")
    desk.locator("#leaving input[name=call]").wait_for(state="attached")
    settle(desk)
    stage.keep(desk, "ringing")
    desk.keyboard.press("Alt+a")
    _is(desk, "on_call")
    ref = desk.locator("#phone [data-p=now]").get_attribute("data-ref")
    _talk(desk, phone)
    stage.keep(phone, "phone")
    _write(desk)
    stage.keep(desk, "talk")
    second = stage.phone(SECOND)
    _dial(second)
    board = stage.staff("shift1")
    board.goto(f"{stage.web}/calls/board")
    settle(board)
    stage.keep(board, "board")
    stage.leave(board)
    _finish(desk, phone)
    second.get_by_role("button", name="挂断").click()
    _heard(stage, desk, str(ref))


def _dial(phone: Page) -> None:
    """Dial, hear the menu, ask for a person, and come into the queue."""
    heard = phone.locator("#call-talk")
    phone.get_by_label("朗读语音").uncheck()
    phone.get_by_role("button", name="拨打").click()
    heard.get_by_text("人工服务请按0").wait_for()
    phone.get_by_role("button", name="0", exact=True).click()
    heard.get_by_text("您当前排在第1位").wait_for()


def _is(desk: Page, state: str) -> None:
    desk.locator(f"#phone [data-p=now][data-state={state}]").wait_for(state="attached")


def _talk(desk: Page, phone: Page) -> None:
    """Both type in turn; each waits until the other has it."""
    phone.locator("#call-talk", has_text="话务员在线").wait_for()
    for who, words in TALK:
        if who == "us":
            desk.fill("[data-phone-speak] input", words)
            desk.locator("[data-phone-speak] button").click()
            phone.locator("#call-talk", has_text=words).wait_for()
        else:
            phone.fill("#call-words", words)
            phone.get_by_role("button", name="说", exact=True).click()
            desk.locator("[data-phone-lines]", has_text=words).wait_for()


def _write(desk: Page) -> None:
    """The form that the call has opened, filled in as far as the category."""
    desk.fill("#f-body", WORDS)
    desk.fill("#f-place", PLACE)
    desk.locator("[name=request_type][value=help]").check(force=True)
    desk.keyboard.press("Alt+c")
    desk.keyboard.type(FIRST_LETTERS)
    desk.locator(".category-list [role=option]", has_text=LEAF).first.wait_for()
    desk.keyboard.press("Enter")
    settle(desk)


def _finish(desk: Page, phone: Page) -> None:
    """The ticket, the end of the call, the citizen's stars, the write-up."""
    desk.keyboard.press("Control+Enter")
    desk.locator("#made").wait_for()
    desk.keyboard.press("Alt+x")
    _is(desk, "wrap_up")
    phone.locator("#call-talk", has_text="请为本次服务评价").wait_for()
    phone.get_by_role("button", name="5", exact=True).click()
    phone.locator("#call-talk", has_text="通话结束").wait_for()
    desk.select_option("#phone-result", "ticket")
    desk.keyboard.press("Alt+s")
    desk.get_by_role("button", name=re.compile("离席")).click()
    desk.keyboard.press("Alt+e")
    _is(desk, "off")


def _heard(stage: Stage, desk: Page, ref: str) -> None:
    """The call afterwards: what happened, its recording, its ticket."""
    desk.goto(f"{stage.web}/calls/{ref}")
    desk.locator("#recordings audio").first.wait_for()
    settle(desk)
    desk.locator("#recordings").evaluate("card => card.scrollIntoView({block: 'end'})")
    stage.keep(desk, "call")
    stage.leave(desk)
