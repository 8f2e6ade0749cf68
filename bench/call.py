"""Calls before a running hotline, through the phonebooth: how quick its documents are, and whether
any call is lost, offered twice, or answered out of turn.

First ten calls a second with operators enough: how long the hotline takes for the first document,
and for the one that an operator hears who picks up. Then thirty calls at once before ten
operators. Every request goes the real way, signed, from the phonebooth's process; what it measured
is read from its control API. Operators have desk phones that the phonebooth answers by itself.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import requests

from bench.figures import Figure, percentile
from bench.running import Hotline, hotline
from hotline import clock, settings
from hotline.access import Role
from hotline.calls import seating
from hotline.calls.bridging import Ways
from hotline.calls.kinds import Device, SeatState
from hotline.calls.rules import CallRules
from hotline.config import Config
from hotline.extensions import db
from hotline.people import operations as people
from wsgi import create_app

RATE, SECONDS, STAFF = 10, 30, 80
AT_ONCE, FEW = 30, 10
MOST_SECONDS, WAIT_SECONDS = 0.05, 90.0
PICKS_UP_AFTER, TALKS = 0.2, 1.0
TAKEN = ("ended", "wrap_up")
FIRST, ANSWERED = "/webhooks/carrier/voice", "/webhooks/carrier/voice/operator"
STORY = """
SELECT c.id, c.state, c.rank, c.queued_at, c.answered_at,
    (SELECT count(*) FROM call_legs l WHERE l.call_id = c.id AND l.role = 'operator'
        AND l.answered_at IS NOT NULL),
    array(SELECT e.kind FROM call_events e WHERE e.call_id = c.id ORDER BY e.id)
FROM calls c WHERE c.created_at >= %s AND c.direction = 'inbound' ORDER BY c.queued_at, c.id
"""
DOUBLE = """
SELECT count(*) FROM call_legs a JOIN call_legs b ON b.staff_id = a.staff_id AND b.id > a.id
AND b.answered_at < coalesce(a.ended_at, now()) AND b.answered_at > a.answered_at
WHERE a.created_at >= %s AND a.role = 'operator' AND b.role = 'operator'
"""


class Booth:
    """The phonebooth's control API."""

    def __init__(self, running: Hotline) -> None:
        self._address = f"http://{running.host}:{running.port + 1}/control"
        self._session = requests.Session()
        self._session.trust_env = False
        secrets = running.secrets
        self._session.auth = (secrets["TWILIO_ACCOUNT_SID"], secrets["TWILIO_AUTH_TOKEN"])

    def put(self, path: str, **given: object) -> None:
        """Set something."""
        self._session.put(f"{self._address}/{path}", json=given, timeout=10).raise_for_status()

    def dial(self, caller: str) -> None:
        """Somebody dials 12345 and presses 0."""
        given = {"from": caller, "to": "12345", "replies": ["0"]}
        answer = self._session.post(f"{self._address}/calls", json=given, timeout=10)
        answer.raise_for_status()

    def deliveries(self) -> list[dict[str, Any]]:
        """The last requests it made."""
        answer = self._session.get(f"{self._address}/deliveries", timeout=10)
        found: list[dict[str, Any]] = answer.json()["deliveries"]
        return found


def run() -> list[Figure]:
    """The figures of both parts."""
    with hotline("call") as running:
        app = create_app(Config.load(running.secrets))
        with app.app_context(), psycopg.connect(running.database_url, autocommit=True) as database:
            booth = Booth(running)
            settings.change(CallRules, "wrap_up_seconds", 1, by="bench", now=clock.now())
            db.session.commit()
            ids = _operators(booth)
            with _ready(ids):
                stream = _stream(booth, database)
            with _ready(ids[:FEW]):
                burst = _burst(booth, database)
    return stream + burst


def _stream(booth: Booth, database: "psycopg.Connection[Any]") -> list[Figure]:
    """Ten calls a second: what the two documents took."""
    began, seen = clock.now(), {}
    start = time.monotonic()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, start + number / RATE - time.monotonic()))
        booth.dial(f"+86138{number:08d}")
        if number % (5 * RATE) == 0:
            seen.update(_taken(booth))
    rows = _over(database, began, RATE * SECONDS)
    seen.update(_taken(booth))
    figures = []
    for name, path in (("incoming", FIRST), ("answer", ANSWERED)):
        times = [seconds for url, seconds in seen.values() if url == path]
        told = f"{len(times)} requests, budget {1000 * MOST_SECONDS:.0f} ms"
        figures.append(Figure(f"call.{name}_p95", 1000 * percentile(times, 0.95), "ms", told))
        figures.append(Figure(f"call.{name}_p50", 1000 * percentile(times, 0.5), "ms"))
    answered = sum(row[4] is not None for row in rows)
    figures.append(Figure("call.answered", answered, "calls", f"of {RATE * SECONDS}"))
    return figures


def _burst(booth: Booth, database: "psycopg.Connection[Any]") -> list[Figure]:
    """Thirty at once before ten operators: lost, offered twice, out of turn."""
    began = clock.now()
    for number in range(AT_ONCE):
        booth.dial(f"+86139{number:08d}")
    rows = _over(database, began, AT_ONCE)
    lost = [row for row in rows if row[1] not in TAKEN or row[4] is None]
    twice = sum(row[5] > 1 for row in rows)
    double = database.execute(DOUBLE, (began,)).fetchone()
    waits = [(row[4] - row[3]).total_seconds() for row in rows if row[4] and row[3]]
    return [
        Figure("call.burst.lost", AT_ONCE - len(rows) + len(lost), "calls", f"of {AT_ONCE}"),
        Figure("call.burst.answered_twice", twice, "calls", "budget 0"),
        Figure("call.burst.two_at_once", double[0] if double else 0, "operators", "budget 0"),
        Figure("call.burst.offered_again", _again(rows), "calls", "while it was offered, budget 0"),
        Figure("call.burst.out_of_turn", _overtaken(rows), "calls", "budget 0"),
        Figure("call.burst.longest_wait", max(waits, default=0.0), "s", f"{FEW} operators"),
    ]


def _again(rows: list[Any]) -> int:
    """Calls whose story has an offer before the one before was over."""
    found = 0
    for row in rows:
        steps = [kind for kind in row[6] if kind in ("offered", "missed", "answered")]
        found += any(pair == ("offered", "offered") for pair in zip(steps, steps[1:], strict=False))
    return found


def _overtaken(rows: list[Any]) -> int:
    """Calls offered later than one of the same rank that came into the queue after them.

    By the order of the offers; all of them are picked up after the same time.
    """
    answered = [row for row in rows if row[4] is not None and row[3] is not None]
    return sum(
        any(
            other[2] == row[2]
            and other[3] > row[3]
            and (row[4] - other[4]).total_seconds() > PICKS_UP_AFTER
            for other in answered
        )
        for row in answered
    )


def _over(database: "psycopg.Connection[Any]", began: object, wanted: int) -> list[Any]:
    """The calls, once none of them is under way."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        rows = database.execute(STORY, (began,)).fetchall()
        states = Counter(row[1] for row in rows)
        under_way = sum(states[one] for one in ("ringing", "menu", "waiting", "offered"))
        is_over = len(rows) >= wanted and not under_way and not states["connected"]
        if is_over or time.monotonic() > deadline:
            return rows
        time.sleep(0.5)


def _taken(booth: Booth) -> dict[str, tuple[str, float]]:
    """Moment and id → path without its query, seconds."""
    return {
        f"{row['at']}/{row['sid']}": (_path(row["url"]), row["seconds"])
        for row in booth.deliveries()
        if row["status"] == 200
    }


def _path(url: str) -> str:
    return urlsplit(url).path


def _operators(booth: Booth) -> list[int]:
    """Operators with desk phones that are picked up, and put down after a moment."""
    now, ids = clock.now(), []
    for number in range(STAFF):
        person = people.add_staff(f"bench{number}", f"bench{number}", "!", by="bench", now=now)
        people.grant(person.id, Role.OPERATOR, None, since=now, until=None, by="bench", now=now)
        seating.choose_phone(person.id, Device.SIP, f"sip:{number}@bench", now=now)
        ids.append(person.id)
    db.session.commit()
    for number in range(STAFF):
        phone = {"answers": "itself", "after": PICKS_UP_AFTER, "hangs_up_after": TALKS}
        booth.put("handsets", phone=f"sip:{number}@bench", **phone)
    return ids


@contextmanager
def _ready(ids: list[int]) -> Iterator[None]:
    """These operators take calls for the time being."""
    ways = Ways(has_conference=True, has_client=True)
    for staff_id in ids:
        seating.set_state(staff_id, SeatState.READY, None, now=clock.now(), ways=ways)
        db.session.commit()
    yield
    for staff_id in ids:
        seating.set_state(staff_id, SeatState.OFF, None, now=clock.now(), ways=ways)
        db.session.commit()
