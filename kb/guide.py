"""The fields of an item guide: what has to be published about each government service item.

Decided here: which fields there are and in which order they are shown. Each is a text with
entries on lines of their own; a field that is empty is not kept. Not here: their words on the
screen (`labels`, group `guide_field`).
"""

from collections.abc import Mapping
from typing import Final

GUIDE_FIELDS: Final = (
    "who",
    "conditions",
    "materials",
    "fee",
    "promised_limit",
    "statutory_limit",
    "place",
    "hours",
    "phone",
    "supervision_phone",
    "legal_basis",
    "online_address",
)
LONGEST_FIELD: Final = 5_000


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """The fields that say something, in their order, each line trimmed; unknown names go."""
    tidy = {name: _tidy(given.get(name, "")) for name in GUIDE_FIELDS}
    return {name: words for name, words in tidy.items() if words}


def entries(words: str) -> list[str]:
    """A field's entries: its lines that say something."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def text(guide: Mapping[str, str]) -> str:
    """All entries as text, a line each, for an index or a phone."""
    return "\n".join(guide[name] for name in GUIDE_FIELDS if guide.get(name))


def _tidy(words: str) -> str:
    return "\n".join(entries(words))
