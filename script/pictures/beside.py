"""What lies beside the tour's way: calls, search, mergers, supervision, the calendar, English.

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
    grant(stage)
    unite(stage)
    supervise(stage)
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


def grant(stage: Stage) -> None:
    """A unit asks for more time; the reason, and what the limit would become."""
    desk = stage.staff("reviewer1")
    desk.goto(f"{stage.web}/dispatch/review?tab=extensions")
    desk.get_by_role("button", name=re.compile("驳回，时限不变")).wait_for()
    settle(desk)
    stage.keep(desk, "extension")
    stage.leave(desk)


def unite(stage: Stage) -> None:
    """Five reports of one event, and one ticket that was split into two."""
    desk = stage.staff("dispatcher1")
    for words, title, name in (
        ("春晖里", "春晖里小区全小区停水", "merger"),
        ("楼道堆满杂物", "楼道堆满杂物，院里路灯也坏了", "parts"),
    ):
        desk.goto(f"{stage.web}/search?q={words}")
        desk.get_by_role("link", name=re.compile(title)).first.click()
        desk.wait_for_url("**/tickets/**")
        settle(desk)
        stage.keep(desk, name)
    stage.leave(desk)


def supervise(stage: Stage) -> None:
    """Lamps by unit, and the cards that were issued."""
    desk = stage.staff("supervisor1")
    for tab, name in (("", "supervision"), ("?tab=cards", "cards")):
        desk.goto(f"{stage.web}/supervision{tab}")
        settle(desk)
        stage.keep(desk, name)
    stage.leave(desk)


def administer(stage: Stage) -> None:
    """The rules, each with its value; a unit with its people and its duty roster."""
    desk = stage.staff("admin")
    desk.goto(f"{stage.web}/admin/settings")
    stage.keep(desk, "rules")
    desk.goto(f"{stage.web}/admin/calendar")
    settle(desk)
    stage.keep(desk, "calendar")


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
