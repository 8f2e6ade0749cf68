"""The demo's knowledge articles, written by one editor and published by another.

Decided here: how a file becomes an article, and how far each has come: most are published, some
wait for a second pair of eyes, are drafts, are over, or have a new wording on its way. A file is
lines `name: value`, a line of dashes, and the body in Markdown; `guide.fee` is an entry of the
item guide, and ｜ parts entries that stand on lines of their own. The words lie in `data/articles`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kb import operations
from kb.forms import ArticleForm
from kb.models import Article

FOLDER = Path(__file__).with_name("data") / "articles"
RULE, PARTED = "\n---\n", "｜"
STANDS, DAYS_LEFT, REVISED, REWORDED = "stands", "days_left", "revised", "reworded"
OWN = (STANDS, DAYS_LEFT, REVISED, REWORDED)
"""What a file says beside the form: `draft` or `submitted`, days of validity left, and what a
second revision adds, published or still on its way."""

WRITTEN_BEFORE, REVISED_BEFORE = timedelta(days=75), timedelta(days=18)
DRAFT, SUBMITTED = "draft", "submitted"


def seed(now: datetime, author: int, publisher: int) -> list[Article]:
    """Write every article of the folder as far as it says; `author`, `publisher` are staff ids."""
    return [_write(path, now, author, publisher) for path in files()]


def files() -> list[Path]:
    """The articles' files, in order of name."""
    return sorted(FOLDER.glob("*.md"))


def read(path: Path, today: date | None = None) -> ArticleForm:
    """One file as the form an editor would have filled in."""
    head, body = _parts(path)
    values = _values(head)
    is_public = values.pop("public") == "yes"
    until = None
    if today is not None and DAYS_LEFT in head:
        until = today + timedelta(days=int(head[DAYS_LEFT]))
    return ArticleForm.model_validate(
        {**values, "body": body, "is_public": is_public, "valid_until": until}
    )


def stands(path: Path) -> str | None:
    """How far an unpublished article has come; None for a published one."""
    return _parts(path)[0].get(STANDS)


def _values(head: Mapping[str, str]) -> dict[str, Any]:
    """What the head says of the form, entries on lines of their own."""
    return {name: value.replace(PARTED, "\n") for name, value in head.items() if name not in OWN}


def _parts(path: Path) -> tuple[Mapping[str, str], str]:
    head, _, body = path.read_text(encoding="utf-8").partition(RULE)
    values = {name: value for name, _, value in (line.partition(": ") for line in head.split("\n"))}
    return values, body


def _write(path: Path, now: datetime, author: int, publisher: int) -> Article:
    head, _ = _parts(path)
    form, written_at = read(path, now.date()), now - WRITTEN_BEFORE
    article = operations.add(form.wording(), by=author, now=written_at)
    if head.get(STANDS) == DRAFT:
        return article
    operations.submit(article.number, by=author, now=written_at)
    if head.get(STANDS) == SUBMITTED:
        return article
    operations.publish(article.number, by=publisher, now=written_at)
    if added := head.get(REVISED) or head.get(REWORDED):
        again = form.model_copy(update={"body": f"{form.body}\n\n{added}\n"})
        changed_at = now - REVISED_BEFORE
        wording = operations.edit(article.number, again.wording(), by=author, now=changed_at)
        operations.submit(wording.number, by=author, now=changed_at)
        if REVISED in head:
            return operations.publish(wording.number, by=publisher, now=changed_at)
    return article
