"""Knowledge while somebody types, at fifty thousand articles: over HTTP, and the index's making.

A hotline of its own gets articles made of halves of the demo's, so that titles and bodies are as
long as real ones and no two are alike. The index is made by the product's own indexer, twice:
here, to be timed with the reading of the database in it, and by the running hotline, which is
then asked for beginnings of questions, as the console and other programs ask.
"""

import http.client
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psutil
import psycopg

from bench.figures import Figure, percentile
from bench.live import sign_in
from bench.running import Hotline, hotline
from hotline.config import Config
from kb.search import entries, folder, indexer
from kb.search.opening import Shelf
from wsgi import create_app

ARTICLES = 50_000
MOST_MS, LEAST_A_SECOND = 25.0, 8_000
ASKED = 150
READY_SECONDS = 300.0
MADE = """
WITH demo AS (
  SELECT *, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS many
  FROM kb_articles WHERE state = 'published')
INSERT INTO kb_articles
  (kind, state, title, body, keywords, category_code, unit_id, is_public, tokens,
   updated_at, published_at)
SELECT a.kind, 'published', left(a.title || '（' || b.title, 195) || '）',
  left(a.body, length(a.body) / 2) || right(b.body, length(b.body) / 2), a.keywords,
  a.category_code, a.unit_id, a.is_public, a.tokens, now(), now()
FROM generate_series(1, %(many)s) AS n
JOIN demo a ON a.at = n %% a.many
JOIN demo b ON b.at = (n * 7 + n / b.many) %% b.many
"""
TYPED = """
供热报停怎么办理 暖气不热找谁 公积金提取需要什么材料 身份证丢了怎么补办 居住证办理条件 老年卡在哪办
医保异地报销 失业金领取条件 幼儿园报名时间 营业执照注销流程 停水通知 燃气灶打不着火 物业不管漏水
路灯不亮 噪音扰民晚上施工 违停举报 充电桩安装 低保申请 残疾证办理 新生儿落户 驾驶证换证 公交线路调整
海边浴场开放时间 景区门票优惠 gongjijin gjj tiqu yibao 供暧费 身份正补办 暖氣費標準
"""


@dataclass
class Timed:
    """Milliseconds of requests of one kind."""

    ms: list[float] = field(default_factory=list)

    def figures(self, name: str) -> Iterator[Figure]:
        """What they come to."""
        told = f"{ARTICLES} articles, {len(self.ms)} requests; budget {MOST_MS:.0f} ms"
        yield Figure(f"suggest.{name}.p95", percentile(self.ms, 0.95), "ms", told)
        yield Figure(f"suggest.{name}.median", statistics.median(self.ms), "ms", "one at a time")


def run() -> list[Figure]:
    """Latency of both ways to ask, and how fast the index is made."""
    with hotline("suggest") as running:
        with psycopg.connect(running.database_url) as connection:
            connection.execute(MADE, {"many": ARTICLES})
        with psycopg.connect(running.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE) kb_articles")
        running.command("kb", "rebuild")
        _wait(running)
        found = [*_asked(running)]
        found += _published(running)
        return [*found, *_memory(running), *_built(running)]


def _wait(running: Hotline) -> None:
    """Until the running hotline's index holds all of them."""
    shelf = Shelf(folder.root(Path(running.environ["VAR_DIR"])))
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        opened = shelf.current()
        if opened is not None and opened.searcher.num_docs >= ARTICLES:
            return
        time.sleep(0.2)
    raise RuntimeError("the index was not made in time; see kb-index.log")


def _asked(running: Hotline) -> Iterator[Figure]:
    token = running.command("api-token", "operator1").splitlines()[-1]
    ways = {
        "api": ("/api/v1/kb/suggest?q=", {"Authorization": f"Bearer {token}"}),
        "console": ("/kb/pick?q=", {"Cookie": sign_in(running, "operator1")}),
    }
    for name, (path, headers) in ways.items():
        yield from _timed(running, path, headers).figures(name)


def _timed(running: Hotline, path: str, headers: dict[str, str]) -> Timed:
    typed = [words[:end] for words in TYPED.split() for end in range(2, len(words) + 1)]
    connection = http.client.HTTPConnection(running.host, running.port, timeout=30)
    taken = Timed()
    for number in range(-20, ASKED):
        began = time.perf_counter()
        connection.request("GET", path + quote(typed[number % len(typed)]), headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:200]
        if number >= 0:
            taken.ms.append((time.perf_counter() - began) * 1000)
    connection.close()
    return taken


def _published(running: Hotline) -> Iterator[Figure]:
    """Seconds from the commit that publishes an article until the index of this host has it."""
    shelf = Shelf(folder.root(Path(running.environ["VAR_DIR"])))
    seconds = []
    for _ in range(5):
        with psycopg.connect(running.database_url) as connection:
            row = connection.execute(MADE + " RETURNING updated_at", {"many": 1}).fetchone()
        assert row is not None
        stamp, began = entries.stamp(row[0]), time.monotonic()
        while not _has(shelf, stamp) and time.monotonic() - began < READY_SECONDS:
            time.sleep(0.05)
        seconds.append(time.monotonic() - began)
    told = "from the commit to the index; budget 2 s"
    yield Figure("suggest.published", max(seconds), "s", told)


def _has(shelf: Shelf, stamp: int) -> bool:
    opened = shelf.current()
    return opened is not None and indexer.newest(opened) >= stamp


def _memory(running: Hotline) -> Iterator[Figure]:
    for process in psutil.process_iter(["cmdline", "environ"]):
        given = process.info["environ"] or {}
        if given.get("VAR_DIR") != running.environ["VAR_DIR"]:
            continue
        if (process.info["cmdline"] or [])[-2:] == ["kb", "index"]:
            memory = process.memory_info().rss / 1e6
            yield Figure("suggest.indexer", memory, "MB", "resident, after making the index")


def _built(running: Hotline) -> Iterator[Figure]:
    app = create_app(Config.load(running.secrets))
    with app.app_context(), TemporaryDirectory() as place:
        began = time.perf_counter()
        made = indexer.Indexer(app, Path(place)).rebuild()
        took = time.perf_counter() - began
        size = sum(one.stat().st_size for one in Path(place).rglob("*") if one.is_file())
    told = f"{made} articles with reading them; budget {LEAST_A_SECOND}"
    yield Figure("suggest.build", made / took, "documents/s", told)
    yield Figure("suggest.size", size / 1e6, "MB", "on disk")
