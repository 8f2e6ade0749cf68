"""Intake by the JSON API and by signed text, eight keep-alive clients, everything running.

Number, citizen, event, outbox, counters, search words, acknowledgement queued; relay, worker,
clock and phonebooth at work beside it. Compared with the bare statements on the same database.
"""

import csv
import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from twilio.request_validator import RequestValidator

from bench import bare
from bench.figures import Figure, percentile
from bench.load import Make, Result, drive
from bench.running import Hotline, hotline

SECONDS = 15.0
REAL = Path("../shared/data/real/messages_unlabelled.csv.gz")
OWN = [
    ("路灯不亮", "小区北门外的三盏路灯已经一周不亮，晚上老人出门很不安全，请尽快维修。"),
    ("占道经营", "菜市场门口每天早上摆满摊位，公交车进不了站，希望管一管。"),
    ("物业收费", "物业没有公示就涨了停车费，业主要求公开收费依据。"),
]


def run() -> list[Figure]:
    """All figures of intake."""
    with hotline("intake") as running:
        token = running.command("api-token", "operator1").splitlines()[-1].strip()
        floor = bare.rate(running.database_url, SECONDS / 3)
        with _lag(running.database_url) as lags:
            by_api = drive(running.host, running.port, _api(token), seconds=SECONDS, wanted=201)
            by_text = drive(running.host, running.port, _text(running), seconds=SECONDS, wanted=200)
        left = _left_over(running.database_url)
    return [
        Figure("intake.bare", floor, "/s", "the same statements in a psycopg loop"),
        *_figures("intake.api", by_api, floor),
        *_figures("intake.text", by_text, floor),
        Figure("intake.relay_lag_p95", percentile(lags, 0.95), "s", "budget 0.3 s"),
        Figure("intake.outbox_left", left, "rows", "due and not handed over 2 s later"),
    ]


def _figures(name: str, result: Result, floor: float) -> list[Figure]:
    return [
        Figure(name, result.rate, "/s", "budget 250/s"),
        Figure(f"{name}_share", 100 * result.rate / floor, "%", "of the bare loop, budget 20 %"),
        Figure(f"{name}_p50", 1000 * percentile(result.times, 0.50), "ms"),
        Figure(f"{name}_p99", 1000 * percentile(result.times, 0.99), "ms", "budget 100 ms"),
        Figure(f"{name}_failed", result.failures, "requests"),
    ]


def _api(token: str) -> Make:
    def make(number: int) -> tuple[str, bytes, dict[str, str]]:
        title, body = _message(number)
        sent = {
            "channel": "web",
            "title": title,
            "body": body,
            "citizen": {"phone": f"139{number % 100_000_000:08d}"},
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{number}",
        }
        return "/api/v1/tickets", json.dumps(sent).encode(), headers

    return make


def _text(running: Hotline) -> Make:
    path = "/webhooks/carrier/sms"
    base = running.secrets.get("PUBLIC_BASE_URL") or f"http://{running.host}:{running.port}"
    validator = RequestValidator(running.secrets["TWILIO_AUTH_TOKEN"])

    def make(number: int) -> tuple[str, bytes, dict[str, str]]:
        sent = {
            "MessageSid": f"SM{number:032x}",
            "AccountSid": running.secrets["TWILIO_ACCOUNT_SID"],
            "From": f"+86138{number % 100_000_000:08d}",
            "To": "+8633512345",
            "Body": _message(number)[1][:400],
            "NumSegments": "1",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": validator.compute_signature(base + path, sent),
        }
        return path, urlencode(sent).encode(), headers

    return make


@contextmanager
def _lag(url: str) -> Iterator[list[float]]:
    """The age of the oldest due outbox row, every 50 ms, in seconds."""
    seen: list[float] = []
    stop = threading.Event()

    def look() -> None:
        oldest = "SELECT extract(epoch FROM now() - min(created_at)) FROM outbox WHERE attempts = 0"
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.wait(0.05):
                row = connection.execute(oldest).fetchone()
                seen.append(float(row[0]) if row and row[0] is not None else 0.0)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _left_over(url: str) -> int:
    time.sleep(2)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM outbox WHERE next_try_at <= now()")
        found = row.fetchone()
    return int(found[0]) if found else 0


def _message(number: int) -> tuple[str, str]:
    messages = _messages()
    return messages[number % len(messages)]


@cache
def _messages() -> list[tuple[str, str]]:
    """Real citizens' words where they are to be had, else a few of our own."""
    if not REAL.exists():
        return OWN
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        return [(row["title"][:200], row["body"]) for row in csv.DictReader(file) if row["body"]]
