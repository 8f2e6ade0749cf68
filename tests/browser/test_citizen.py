"""The citizen's pages on a phone: a report with a picture and a pin, and without JavaScript."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from hotline import clock
from hotline.access import Role
from hotline.attachments.models import Attachment
from hotline.extensions import db
from hotline.notices import operations
from hotline.notices.operations import Announcement
from hotline.notices.rules import Supply
from hotline.people import queries as people
from hotline.tickets.models import Ticket, TicketText
from tests import factories
from tests.browser import pictures
from tests.browser.conftest import PHONE, Open, is_well_made
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
BODY, PLACE = "玉带湾小区从早上起停水，什么时候恢复？", "海港区玉带湾小区"


def announce() -> None:
    person, now = factories.staff("leader", Role.SHIFT_LEADER), clock.now()
    viewer = people.viewer_of(person.id, person.epoch, now)
    assert viewer is not None
    span = (now - timedelta(hours=1), now + timedelta(hours=5))
    said = Announcement("E01", Supply.WATER, ("C01",), "玉带湾小区", "管网检修", *span)
    operations.announce(said, by=viewer, now=now, districts={"C01"})
    db.session.commit()


def fill(page: Page) -> None:
    page.fill("[name=body]", BODY)
    page.fill("[name=place]", PLACE)
    page.fill("[name=phone]", "138 1234 5678")


def newest(model: Any) -> Any:
    db.session.expire_all()
    return db.session.query(model).one()


def test_a_report_with_a_picture_and_a_pin(app: APIFlask, open_tab: Open, tmp_path: Path) -> None:
    announce()
    page = open_tab()
    page.goto("/report")
    fill(page)
    page.set_input_files("#f-files", [pictures.made(tmp_path)])
    expect(page.locator("#f-files-chosen img")).to_be_visible()
    page.click("#map-open")
    expect(page.locator("#map path.leaflet-interactive")).to_have_count(7)
    page.focus("#map")
    page.keyboard.press("Enter")
    expect(page.locator("#map .leaflet-marker-icon")).to_be_visible()
    expect(page.locator("#hints")).to_contain_text("管网检修")
    is_well_made(page)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/report/received/**")
    expect(page.locator(".receipt")).to_contain_text("查询码")
    is_well_made(page)
    ticket, kept = newest(Ticket), newest(Attachment)
    texts = db.session.get_one(TicketText, ticket.id)
    assert (kept.name, texts.lat is None) == ("pipe.jpg", False)
    page.get_by_role("link", name="查看办理进度").click()
    expect(page.locator("main")).to_contain_text("pipe.jpg")
    is_well_made(page)


def test_what_was_typed_survives_a_reload_until_it_is_sent(app: APIFlask, open_tab: Open) -> None:
    page = open_tab()
    page.goto("/report")
    fill(page)
    page.reload()
    expect(page.locator("#draft-line")).to_be_visible()
    assert page.input_value("[name=body]") == BODY
    is_well_made(page)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/report/received/**")
    page.goto("/report")
    assert page.input_value("[name=body]") == ""
    fill(page)
    page.reload()
    page.click("#draft-drop")
    expect(page.locator("[name=body]")).to_have_value("")


def test_a_picture_is_taken_away_and_a_large_one_refused_at_once(
    app: APIFlask, open_tab: Open, tmp_path: Path
) -> None:
    page, large = open_tab(), tmp_path / "large.jpg"
    large.write_bytes(b"\xff\xd8" + bytes(11 * 1024 * 1024))
    page.goto("/report")
    page.set_input_files("#f-files", [pictures.made(tmp_path)])
    page.set_input_files("#f-files", [large])
    expect(page.locator("#f-files-chosen li")).to_have_count(2)
    expect(page.locator("#f-files-problem")).to_contain_text("large.jpg")
    is_well_made(page)
    page.get_by_role("button", name="移除 large.jpg").click()
    expect(page.locator("#f-files-problem")).to_be_hidden()
    assert page.evaluate("document.getElementById('f-files').files.length") == 1


def test_without_javascript_nothing_is_lost(app: APIFlask, open_tab: Open, tmp_path: Path) -> None:
    announce()
    page = open_tab(has_scripts=False)
    page.goto("/report")
    fill(page)
    page.fill("[name=phone]", "12")
    page.set_input_files("#f-files", [pictures.made(tmp_path)])
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("pipe.jpg")
    page.fill("[name=phone]", "13812345678")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("h1")).to_contain_text("提交之前")
    page.get_by_role("button", name="返回修改").click()
    assert page.input_value("[name=body]") == BODY
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/report/received/**")
    assert newest(Attachment).name == "pipe.jpg"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_page_of_the_citizen_is_well_made(
    app: APIFlask, open_tab: Open, language: str
) -> None:
    announce()
    page = open_tab()
    page.goto(f"/language/{language}")
    for width, height in (PHONE, (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for path in (
            "/",
            "/outages",
            "/outages?place=文化路",
            "/report",
            "/track",
            "/report/helped",
        ):
            page.goto(path)
            is_well_made(page)
