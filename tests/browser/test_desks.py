"""The desks in a real browser: with the keyboard alone, on a phone, with nothing refused."""

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from dispatch.models import CatalogueRow
from dispatch.routing import Route
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.browser.conftest import Open, is_well_made
from tests.dispatch import samples
from tests.front.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def queue() -> list[Ticket]:
    """Three tickets for the dispatcher, with a catalogue that suggests two units."""
    db.session.add(CatalogueRow(category_code="T010101", unit_code="D16", route=Route.TERRITORIAL))
    places = ("文化路", "民族路", "建设大街")
    return [
        factories.sorted_ticket(phone=f"+861390000000{n}", title=f"{place}夜市占道")
        for n, place in enumerate(places)
    ]


def holder_of(ticket: Ticket) -> str | None:
    """The code of the unit that has it."""
    db.session.expire_all()
    found = db.session.query(Ticket).filter_by(number=ticket.number).one()
    return samples.open_of(found).unit.code if found.state is State.PENDING_SIGNATURE else None


def opened(page: Page, ticket: Ticket) -> None:
    """Wait until this ticket lies under one's eyes."""
    expect(page.locator("#chosen")).to_have_attribute("data-number", ticket.number)
    page.wait_for_load_state("load")


def ready(page: Page, ticket: Ticket) -> None:
    """Wait until the keys go to this ticket's first suggestion."""
    opened(page, ticket)
    expect(page.locator("[name=suggested]").first).to_be_focused()


def test_a_dispatcher_works_with_the_keyboard_alone(app: APIFlask, open_tab: Open) -> None:
    first, second, third = queue()
    page = open_tab(samples.people().dispatcher)
    page.goto("/dispatch")
    is_well_made(page)
    expect(page.locator("#chosen")).not_to_have_attribute("data-number", first.number)

    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    ready(page, second)
    expect(page.locator("[data-order]")).to_have_text("派单给海港区")
    page.keyboard.press("2")
    expect(page.locator("[data-order]")).to_have_text("派单给市城市管理综合行政执法局")
    page.keyboard.press("Enter")
    ready(page, third)
    assert holder_of(second) == "D16"

    page.keyboard.press("/")
    page.keyboard.type("sthj")
    expect(page.locator("[data-order]")).to_have_text("派单给市生态环境局")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    ready(page, first)
    assert holder_of(third) == "D14"

    page.keyboard.press("Escape")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    assert page.evaluate("window.refused") == []
    is_well_made(page)


def test_ticked_tickets_are_dispatched_together(app: APIFlask, open_tab: Open) -> None:
    made = queue()
    page = open_tab(samples.people().dispatcher)
    page.goto("/dispatch")
    for box in page.locator(".desk-row input[name=numbers]").all()[:2]:
        box.check()
    page.click("[data-batch-do]")
    is_well_made(page)
    page.fill("[data-unit-search]", "d16")
    page.click("#together [data-order]")
    expect(page.locator(".flashes")).to_contain_text("2")
    assert [holder_of(one) for one in made] == ["D16", "D16", None]


def test_a_reviewer_takes_a_common_reason_and_goes_on(app: APIFlask, open_tab: Open) -> None:
    sent = [samples.replied(phone=f"+861390000001{n}") for n in range(2)]
    page = open_tab(samples.people().reviewer)
    page.goto("/dispatch/review")
    opened(page, sent[0])
    is_well_made(page)
    page.click(".phrases summary")
    page.locator("[data-insert]").first.click()
    page.keyboard.press("Alt+r")
    opened(page, sent[1])
    db.session.expire_all()
    assert sent[0].state is State.IN_PROGRESS


def test_a_unit_signs_and_replies_on_a_phone(app: APIFlask, open_tab: Open) -> None:
    ticket = samples.dispatched()
    page = open_tab(samples.people().handler)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/unit")
    is_well_made(page)
    page.get_by_role("button", name="签收", exact=True).click()
    page.get_by_role("link", name=f"打开工单 {ticket.number}").click()
    is_well_made(page)
    promise = page.locator("[data-promise]")
    page.select_option("#reply-completion", "solved")
    expect(promise).to_be_hidden()
    expect(page.locator("[data-means=solved]")).to_be_visible()
    page.select_option("#reply-completion", "planned")
    expect(promise).to_be_visible()


def test_a_head_gives_tickets_to_people(app: APIFlask, open_tab: Open) -> None:
    ticket, who = samples.dispatched(), samples.people()
    page = open_tab(factories.staff("chief", Role.UNIT_HEAD, unit_code="D16"))
    page.goto("/unit")
    is_well_made(page)
    page.locator("input[name=numbers]").check()
    page.select_option("#batch-handler", str(who.handler.id))
    page.get_by_role("button", name="指定承办人").click()
    expect(page.locator(".unit-rows")).to_contain_text(who.handler.name)
    db.session.expire_all()
    assert samples.open_of(ticket).handler_staff_id == who.handler.id
