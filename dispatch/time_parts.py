"""What units asked for in time, as parts of a ticket: extensions and suspensions.

One SELECT a part. The words come from the ticket's events. A unit sees the same as the hotline,
for none of it names the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from dispatch import time_rules
from dispatch.time_models import Extension, Suspension
from dispatch.time_rules import EndedBecause, SuspensionReason
from hotline.access import Permission, Role, Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import queries
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.models import EventWords, Ticket
from hotline.tickets.next_steps import NextStep
from hotline.tickets.parts import Part
from hotline.tickets.states import Verb
from hotline.tickets.view import TicketView
from hotline.words import N_

AskedWords = aliased(EventWords, name="asked_words")
DecidedWords = aliased(EventWords, name="decided_words")
STEPS = {
    "extensions": NextStep(N_("Decide on the extension"), "gavel", anchor="extensions"),
    "suspensions": NextStep(N_("Decide on the suspension"), "gavel", anchor="suspensions"),
}


@dataclass(frozen=True)
class RequestView:
    """What both kinds have: who asked, why, and what was decided."""

    id: int
    assignment_id: int
    unit: str
    unit_name: str
    asked_at: datetime
    decided_at: datetime | None
    is_granted: bool | None
    note: str | None
    is_own_work: bool

    @property
    def is_open(self) -> bool:
        """Whether the hotline has still to decide."""
        return self.decided_at is None


@dataclass(frozen=True)
class ExtensionView(RequestView):
    """A request for more time. `would_be_due_at`: the limit that a grant sets."""

    working_days: int
    reason: str
    is_second: bool
    old_due_at: datetime
    would_be_due_at: datetime
    needs_consent: bool
    new_due_at: datetime | None
    upstream_consent: str | None
    is_for_viewer: bool


@dataclass(frozen=True)
class SuspensionView(RequestView):
    """A request that the clocks stand still, and how long they did."""

    reason: SuspensionReason
    evidence: str
    until: date
    began_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    ended_because: EndedBecause | None

    @property
    def is_in_force(self) -> bool:
        """Whether the clocks stand still by it now."""
        return self.began_at is not None and self.ended_at is None


def extensions(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → the extensions asked for, the newest first."""
    by_id = {one.id: one for one in tickets}
    found: dict[int, list[ExtensionView]] = {}
    for one, upstream_due_at, *rest in db.session.execute(_asked(Extension, by_id)):
        due = _would_be(one, by_id[one.ticket_id])
        view = ExtensionView(
            **_plain(one, rest, viewer),
            working_days=one.working_days,
            reason=rest[1] or "",
            is_second=one.is_second,
            old_due_at=one.old_due_at,
            would_be_due_at=due.due_at,
            needs_consent=time_rules.needs_consent(due, upstream_due_at),
            new_due_at=one.new_due_at,
            upstream_consent=one.upstream_consent,
            is_for_viewer=not one.is_second or Role.HEAD in viewer.roles,
        )
        found.setdefault(one.ticket_id, []).append(view)
    return found


def suspensions(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → the suspensions asked for, the newest first."""
    found: dict[int, list[SuspensionView]] = {}
    ids = {one.id: one for one in tickets}
    for one, _, *rest in db.session.execute(_asked(Suspension, ids)):
        view = SuspensionView(
            **_plain(one, rest, viewer),
            reason=one.reason,
            evidence=rest[1] or "",
            until=one.until_on,
            began_at=one.began_at,
            ends_at=one.ends_at,
            ended_at=one.ended_at,
            ended_because=one.ended_because,
        )
        found.setdefault(one.ticket_id, []).append(view)
    return found


def decide_extension(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """The reviewer's next step while an extension is undecided; nobody decides on their own."""
    return _decide(ticket, viewer, content, Verb.GRANT_EXTENSION, "extensions")


def decide_suspension(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """The same of a suspension."""
    return _decide(ticket, viewer, content, Verb.GRANT_SUSPENSION, "suspensions")


def _decide(
    ticket: TicketView, viewer: Viewer, content: Any, verb: Verb, anchor: str
) -> NextStep | None:
    is_open = any(one.is_open for one in content or ())
    if not is_open or not viewer.may(Permission.REVIEW) or not ticket.allows(verb):
        return None
    return STEPS[anchor]


def _asked(
    model: type[Extension] | type[Suspension], ids: Mapping[int, TicketView]
) -> Select[*tuple[Any, ...]]:
    return (
        select(model, Ticket.upstream_due_at, Unit, AskedWords.words, DecidedWords.words)
        .join(Ticket, Ticket.id == model.ticket_id)
        .join(Unit, Unit.id == model.unit_id)
        .outerjoin(
            AskedWords,
            (AskedWords.ticket_id == model.ticket_id) & (AskedWords.seq == model.seq),
        )
        .outerjoin(
            DecidedWords,
            (DecidedWords.ticket_id == model.ticket_id) & (DecidedWords.seq == model.decision_seq),
        )
        .where(model.ticket_id.in_(ids))
        .order_by(model.id.desc())
        .execution_options(populate_existing=True)
    )


def _plain(one: Extension | Suspension, rest: Sequence[Any], viewer: Viewer) -> dict[str, Any]:
    unit, _, note = rest
    return {
        "id": one.id,
        "assignment_id": one.assignment_id,
        "unit": unit.code,
        "unit_name": unit.name,
        "asked_at": one.asked_at,
        "decided_at": one.decided_at,
        "is_granted": one.is_granted,
        "note": note,
        "is_own_work": one.asked_by == viewer.actor or unit.id in viewer.unit_ids,
    }


def _would_be(one: Extension, ticket: TicketView) -> Due:
    """The limit that a grant sets; of one decided on, the one that it would have set."""
    due_at = (ticket.due_at if one.decided_at is None else None) or one.old_due_at
    before = Due(due_at, is_provisional=False, pace=Pace.WORKING_DAYS)
    calendar = queries.rulebook().calendar_of(one.unit_id)
    return time_rules.extended(before, one.working_days, calendar)


PARTS = [
    Part(
        "extensions",
        N_("Extensions"),
        list[ExtensionView],
        extensions,
        "dispatch/_extensions.html",
        leads_to=decide_extension,
        rows=Extension.ticket_id,
    ),
    Part(
        "suspensions",
        N_("Suspensions"),
        list[SuspensionView],
        suspensions,
        "dispatch/_suspensions.html",
        leads_to=decide_suspension,
        rows=Suspension.ticket_id,
    ),
]
