"""Writing down what was asked and what was done with an article.

Decided here: a search costs its asker nothing (it is written once the answer is on its way, and
a failure is only logged), and what one person types in a row is one search. What was used
belongs to the asker's last search. Nothing is stored before it is masked.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from flask import Flask, Response, after_this_request, current_app
from sqlalchemy import select, text

from hotline import access, clock, crypto, settings, tokens
from hotline.extensions import db
from hotline.jobs import transaction
from hotline.tickets import access as ticket_access
from kb import ranking
from kb.models import Article
from kb.use import masking, rules
from kb.use.kinds import BY_CITIZENS, HELPS, Source, UseKind
from kb.use.models import LONGEST_ASKED, Use
from kb.use.rules import LearningRules

SHORTEST: Final = 2
MARK: Final = "kb.mark"
MARKED_FOR: Final = timedelta(hours=24)
MINUTE: Final = timedelta(minutes=1)

SEARCHED = text("""
WITH before AS (
    SELECT id, length(asked) <= length(:asked) AS is_more FROM kb_searches
    WHERE asker = :asker AND source = :source AND at BETWEEN :since AND :at
        AND used_article_id IS NULL
        AND (strpos(:asked, right(asked, 40)) > 0 OR strpos(asked, :asked) > 0)
    ORDER BY at DESC LIMIT 1
), gone_on AS (
    UPDATE kb_searches AS old SET at = :at,
        asked = CASE WHEN is_more THEN :asked ELSE asked END,
        key = CASE WHEN is_more THEN :key ELSE key END,
        found = CASE WHEN is_more THEN :found ELSE found END
    FROM before WHERE old.id = before.id RETURNING old.id
)
INSERT INTO kb_searches (asked, key, source, asker, staff_id, found, at)
SELECT :asked, :key, :source, :asker, CAST(:staff_id AS bigint), CAST(:found AS smallint), :at
WHERE NOT EXISTS (SELECT 1 FROM gone_on)
    AND (CAST(:staff_id AS bigint) IS NOT NULL
        OR (SELECT count(*) FROM kb_searches WHERE source = :source AND at > :minute) < :most)
""")
"""One statement: the search that goes on with the last one replaces it, any other is a row."""

USED = text("""
WITH article AS (
    SELECT id FROM kb_articles
    WHERE number = :number AND published_at IS NOT NULL AND replaces_id IS NULL
), search AS (
    SELECT id FROM kb_searches WHERE asker = :asker AND at > :since ORDER BY at DESC LIMIT 1
), served AS (
    UPDATE kb_searches SET used_article_id = article.id FROM article
    WHERE kb_searches.id = (SELECT id FROM search) AND used_article_id IS NULL AND :helps
)
INSERT INTO kb_uses (article_id, kind, source, staff_id, ticket_id, search_id, mark, at)
SELECT article.id, :kind, :source, CAST(:staff_id AS bigint), CAST(:ticket_id AS bigint),
    (SELECT id FROM search), CAST(:mark AS varchar), :at
FROM article
ON CONFLICT DO NOTHING RETURNING article_id
""")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as it is kept: a member of staff, or a page that a citizen has open."""

    source: Source
    staff_id: int | None = None
    mark: str | None = None

    @property
    def key(self) -> str:
        """What joins the searches of one asker; nobody's are joined."""
        if self.staff_id is not None:
            return f"staff:{self.staff_id}"
        return self.mark or secrets.token_hex(8)


def staff(source: Source) -> Asker:
    """The viewer, asking there. Raises Unauthenticated."""
    return Asker(source, staff_id=access.current().staff_id)


def citizen(source: Source, token: str = "") -> Asker:
    """A citizen with the mark of the page; an unknown mark is none."""
    return Asker(source, mark=mark_of(token))


def ticket(number: str | None) -> int | None:
    """The ticket that something is used on, none without a number. Raises NotFound."""
    return ticket_access.see(access.current(), number).id if number else None


def new_mark() -> str:
    """A mark for a page that a citizen opens; it says nothing of who that is."""
    return crypto.handed_out(MARK, secrets.token_hex(12))


def mark_of(token: str) -> str | None:
    """The mark that a page sent back; None for any that we did not hand out today."""
    try:
        return str(crypto.taken_back(MARK, token, within=MARKED_FOR)) if token else None
    except crypto.BadToken:
        return None


def asked(question: str, found: int, asker: Asker) -> None:
    """Note a search once it is answered."""
    at = clock.now()
    after_answer(lambda: note_search(question, found, asker, at=at))


def asked_page(question: str, hits: Sequence[object] | None, asker: Asker) -> None:
    """The same for a page that shows a list when nothing is asked: then there are no hits."""
    if question and hits is not None:
        asked(question, len(hits), asker)


def opened(number: str, asker: Asker) -> None:
    """Note that an article was opened, once it is shown."""
    at = clock.now()
    after_answer(lambda: _opened(number, asker, at))


def note_search(question: str, found: int, asker: Asker, *, at: datetime) -> None:
    """Write a search down, masked; what extends the one before replaces it."""
    words = masking.covered(" ".join(question[-LONGEST_ASKED:].split()))[:LONGEST_ASKED]
    key = key_of(words)
    if len(words) < SHORTEST or not key:
        return
    figures = settings.read(LearningRules)
    values = {
        "asked": words,
        "key": key,
        "source": asker.source.value,
        "asker": asker.key,
        "staff_id": asker.staff_id,
        "found": min(found, 99),
        "at": at,
        "since": at - timedelta(seconds=figures.burst_seconds),
        "minute": at - MINUTE,
        "most": figures.public_per_minute,
    }
    db.session.execute(SEARCHED, values)


def note_use(
    number: str, kind: UseKind, asker: Asker, *, at: datetime, ticket_id: int | None = None
) -> bool:
    """Write down what was done with an article; False for an unknown one, and for a second time."""
    figures = settings.read(LearningRules)
    is_search_served = kind in HELPS or asker.source in BY_CITIZENS
    values: dict[str, Any] = {
        "number": number,
        "kind": kind.value,
        "source": asker.source.value,
        "asker": asker.key,
        "staff_id": asker.staff_id,
        "ticket_id": ticket_id,
        "mark": asker.mark,
        "helps": is_search_served and kind is not UseKind.UNHELPFUL,
        "at": at,
        "since": at - timedelta(minutes=figures.used_within_minutes),
    }
    return db.session.execute(USED, values).first() is not None


def note_verdict(number: str, asker: Asker, *, did_help: bool, at: datetime) -> bool:
    """Write down whether an answer helped; False for what was said on this page already."""
    verdicts = (UseKind.HELPFUL, UseKind.UNHELPFUL)
    said = select(Use.id).join(Article, Article.id == Use.article_id)
    said = said.where(Use.mark == asker.mark, Article.number == number, Use.kind.in_(verdicts))
    if asker.mark is None or db.session.scalars(said.limit(1)).first() is not None:
        return False
    return note_use(number, verdicts[0] if did_help else verdicts[1], asker, at=at)


def key_of(words: str) -> str:
    """By what a question is grouped with others."""
    telling = ranking.asked_words(tokens.words(words))
    return rules.key_of(telling)


def after_answer(work: Callable[[], None]) -> None:
    """Do it when the answer is on its way, in a transaction of its own; never break the answer."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(partial(_done, app, work))
        return response


def _opened(number: str, asker: Asker, at: datetime) -> None:
    note_use(number, UseKind.OPENED, asker, at=at)


def _done(app: Flask, work: Callable[[], None]) -> None:
    try:
        with app.app_context(), transaction():
            work()
    except Exception:
        log.exception("kb.not_noted")
