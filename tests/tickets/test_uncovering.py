"""Whole phone numbers: to whom, with how much ado, how often, and what it leaves behind."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from apiflask import APIFlask

from hotline import clock
from hotline.access import Role, Viewer
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.tickets import access as ticket_access
from hotline.tickets import uncover_page, uncovering
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from hotline.tickets.uncovering import Way
from hotline.tickets.view import TicketView
from tests import factories
from tests.browsing import Browser, Page
from tests.dispatch import samples

PHONE, SECOND = "13812345678", "13900001111"
HELD_BY = 7


def viewer(*roles: Role, unit_ids: frozenset[int] = frozenset({HELD_BY})) -> Viewer:
    """Somebody with these roles."""
    return Viewer.of(1, "张三", "zhang", roles=frozenset(roles), unit_ids=unit_ids)


def view(**changes: Any) -> TicketView:
    """A ticket as an operator sees it."""
    ticket = factories.taken().ticket
    seen = ticket_access.see(viewer(Role.OPERATOR), ticket.number)
    return replace(seen, lead_id=HELD_BY, **changes)


WORKING = {
    State.RECEIVED: {Role.OPERATOR, Role.SHIFT_LEADER, Role.DISPATCHER},
    State.PENDING_DISPATCH: {Role.DISPATCHER},
    State.IN_PROGRESS: {Role.HANDLER, Role.UNIT_HEAD, Role.UNIT_DISPATCHER},
    State.AWAITING_CALLBACK: {Role.CALLBACK_AGENT},
}
ASKING = {Role.OPERATOR, Role.SHIFT_LEADER, Role.DISPATCHER, Role.CALLBACK_AGENT}


@pytest.mark.parametrize("role", Role)
def test_who_works_on_it_needs_one_click_and_few_others_may_at_all(
    app: APIFlask, role: Role
) -> None:
    seen = view()
    for state in State:
        ticket = replace(seen, state=state)
        works = role in WORKING.get(state, set())
        expected = Way.WORKING if works else Way.ASKING if role in ASKING else Way.NEVER
        assert uncovering.way(ticket, viewer(role)) is expected, state
        secret = replace(ticket, is_confidential=True)
        asked = Way.ASKING if role in ASKING else Way.NEVER
        assert uncovering.way(secret, viewer(role)) is asked, state


def test_a_unit_that_does_not_hold_it_never_sees_the_number(app: APIFlask) -> None:
    others = viewer(Role.HANDLER, unit_ids=frozenset({HELD_BY + 1}))
    assert uncovering.way(view(state=State.IN_PROGRESS), others) is Way.NEVER


def test_without_a_number_there_is_nothing_to_see(app: APIFlask) -> None:
    assert uncovering.way(view(person=None), viewer(Role.OPERATOR)) is Way.NEVER


def test_both_numbers_are_shown_in_place_to_who_works_on_it(app: APIFlask) -> None:
    ticket = factories.taken(
        reporter=Reporter(name="张三", phone="+86" + PHONE, alt_phone="+86" + SECOND)
    ).ticket
    browser = signed_in(app, "op1", Role.OPERATOR)
    page = look(browser, ticket, in_place=True)
    assert PHONE in page.text and SECOND in page.text and "<html" not in page.text
    entry = db.session.query(AuditEntry).filter_by(kind="phone_uncovered").one()
    assert entry.facts == {"way": "working"} and entry.subject == f"ticket:{ticket.id}"


def test_others_say_why_and_give_their_password(app: APIFlask) -> None:
    ticket = samples.signed()
    browser = signed_in(app, "op1", Role.OPERATOR)
    page = look(browser, ticket, reason="居民来电询问")
    assert page.path == "/confirm" and PHONE not in page.text
    page = browser.submit(page, "/confirm", present=factories.PASSWORD)
    page = look(browser, ticket)
    assert page.status == 422 and PHONE not in page.text
    page = look(browser, ticket, reason="居民来电询问")
    assert PHONE in page.text
    entry = db.session.query(AuditEntry).filter_by(kind="phone_uncovered").one()
    assert entry.facts == {"way": "asking", "reason": "居民来电询问"}


def test_a_confidential_number_is_never_one_click_away(app: APIFlask) -> None:
    ticket = factories.taken(request_type=RequestType.REPORT).ticket
    browser = signed_in(app, "op1", Role.OPERATOR)
    assert look(browser, ticket, reason="核实线索").path == "/confirm"
    answer = browser.client.post(
        f"/tickets/{ticket.number}/uncover",
        data={"csrf_token": token(browser)},
        headers={"HX-Request": "true"},
    )
    assert answer.headers["HX-Redirect"].endswith(f"/tickets/{ticket.number}#person")


def test_too_many_looks_are_refused_and_written_down(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = factories.taken().ticket
    scarce = SimpleNamespace(read=lambda rules: rules(most_an_hour=1))
    monkeypatch.setattr(uncover_page, "settings", scarce)
    browser = signed_in(app, "op1", Role.OPERATOR)
    assert PHONE in look(browser, ticket).text
    page = look(browser, ticket)
    assert page.status == 429 and PHONE not in page.text
    assert db.session.query(AuditEntry).filter_by(kind="phone_refused").count() == 1


def test_a_supervisor_sees_who_looked_and_others_do_not(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    operator = signed_in(app, "op1", Role.OPERATOR)
    look(operator, ticket)
    seen = signed_in(app, "sup1", Role.SUPERVISOR).get(f"/tickets/{ticket.number}")
    assert "试op1" in seen.text and 'id="traces"' in seen.text
    assert 'id="traces"' not in operator.get(f"/tickets/{ticket.number}").text


def test_looks_older_than_an_hour_do_not_count(app: APIFlask) -> None:
    person = viewer(Role.OPERATOR)
    now = clock.now()
    for at in (now, now - uncovering.WINDOW):
        db.session.add(
            AuditEntry(at=at, actor=person.actor, kind="phone_uncovered", subject="x", facts={})
        )
    assert uncovering.looks(person, now) == 1


def signed_in(app: APIFlask, name: str, role: Role) -> Browser:
    """The browser of a new member of staff."""
    browser = Browser(app)
    browser.sign_in(factories.staff(name, role))
    return browser


def look(browser: Browser, ticket: Ticket, *, in_place: bool = False, **fields: str) -> Page:
    """Ask for the numbers of a ticket, as the page's form does."""
    answer = browser.client.post(
        f"/tickets/{ticket.number}/uncover",
        data=fields | {"csrf_token": token(browser)},
        headers={"HX-Request": "true"} if in_place else {},
        follow_redirects=True,
    )
    return Page(answer.status_code, answer.request.path, answer.get_data(as_text=True))


def token(browser: Browser) -> str:
    """The token of a page just loaded."""
    return factories.hidden(browser.get("/account").text, "csrf_token")
