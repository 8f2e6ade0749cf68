"""An article's words as a page shows them: the guide's fields under their names, then the rest.

The same for staff, citizens, the preview beside the editor and the poster; they differ only in
where a file can be had and how deep the headings stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from hotline import labels
from kb import guide, markup
from kb.guide import GUIDE_FIELDS
from kb.markup import Addresses

NUMBERED = frozenset({"materials"})
PHONES = frozenset({"phone", "supervision_phone"})
WEB = ("https://", "http://")


@dataclass(frozen=True)
class Entry:
    """A line of a guide's field, and where it leads: a web address, a telephone."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a guide that says something."""

    name: str
    label: str
    entries: list[Entry]
    is_numbered: bool


@dataclass(frozen=True)
class Words:
    """What is read: the guide's fields and the text."""

    fields: list[Field]
    html: Markup


def words(
    body: str, given: Mapping[str, str], files: Addresses | None = None, below: int = 1
) -> Words:
    """The words of an article, or of what somebody is typing."""
    fields = [_field(name, given[name]) for name in GUIDE_FIELDS if given.get(name, "").strip()]
    return Words(fields, markup.html(body, below, files))


def text(body: str, given: Mapping[str, str]) -> str:
    """All words without marks, for a text field, a text message, a telephone: the text, then the
    guide's fields, a line each."""
    return "\n".join(filter(None, (markup.plain(body), *_lines(given))))


def _lines(given: Mapping[str, str]) -> list[str]:
    return [
        gettext("%(name)s: %(words)s", name=one.label, words="；".join(e.text for e in one.entries))
        for one in (_field(name, given[name]) for name in GUIDE_FIELDS if given.get(name))
    ]


def _field(name: str, text: str) -> Field:
    entries = [_entry(name, line) for line in guide.entries(text)]
    label = str(gettext(labels.msgid("guide_field", name)))
    return Field(name, label, entries, name in NUMBERED and len(entries) > 1)


def _entry(name: str, line: str) -> Entry:
    if line.startswith(WEB) and not any(sign in line for sign in " <>\"'"):
        return Entry(line, line)
    digits = line.replace("-", "").replace(" ", "")
    if name in PHONES and digits.isdecimal() and digits.isascii() and len(digits) >= 3:
        return Entry(line, f"tel:{digits}")
    return Entry(line)
