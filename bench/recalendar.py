"""A change of the calendar with many open tickets: how long deadlines take, what lists notice.

A hotline of its own is filled with tickets in progress whose limits count the next three working
days. Those become holidays through `PUT /calendar/{year}`, relay and worker do what they always
do, and meanwhile the working lists are opened as before. 100 000 tickets unless BENCH_TICKETS
says otherwise; in the end every deadline is held against the calendar.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as wall
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from bench.figures import Figure, percentile
from bench.filling import fill
from bench.lists import Visitor, signed_in
from bench.running import hotline
from hotline import clock
from hotline.calendar import queries
from hotline.config import Config
from hotline.extensions import limiter
from hotline.tickets.clock_table import ClockRules
from hotline.tickets.clocks import Due, Pace, lamp, next_change_at
from hotline.worktime import Calendar
from wsgi import create_app

TICKETS = 100_000
MOST_SECONDS, MOST_RATIO = 60.0, 1.5
STATES = {"in_progress": 8, "closed": 2}
LIMITS = (5, 7, 10, 15)
STARTED_AGO = range(4)
DAYS_OFF = 3
QUIET_SECONDS = 12.0
TOLD_SECONDS = 20.0
PATIENCE_SECONDS = 900.0
LISTS = (
    ("dispatcher1", "/dispatch"),
    ("reviewer1", "/dispatch/review"),
    ("operator1", "/search?order=due"),
    ("d14", "/unit?tab=in_progress"),
)
WRONG = """
SELECT tickets.number, clocks.id, unit_id, clocks.due_at, tickets.due_at, upstream_due_at,
counted_from, counted_days, is_held, suspended_until FROM clocks
JOIN tickets ON tickets.id = clocks.ticket_id
WHERE stopped_at IS NULL AND paused_at IS NULL AND kind = 'handle'
AND tickets.state = 'in_progress' AND (clocks.due_at <> %s OR tickets.due_at <> %s)
AND counted_from = %s AND counted_days = %s
"""
LAY = """
UPDATE clocks SET started_at = %(start)s, due_at = %(due)s, pace = 'working_days',
counted_from = %(since)s, counted_days = %(days)s, counted_minute = NULL, lamp = %(lamp)s,
next_change_at = %(next)s
WHERE kind = 'handle' AND stopped_at IS NULL AND paused_at IS NULL
AND ticket_id %% %(all)s = %(one)s
"""
SHOW = """
UPDATE tickets SET due_at = clocks.due_at, lamp = clocks.lamp FROM clocks
WHERE clocks.ticket_id = tickets.id AND clocks.kind = 'handle' AND clocks.stopped_at IS NULL
AND tickets.state = 'in_progress'
"""


@dataclass(frozen=True)
class Laid:
    """A deadline that many tickets have: so many days after a start."""

    start: datetime
    days: int
    due: datetime


def run() -> list[Figure]:
    """How long it takes, how many, what lists notice, whether all is right."""
    wanted = int(os.environ.get("BENCH_TICKETS", TICKETS))
    with hotline("recalendar") as running:
        app = create_app(Config.load(running.secrets))
        limiter.enabled = False
        with app.app_context():
            fill(running.database_url, wanted * 10 // 8, STATES)
            calendar = queries.load()
        laid = _lay(running.database_url, calendar)
        token = running.command("api-token", "admin").split()[-1]
        return _measure(app, running.database_url, {"Authorization": f"Bearer {token}"}, laid)


def _measure(app: Flask, url: str, headers: dict[str, str], laid: Sequence[Laid]) -> list[Figure]:
    lists = [(signed_in(app, who), path) for who, path in LISTS]
    before = _opened(lists, time.monotonic() + QUIET_SECONDS)
    off = _next_days(app)
    client, began = Visitor(app), time.monotonic()
    body = {"days": [{"date": one.isoformat(), "working": False} for one in off]}
    answer = client.put(f"/api/v1/calendar/{off[0].year}", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    path, during = answer.get_json()["progress"], list[float]()
    while True:
        during += _opened(lists, time.monotonic() + 0.5)
        told: dict[str, Any] = client.get(path, headers=headers).get_json()
        took = time.monotonic() - began
        if told["state"] == "done" or took > PATIENCE_SECONDS:
            break
    told_rate = _told(url)
    with app.app_context():
        queries.forget()
        wrong = _wrong(url, queries.load(), laid)
    ratio = percentile(during, 0.5) / percentile(before, 0.5)
    budget = f"budget {MOST_SECONDS:.0f} s for {TICKETS}"
    return [
        Figure("recalendar.tickets", told["total"], "clocks", f"{told['moved']} moved"),
        Figure("recalendar.took", took, "s", f"{budget}, lists opened meanwhile"),
        Figure("recalendar.wrong", wrong, "deadlines", "budget 0, held against the calendar"),
        Figure("recalendar.told", told_rate, "rows/s", "afterwards, to those who read the moves"),
        Figure("recalendar.lists", ratio, "×", f"of the quiet median, budget {MOST_RATIO}"),
        Figure(
            "recalendar.lists_p95",
            1000 * percentile(during, 0.95),
            "ms",
            f"{1000 * percentile(before, 0.95):.0f} ms when quiet",
        ),
    ]


def _opened(lists: Sequence[tuple[FlaskClient, str]], until: float) -> list[float]:
    """Open the lists in turn until then; how long each page took."""
    seconds = []
    while time.monotonic() < until:
        for client, path in lists:
            began = time.perf_counter()
            answer = client.get(path)
            seconds.append(time.perf_counter() - began)
            assert answer.status_code == 200, path
    return seconds


def _lay(url: str, calendar: Calendar) -> list[Laid]:
    """Give every ticket in progress one of some deadlines that count the days to come.

    All units of a ticket get the same one: it shows its lead's, whoever works beside.
    """
    now = clock.now()
    laid = [_deadline(calendar, now, ago, days) for ago in STARTED_AGO for days in LIMITS]
    with psycopg.connect(url, autocommit=True) as connection:
        for number, one in enumerate(laid):
            connection.execute(LAY, _row(one, calendar, now) | {"one": number, "all": len(laid)})
        connection.execute(SHOW)
        connection.execute("VACUUM (ANALYZE)")
    return laid


def _deadline(calendar: Calendar, now: datetime, ago: int, days: int) -> Laid:
    day = calendar.nth_working_day_after(now.date(), -1 - ago)
    start = datetime.combine(day, wall(10), calendar.zone)
    return Laid(start, days, calendar.end_of_working_days(start, days))


def _row(one: Laid, calendar: Calendar, now: datetime) -> dict[str, Any]:
    due, rules = Due(one.due, is_provisional=False, pace=Pace.WORKING_DAYS), ClockRules()
    return {
        "start": one.start,
        "due": one.due,
        "since": one.start.date(),
        "days": one.days,
        "lamp": lamp(due, one.start, now, calendar, rules).value,
        "next": next_change_at(due, one.start, now, calendar, rules),
    }


def _next_days(app: Flask) -> list[date]:
    with app.app_context():
        calendar, today = queries.load(), clock.now().date()
        return [calendar.nth_working_day_after(today, n) for n in range(1, DAYS_OFF + 1)]


def _wrong(url: str, calendar: Calendar, laid: Sequence[Laid]) -> int:
    with psycopg.connect(url) as connection:
        return sum(_count(connection, calendar, one) for one in laid)


def _count(connection: "psycopg.Connection[Any]", calendar: Calendar, one: Laid) -> int:
    due = calendar.end_of_working_days(one.start, one.days)
    found = connection.execute(WRONG, (due, due, one.start.date(), one.days)).fetchall()
    for row in found:
        sys.stderr.write(f"wrong, {due} expected: {' '.join(map(str, row))}\n")
    return len(found)


def _told(url: str) -> float:
    """How many moves a second are told to their readers, for a while and then alone."""
    with psycopg.connect(url, autocommit=True) as connection:
        first = left = _waiting(connection)
        began = time.monotonic()
        while left and time.monotonic() - began < TOLD_SECONDS:
            time.sleep(0.2)
            left = _waiting(connection)
        return (first - left) / (time.monotonic() - began)


def _waiting(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute("SELECT count(*) FROM outbox").fetchone()
    return int(row[0]) if row else 0
