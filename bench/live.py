"""500 open streams before a running hotline: how late they hear of a ticket, and what they cost.

Sixty-three people of the hotline with eight streams each, held by one client. Tickets come in
by the JSON API and go the real way: written, handed over by the relay, told through Redis.
"""

import asyncio
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psutil
import psycopg

from bench.figures import Figure, percentile
from bench.running import Hotline, hotline

STREAMS, EACH = 500, 8
TICKETS, PAUSE = 40, 0.4
IDLE_SECONDS = 10.0
OPEN_WITHIN = 30.0
WAIT_SECONDS = 5.0
AGAIN_AFTER = (3.75, 6.25)
PASSWORD = "hotline-demo"  # noqa: S105  everybody's in the demo
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MAKE_OPERATORS = """
INSERT INTO memberships (staff_id, role, since)
SELECT s.id, 'operator', now() - interval '1 day' FROM staff s
WHERE s.username ~ '^[a-z][0-9]{2}$' ORDER BY s.username LIMIT %s
RETURNING (SELECT username FROM staff WHERE id = staff_id)
"""


@dataclass
class Heard:
    """What the streams of all consoles heard, and how many are open."""

    tickets: list[tuple[str, float]] = field(default_factory=list)
    open_now: int = 0
    refused: int = 0
    listening: "list[Future[None]]" = field(default_factory=list)


def run() -> list[Figure]:
    """All figures of the live updates."""
    with hotline("live") as running:
        token = running.command("api-token", "operator1").splitlines()[-1].strip()
        cookies = [sign_in(running, name) for name in _operators(running.database_url)]
        with _streams(running, cookies) as heard:
            workers = _workers(running.port)
            listening = heard.open_now
            idle = _share_of_a_core(workers)
            sent = _tickets(running, token)
            time.sleep(WAIT_SECONDS)
            memory = max(one.memory_info().rss for one in workers) / 2**20
            broken = listening - heard.open_now
            stopped = _stop(workers[0])
    lags = [at - sent[number] for number, at in heard.tickets if number in sent]
    return [
        Figure("live.streams", listening, "streams", f"wanted {STREAMS}"),
        Figure("live.broken", broken, "streams", "budget 0, ended while tickets came"),
        Figure("live.refused", heard.refused, "tries", "one process was full, the next took it"),
        Figure("live.lag_p50", 1000 * percentile(lags, 0.5), "ms"),
        Figure("live.lag_p95", percentile(lags, 0.95), "s", "budget 2 s, from sending the ticket"),
        Figure("live.missed", TICKETS * listening - len(lags), "frames", "budget 0"),
        Figure("live.idle", 100 * idle, "%", "of one core, all web workers, budget 30 %"),
        Figure("live.memory", memory, "MB", "the largest web worker, budget 200 MB"),
        Figure("live.stop", stopped, "s", "a worker with its streams, from SIGTERM to its end"),
    ]


def _operators(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(MAKE_OPERATORS, (-(-STREAMS // EACH),)).fetchall()
    return [str(row[0]) for row in rows]


def sign_in(running: Hotline, username: str) -> str:
    """The session's cookie of somebody who signed in."""
    connection = http.client.HTTPConnection(running.host, running.port, timeout=30)
    connection.request("GET", "/login")
    page = connection.getresponse()
    found = TOKEN.search(page.read().decode())
    assert found is not None
    form = {"username": username, "password": PASSWORD, "csrf_token": found[1]}
    headers = {
        "Cookie": _cookie(page),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/login", urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303, f"{username} can't sign in: {answer.status}"
    return _cookie(answer)


def _cookie(answer: http.client.HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


@contextmanager
def _streams(running: Hotline, cookies: list[str]) -> Iterator[Heard]:
    """Open all streams in a thread of their own; closed at the end."""
    heard, loop = Heard(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    for one in range(STREAMS):
        listening = _listen(running, cookies[one // EACH], heard)
        # Kept, for a loop alone does not keep what runs in it: streams would vanish unseen.
        heard.listening.append(asyncio.run_coroutine_threadsafe(listening, loop))
        time.sleep(0.01)
    deadline = time.monotonic() + OPEN_WITHIN
    while heard.open_now < STREAMS and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        yield heard
    finally:
        for future in heard.listening:
            future.cancel()
        loop.call_soon_threadsafe(loop.call_later, 0.5, loop.stop)
        thread.join(5)


async def _listen(running: Hotline, cookie: str, heard: Heard) -> None:
    """One stream; a process that is full is asked again after a while, as a browser does."""
    ask = f"GET /live HTTP/1.1\r\nHost: {running.host}\r\nCookie: {cookie}\r\n\r\n".encode()
    while True:
        reader, writer = await asyncio.open_connection(running.host, running.port)
        writer.write(ask)
        status = await reader.readline()
        if b" 200 " in status:
            break
        assert b" 503 " in status, status
        heard.refused += 1
        writer.close()
        await asyncio.sleep(random.uniform(*AGAIN_AFTER))
    heard.open_now += 1
    try:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                at = time.time()
                topics = line[6:].decode().split()
                heard.tickets += [(one[7:], at) for one in topics if one.startswith("ticket:")]
    finally:
        heard.open_now -= 1
        writer.close()


def _tickets(running: Hotline, token: str) -> dict[str, float]:
    """Send tickets, one after another; number → when it was sent."""
    sent: dict[str, float] = {}
    connection = http.client.HTTPConnection(running.host, running.port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for number in range(TICKETS):
        matter = {
            "channel": "web",
            "title": "路灯不亮",
            "body": "小区北门外的三盏路灯已经一周不亮。",
            "citizen": {"phone": f"1390000{number:04d}"},
        }
        began = time.time()
        connection.request("POST", "/api/v1/tickets", json.dumps(matter), headers)
        answer = connection.getresponse()
        made = json.loads(answer.read())
        assert answer.status == 201, made
        sent[made["number"]] = began
        time.sleep(PAUSE)
    connection.close()
    return sent


def _workers(port: int) -> list[psutil.Process]:
    """The web's workers: the children of the gunicorn that serves this port."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "gunicorn" in words and any(word.endswith(f":{port}") for word in words):
            children: list[psutil.Process] = process.children()
            if children:
                return children
    raise RuntimeError("no web worker was found")


def _share_of_a_core(processes: list[psutil.Process]) -> float:
    def used() -> float:
        return sum(sum(one.cpu_times()[:2]) for one in processes)

    before = used()
    time.sleep(IDLE_SECONDS)
    return (used() - before) / IDLE_SECONDS


def _stop(worker: psutil.Process) -> float:
    began = time.monotonic()
    worker.terminate()
    worker.wait(40)
    return time.monotonic() - began
