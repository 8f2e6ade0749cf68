"""Fills a database with a city's tickets by COPY: what lists, filters and search read.

Tickets with their words and search words, citizens, holders, assignments, replies' clocks,
callback plans and the folded counters; no events, for no list reads them. One in twenty tickets
is open, one unit in six holds far more than its share, a few categories are most of the day.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import psycopg

from bench.matters import Matter, Words, matters
from hotline import crypto
from hotline.tickets.numbers import number_for

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""When the last ticket came; the others came before it, one every so often."""

BETWEEN = timedelta(minutes=2)
CITIZENS_SHARE = 4
SEARCH_INDEXES = ("ix_ticket_texts_tokens", "ix_ticket_texts_unit_tokens")
TABLES = ("tickets", "ticket_texts", "ticket_holders", "assignments", "clocks", "callback_plans")
COLUMNS = {
    "citizens": "id, phone, phone_index, name, created_at",
    "tickets": (
        "id, number, state, channel, request_type, category_code, urgency, is_confidential,"
        " district_code, citizen_id, entered_by, received_at, sorted_at, closed_at, round, due_at,"
        " lamp, last_seq, last_hash"
    ),
    "ticket_texts": (
        "ticket_id, title, body, place, reporter, query_code, salt, tokens, unit_tokens"
    ),
    "ticket_holders": "ticket_id, unit_id, role, since",
    "assignments": (
        "ticket_id, unit_id, role, round, seq, limit_working_days, dispatched_at, dispatched_by,"
        " signed_at, replied_at, return_asked_at, ended_at, outcome"
    ),
    "clocks": "ticket_id, unit_id, kind, started_at, due_at, pace, lamp",
    "callback_plans": (
        "ticket_id, round, rule, is_drawn, state, made_at, due_at, next_call_at, asked_at,"
        " answered_at, satisfied, solved, done_at, fixed_at"
    ),
}
STATES = {
    "closed": 800,
    "answered": 100,
    "refused": 25,
    "filed": 25,
    "received": 6,
    "pending_dispatch": 6,
    "pending_signature": 6,
    "in_progress": 18,
    "return_requested": 3,
    "in_review": 4,
    "awaiting_callback": 7,
}
FINAL = {"closed", "answered", "refused", "filed"}
HELD = {"closed", "pending_signature", "in_progress", "return_requested", "in_review"} | {
    "awaiting_callback"
}
CLOCK = {
    "received": "sort",
    "pending_dispatch": "dispatch",
    "pending_signature": "sign",
    "in_progress": "handle",
    "return_requested": "decision",
    "in_review": "review",
    "awaiting_callback": "callback",
}
CHANNELS = {"phone": 700, "web": 120, "sms": 60, "wechat": 60, "app": 40, "mailbox": 15}
CHANNELS |= {"walk_in": 4, "video_sign": 1}
TYPES = {"help": 50, "complaint": 25, "consultation": 12, "report": 8, "suggestion": 5}
URGENCIES = {"normal": 950, "urgent": 45, "critical": 5}
LAMPS = {"green": 80, "yellow": 12, "red": 6, "purple": 2}


class Draw:
    """Draws words by their weights, always the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, weights: dict[str, int]) -> str:
        """A word, by weight."""
        return self.random.choices(list(weights), cum_weights=list(accumulate(weights.values())))[0]

    def often_first(self, among: list[Any]) -> Any:
        """One of a list, the first ones far more often than the last."""
        return among[int(len(among) * self.random.random() ** 3)]


class Town:
    """What the tickets refer to, read once, and the words that they say."""

    def __init__(self, connection: "psycopg.Connection[Any]", states: dict[str, int]) -> None:
        run, self.states = connection.execute, states
        self.units = [
            row[0] for row in run("SELECT id FROM units WHERE parent_id IS NULL ORDER BY id")
        ]
        self.leaves = [
            row[0] for row in run("SELECT code FROM categories WHERE is_leaf ORDER BY code")
        ]
        self.districts = [
            row[0]
            for row in run("SELECT code FROM units WHERE kind = 'county_district' ORDER BY code")
        ]
        self.words = Words(matters())
        self.code = crypto.encrypt("123456")
        self.reporter = crypto.encrypt('{"name": "张三", "contact_wish": "any"}')


def fill(url: str, wanted: int, states: dict[str, int] = STATES) -> None:
    """Bring the database up to so many tickets, with statistics as an old one has them.

    `states` says by weight in which states they are.
    """
    with psycopg.connect(url) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        row = connection.execute("SELECT count(*), coalesce(max(id), 0) FROM tickets").fetchone()
        have, last = row or (0, 0)
        if have >= wanted:
            return
        search = _drop_search(connection)
        _citizens(connection, wanted)
        town = Town(connection, states)
        _copy(connection, town, range(last + 1, last + 1 + wanted - have))
        for definition in search:
            connection.execute(definition)
        _count(connection)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _drop_search(connection: "psycopg.Connection[Any]") -> list[str]:
    """Without these indexes loading is many times faster; answers how to make them again."""
    made = []
    for name in SEARCH_INDEXES:
        row = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", (name,))
        made += [str(found[0]) for found in row]
        connection.execute(f'DROP INDEX IF EXISTS "{name}"')
    return made


def _citizens(connection: "psycopg.Connection[Any]", tickets: int) -> None:
    """Citizens with numbers of their own; their ids begin where nobody's are."""
    row = connection.execute("SELECT count(*) FROM citizens WHERE id >= 1000000").fetchone()
    have, name = (row or (0,))[0], crypto.encrypt("张三")
    with connection.cursor().copy(_into("citizens")) as copy:
        for number in range(have, tickets // CITIZENS_SHARE):
            phone = phone_of(number)
            index = crypto.blind_index(phone)
            copy.write_row((1_000_000 + number, crypto.encrypt(phone), index, name, START))


def phone_of(number: int) -> str:
    """The number of the so-manyth citizen."""
    return f"+86137{number:08d}"


def _copy(connection: "psycopg.Connection[Any]", town: Town, ids: range) -> None:
    """All tables' rows, in batches that fit into memory."""
    step = 20_000
    for start in range(ids.start, ids.stop, step):
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        for ticket_id in range(start, min(start + step, ids.stop)):
            for name, row in _rows(town, ticket_id, ids.stop):
                rows[name].append(row)
        for name in TABLES:
            with connection.cursor().copy(_into(name)) as copy:
                for row in rows[name]:
                    copy.write_row(row)
    connection.execute("SELECT setval('ticket_ids', %s)", (ids.stop,))


def _into(table: str) -> str:
    return f"COPY {table} ({COLUMNS[table]}) FROM STDIN"


def _rows(town: Town, ticket_id: int, newest: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    draw = Draw(ticket_id)
    state, at = draw.one(town.states), START - BETWEEN * (newest - ticket_id)
    due = None if state in FINAL else START + timedelta(minutes=draw.random.randint(-3000, 9000))
    lamp = "green" if due is None else draw.one(LAMPS)
    secret = draw.random.random() < 0.01
    yield "tickets", _ticket(town, draw, (ticket_id, state, at, due, lamp, secret))
    yield "ticket_texts", _text(town, draw.often_first(town.words.known), ticket_id, secret=secret)
    unit = draw.often_first(town.units)
    if state in HELD:
        yield "ticket_holders", (ticket_id, unit, "lead", at)
        yield "assignments", _assignment(ticket_id, unit, state, at)
    if due is not None:
        own = unit if state in ("pending_signature", "in_progress") else None
        yield "clocks", (ticket_id, own, CLOCK[state], at, due, "working_days", lamp)
    if state == "awaiting_callback" or (state == "closed" and ticket_id % 4 == 0):
        yield "callback_plans", _plan(ticket_id, at, is_open=state != "closed")


def _ticket(town: Town, draw: Draw, given: tuple[Any, ...]) -> tuple[Any, ...]:
    ticket_id, state, at, due, lamp, secret = given
    is_sorted = state != "received"
    return (
        ticket_id,
        number_for(ticket_id, at.date()),
        state,
        draw.one(CHANNELS),
        draw.one(TYPES) if is_sorted else None,
        draw.often_first(town.leaves) if is_sorted else None,
        draw.one(URGENCIES),
        secret,
        draw.often_first(town.districts),
        1_000_000 + draw.random.randrange(1 + (ticket_id - 1) // CITIZENS_SHARE // 2),
        "staff:1",
        at,
        at if is_sorted else None,
        at + timedelta(days=5) if state in FINAL else None,
        2 if draw.random.random() < 0.03 else 1,
        due,
        lamp,
        1,
        b"\0" * 32,
    )


def _text(town: Town, matter: Matter, ticket_id: int, *, secret: bool) -> tuple[Any, ...]:
    return (
        ticket_id,
        matter.title,
        matter.body,
        "文化路与河北大街交叉口",
        town.reporter,
        town.code,
        "salt",
        matter.vector,
        "" if secret else matter.vector,
    )


def _assignment(ticket_id: int, unit: int, state: str, at: datetime) -> tuple[Any, ...]:
    is_over = state == "closed"
    has_replied = is_over or state in ("in_review", "awaiting_callback")
    return (
        ticket_id,
        unit,
        "lead",
        2 if ticket_id % 33 == 0 else 1,
        2,
        5,
        at,
        "staff:1",
        None if state == "pending_signature" else at,
        at if has_replied else None,
        at if state == "return_requested" else None,
        at if is_over else None,
        "closed" if is_over else None,
    )


def _plan(ticket_id: int, at: datetime, *, is_open: bool) -> tuple[Any, ...]:
    due = START + timedelta(minutes=ticket_id % 5000)
    answered = None if is_open else at + timedelta(days=4)
    return (
        ticket_id,
        1,
        "full",
        True,
        "open" if is_open else "done",
        at,
        due,
        due - timedelta(days=1) if is_open else None,
        None,
        answered,
        None if is_open else 4,
        None if is_open else "yes",
        answered,
        answered,
    )


def _count(connection: "psycopg.Connection[Any]") -> None:
    """The counters that the tabs show, as the fold would leave them."""
    connection.execute("DELETE FROM counter_deltas WHERE name = 'tickets.state'")
    connection.execute("DELETE FROM counters WHERE name = 'tickets.state'")
    connection.execute(
        "INSERT INTO counters (name, key, value)"
        " SELECT 'tickets.state', state, count(*) FROM tickets GROUP BY state"
    )
