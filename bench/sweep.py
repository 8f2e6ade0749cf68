"""The sweep of deadlines with many open tickets: its cost must follow the due ones alone.

A hotline of its own is filled with open tickets, each with a running clock; a thousand of them
are due at a moment that has not come, so that the hotline's own sweep leaves them alone. They are
swept as the job does it, batch by batch, commits included, several times over. The million takes
some minutes to load: it is left out unless BENCH_MILLION=1 is set.
"""

import os
import time
from datetime import datetime, timedelta

import psycopg
from flask import Flask

from bench.figures import Figure, percentile
from bench.filling import STATES, fill
from bench.running import hotline
from hotline import clock
from hotline.config import Config
from hotline.extensions import db
from hotline.tickets import queries, timing
from wsgi import create_app

SIZES = (10_000, 100_000)
MILLION = 1_000_000
DUE, REPEATED = 1000, 7
MOST_SECONDS, MOST_RATIO = 1.0, 1.3
GIVE_UP_SECONDS = 60.0
AHEAD = timedelta(days=10)
ENDED = {"closed", "answered", "refused", "filed"}
OPEN = {state: weight for state, weight in STATES.items() if state not in ENDED}
CALM = """
UPDATE clocks SET next_change_at = %(moment)s + (id %% 50000 + 60) * interval '1 minute'
WHERE stopped_at IS NULL AND (next_change_at IS NULL OR next_change_at <= %(moment)s)
"""
LAY = """
UPDATE clocks SET started_at = %(moment)s - interval '5 days', lamp = 'green',
due_at = %(moment)s - interval '1 minute',
next_change_at = %(moment)s - (id %% 600) * interval '1 second'
WHERE id IN (SELECT id FROM clocks WHERE stopped_at IS NULL AND ticket_id %% %(every)s = 0
ORDER BY id LIMIT %(due)s)
"""


def run() -> list[Figure]:
    """Seconds a sweep of a thousand takes, at each size, and how the sizes compare."""
    sizes = (*SIZES, MILLION) if os.environ.get("BENCH_MILLION") == "1" else SIZES
    moment = clock.now() + AHEAD
    with hotline("sweep") as running:
        app = create_app(Config.load(running.secrets))
        found: list[Figure] = []
        smallest = 0.0
        for size in sizes:
            with app.app_context():
                fill(running.database_url, size, OPEN)
            _calm(running.database_url, moment)
            seconds = [_swept(app, running.database_url, size, moment) for _ in range(REPEATED)]
            usual = percentile(seconds, 0.5)
            smallest = smallest or usual
            told = f"{DUE} due of {size} open; budget {MOST_SECONDS:.0f} s"
            found.append(Figure(f"sweep.{size}", usual, "s", told))
            found.append(Figure(f"sweep.{size}.worst", max(seconds), "s", f"of {REPEATED}"))
            if size > sizes[0]:
                told = f"of {sizes[0]} open, budget {MOST_RATIO}"
                found.append(Figure(f"sweep.{size}.ratio", usual / smallest, "×", told))
        return found


def _calm(url: str, moment: datetime) -> None:
    """Every running clock changes some time after the moment, as in an old database."""
    with psycopg.connect(url) as connection:
        connection.execute(CALM, {"moment": moment})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) clocks")


def _swept(app: Flask, url: str, size: int, moment: datetime) -> float:
    """Lay a thousand due ones all over the table, sweep them; seconds."""
    given = {"moment": moment, "every": max(1, size // (2 * DUE)), "due": DUE}
    with psycopg.connect(url) as connection:
        laid = connection.execute(LAY, given).rowcount
    with app.app_context():
        book, taken, began = queries.rulebook(), 0, time.perf_counter()
        # What the relay holds, with the lamps of the sweep before, is taken the next time.
        while taken < DUE and time.perf_counter() - began < GIVE_UP_SECONDS:
            taken += timing.sweep(moment, book)
            db.session.commit()
        took = time.perf_counter() - began
    assert taken == laid == DUE, f"{taken} swept of {laid}"
    return took
