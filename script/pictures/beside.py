"""What lies beside the tour's way: entry of a call, callbacks, search, notices, rules, English.

Decided here: what these pictures show, chosen from the demo's tickets by what they are, not by
number, so that other demo data serve as well.
"""

import re

from script.pictures.stage import Stage, settle

ASKED = "我从单位离职了，公积金能提取出来吗？"
FILTER = "超期未办结"


def look(stage: Stage) -> None:
    """Take every picture beside the way."""
    enter(stage)
    survey(stage)
    call(stage)
    search(stage)
    announce(stage)
    administer(stage)
    in_english(stage)


def enter(stage: Stage) -> None:
    """A caller asks what the knowledge base knows; the caller's earlier tickets are beside it."""
    desk = stage.staff("operator2")
    desk.fill("#f-phone", "13803350001")
    desk.fill("#f-body", ASKED)
    desk.locator("#kb-answers .answer-list").wait_for()
    desk.locator("#caller .past").first.wait_for()
    desk.keyboard.press("Alt+2")
    settle(desk)
    stage.keep(desk, "entry")


def survey(stage: Stage) -> None:
    """The week's tickets on the map, and by district."""
    desk = stage.staff("dispatcher1")
    desk.goto(f"{stage.web}/dispatch/map?span=week")
    desk.locator("#map .leaflet-interactive").first.wait_for(state="attached")
    settle(desk)
    stage.keep(desk, "map")
    stage.leave(desk)


def call(stage: Stage) -> None:
    """Who is to be called, and one call: the story beside the questions."""
    desk = stage.staff("callback1")
    stage.keep(desk, "callbacks")
    desk.get_by_role("link", name=re.compile("拨打下一位")).click()
    desk.locator("#questions").wait_for()
    settle(desk)
    stage.keep(desk, "callback")


def search(stage: Stage) -> None:
    """What is late all over the city, by urgency; kept under a name; taken out as a file."""
    desk = stage.staff("supervisor1")
    desk.goto(f"{stage.web}/search?overdue=yes&order=urgency")
    desk.get_by_text("保存当前筛选").click()
    desk.fill("#saved-name", FILTER)
    desk.get_by_role("button", name="保存筛选").click()
    desk.locator(".saved-filters nav", has_text=FILTER).wait_for()
    settle(desk)
    stage.keep(desk, "search")
    desk.get_by_role("link", name="导出").click()
    desk.fill("main input[type=password]", "hotline-demo")
    desk.get_by_role("button", name="继续").click()
    desk.get_by_role("button", name="导出文件").wait_for()
    stage.keep(desk, "export")


def announce(stage: Stage) -> None:
    """What the waterworks announce, and what they see of it."""
    desk = stage.staff("e01")
    desk.goto(f"{stage.web}/notices")
    settle(desk)
    stage.keep(desk, "notices")


def administer(stage: Stage) -> None:
    """The rules, each with its value; a unit with its people and its duty roster."""
    desk = stage.staff("admin")
    desk.goto(f"{stage.web}/admin/settings")
    stage.keep(desk, "rules")


def in_english(stage: Stage) -> None:
    """The console of somebody who chose English."""
    desk = stage.staff("operator3")
    desk.goto(f"{stage.web}/account")
    desk.check("[name=locale][value=en]", force=True)
    desk.get_by_role("button", name="使用该语言").click()
    settle(desk)
    desk.goto(f"{stage.web}/console")
    desk.locator("#waiting a").first.click()
    desk.locator("#item-title").wait_for()
    settle(desk)
    stage.keep(desk, "english")
