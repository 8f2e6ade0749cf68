"""Warning people: a row for each, seen when they open it, and a text where they want one.

Decided here: who of a unit is meant (who sees to the ticket and its heads; all of its people
while nobody does), that nobody is warned twice by one key, that a text keeps the quiet hours
and names nobody but the ticket. Not here: what is warned of (`cards`, `orders`, `reminding`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from hotline import jobs, settings
from hotline.access import Role
from hotline.extensions import db
from hotline.messages import operations as messages
from hotline.messages import texts
from hotline.messages.jobs import QUEUE, send_messages
from hotline.messages.operations import Outgoing
from hotline.messages.rules import MessageRules
from hotline.people.models import Membership, Staff
from hotline.people.queries import in_force
from supervision.models import Reach, WarningRow
from supervision.rules import WarningKind


@dataclass(frozen=True)
class Warned:
    """What people are warned of; `key` says when it is the same warning again.

    `text` is the kind of text it makes, `facts` its values beside the moment `due_at`.
    """

    kind: WarningKind
    key: str
    at: datetime
    ticket_id: int | None = None
    unit_id: int | None = None
    card_id: int | None = None
    order_id: int | None = None
    text: str | None = None
    due_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def of_unit(unit_id: int, now: datetime, handler_staff_id: int | None = None) -> set[int]:
    """Who of a unit is meant: its heads, and who sees to the ticket, or everybody until then."""
    found = db.session.execute(
        select(Membership.staff_id, Membership.role)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.unit_id == unit_id, Staff.is_active, in_force(now))
    ).all()
    everybody = {staff_id for staff_id, _ in found}
    heads = {staff_id for staff_id, role in found if role is Role.UNIT_HEAD}
    return heads | {handler_staff_id} if handler_staff_id in everybody else everybody


def with_role(roles: Iterable[Role], now: datetime) -> set[int]:
    """Everybody of the hotline who holds one of these roles right now."""
    found = db.session.scalars(
        select(Membership.staff_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.role.in_(list(roles)), Staff.is_active, in_force(now))
    )
    return set(found)


def tell(people: Collection[int], what: Warned) -> None:
    """Warn these people, each once by this key, by text too where they wish."""
    if not people:
        return
    rows = [
        {
            "staff_id": staff_id,
            "kind": what.kind,
            "key": what.key,
            "ticket_id": what.ticket_id,
            "unit_id": what.unit_id,
            "card_id": what.card_id,
            "order_id": what.order_id,
            "facts": dict(what.facts),
            "made_at": what.at,
        }
        for staff_id in sorted(people)
    ]
    new = insert(WarningRow).on_conflict_do_nothing(index_elements=["staff_id", "key"])
    made = db.session.execute(new.returning(WarningRow.id, WarningRow.staff_id), rows).all()
    if what.text is not None and made:
        _text({staff_id: warning_id for warning_id, staff_id in made}, what.text, what)


def open_one(warning_id: int, staff_id: int, now: datetime) -> WarningRow | None:
    """One's own warning, opened from now on; None when it isn't theirs."""
    found = db.session.scalars(
        select(WarningRow).where(WarningRow.id == warning_id, WarningRow.staff_id == staff_id)
    ).one_or_none()
    if found is not None and found.opened_at is None:
        found.opened_at = now
    return found


def open_all(staff_id: int, now: datetime) -> None:
    """Everything that somebody was warned of counts as opened."""
    db.session.execute(
        update(WarningRow)
        .where(WarningRow.staff_id == staff_id, WarningRow.opened_at.is_(None))
        .values(opened_at=now)
        .execution_options(synchronize_session=False)
    )


def _text(warnings: Mapping[int, int], kind: str, what: Warned) -> None:
    wanting = db.session.execute(
        select(Reach, Staff.locale)
        .join(Staff, Staff.id == Reach.staff_id)
        .where(Reach.staff_id.in_(warnings), Reach.wants_texts)
    ).all()
    limits = settings.read(MessageRules)
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    for reach, locale in wanting:
        values = dict(what.facts) | {"due": texts.moment(what.due_at, zone, locale)}
        key = f"warning:{warnings[reach.staff_id]}"
        text = Outgoing(kind, reach.phone, values, event_key=key, locale=locale)
        message_id = messages.write_text(text, now=what.at, zone=zone, limits=limits)
        if message_id is not None:
            _mark(warnings[reach.staff_id])
            jobs.enqueue_after_commit(send_messages, message_id, queue=QUEUE)


def _mark(warning_id: int) -> None:
    texted = update(WarningRow).where(WarningRow.id == warning_id).values(is_texted=True)
    db.session.execute(texted.execution_options(synchronize_session=False))
