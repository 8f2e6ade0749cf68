"""The demo's knowledge articles, written by one editor and published by another.

Decided here: how a file becomes an article. A file is lines `name: value`, a line of dashes,
and the body in Markdown. The words lie in `data/articles`.
"""

from datetime import datetime
from pathlib import Path

from kb import operations
from kb.forms import ArticleForm
from kb.models import Article

FOLDER = Path(__file__).with_name("data") / "articles"
RULE = "\n---\n"


def seed(now: datetime, author: int, publisher: int) -> list[Article]:
    """Write and publish every article of the folder; `author` and `publisher` are staff ids."""
    return [_publish(read(path), now, author, publisher) for path in files()]


def files() -> list[Path]:
    """The articles' files, in order of name."""
    return sorted(FOLDER.glob("*.md"))


def read(path: Path) -> ArticleForm:
    """One file as the form an editor would have filled in."""
    head, _, body = path.read_text(encoding="utf-8").partition(RULE)
    values = {name: value for name, _, value in (line.partition(": ") for line in head.split("\n"))}
    is_public = values.pop("public") == "yes"
    return ArticleForm.model_validate({**values, "body": body, "is_public": is_public})


def _publish(form: ArticleForm, now: datetime, author: int, publisher: int) -> Article:
    article = operations.add(form.wording(), by=author, now=now)
    operations.submit(article.number, by=author, now=now)
    return operations.publish(article.number, by=publisher, now=now)
