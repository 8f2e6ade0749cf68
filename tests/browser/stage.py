"""A town in which every page has something to show, and a browser for each who works in it."""

from dataclasses import dataclass, field
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock, relay
from hotline.access import Role
from hotline.attachments.rules import Source
from hotline.calls import seating
from hotline.calls.kinds import Mode, SeatState
from hotline.calls.models import Line
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.kinds import Channel, Completion, RequestType
from hotline.tickets.models import Ticket
from supervision import orders
from tests import factories
from tests.attachments import town as filing
from tests.browser.rounds import NOBODY
from tests.browsing import Browser
from tests.callbacks import samples as asking
from tests.calls import overseen
from tests.dispatch import samples
from tests.flows import steps
from tests.house import crew, town
from tests.kb import articles
from tests.portal import steps as citizens
from tests.webhooks import doors


@dataclass
class Stage:
    """The application, who works there, and what the addresses are filled with."""

    app: APIFlask
    people: dict[str, Staff]
    known: dict[str, str]
    citizen: FlaskClient
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """This person's browser, signed in and the password confirmed."""
        if who == NOBODY:
            return self.citizen
        if who not in self._clients:
            made = self._clients[who] = self.app.test_client()
            factories.sign_in(made, self.people[who])
            token = factories.hidden(made.get("/confirm").text, "csrf_token")
            given = {"present": factories.PASSWORD, "csrf_token": token}
            assert made.post("/confirm", data=given).status_code in (302, 303)
        return self._clients[who]

    def cookies(self, who: str) -> list[tuple[str, str]]:
        """What this person's browser was given."""
        kept = self.client(who)._cookies or {}
        return [(one.key, one.value) for one in kept.values()]


def built(app: APIFlask) -> Stage:
    """Everybody and everything."""
    people = town.build(app, many=town.FEW, some=town.FEW)
    people |= {one.value: crew.one_in(one) for one in Role if one.value not in people}
    known = {state: town.newest(state) for state in town_states()}
    known |= _tickets() | _knowledge(people["editor"])
    citizen = app.test_client()
    _begin_to_sign_in(citizen)  # a session of its own: what was opened before is gone
    known |= _citizens(citizen) | _supervised()
    known |= _ended(app, factories.bearer(people["operator"]))
    known |= _calls(people["operator"])
    relay.drain()
    return Stage(app, people, known, citizen)


def town_states() -> tuple[str, ...]:
    """Where the town's tickets are."""
    return "pending_dispatch", "in_progress", "return_requested", "in_review", "awaiting_callback"


def _tickets() -> dict[str, str]:
    """Tickets in the other states, with files."""
    now, phone = clock.now(), "+8613900000001"
    received = factories.taken(phone=phone, now=now, may_sort=False).ticket
    filing.added(received, Source.CITIZEN, name="夜市.pdf")
    secret: dict[str, Any] = {"request_type": RequestType.REPORT, "category": "T010103"}
    twice, _ = asking.asked(now=now, phone="+8613900000002")
    asking.record(twice, asking.BAD, now=now)
    asking.handled_again(twice, now=now, completion=Completion.SOLVED)
    asking.record(twice, asking.BAD, now=now)
    closed, _ = asking.asked(now=now, phone="+8613900000003")
    filing.added(closed, Source.UNIT, name="清理后.pdf")
    asking.record(closed, asking.GOOD, now=now)
    return _numbers(
        received=received,
        other=factories.sorted_ticket(phone="+8613900000004"),
        pending_signature=samples.dispatched(phone="+8613900000005"),
        confidential=factories.sorted_ticket(phone="+8613900000006", **secret),
        closed=closed,
        decision=twice,
    )


def _ended(app: APIFlask, token: dict[str, str]) -> dict[str, str]:
    """Tickets that ended at the desk."""
    ways = {
        "answered": {"text": "夜市经营时间为18时至22时。"},
        "refused": {"reason": "petition", "text": "请走信访渠道。", "route": "市信访局"},
    }
    known = {}
    for (state, body), verb in zip(ways.items(), ("answer", "refuse"), strict=True):
        ticket = factories.taken(phone="+8613900000009", now=clock.now(), may_sort=False).ticket
        known[state] = ticket.number
        path = f"/api/v1/tickets/{ticket.number}/{verb}"
        answer = app.test_client().post(path, json=body, headers=token)
        assert answer.status_code == 200, answer.text
    return known


def _supervised() -> dict[str, str]:
    """A ticket with a card, pushed by an order."""
    ticket, now = samples.dispatched(phone="+8613900000007"), clock.now()
    order = orders.issue(ticket, "请尽快办理。", by="staff:1", now=now, book=factories.book())
    db.session.commit()
    return {"ordered": ticket.number, "order": str(order.id)}


def _calls(operator: Staff) -> dict[str, str]:
    """A line besides 12345, and a call that was talked and recorded."""
    hall = overseen.hall()
    db.session.add(
        Line(number="12319", name="城建热线", mode=Mode.MERGED, rank=0, opened_at=hall.now)
    )
    seating.note_phone(operator.id, now=hall.now)
    seating.set_state(operator.id, SeatState.READY, None, now=hall.now, ways=hall.ways)
    call = overseen.talked(hall, operator)
    overseen.recorded(call)
    return {"call": call.ref, "line": "12319"}


def _knowledge(editor: Staff) -> dict[str, str]:
    """An article that everybody reads, and one that is being written."""
    public = articles.published(is_public=True, unit="E01", category="T010101", keywords="暖气")
    return {"article": public.number, "draft": articles.draft(editor).number}


def _citizens(client: FlaskClient) -> dict[str, str]:
    """A citizen's own tickets: reported, asked by text, rated."""
    receipt = citizens.send(client, citizens.picture()).location.rsplit("/", 1)[1]
    own = steps.newest()
    asked, _ = asking.asked(now=clock.now(), channel=Channel.SMS, phone="+8613900000007")
    rated, _ = asking.asked(now=clock.now(), channel=Channel.SMS, phone="+8613900000008")
    tokens = {name: _token(one) for name, one in {"asked": asked, "rated": rated}.items()}
    browser = Browser(client.application)  # type: ignore[arg-type]
    browser.client = client
    here = f"/rate/{tokens['rated']}"
    browser.submit(browser.get(here), here, satisfied="4")
    for one in (asked, closed_one()):
        code = doors.code_of(one)
        page = browser.get("/track")
        assert browser.submit(page, "/track", number=one.number, query_code=code).status == 200
    return tokens | {"receipt": receipt, "own": own, "ratable": asked.number}


def _begin_to_sign_in(client: FlaskClient) -> None:
    """Somebody new is at the page where one's own password is chosen."""
    newcomer = factories.staff("newcomer", Role.OPERATOR)
    newcomer.has_temporary_password = True
    db.session.commit()
    factories.sign_in(client, newcomer)


def closed_one() -> Ticket:
    """The ticket closed last."""
    return steps.ticket_of(town.newest("closed"))


def _token(ticket: Ticket) -> str:
    return asking.token_in(asking.texts_of(ticket)[-1])


def _numbers(**tickets: Ticket) -> dict[str, str]:
    db.session.expire_all()
    return {name: one.number for name, one in tickets.items()}
