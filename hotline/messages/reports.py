"""What the carrier says of our texts, in whatever order and however often it says it.

Decided here: a report counts only when it ranks higher than what is known, so a text that
arrived stays so; a text that failed is told to who reads about its ticket. Not here: the ranks
(`rules`).
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.messages import operations, queries, rules
from hotline.messages.models import EarlyReport, Message
from hotline.messages.rules import Delivery

FAILED = "text_failed"
REPORTS_KEPT = timedelta(days=1)


def note_status(provider_id: str, word: str, error: str | None, *, now: datetime) -> None:
    """Note what the carrier says of a text, in whatever order and however often it says it.

    A word that says nothing new changes nothing. What comes before we stored the carrier's id
    is kept and laid over the text by the sweep.
    """
    state = rules.CARRIERS_WORDS.get(word.lower())
    if state is None or _report(provider_id, state, error, now):
        return
    if queries.owner_of(provider_id) is None:
        row = insert(EarlyReport).values(provider_id=provider_id, state=state, error=error, at=now)
        better = row.on_conflict_do_update(
            index_elements=["provider_id"],
            set_={"state": row.excluded.state, "error": row.excluded.error},
            where=EarlyReport.state.in_(rules.lower_states(state)),
        )
        db.session.execute(better)


def apply_early_reports(now: datetime) -> int:
    """Lay early reports over the texts whose ids are known by now; answers how many."""
    known = db.session.scalars(
        select(EarlyReport)
        .join(Message, Message.provider_id == EarlyReport.provider_id)
        .with_for_update(of=EarlyReport, skip_locked=True)
    ).all()
    for one in known:
        _report(one.provider_id, one.state, one.error, now)
        db.session.delete(one)
    old = delete(EarlyReport).where(EarlyReport.at < now - REPORTS_KEPT)
    db.session.execute(old.execution_options(synchronize_session=False))
    return len(known)


def tell_failure(message_id: int, ticket_id: int | None, kind: str, *, now: datetime) -> None:
    """Publish that a text about a ticket did not arrive, for a person to see."""
    if ticket_id is not None:
        facts = {"message_id": message_id, "kind": kind}
        publish([Fact(FAILED, f"ticket:{ticket_id}", facts, now)])


def _report(provider_id: str, state: Delivery, error: str | None, now: datetime) -> bool:
    """Move a text to a state that ranks higher; answers whether one was moved."""
    moved = db.session.execute(
        update(Message)
        .where(Message.provider_id == provider_id, Message.state.in_(rules.lower_states(state)))
        .values(
            state=state,
            error=error if state is Delivery.FAILED else None,
            next_try_at=None,
            claimed_until=None,
            sent_at=func.coalesce(Message.sent_at, now),
        )
        .returning(Message.id, Message.ticket_id, Message.kind, Message.phone_index)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        return False
    if state is Delivery.FAILED:
        if error == str(rules.OPT_OUT_CODE):
            operations.opt_out(moved.phone_index, "carrier", now=now)
        tell_failure(moved.id, moved.ticket_id, moved.kind, now=now)
    return True
