"""Every unit against another unit's ticket, and against the person behind a confidential one.

No list of addresses that somebody could forget to extend: whatever the application answers is
asked, with the ticket's number, its file's key and its words wherever an address or a list takes
them. The same walk by who may see it finds the words, so that it would notice a leak.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import second_level
from dispatch.second_level import Down
from hotline import clock
from hotline.access import PERMISSIONS, UNIT_ROLES, Role
from hotline.attachments import operations as attachments
from hotline.attachments.models import Attachment
from hotline.attachments.rules import Source
from hotline.extensions import db
from hotline.messages import operations as messages
from hotline.messages.operations import Incoming
from hotline.people import confirming
from hotline.people.models import Staff
from hotline.tickets import beside
from hotline.tickets.intake import Place, Reporter
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from tests import factories
from tests.attachments import files
from tests.dispatch import inside, samples
from tests.house import walking
from tests.house.walking import Route

NAME, BEHALF, PHONE, SECOND = "欧阳千寻", "司徒万里", "13812349876", "13912345432"
CITIZENS = {
    "name": NAME,
    "on behalf of": BEHALF,
    "phone": PHONE,
    "end of the phone": "****9876",
    "second phone": SECOND,
    "title": "甲乙丙夜市占道",
    "body": "子丑寅卯每晚扰民",
    "place": "辰巳午路九号",
    "supplement": "未申酉戌又来了",
    "file": "citizens-own.pdf",
    "text": "亥时短信原文",
}
HANDLED = {
    "words for the unit": "夜间占道经营，请核实。",
    "reply": "已清理占道摊位",
    "hotline's note": "热线内部备注一条",
}
ASKED = {"POST /search/export": {"kind": "csv"}}
"""What a form must say before it gives anything."""
MAY = frozenset(one for role in UNIT_ROLES for one in PERMISSIONS[role])
SEARCHED = ("甲乙丙夜市占道", "子丑寅卯每晚扰民", NAME, PHONE, "夜间占道经营")
SEEN = (
    "GET /tickets/<number>: body",
    "GET /tickets/<number>/print: body",
    "GET /tickets/<number>/order: body",
    "GET /tickets/<number>/attachments/<key>: file",
    "GET /api/v1/tickets/<number>: body",
    "GET /api/v1/tickets?q=",
    "GET /api/v1/tickets?unit=D16: title",
    "GET /search?q=",
    "GET /search?unit=D16: title",
    "POST /search/export?unit=D16: body",
    "GET /unit?tab=in_review: title",
)
"""Where a unit's own ticket must come out, or the walk looks in the wrong places."""
STREAM = "/live"
"""Never ends; it carries topics alone, and `tests/live` says who hears which."""


@dataclass(frozen=True)
class Found:
    """A ticket of unit D16, with its file."""

    number: str
    key: str
    ticket_id: int


@pytest.fixture(params=[False, True], ids=["plain", "confidential"])
def found(app: APIFlask, request: pytest.FixtureRequest) -> Found:
    """A ticket that went the way to the reply, with words in every place that takes them."""
    given: dict[str, Any] = (
        {"request_type": RequestType.REPORT, "category": "T010103"} if request.param else {}
    )
    ticket = samples.replied(
        title=CITIZENS["title"],
        body=CITIZENS["body"],
        reporter=Reporter(
            name=NAME, phone="+86" + PHONE, alt_phone="+86" + SECOND, on_behalf_of=BEHALF
        ),
        place=Place(CITIZENS["place"], "C01"),
        **given,
    )
    now, by = samples.LATER, samples.REVIEWER
    beside.supplement(ticket, CITIZENS["supplement"], by="citizen", now=now, via="web")
    beside.note(ticket, HANDLED["hotline's note"], by=by, now=now)
    file = _file_of(ticket)
    _text_to(ticket)
    db.session.commit()
    return Found(ticket.number, file.key, ticket.id)


def test_another_unit_gets_nothing_of_it_and_does_nothing_to_it(
    app: APIFlask, found: Found
) -> None:
    before = _standing(found)
    assert _everything(app, _crew("D14"), found, CITIZENS | HANDLED) == []
    assert _standing(found) == before


@pytest.mark.parametrize("found", [False], ids=["plain"], indirect=True)
def test_a_sub_unit_gets_nothing_that_was_not_handed_down(app: APIFlask, found: Found) -> None:
    inside.build()
    before = _standing(found)
    assert _everything(app, _crew("D16-S1"), found, CITIZENS | HANDLED) == []
    assert _standing(found) == before


def test_a_sub_unit_gets_nothing_of_the_person_or_the_original(app: APIFlask) -> None:
    inside.build()
    ticket = samples.signed(
        title=CITIZENS["title"],
        body=CITIZENS["body"],
        reporter=Reporter(name=NAME, phone="+86" + PHONE, alt_phone="+86" + SECOND),
        place=Place(CITIZENS["place"], "C01"),
        request_type=RequestType.REPORT,
        category="T010103",
    )
    down, book = Down(factories.unit("D16-S1")), factories.book()
    second_level.hand_down(
        ticket, samples.open_of(ticket), down, by=samples.HANDLER, now=samples.LATER, book=book
    )
    key = _file_of(ticket).key
    db.session.commit()
    found = Found(ticket.number, key, ticket.id)
    assert _everything(app, _crew("D16-S1"), found, CITIZENS) == []
    for person, status in ((_crew("D16-S1", "b"), 200), (_crew("D16-S2"), 404)):
        answer = app.test_client().get(
            f"/api/v1/tickets/{ticket.number}", headers=factories.bearer(person)
        )
        assert answer.status_code == status
        told = (answer.json or {}).get("unit_text", "")
        assert (told == HANDLED["words for the unit"]) == (status == 200)


@pytest.mark.parametrize("found", [True], ids=["confidential"], indirect=True)
def test_its_own_unit_gets_nothing_of_a_confidential_ones_person(
    app: APIFlask, found: Found
) -> None:
    hidden = CITIZENS | {"hotline's note": HANDLED["hotline's note"]}
    assert _everything(app, _crew("D16"), found, hidden) == []


@pytest.mark.parametrize("found", [False], ids=["plain"], indirect=True)
def test_the_same_walk_finds_what_a_unit_may_see(app: APIFlask, found: Found) -> None:
    told = " ".join(_everything(app, _crew("D16"), found, CITIZENS | HANDLED))
    missing = [one for one in SEEN if one not in told]
    assert missing == []
    assert "hotline's note" not in told and ": phone" not in told


def test_whole_numbers_are_on_no_sheet(app: APIFlask, found: Found) -> None:
    client = app.test_client()
    factories.sign_in(client, factories.staff("ope", Role.OPERATOR))
    for sheet in ("", "/print", "/order", "/letter"):
        text = client.get(f"/tickets/{found.number}{sheet}").get_data(as_text=True)
        assert PHONE not in text and SECOND not in text, sheet


def _everything(app: APIFlask, person: Staff, found: Found, hidden: dict[str, str]) -> list[str]:
    """Ask for everything as this person; answers where hidden words came out, and which."""
    client, token = app.test_client(), factories.bearer(person)
    page = _sign_in(client, person)
    leaks = []
    for one in walking.routes(app):
        if one.rule == STREAM or one.rule.startswith("/static") or one.is_webhook:
            continue
        if one.permission is not None and one.permission not in MAY:
            continue  # refused whatever the ticket, says tests/house/test_roles.py
        for address in _addresses(app, one, found):
            sent = token if one.is_api else page
            text = _asked(app.test_client() if one.is_api else client, one, address, sent)
            query = address.partition("?")[2]
            for what, words in hidden.items():
                if words in text and not _is_echo(words, query):
                    leaks.append(f"{one.name}{'?' + query if query else ''}: {what}")
        if one.name == "POST /logout":
            page = _sign_in(client, person)
    return leaks


def _addresses(app: APIFlask, one: Route, found: Found) -> Iterator[str]:
    """The route's address with the ticket in it; of a list, with everything it can be asked."""
    path = walking.path_of(
        app, one, number=found.number, key=found.key, code="D16", name=f"reply:{found.number}"
    )
    yield path
    if "<" not in one.rule and (one.method == "GET" or "export" in one.rule):
        for words in (*SEARCHED, found.number):
            yield f"{path}?{urlencode({'q': words})}"
        yield f"{path}?unit=D16"
        yield f"{path}?state=in_review"
        yield f"{path}?tab=in_review"


def _asked(client: FlaskClient, one: Route, address: str, sent: dict[str, str]) -> str:
    """What comes back, with where it leads to; an API is sent its token, a page its form."""
    is_get = one.method == "GET"
    if one.is_api:
        body: dict[str, str] | None = None if is_get else {}
        answer = client.open(address, method=one.method, headers=sent, json=body)
    else:
        data = None if is_get else sent | ASKED.get(one.name, {})
        answer = client.open(address, method=one.method, data=data)
    if answer.is_json:
        return json.dumps(answer.get_json(), ensure_ascii=False)
    raw = answer.get_data() + answer.headers.get("Content-Disposition", "").encode()
    return raw.decode("utf-8", errors="replace")


def _is_echo(words: str, query: str) -> bool:
    """Whether the page only says again what was searched for."""
    return any(words in searched for searched in parse_qs(query).get("q", []))


def _standing(found: Found) -> tuple[str, int]:
    db.session.expire_all()
    ticket = db.session.get_one(Ticket, found.ticket_id)
    return ticket.state.value, ticket.last_seq


def _crew(unit: str, again: str = "") -> Staff:
    """One who holds every role that a unit has, so that nothing is out of reach for its kind."""
    return factories.staff(f"all-{unit.lower()}{again}", *UNIT_ROLES, unit_code=unit)


def _sign_in(client: FlaskClient, person: Staff) -> dict[str, str]:
    """Sign in, with the password given once more; answers what every form sends."""
    factories.sign_in(client, person)
    with client.session_transaction() as session:
        session[confirming.CONFIRMED_AT] = int(clock.now().timestamp())
    text = client.get("/account").get_data(as_text=True)
    return {"csrf_token": factories.hidden(text, "csrf_token")}


def _file_of(ticket: Ticket) -> Attachment:
    made = attachments.take(
        ticket,
        [files.upload(CITIZENS["file"])],
        by="citizen",
        now=samples.LATER,
        of=1,
        source=Source.CITIZEN,
    )
    return made[0]


def _text_to(ticket: Ticket) -> None:
    """A text that the citizen wrote about it."""
    text = Incoming(
        "supplement", "+86" + PHONE, CITIZENS["text"], "SM1", ticket.id, ticket.citizen_id
    )
    messages.receive(text, now=samples.LATER)
