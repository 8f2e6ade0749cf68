"""The verbs of an article: add, edit, submit, send back, publish, retire, and taking in a row.

Decided here: what each verb changes and writes down. Not here: who may edit at all, and which
verb fits which state (`rules`). The surprise: editing a published article leaves it standing
and answers another row, the changed wording, which replaces it when somebody else publishes that.
`by` is a staff id; `own` holds the units whose articles alone they may touch (None: an editor).
"""

from datetime import datetime
from typing import Any

from hotline import audit
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from kb import days, laying, locking, queries, revisions, rules
from kb.laying import Own
from kb.models import Article
from kb.rules import Change, State, Verb
from kb.wording import Wording


def add(wording: Wording, *, by: int, now: datetime, own: Own = None) -> Article:
    """Write a draft. Raises Invalid for an unknown category or unit, or another's unit."""
    article = _draft(laying.columns(wording, own), by=by, now=now)
    note(article, "added", by, now)
    return article


def edit(
    number: str,
    wording: Wording,
    *,
    by: int,
    now: datetime,
    version: int | None = None,
    own: Own = None,
    restores: int | None = None,
) -> Article:
    """Change the words; answers the row that holds them.

    A published article stays as it is and gets a changed wording beside it; a retired one
    becomes a draft again. An approval given before is void. `restores` is the revision whose
    words they are. Raises NotFound, Invalid, Forbidden, and Refused when the verb doesn't fit,
    when `version` is no longer the present one, or when a changed wording is there already.
    """
    article = locking.lock(number, own)
    state = locking.step(article, Verb.EDIT)
    locking.unchanged(article, version)
    columns = laying.columns(wording, own, keeps=article)
    if state is State.PUBLISHED:
        return _reword(article, columns, by=by, now=now, restores=restores)
    laying.lay(article, columns)
    article.state, article.author_id, article.publisher_id = state, by, None
    article.restores = restores
    article.version += 1
    article.updated_at = now
    note(article, "edited", by, now)
    return article


def restore(number: str, revision: int, *, by: int, now: datetime, own: Own = None) -> Article:
    """Take back the words of an earlier revision; answers the row that holds them.

    It is an edit like any other: of a published article a changed wording is made, which somebody
    else has to publish. A category or unit that is gone stays what it is now. Raises NotFound,
    Forbidden and Refused.
    """
    article = locking.lock(number, own)
    wording = laying.in_use(revisions.words_of(number, revision), article)
    return edit(number, wording, by=by, now=now, own=own, restores=revision)


def submit(number: str, *, by: int, now: datetime, own: Own = None) -> Article:
    """Ask for publishing. Raises NotFound, Forbidden and Refused."""
    article = locking.lock(number, own)
    article.state, article.updated_at = locking.step(article, Verb.SUBMIT), now
    article.remark = ""
    note(article, "submitted", by, now)
    return article


def send_back(number: str, *, by: int, now: datetime, remark: str) -> Article:
    """Give a submitted article back to whoever wrote it, saying why. Raises NotFound, Refused."""
    article = locking.lock(number)
    article.state = locking.step(article, Verb.SEND_BACK)
    article.publisher_id, article.remark, article.updated_at = None, remark, now
    note(article, "sent_back", by, now)
    return article


def publish(
    number: str,
    *,
    by: int,
    now: datetime,
    at: datetime | None = None,
    is_at_once: bool = False,
    version: int | None = None,
) -> Article:
    """Publish a submitted article, or approve it for later; answers the one that now stands.

    `at`, or else the time its author wished, is when it shall be published: in the future it is
    only approved, and the clock publishes it then. `is_at_once` publishes now whatever was wished
    or approved. `version` is the one that was read. Raises Forbidden for the author of the words
    (four eyes), NotFound, and Refused also when it is approved already.
    """
    article = locking.lock(number)
    locking.step(article, Verb.PUBLISH)
    locking.unchanged(article, version)
    if not rules.may_publish(article.author_id, by):
        raise Forbidden(
            "four_eyes", "Whoever wrote an article can't publish it; another person must."
        )
    if article.publisher_id is not None and not is_at_once:
        raise Refused(
            "approved_already", "Somebody else has approved this article for publishing already."
        )
    moment = None if is_at_once else at or article.publish_at
    if moment is not None and moment > now:
        article.publisher_id, article.publish_at, article.updated_at = by, moment, now
        note(article, "approved", by, now)
        return article
    article = stand(article, publisher_id=by, now=now)
    note(article, "published", by, now)
    return article


def unschedule(number: str, *, by: int, now: datetime) -> Article:
    """Take back the approval for a time to come. Raises NotFound and Refused."""
    article = locking.lock(number)
    locking.step(article, Verb.UNSCHEDULE)
    if article.publisher_id is None:
        raise Refused("not_approved", "This article is not approved for a time to come.")
    article.publisher_id, article.publish_at, article.updated_at = None, None, now
    note(article, "unscheduled", by, now)
    return article


def retire(
    number: str, *, by: int, now: datetime, own: Own = None, seen: State | None = None
) -> Article:
    """Take an article out of use; answers it.

    A changed wording is given up instead: its row goes, the article it was for is answered.
    `seen` is the state in which it was decided: a draft that was published meanwhile stays.
    Raises NotFound, Forbidden (a unit can't take out what is published) and Refused, also while
    a changed wording of the article waits.
    """
    article = locking.lock(number, own)
    state = locking.step(article, Verb.RETIRE)
    if seen is not None and seen is not article.state:
        raise locking.changed()
    if own is not None and article.state is State.PUBLISHED:
        raise Forbidden("editors_retire", "Only the hotline's editors take out what is published.")
    if queries.wording_of(article.id) is not None:
        raise _waits()
    note(article, "retired", by, now)
    if article.state is State.SUBMITTED:
        article.publisher_id = article.publish_at = None
    article.state, article.updated_at = state, now
    if article.replaces_id is None:
        return article
    db.session.delete(article)
    return db.session.get_one(Article, article.replaces_id)


def take_in(wording: Wording, *, now: datetime) -> Article:
    """Publish a row of a file that the administrator vouches for; nobody of us wrote it.

    Raises Invalid for an unknown category or unit.
    """
    columns = laying.columns(wording) | {"publish_at": None}
    article = Article(
        state=State.PUBLISHED,
        updated_at=now,
        published_at=now,
        revision=1,
        review_on=rules.next_review(wording.review_days, days.on(now)),
        tokens=laying.indexed(columns),
        **columns,
    )
    db.session.add(article)
    db.session.flush()
    revisions.keep(article, Change.IMPORTED, wording, now=now)
    return article


def stand(article: Article, *, publisher_id: int, now: datetime) -> Article:
    """Let the words of a locked, submitted row stand from now on; answers the article.

    A changed wording is laid over the article it was made for, and its own row goes.
    """
    wording_id, restores = None, article.restores
    if article.replaces_id is not None:
        wording_id = article.id
        article = _replace(article)
    change = _change(article, is_wording=wording_id is not None, restores=restores)
    article.state, article.publisher_id = State.PUBLISHED, publisher_id
    article.published_at = article.updated_at = now
    article.revision += 1
    article.publish_at = article.restores = None
    article.review_on = rules.next_review(article.review_days, days.on(now))
    said = laying.said_by(article)
    revisions.keep(article, change, said, now=now, wording_id=wording_id, restores=restores)
    return article


def note(article: Article, verb: str, by: int, now: datetime) -> None:
    """Leave a trace of what somebody did."""
    audit.record(
        f"staff:{by}",
        f"article_{verb}",
        f"article:{article.number}",
        at=now,
        version=article.version,
    )


def _change(article: Article, *, is_wording: bool, restores: int | None) -> Change:
    if restores is not None:
        return Change.RESTORED
    if is_wording:
        return Change.REWORDED
    return Change.REPUBLISHED if article.revision else Change.PUBLISHED


def _draft(columns: dict[str, Any], *, by: int, now: datetime, **more: Any) -> Article:
    tokens = laying.indexed(columns)
    given = columns | more
    article = Article(state=State.DRAFT, author_id=by, updated_at=now, tokens=tokens, **given)
    db.session.add(article)
    db.session.flush()
    return article


def _reword(
    article: Article, columns: dict[str, Any], *, by: int, now: datetime, restores: int | None
) -> Article:
    if queries.wording_of(article.id) is not None:
        raise _waits()
    beside = {"replaces_id": article.id, "version": article.version + 1, "restores": restores}
    wording = _draft(columns, by=by, now=now, **beside)
    note(wording, "reworded", by, now)
    return wording


def _waits() -> Refused:
    return Refused("wording_waits", "A changed wording of this article is being worked on already.")


def _replace(wording: Article) -> Article:
    """Lay a changed wording over the article it was made for, and take its own row away."""
    article = db.session.get_one(Article, wording.replaces_id)
    laying.lay(article, laying.of(wording))
    article.author_id, article.version = wording.author_id, wording.version
    article.publisher_id = None
    db.session.delete(wording)
    db.session.flush()
    return article
