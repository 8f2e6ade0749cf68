"""What an article says: the words that are written, compared, kept as a revision and restored.

Decided here: what belongs to a wording, and how a revision keeps it (category and unit by code,
so that it can be read when they are gone). Not here: who may change it and when (`operations`).
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kb.rules import Kind

NOT_KEPT = ("publish_at",)
"""What goes with a draft, and says nothing once it is published."""


@dataclass(frozen=True)
class Wording:
    """What an article says, about what, for whom and how long; category and unit by code.

    `questions` holds other ways in which it is asked, one a line; `languages` codes with blanks
    between; `publish_at` is when it shall be published at the earliest.
    """

    title: str
    body: str
    kind: Kind = Kind.QA
    keywords: str = ""
    category: str | None = None
    unit: str | None = None
    is_public: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""
    guide: Mapping[str, str] = field(default_factory=dict)
    questions: str = ""
    synonyms: str = ""
    places: str = ""
    languages: str = "zh"
    document_number: str = ""
    source_url: str = ""
    publish_at: datetime | None = None
    review_days: int | None = None


FIELDS = tuple(one.name for one in dataclasses.fields(Wording))
"""The names of all parts of a wording, in their order."""

KEPT = tuple(name for name in FIELDS if name not in NOT_KEPT)
"""What a revision keeps."""


def as_json(wording: Wording) -> dict[str, Any]:
    """A wording as a revision keeps it."""
    return {name: _plain(getattr(wording, name)) for name in KEPT}


def from_json(kept: Mapping[str, Any]) -> Wording:
    """A kept wording; what an older revision did not know yet is empty."""
    known = {name: kept[name] for name in KEPT if kept.get(name) is not None}
    for name in ("valid_from", "valid_until"):
        if name in known:
            known[name] = date.fromisoformat(known[name])
    return Wording(**(known | {"kind": Kind(kept["kind"])}))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value
