"""The columns of a table of articles: the same on the way out and on the way in.

Decided here: which columns there are, under which headings they are known, and how a cell is
spelled. A heading may be a column's own name or its words in either language, so that a file
taken out in Chinese can be taken in by somebody who works in English. Columns that only explain
(`SHOWN_ONLY`) are passed over on the way in. The surprise: a sheet's cell ends at 32,767
characters, so a long answer goes on in a column of its own.
"""

import re
from collections.abc import Iterable
from typing import Final

from flask_babel import force_locale, gettext

from hotline import labels
from hotline.tickets.export import FORMULA
from hotline.words import N_
from kb.guide import GUIDE_FIELDS

NUMBER, BODY, MORE = "number", "body", "body_more"
HEADINGS: Final = {
    NUMBER: N_("Article number"),
    "kind": N_("Kind"),
    "title": N_("Title"),
    BODY: N_("Answer"),
    MORE: N_("Answer, continued"),
    "questions": N_("Also asked as"),
    "keywords": N_("Keywords"),
    "synonyms": N_("Synonyms"),
    "places": N_("Places"),
    "languages": N_("Languages"),
    "category": N_("Category code"),
    "category_name": N_("Category in words"),
    "unit": N_("Unit code"),
    "unit_name": N_("Unit in words"),
    "is_public": N_("Public"),
    "valid_from": N_("Valid from"),
    "valid_until": N_("Valid until"),
    "review_days": N_("Review every (days)"),
    "source": N_("Source"),
    "document_number": N_("Document number"),
    "source_url": N_("Source address"),
}
GUIDE: Final = tuple(f"guide.{name}" for name in GUIDE_FIELDS)
AFTER: Final = {"state": N_("State"), "updated_at": N_("Updated")}
SHOWN_ONLY: Final = frozenset({"category_name", "unit_name", *AFTER})
COLUMNS: Final = (*HEADINGS, *GUIDE, *AFTER)
TAKEN: Final = tuple(one for one in COLUMNS if one not in SHOWN_ONLY)
NEEDED: Final = ("title", BODY)
ALIASES: Final = {
    "question": "title",
    "answer": BODY,
    "public": "is_public",
    "问题": "title",
    "正文": BODY,
    "内容": BODY,
    "是否公开": "is_public",
    "公开": "is_public",
}
LANGUAGES: Final = ("zh_CN", "en")
YES_NO: Final = {"是": "1", "否": "0", "公开": "1", "不公开": "0", "内部": "0"}
KINDS: Final = {
    "问答": "qa",
    "指南": "item_guide",
    "政策": "policy",
    "公告": "notice",
    "话术": "script",
}
LONGEST_CELL: Final = 32_000
DATES: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
DATE_COLUMNS: Final = ("valid_from", "valid_until")

Row = dict[str, str]


def heading(column: str) -> str:
    """A column's heading in the viewer's language."""
    if column in GUIDE:
        return str(gettext(labels.msgid("guide_field", column.removeprefix("guide."))))
    return str(gettext((HEADINGS | AFTER)[column]))


def known_headings() -> dict[str, str]:
    """Every heading that is understood, in small letters → its column."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {heading(name).lower(): name for name in COLUMNS}
    return known | {name: name for name in COLUMNS} | ALIASES


def known_kinds() -> dict[str, str]:
    """Every spelling of a kind → its code."""
    known = dict(KINDS)
    for language in LANGUAGES:
        with force_locale(language):
            known |= {
                str(gettext(words)).lower(): code for code, words in labels.options("article_kind")
            }
    return known


def safe(cell: str) -> str:
    """The text as a spreadsheet shows it: nothing in it is taken for a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell


def bare(cell: str) -> str:
    """What `safe` was given."""
    is_kept_safe = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA)
    return cell[1:] if is_kept_safe else cell


def pieces(body: str) -> tuple[str, str]:
    """An answer as its two cells."""
    return safe(body[:LONGEST_CELL]), safe(body[LONGEST_CELL:])


def row_of(names: Iterable[str | None], cells: Iterable[str], kinds: dict[str, str]) -> Row:
    """The cells under their columns, spelled as a form takes them; empty ones are left out."""
    given = {name: bare(cell) for name, cell in zip(names, cells, strict=False) if name}
    given[BODY] = (given.get(BODY, "") + given.pop(MORE, "")).replace("\r\n", "\n")
    row = {name: given[name].strip() for name in TAKEN if given.get(name, "").strip()}
    if "is_public" in row:
        row["is_public"] = YES_NO.get(row["is_public"], row["is_public"])
    if "kind" in row:
        row["kind"] = kinds.get(row["kind"].lower(), row["kind"])
    for name in DATE_COLUMNS:
        if name in row:
            row[name] = _date(row[name])
    return row


def _date(words: str) -> str:
    found = DATES.fullmatch(words)
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else words
