"""Pictures and documents of articles: kept, found again, and swept up.

Decided here: that a file belongs to the words that name it. Nothing has to be attached or
detached: a draft, a changed wording or a restored revision shows the files it names, and a second
pair of eyes sees them with the words. What no words name any more goes after a month.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from flask import url_for
from sqlalchemy import delete, select

from hotline import crypto
from hotline.attachments import storage
from hotline.attachments.rules import Kind
from hotline.attachments.uploads import Upload
from hotline.extensions import db
from kb import markup
from kb.file_models import ArticleFile
from kb.models import Article, Revision

KEPT_UNNAMED: Final = timedelta(days=30)
AT_ONCE: Final = 500
NOT_IN_BRACKETS: Final = str.maketrans("[]\n", "()\x20")


def keep(uploads: Sequence[Upload], *, by: int, now: datetime) -> list[ArticleFile]:
    """Store checked files; the words that are to show them have to name them."""
    made = [_stored(one, by, now) for one in uploads]
    db.session.add_all(made)
    return made


def by_key(key: str) -> ArticleFile | None:
    """The file of this key."""
    return db.session.scalars(select(ArticleFile).where(ArticleFile.key == key)).one_or_none()


def naming(one: ArticleFile) -> str:
    """The Markdown that shows the file."""
    name = one.name.translate(NOT_IN_BRACKETS)
    if one.kind is Kind.JPEG:
        return f"![{name.rpartition('.')[0]}]({markup.FILE}{one.key})"
    return f"[{name}]({markup.FILE}{one.key})"


def appended(body: str, made: Iterable[ArticleFile]) -> str:
    """The words with these files named at their end."""
    return "\n\n".join([body.rstrip(), *map(naming, made)]).strip()


def for_staff(key: str) -> str:
    """Where staff get the file."""
    return url_for("kb_files.file", key=key)


def for_citizens(number: str) -> Callable[[str], str]:
    """Where citizens get the files of this article."""
    return lambda key: url_for("kb_files.public_file", number=number, key=key)


def known_names(names: Iterable[str]) -> set[str]:
    """Which of these names in the storage belong to a file of an article."""
    wanted = list(names)
    columns = ArticleFile.stored_as, ArticleFile.thumbnail_as
    rows = db.session.execute(
        select(*columns).where(columns[0].in_(wanted) | columns[1].in_(wanted))
    )
    return {name for row in rows for name in row if name} & set(wanted)


def sweep(now: datetime) -> int:
    """Forget files that are older than a month and that no words name; answers how many.

    What lies in the storage goes with the next sweep of files without a row.
    """
    old = select(ArticleFile.key).where(ArticleFile.added_at < now - KEPT_UNNAMED)
    keys = set(db.session.scalars(old.order_by(ArticleFile.id)))
    if not keys:
        return 0
    unnamed = sorted(keys - _named())[:AT_ONCE]
    db.session.execute(delete(ArticleFile).where(ArticleFile.key.in_(unnamed)))
    return len(unnamed)


def _named() -> set[str]:
    """The keys that the words of any article or revision name."""
    found: set[str] = set()
    for words in (Article.body, Revision.wording["body"].astext):
        naming_any = select(words).where(words.contains(markup.FILE))
        for body in db.session.scalars(naming_any.execution_options(yield_per=100)):
            found |= markup.files_in(body)
    return found


def _stored(one: Upload, by: int, now: datetime) -> ArticleFile:
    key = crypto.new_token()
    stored_as, thumbnail_as = storage.keep(one.digest, key, one.content, one.thumbnail)
    return ArticleFile(
        key=key,
        kind=one.kind,
        name=one.name,
        size=len(one.content),
        digest=bytes.fromhex(one.digest),
        width=one.width,
        height=one.height,
        stored_as=stored_as,
        thumbnail_as=thumbnail_as,
        added_by=by,
        added_at=now,
    )
