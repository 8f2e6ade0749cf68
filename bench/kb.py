"""How well articles are found: hit@1, hit@5 and MRR of question sets, by the product's own search.

Without files it takes the two sets of `shared/data` where they are. The index is made in a folder
of its own and asked without the database, by the very functions that answer in the product.
"""

import csv
import gzip
import io
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.figures import Figure
from hotline.vardir import ROOT
from kb.search import building, finding, lexicon
from kb.search.documents import Entry
from kb.search.finding import Wanted
from kb.search.opening import Shelf

DATA = ROOT.parent / "shared/data/real"
SETS = ("replies", "faq")
BASELINES = {"replies": (0.581, 0.713, 0.644), "faq": (0.667, 0.926, 0.772)}
LOOKED_AT = 20
TODAY = date(2026, 1, 1)
MEASURES = ("hit@1", "hit@5", "mrr")


@dataclass(frozen=True)
class Asked:
    """A question and the ids of the articles that answer it."""

    query: str
    ids: frozenset[str]


def run(articles: Path | None = None, queries: Path | None = None) -> list[Figure]:
    """The figures of the given files, or of the sets that lie in shared/data."""
    if articles is not None and queries is not None:
        return list(_measured("given", articles, queries))
    found: list[Figure] = []
    for name in SETS:
        files = (DATA / f"kb_{name}_articles.csv.gz", DATA / f"kb_{name}_queries.csv")
        if not all(one.exists() for one in files):
            print(f"kb.{name} left out: {files[0]} is not there; give --articles and --queries")
            continue
        found += _measured(name, *files)
    return found


def ranks(entries: Sequence[Entry], names: Sequence[str], asked: Sequence[Asked]) -> list[int]:
    """The place of the first right answer to each question, 0 when it is not among the first."""
    with tempfile.TemporaryDirectory() as place:
        building.build(Path(place), entries, lexicon.made(lexicon.terms(())), "bench")
        opened = Shelf(Path(place)).current()
        assert opened is not None
        found = []
        for one in asked:
            hits = finding.best(opened, one.query, Wanted(TODAY, LOOKED_AT))
            right = (at for at, hit in enumerate(hits, 1) if names[hit.article_id] in one.ids)
            found.append(next(right, 0))
    return found


def _measured(name: str, articles: Path, queries: Path) -> Iterator[Figure]:
    rows, asked = list(_rows(articles)), list(_rows(queries))
    names = [row["id"] for row in rows]
    entries = [
        Entry(at, row.get("question") or row.get("title") or "", row.get("answer") or "")
        for at, row in enumerate(rows)
    ]
    questions = [Asked(row["query"], frozenset({row["id"]})) for row in asked]
    began = time.perf_counter()
    places = ranks(entries, names, questions)
    took = time.perf_counter() - began
    told = f"{len(asked)} questions, {len(rows)} articles"
    for measure, value, least in zip(
        MEASURES, measures(places), BASELINES.get(name, (0.0,) * 3), strict=True
    ):
        compared = f"{told}; baseline {least}" if least else told
        yield Figure(f"kb.{name}.{measure}", value, "share", compared)
    yield Figure(f"kb.{name}.seconds", took, "s", "index made and all questions asked")


def measures(places: Sequence[int]) -> tuple[float, float, float]:
    """Share answered first, share among the first five, mean reciprocal rank."""
    many = len(places) or 1
    first = sum(one == 1 for one in places) / many
    five = sum(1 <= one <= 5 for one in places) / many
    return first, five, sum(1 / one for one in places if one) / many


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    yield from csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
