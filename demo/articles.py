"""The demo's knowledge articles, written by one editor and published by another.

Decided here: how a file becomes an article, and how far each has come: most are published, some
wait for a second pair of eyes, are drafts, are over, or have a new wording on its way. A file is
lines `name: value`, a line of dashes, and the body in Markdown; `guide.fee` is an entry of the
item guide, and ｜ parts entries that stand on lines of their own. The words lie in `data/articles`.
Hundreds are written by few statements, as `kb.operations` would leave each; what came later,
another wording, goes through the operations themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import insert, select

from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people.models import Unit
from kb import days, laying, operations, rules
from kb.forms import ArticleForm
from kb.models import Article, Revision
from kb.rules import Change, State
from kb.wording import FIELDS, as_json

Row = dict[str, Any]

FOLDER = Path(__file__).with_name("data") / "articles"
RULE, PARTED = "\n---\n", "｜"
STANDS, DAYS_LEFT, REVISED, REWORDED = "stands", "days_left", "revised", "reworded"
OWN = (STANDS, DAYS_LEFT, REVISED, REWORDED)
"""What a file says beside the form: `draft` or `submitted`, days of validity left, and what a
second revision adds, published or still on its way."""

LEAST_DAYS, MOST_DAYS = 70, 300
"""How long ago a published article was written: before the demo's tickets, which name some."""

FEWEST_DAYS, LATEST_DAYS = 1, 9
REVISED_BEFORE = timedelta(days=18)
AT_ONCE = 30
VERBS = {
    State.DRAFT: ("added",),
    State.SUBMITTED: ("added", "submitted"),
    State.PUBLISHED: ("added", "submitted", "published"),
}


@dataclass(frozen=True)
class Sheet:
    """One file: what an editor filled in, when, and how far it has come."""

    name: str
    form: ArticleForm
    state: State
    at: datetime


@dataclass(frozen=True)
class Desk:
    """Who writes and who publishes, by staff id."""

    author: int
    publisher: int


def seed(now: datetime, author: int, publisher: int) -> list[Article]:
    """Write every article of the folder as far as it says; `author`, `publisher` are staff ids."""
    desk = Desk(author, publisher)
    paths = files()
    sheets = [_sheet(path, now) for path in paths]
    made = _insert(sheets, desk)
    pairs = list(zip(sheets, made, strict=True))
    _keep(pairs, desk)
    for path, (sheet, article) in zip(paths, pairs, strict=True):
        _go_on(_parts(path)[0], sheet, article, desk, now - REVISED_BEFORE)
    return made


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


def _sheet(path: Path, now: datetime) -> Sheet:
    form, state = read(path, now.date()), State(stands(path) or State.PUBLISHED)
    fewest, most = (
        (LEAST_DAYS, MOST_DAYS) if state is State.PUBLISHED else (FEWEST_DAYS, LATEST_DAYS)
    )
    before = fewest + crc32(path.stem.encode()) % (most - fewest)
    return Sheet(path.stem, form, state, now - timedelta(days=before))


def _insert(sheets: Sequence[Sheet], desk: Desk) -> list[Article]:
    units = {code: key for code, key in db.session.execute(select(Unit.code, Unit.id))}
    rows = [_row(sheet, desk, units) for sheet in sheets]
    keys: dict[str, int] = {}
    for start in range(0, len(rows), AT_ONCE):
        asked = insert(Article).values(rows[start : start + AT_ONCE])
        told = db.session.execute(asked.returning(Article.title, Article.id))
        keys |= {title: key for title, key in told}
    found = select(Article).where(Article.id.in_(keys.values()))
    articles = {one.id: one for one in db.session.scalars(found)}
    return [articles[keys[sheet.form.title]] for sheet in sheets]


def _row(sheet: Sheet, desk: Desk, units: Mapping[str, int]) -> Row:
    """The columns of an article that has come as far as its sheet says."""
    wording = sheet.form.wording()
    said = {name: getattr(wording, name) for name in FIELDS if name not in ("category", "unit")}
    is_out = sheet.state is State.PUBLISHED
    review_on = rules.next_review(wording.review_days, days.on(sheet.at)) if is_out else None
    return said | {
        "guide": dict(wording.guide),
        "category_code": wording.category,
        "unit_id": units[wording.unit] if wording.unit else None,
        "tokens": laying.indexed(said),
        "state": sheet.state,
        "author_id": desk.author,
        "publisher_id": desk.publisher if is_out else None,
        "updated_at": sheet.at,
        "published_at": sheet.at if is_out else None,
        "review_on": review_on,
        "revision": int(is_out),
    }


def _keep(pairs: Sequence[tuple[Sheet, Article]], desk: Desk) -> None:
    """The first revision of what is published, and the traces of who did what."""
    out = [(sheet, one) for sheet, one in pairs if sheet.state is State.PUBLISHED]
    db.session.execute(insert(Revision), [_revision(sheet, one, desk) for sheet, one in out])
    traces = [line for sheet, one in pairs for line in _traces(sheet, one, desk)]
    db.session.execute(insert(AuditEntry), traces)


def _revision(sheet: Sheet, article: Article, desk: Desk) -> Row:
    return {
        "article_id": article.id,
        "version": article.revision,
        "kind_of_change": Change.PUBLISHED,
        "wording": as_json(sheet.form.wording()),
        "author_id": desk.author,
        "publisher_id": desk.publisher,
        "at": sheet.at,
    }


def _traces(sheet: Sheet, article: Article, desk: Desk) -> Iterator[Row]:
    for verb in VERBS[sheet.state]:
        by = desk.publisher if verb == "published" else desk.author
        yield {
            "at": sheet.at,
            "actor": f"staff:{by}",
            "kind": f"article_{verb}",
            "subject": f"article:{article.number}",
            "facts": {"version": article.version},
        }


def _go_on(
    head: Mapping[str, str], sheet: Sheet, article: Article, desk: Desk, at: datetime
) -> None:
    """Give a published article the other wording that its file has, and publish it if it says."""
    added = head.get(REVISED) or head.get(REWORDED)
    if not added:
        return
    again = sheet.form.model_copy(update={"body": f"{sheet.form.body}\n\n{added}\n"})
    wording = operations.edit(article.number, again.wording(), by=desk.author, now=at)
    operations.submit(wording.number, by=desk.author, now=at)
    if REVISED in head:
        operations.publish(wording.number, by=desk.publisher, now=at)
