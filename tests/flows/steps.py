"""The steps of a ticket's way as people take them: in browsers, with CSRF and permissions on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIFlask

from dispatch.models import CatalogueRow, ServiceArea
from dispatch.routing import Route
from hotline import clock, relay
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import history
from hotline.tickets.clocks import Clock
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.states import State
from tests import factories
from tests.browsing import Browser, Page
from tests.webhooks import doors

CITY = ZoneInfo("Asia/Shanghai")
PHONE = doors.PHONE
BODY = "文化路夜市每晚占道经营到凌晨，行人只能走机动车道，请安排专人管理。"
WHERE = {"place": "海港区文化路", "district": "C01"}
SORTING = {"request_type": "complaint", "category": "T010101", "district": "C01"}
CATEGORY = "占道经营"
REPLY = {
    "completion": "solved",
    "text": "已劝离占道摊位十二处，安排夜间专人值守，并在路口设置提示牌。",
    "basis": "《城市市容和环境卫生管理条例》",
}
SIGNED_IN_FOR = timedelta(minutes=30)


@dataclass
class Hall:
    """Everybody who takes part, each with a browser that stays signed in for a while."""

    app: APIFlask
    people: dict[str, Staff]
    citizen: Browser
    _browsers: dict[str, tuple[Browser, datetime]] = field(default_factory=dict)

    def browser(self, who: str) -> Browser:
        """This person's browser, signed in through the page."""
        known, now = self._browsers.get(who), clock.now()
        if known is None or abs(now - known[1]) > SIGNED_IN_FOR:
            known = Browser(self.app), now
            known[0].sign_in(self.people[who])
            self._browsers[who] = known
        return known[0]

    def headers(self, who: str) -> dict[str, str]:
        """A bearer token of this person."""
        return factories.bearer(self.people[who])


def open_hall(app: APIFlask) -> Hall:
    """Everybody, and the catalogue of the test directory."""
    for code, unit, route in (
        ("T010101", "D16", Route.TERRITORIAL),
        ("T010102", "E01", Route.OUTER),
        ("T010104", "D15", Route.BRANCH),
        ("T010105", "D14", Route.UNIT),
    ):
        db.session.add(CatalogueRow(category_code=code, unit_code=unit, route=route))
    db.session.add(ServiceArea(place="海港区文化路", district_code="C01", water="E01"))
    people = {
        "operator": factories.staff("op", Role.OPERATOR),
        "dispatcher": factories.staff("dis", Role.DISPATCHER),
        "handler": factories.staff("han", Role.HANDLER, unit_code="C01"),
        "water": factories.staff("wat", Role.HANDLER, unit_code="E01"),
        "stranger": factories.staff("str", Role.HANDLER, unit_code="D14"),
        "reviewer": factories.staff("rev", Role.REVIEWER),
        "agent": factories.staff("age", Role.CALLBACK_AGENT),
        "supervisor": factories.staff("sup", Role.SUPERVISOR),
        "head": factories.staff("hea", Role.HEAD),
    }
    return Hall(app, people, Browser(app))


def at(wall: str) -> datetime:
    """A moment by the city's clock: 2026-09-30 16:00."""
    return datetime.fromisoformat(wall).replace(tzinfo=CITY).astimezone(UTC)


def ticket_of(number: str) -> Ticket:
    """The ticket as it is stored now."""
    db.session.expire_all()
    return db.session.query(Ticket).filter_by(number=number).one()


def is_at(number: str, state: State, round_: int = 1) -> Ticket:
    """Assert that everything was read, that the chain holds and where the ticket is."""
    relay.drain()
    ticket = ticket_of(number)
    assert (ticket.state, ticket.round) == (state, round_)
    assert list(history.verify([ticket])) == []
    return ticket


def due(number: str, kind: Clock) -> datetime | None:
    """When the ticket's running clock of this kind is due, by the city's clock."""
    row = (
        db.session.query(ClockRow)
        .filter_by(ticket_id=ticket_of(number).id, kind=kind, stopped_at=None)
        .one_or_none()
    )
    return row.due_at.astimezone(CITY) if row else None


# ------------------------------------------------------------------ how it comes in


def by_text(hall: Hall, body: str = BODY, **changes: str) -> str:
    """A citizen's text through the signed webhook; the number of the ticket it made."""
    doors.text(hall.app.test_client(), body, **changes)
    return newest()


def by_form(hall: Hall, **changes: str) -> tuple[str, str]:
    """The citizen's web form; number and query code as the receipt shows them."""
    given: dict[str, Any] = {
        "body": BODY,
        "place": "海港区文化路",
        "phone": "13812345678",
        "district": "C01",
    }
    receipt = hall.citizen.submit(hall.citizen.get("/report"), "/report", **(given | changes))
    assert receipt.status == 200
    assert receipt.path.startswith("/report/received/")
    number = newest()
    assert number in receipt.text
    code = doors.code_of(ticket_of(number))
    assert code in receipt.text
    return number, code


def by_entry(hall: Hall, **changes: str) -> str:
    """An operator's entry while somebody talks, sorted at once."""
    browser = hall.browser("operator")
    given: dict[str, Any] = {
        "body": BODY,
        "phone": "13812345678",
        "place": "海港区文化路",
        **SORTING,
    }
    page = browser.submit(browser.get("/console"), "/console", **(given | changes))
    assert (page.status, page.path) == (200, "/console")
    number = newest()
    assert number in page.text
    return number


def newest() -> str:
    """The number of the ticket made last."""
    db.session.expire_all()
    return db.session.query(Ticket).order_by(Ticket.id.desc()).limit(1).one().number


# ------------------------------------------------------------------ what is done to it


def sort(hall: Hall, number: str, **changes: str) -> Page:
    """received → pending_dispatch, on the ticket's page."""
    return _act(
        hall, "operator", f"/tickets/{number}", f"/tickets/{number}/sort", SORTING | changes
    )


def dispatch(hall: Hall, number: str, **changes: str) -> Page:
    """pending_dispatch → pending_signature, at the dispatcher's desk, to the unit suggested."""
    desk = hall.browser("dispatcher").get("/dispatch", ticket=number)
    return _send(hall, "dispatcher", desk, f"/tickets/{number}/dispatch", changes)


def sign(hall: Hall, number: str, who: str = "handler") -> Page:
    """pending_signature → in_progress, from the unit's own list."""
    assert number in hall.browser(who).get("/unit").text
    return _act(hall, who, f"/tickets/{number}", f"/tickets/{number}/sign", {})


def contact(hall: Hall, number: str, who: str = "handler") -> Page:
    """The unit called the citizen."""
    given = {"result": "reached", "note": "已约明早现场核实。"}
    return _act(hall, who, f"/tickets/{number}", f"/tickets/{number}/contact", given)


def reply(hall: Hall, number: str, who: str = "handler", **changes: str) -> Page:
    """in_progress → in_review."""
    given = REPLY | changes
    return _act(hall, who, f"/tickets/{number}", f"/tickets/{number}/reply", given)


def accept(hall: Hall, number: str) -> Page:
    """in_review → awaiting_callback, at the reviewer's desk."""
    given = {"accept": "true"}
    return _act(hall, "reviewer", "/dispatch/review", f"/tickets/{number}/review", given)


def send_back(hall: Hall, number: str, reason: str = "没有回应夜间管理的问题。") -> Page:
    """in_review → in_progress, with a reason."""
    given = {"accept": "false", "reason": reason}
    return _act(hall, "reviewer", "/dispatch/review", f"/tickets/{number}/review", given)


def call(hall: Hall, number: str, **said: str) -> Page:
    """The agent calls and writes down what the citizen says."""
    given = {"outcome": "reached", "responded": "yes", "solved": "yes", "satisfied": "5"} | said
    return _act(hall, "agent", f"/callbacks/{number}", f"/callbacks/{number}", given)


def miss(hall: Hall, number: str, outcome: str) -> Page:
    """The agent calls at the time the citizen asked for, and reaches nobody."""
    here = f"/callbacks/{number}"
    return _act(hall, "agent", here, here, {"outcome": outcome, "asked_for": "1"})


def decide(hall: Hall, number: str, *, is_reasonable: bool) -> Page:
    """A reviewer who took no part decides whether it is done again."""
    here = f"/callbacks/decisions/{number}"
    given = {"reasonable": "1" if is_reasonable else "0", "note": "已核对通话记录和现场照片。"}
    return _act(hall, "head", here, here, given)


def rate_by_text(hall: Hall, words: str) -> None:
    """The citizen answers our question by text."""
    relay.drain()
    doors.text(hall.app.test_client(), words)


def handle(hall: Hall, number: str, who: str = "handler") -> None:
    """From the unit's signature to the callback, nothing going wrong."""
    sign(hall, number, who)
    contact(hall, number, who)
    reply(hall, number, who)
    is_at(number, State.IN_REVIEW, ticket_of(number).round)
    accept(hall, number)
    is_at(number, State.AWAITING_CALLBACK, ticket_of(number).round)


def _act(hall: Hall, who: str, where: str, action: str, given: dict[str, Any]) -> Page:
    return _send(hall, who, hall.browser(who).get(where), action, given)


def _send(hall: Hall, who: str, page: Page, action: str, given: dict[str, Any]) -> Page:
    assert page.status == 200, (who, page.path, page.status)
    done = hall.browser(who).submit(page, action, **given)
    assert done.status == 200, (who, action, done.status, _alert(done.text))
    return done


def _alert(text: str) -> str:
    start = text.find('role="alert"')
    return text[start : start + 600] if start >= 0 else text[:600]
