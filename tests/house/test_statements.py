"""How often a page or a call asks the database: never once a row, and at most so often.

BEGIN, COMMIT and savepoints are not counted. A process reads the rules in force and the
calendar every few seconds; here it keeps them, and each page is opened once before it counts.
"""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import settings
from hotline.access import Role
from hotline.people.models import Staff
from hotline.tickets import modes, queries
from tests import factories
from tests.conftest import Statements
from tests.house import town
from tests.webhooks import doors

BY_API = 14
BY_TEXT = 16

# At most so many · who · what; {state} is the number of a ticket in that state. A ticket's page
# takes one statement for each part of it (six rooms give one), for its clocks, for the tickets
# linked to it and for the badges; for a dispatcher what a suggestion is made of, for a unit its
# people and how often a return was asked. The console's bar takes three: seat, queue, own figures.
PAGES = """
11  operator        /console
4   operator        /console/phone
2   operator        /console/phone/callers
3   operator        /console/waiting
19  operator        /console?item={received}
8   operator        /search
8   operator        /search?q=夜市
8   dispatcher      /dispatch
12  dispatcher      /dispatch?ticket={pending_dispatch}
8   dispatcher      /dispatch/map
8   dispatcher      /dispatch/map?span=week&district=C01
8   dispatcher      /dispatch/map/pins?span=week
8   reviewer        /dispatch/review
8   reviewer        /dispatch/review?tab=returns
8   reviewer        /dispatch/review?tab=extensions
8   reviewer        /dispatch/review?tab=suspensions
8   reviewer        /dispatch/promises
8   operator        /notices
8   operator        /notices?phase=past
8   handler         /notices
8   handler         /unit
8   handler         /unit?tab=in_progress
8   handler         /unit/promises
8   handler         /unit/inside
8   handler         /unit/inside?tab=approve
8   handler         /unit?tab=in_review
8   administrator   /admin
9   administrator   /admin/calendar/2026
9   administrator   /admin/calendar/hours?unit=E01
8   administrator   /admin/system
8   operator        /kb
8   editor          /kb?tab=submitted
8   editor          /kb?tab=expiring
8   editor          /kb/new
8   editor          /kb/export
8   editor          /kb/learning
8   editor          /kb/learning?tab=proposals
8   editor          /kb/learning?tab=complaints
8   editor          /kb/learning?tab=figures
8   editor          /kb/learning?tab=dismissed
8   nobody          /sitemaps/0.xml
15  operator        /tickets/{received}
14  operator        /tickets/{in_review}/print
15  operator        /tickets/{awaiting_callback}
19  dispatcher      /tickets/{pending_dispatch}
15  reviewer        /tickets/{in_review}
17  handler         /tickets/{in_progress}
14  handler         /tickets/{in_progress}/order
8   callback_agent  /callbacks
13  callback_agent  /callbacks/{awaiting_callback}
8   reviewer        /callbacks/decisions
8   supervisor      /supervision
8   supervisor      /supervision?tab=today
8   supervisor      /supervision?tab=cards
8   supervisor      /supervision?tab=calls
8   supervisor      /supervision?tab=orders
8   supervisor      /supervision?tab=dissatisfied
8   supervisor      /supervision?tab=returns
8   supervisor      /supervision?tab=late
8   supervisor      /supervision?tab=clocks&unit=D16&lamp=green
8   supervisor      /warnings
8   handler         /warnings
8   handler         /warnings?tab=cards
8   operator        /calls
8   operator        /calls?owed
8   supervisor      /calls
8   supervisor      /calls?state=ended&from=2026-01-01
11  supervisor      /calls/board
8   supervisor      /calls/figures
10  administrator   /admin/lines
8   nobody          /
8   nobody          /outages
8   nobody          /outages?place=文化路
8   nobody          /report
8   nobody          /track
8   nobody          /answers
"""
CALLS = """
8   operator        /api/v1/tickets?limit=50
8   operator        /api/v1/tickets?limit=50&state=in_progress&unit=D16
8   operator        /api/v1/tickets?q=夜市
8   operator        /api/v1/tickets?q=13800000001
10  operator        /api/v1/tickets/{in_review}
8   operator        /api/v1/categories
8   operator        /api/v1/units
8   operator        /api/v1/calendar/2026
8   operator        /api/v1/kb/articles
8   operator        /api/v1/kb/suggest?q=供热报停
8   supervisor      /api/v1/calls/figures
8   operator        /api/v1/lines
8   handler         /api/v1/tickets?limit=50
8   handler         /api/v1/cards
8   handler         /api/v1/orders
"""


@pytest.fixture(autouse=True)
def _rules_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (modes, queries, settings):
        monkeypatch.setattr(room, "KEPT_SECONDS", 3600.0)


def test_nothing_asks_once_a_row(app: APIFlask, statements: Statements) -> None:
    crew = town.build(app)
    over = []
    for most, who, path in _table(PAGES):
        over += _measure(_browser(app, crew.get(who)), path, {}, statements, most)
    for most, who, path in _table(CALLS):
        token = factories.bearer(crew[who])
        over += _measure(app.test_client(), path, token, statements, most)
    if over:
        pytest.fail("\n" + "\n".join(over))


@pytest.mark.parametrize(
    "known",
    [{}, {"request_type": "complaint", "category": "T010101"}],
    ids=["to be sorted", "sorted"],
)
def test_intake_by_api(client: FlaskClient, statements: Statements, known: dict[str, str]) -> None:
    headers = factories.bearer(factories.staff("op", Role.OPERATOR))
    for number in (1, 2):
        matter = {
            "channel": "phone",
            "title": "夜市占道",
            "body": "文化路夜市每晚占道经营。",
            "citizen": {"name": "张三", "phone": f"1380000000{number}"},
            "place": {"text": "文化路", "district": "C01"},
        }
        statements.seen.clear()
        key = {"Idempotency-Key": f"a-key-{number}"}
        answer = client.post("/api/v1/tickets", json=matter | known, headers=headers | key)
        assert answer.status_code == 201, answer.json
    assert len(statements) <= BY_API, _told(statements)


def test_intake_by_text(client: FlaskClient, statements: Statements) -> None:
    for number in (1, 2):
        statements.seen.clear()
        doors.text(client, "文化路夜市每晚占道经营。", From=f"+861380000000{number}")
    assert len(statements) <= BY_TEXT, _told(statements)


def _browser(app: APIFlask, person: Staff | None) -> FlaskClient:
    made = app.test_client()
    if person is not None:
        factories.sign_in(made, person)
    return made


def _measure(
    client: FlaskClient, path: str, headers: dict[str, str], statements: Statements, most: int
) -> list[str]:
    for _ in ("once to warm up", "once to count"):
        statements.seen.clear()
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    asked = len(statements)
    return [f"{path}: {asked}, {most} allowed\n{_told(statements)}"] if asked > most else []


def _table(text: str) -> list[tuple[int, str, str]]:
    rows = (line.split() for line in text.splitlines() if line)
    return [(int(most), who, town.filled(path)) for most, who, path in rows]


def _told(statements: Statements) -> str:
    return "\n".join(" ".join(one.split())[:160] for one in statements.seen)
