"""Two wordings of an article side by side, as a page shows them.

Decided here: what each field is called, and how codes are spelled out. What changed is found by
`differences`, whose words those are by `revisions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from hotline import labels
from hotline.words import N_
from kb import queries, revisions, table_columns
from kb.differences import Difference, Mark, Stretch
from kb.reading import Shown

NAMES: Final = {
    "category": N_("Category"),
    "unit": N_("Responsible unit"),
    "is_public": N_("Citizens may read it"),
}
GROUPS: Final = {"kind": "article_kind"}
YES_NO: Final = {"yes": N_("yes"), "no": N_("no")}
LONGEST_SAME: Final = 160
"""So much of what stayed the same is shown around a change."""


@dataclass(frozen=True)
class Change:
    """A field that changed, in words; long stretches that stayed the same are cut in the middle."""

    label: str
    stretches: Sequence[Stretch]


def awaited(article: Shown) -> list[Change]:
    """What a changed wording will change in the article it is for; nothing for any other."""
    if article.replaces is None:
        return []
    revision = queries.version_of(article.replaces) or 0
    return changes(revisions.difference(article.number, revision)) if revision else []


def changes(found: Sequence[Difference]) -> list[Change]:
    """The differences, to be read."""
    return [_change(one) for one in found]


def _change(one: Difference) -> Change:
    name = NAMES.get(one.field)
    label = str(gettext(name)) if name else table_columns.heading(one.field)
    stretches = one.stretches
    if one.field in GROUPS or one.field == "is_public":
        stretches = tuple(Stretch(part.mark, _word(one.field, part.text)) for part in stretches)
    return Change(label, [_cut(part) for part in stretches])


def _word(field: str, code: str) -> str:
    if field in GROUPS:
        return str(gettext(labels.msgid(GROUPS[field], code)))
    return str(gettext(YES_NO.get(code, code)))


def _cut(part: Stretch) -> Stretch:
    if part.mark is not Mark.SAME or len(part.text) <= 2 * LONGEST_SAME:
        return part
    return Stretch(part.mark, f"{part.text[:LONGEST_SAME]} … {part.text[-LONGEST_SAME:]}")
