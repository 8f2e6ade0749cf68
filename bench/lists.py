"""Every working list over HTTP, first and hundredth page, at 10 thousand, 100 thousand, 1 million.

A hotline of its own is filled by COPY, then each page is opened as somebody who works with it,
through the application, one after the other; the statements are counted in the same request.
The million takes some minutes to load: it is left out unless BENCH_MILLION=1 is set.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from statistics import median_low
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.figures import Figure, percentile
from bench.filling import fill, phone_of
from bench.running import hotline
from hotline.config import Config
from hotline.extensions import db, limiter
from wsgi import create_app

SIZES = (10_000, 100_000)
MILLION = 1_000_000
OPENED = 12
HUNDREDTH = 99
MOST_STATEMENTS, MOST_MS, MOST_RATIO = 8, 60.0, 1.3
PASSWORD = "hotline-demo"  # noqa: S105 (the demo data's)
NEXT = re.compile(r'rel="next" href="([^"]+)"')
LISTS = """
operator1    console            /console
dispatcher1  dispatch           /dispatch
dispatcher1  dispatch_urgent    /dispatch?urgency=urgent
reviewer1    reviews            /dispatch/review
reviewer1    returns            /dispatch/review?tab=returns
{unit}       unit_to_sign       /unit?tab=to_sign
{unit}       unit_in_progress   /unit?tab=in_progress
{unit}       unit_in_review     /unit?tab=in_review
{unit}       unit_redo          /unit?tab=redo
{unit}       unit_closed        /unit?tab=closed
{unit}       unit_search        /search
{unit}       unit_search_words  /search?q=小区
callback1    callbacks          /callbacks
callback1    callback_answers   /callbacks?tab=answers
operator1    search             /search
operator1    search_open        /search?ended=no
operator1    search_due         /search?order=due
operator1    search_urgency     /search?order=urgency
operator1    search_state       /search?state=closed
operator1    search_states      /search?state=refused,filed
operator1    search_unit        /search?unit={code}
operator1    search_leaf        /search?category={leaf}
operator1    search_domain      /search?category={domain}
operator1    search_channel     /search?channel=video_sign
operator1    search_district    /search?district={district}
operator1    search_lamp        /search?lamp=red,purple
operator1    search_overdue     /search?overdue=yes&order=due
operator1    search_critical    /search?urgency=critical
operator1    search_secret      /search?confidential=yes
operator1    search_redone      /search?redone=yes
operator1    search_dates       /search?created_from=2026-11-01&created_to=2026-11-10
operator1    search_none        /search?channel=national&request_type=praise
operator1    search_word        /search?q=小区
operator1    search_words       /search?q=小区停水
operator1    search_rare        /search?q=路灯不亮
operator1    search_phone       /search?q={phone}
"""


@dataclass
class Seen:
    """What opening one page several times came to."""

    name: str
    ms: list[float] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 stay below."""
        return percentile(self.ms, 0.95)

    @property
    def statements(self) -> int:
        """What it usually takes; once in a while a request reads the rules anew as well."""
        return median_low(self.counted)

    @property
    def usual(self) -> float:
        """The middle one, for comparing sizes: a noisy machine spoils it least."""
        return percentile(self.ms, 0.5)


def run() -> list[Figure]:
    """All figures of lists."""
    sizes = (*SIZES, MILLION) if os.environ.get("BENCH_MILLION") == "1" else SIZES
    with hotline("lists") as running:
        app = create_app(Config.load(running.secrets))
        limiter.enabled = False
        found: list[Figure] = []
        by_size: dict[int, dict[str, Seen]] = {}
        with app.app_context():
            for size in sizes:
                began = time.monotonic()
                fill(running.database_url, size)
                took = time.monotonic() - began
                found.append(Figure(f"lists.{size}.load", took, "s", "by COPY, with indexes"))
                by_size[size] = dict(measure(app))
                found += _figures(size, by_size)
    return found


def measure(app: Flask) -> Iterator[tuple[str, Seen]]:
    """Open every list's first page and its hundredth, or its last when it is shorter."""
    known = _known()
    for line in LISTS.format_map(known).strip().splitlines():
        who, name, path = line.split()
        client = signed_in(app, who)
        yield name, _open(app, client, name, path)
        if (deep := _hundredth(client, path)) is not None:
            yield f"{name}_p100", _open(app, client, f"{name}_p100", deep)


def _figures(size: int, by_size: dict[int, dict[str, Seen]]) -> list[Figure]:
    smallest = by_size[min(by_size)]
    found = []
    for name, seen in by_size[size].items():
        told = f"budget {MOST_MS:.0f} ms"
        base = smallest.get(name)
        if base is not None and size > min(by_size):
            told += f"; {seen.usual / base.usual:.2f} × {min(by_size)}, budget {MOST_RATIO}"
        found.append(Figure(f"lists.{size}.{name}", seen.p95, "ms", told))
    worst = max(by_size[size].values(), key=lambda seen: seen.statements)
    told = f"{worst.name}, budget {MOST_STATEMENTS}"
    found.append(Figure(f"lists.{size}.statements", worst.statements, "SQL", told))
    every = [ms for seen in by_size[size].values() for ms in seen.ms]
    found.append(
        Figure(
            f"lists.{size}.p95",
            percentile(every, 0.95),
            "ms",
            f"all lists; budget {MOST_MS:.0f} ms",
        )
    )
    return found


def _known() -> dict[str, str]:
    """Names that the fullest unit, a frequent leaf and so on have here."""

    def one(sql: str) -> str:
        return str(db.session.execute(db.text(sql)).scalar())

    code = one(
        "SELECT code FROM units WHERE id = (SELECT unit_id FROM ticket_holders"
        " GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1)"
    )
    leaf = one("SELECT category_code FROM tickets WHERE id = (SELECT max(id) - 7 FROM tickets)")
    known = {
        "code": code,
        "unit": code.lower(),
        "leaf": leaf,
        "domain": leaf[:3],
        "district": one(
            "SELECT district_code FROM tickets WHERE district_code IS NOT NULL LIMIT 1"
        ),
        "phone": phone_of(7).removeprefix("+86"),
    }
    db.session.rollback()
    return known


class Visitor(FlaskClient):
    """A client whose every request has a context of its own: nobody is taken for another."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make the request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


def signed_in(app: Flask, who: str) -> FlaskClient:
    """A browser in which this person of the demo data is signed in."""
    client = Visitor(app)
    page = client.get("/login").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    sent = {"username": who, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", data=sent)
    assert answer.status_code in (302, 303), f"{who} could not sign in"
    return client


def _open(app: Flask, client: FlaskClient, name: str, path: str) -> Seen:
    seen = Seen(name)
    for number in range(OPENED + 1):
        with _counting() as counted:
            began = time.perf_counter()
            answer = client.get(path)
            took = 1000 * (time.perf_counter() - began)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        if number:
            seen.ms.append(took)
            seen.counted.append(len(counted))
    return seen


def _hundredth(client: FlaskClient, path: str) -> str | None:
    """The address of the hundredth page, of the last when there are fewer, None for one page."""
    deep = None
    for _ in range(HUNDREDTH):
        found = NEXT.search(client.get(deep or path).text)
        if found is None:
            break
        deep = unescape(found[1])
    return deep


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The statements of a block; BEGIN and COMMIT are none."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
