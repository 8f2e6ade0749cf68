"""What citizens say, with the words that a search finds it by."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline import tokens

REAL = Path("../shared/data/real/messages_unlabelled.csv.gz")
MOST = 4000
LONGEST = 200
OWN = [
    ("路灯不亮", "小区北门外的三盏路灯已经一周不亮，晚上老人出门很不安全，请尽快维修。"),
    ("占道经营", "菜市场门口每天早上摆满摊位，公交车进不了站，希望管一管。"),
    ("物业收费", "物业没有公示就涨了停车费，业主要求公开收费依据。"),
]


@dataclass(frozen=True)
class Matter:
    """A title, a body, and both as a tsvector's text."""

    title: str
    body: str
    vector: str


@dataclass(frozen=True)
class Words:
    """Everything that is said, the most frequent first."""

    known: list[Matter]


def matters() -> list[Matter]:
    """Real citizens' words where they are to be had, else a few of our own."""
    return [Matter(title, body, _vector(f"{title}\n{body}")) for title, body in _said()]


def _said() -> Sequence[tuple[str, str]]:
    if not REAL.exists():
        return OWN
    found = []
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["body"]:
                found.append((row["title"][:200], row["body"][:LONGEST]))
            if len(found) == MOST:
                break
    return found


def _vector(text: str) -> str:
    """The text of a tsvector: every word with its places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(tokens.for_index(text).split(), 1):
        places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(map(str, found[:200]))}" for word, found in places.items())
