"""What editors decide about what was learned, and who says that an article is wrong.

Decided here: a complaint and a proposal are settled once; a dismissed group stays away until
somebody takes the dismissal back. A proposal becomes a draft of whoever accepts it, so that
somebody else publishes it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Unit
from kb import operations
from kb.models import Article
from kb.use import masking, noting
from kb.use.kinds import Stand, UseKind
from kb.use.models import Complaint, Dismissal, Proposal, Search, Use
from kb.use.noting import Asker
from kb.wording import Wording

AT_ONCE: Final = 5_000

FOLD = text("""
WITH fresh AS (
    UPDATE kb_uses SET is_counted = true
    WHERE id IN (
        SELECT id FROM kb_uses WHERE NOT is_counted ORDER BY id LIMIT :most
        FOR UPDATE SKIP LOCKED
    )
    RETURNING article_id, kind
), sums AS (
    SELECT article_id,
        count(*) FILTER (WHERE kind = 'opened') AS opened,
        count(*) FILTER (WHERE kind = 'inserted') AS inserted,
        count(*) FILTER (WHERE kind = 'texted') AS texted,
        count(*) FILTER (WHERE kind = 'answered') AS answered,
        count(*) FILTER (WHERE kind = 'helpful') AS helpful,
        count(*) FILTER (WHERE kind = 'unhelpful') AS unhelpful,
        count(*) FILTER (WHERE kind = 'complained') AS complained
    FROM fresh GROUP BY article_id
), folded AS (
    INSERT INTO kb_counts AS old
        (article_id, opened, inserted, texted, answered, helpful, unhelpful, complained)
    SELECT * FROM sums ORDER BY article_id
    ON CONFLICT (article_id) DO UPDATE SET
        opened = old.opened + excluded.opened,
        inserted = old.inserted + excluded.inserted,
        texted = old.texted + excluded.texted,
        answered = old.answered + excluded.answered,
        helpful = old.helpful + excluded.helpful,
        unhelpful = old.unhelpful + excluded.unhelpful,
        complained = old.complained + excluded.complained
)
SELECT count(*) FROM fresh
""")
"""One statement, articles in one order, so that two workers never wait for each other crosswise."""


def complain(
    number: str, words: str, asker: Asker, *, now: datetime, ticket_id: int | None = None
) -> Complaint:
    """Say that an article is wrong; editors see it. Raises NotFound."""
    article = _published(number)
    noting.note_use(number, UseKind.COMPLAINED, asker, at=now, ticket_id=ticket_id)
    complaint = Complaint(
        article_id=article.id,
        words=masking.covered(words),
        source=asker.source,
        staff_id=asker.staff_id,
        ticket_id=ticket_id,
        at=now,
        state=Stand.OPEN,
    )
    db.session.add(complaint)
    db.session.flush()
    return complaint


def settle(complaint_id: int, stand: Stand, *, by: int, now: datetime) -> Complaint:
    """Say whether a complaint was right; open again with OPEN. Raises NotFound, Refused."""
    wanted = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("unknown_complaint", "There is no such complaint.")
    _check(found.state, stand)
    is_open = stand is Stand.OPEN
    found.state = stand
    found.settled_at, found.settled_by = (None, None) if is_open else (now, by)
    return found


def dismiss(keys: Sequence[str], example: str, *, by: int, now: datetime) -> None:
    """Show these questions no more."""
    rows = [{"key": key, "example": example, "by": by, "at": now} for key in dict.fromkeys(keys)]
    db.session.execute(insert(Dismissal).on_conflict_do_nothing(), rows)


def bring_back(keys: Sequence[str]) -> None:
    """Show these questions again."""
    db.session.execute(delete(Dismissal).where(Dismissal.key.in_(list(keys))))


def accept(proposal_id: int, *, by: int, now: datetime) -> Article:
    """Make a draft of a proposal, written by whoever accepts it. Raises NotFound, Refused."""
    proposal = _locked(proposal_id)
    _check(proposal.state, Stand.ACCEPTED)
    unit = db.session.get(Unit, proposal.unit_id) if proposal.unit_id else None
    wording = Wording(
        title=proposal.title,
        body=proposal.body,
        questions=proposal.questions,
        category=proposal.category_code,
        unit=unit.code if unit else None,
    )
    article = operations.add(wording, by=by, now=now)
    proposal.state, proposal.article_id = Stand.ACCEPTED, article.id
    proposal.decided_at, proposal.decided_by = now, by
    return article


def decide(proposal_id: int, stand: Stand, *, by: int, now: datetime) -> Proposal:
    """Dismiss a proposal, or bring a dismissed one back. Raises NotFound, Refused."""
    proposal = _locked(proposal_id)
    _check(proposal.state, stand)
    is_open = stand is Stand.OPEN
    proposal.state = stand
    proposal.decided_at, proposal.decided_by = (None, None) if is_open else (now, by)
    return proposal


def fold() -> int:
    """Add uses that are new to the counts; answers how many there were."""
    return int(db.session.execute(FOLD, {"most": AT_ONCE}).scalar_one())


def forget(*, searches_before: datetime, uses_before: datetime) -> int:
    """Delete some old searches, and uses that are counted; answers how many."""
    old = select(Search.id).where(Search.at < searches_before).limit(AT_ONCE)
    used = select(Use.id).where(Use.at < uses_before, Use.is_counted).limit(AT_ONCE)
    searches = db.session.execute(delete(Search).where(Search.id.in_(old)).returning(Search.id))
    uses = db.session.execute(delete(Use).where(Use.id.in_(used)).returning(Use.id))
    return len(searches.all()) + len(uses.all())


def _published(number: str) -> Article:
    wanted = select(Article).where(Article.number == number, Article.published_at.is_not(None))
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("unknown_article", "There is no such article.", field="number")
    return found


def _locked(proposal_id: int) -> Proposal:
    wanted = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("unknown_proposal", "There is no such proposal.")
    return found


def _check(before: Stand, after: Stand) -> None:
    """From open to an end, or from a dismissal back; an accepted one stays. Raises Refused."""
    may = {(Stand.OPEN, Stand.ACCEPTED), (Stand.OPEN, Stand.DISMISSED)}
    may |= {(Stand.DISMISSED, Stand.OPEN)}
    if (before, after) not in may:
        raise Refused("decided_already", "Somebody has decided on it already.")
