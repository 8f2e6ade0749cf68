"""What supervision does when a lamp turned or something was done to a ticket.

The surprise: what was due and is past when the fact is read is judged by the clock as it is by
then, so that a relay that stood still issues no card for a limit that was moved meanwhile.
"""

from collections.abc import Mapping
from datetime import datetime

from hotline.access import Role
from hotline.events import Fact, Reader
from hotline.extensions import db
from hotline.tickets import clocks
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Clock, Due, Lamp
from hotline.tickets.kinds import Role as Part
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import lock_by_id
from hotline.tickets.readers import LAMP_CHANGED
from hotline.tickets.states import FINAL, Verb
from supervision import cards, duty, orders, warn
from supervision.rules import VoidReason, WarningKind
from supervision.warn import Warned

STOPS = (
    Verb.SIGN,
    Verb.REPLY,
    Verb.ASK_RETURN,
    Verb.REFUSE_EXTENSION,
    Verb.ASSIST_SIGN,
    Verb.ASSIST_REPLY,
    Verb.END_ASSIST,
    Verb.SUB_SIGN,
    Verb.SUB_REPLY,
)
"""After these a limit may turn out to be missed without a lamp having told so."""

ANSWERED = (Verb.SIGN, Verb.ASK_RETURN, Verb.ASSIST_SIGN, Verb.END_ASSIST)
"""After these the unit that did them, or had it, needs no ring any more; the others still do."""

ENDS = (Verb.CLOSE, Verb.WITHDRAW, Verb.MERGE, Verb.PARTS_DONE)
MOVES = {
    Verb.MOVE_DEADLINE.value: VoidReason.CALENDAR,
    Verb.GRANT_EXTENSION.value: VoidReason.EXTENSION,
}
DESK: Mapping[Clock, tuple[Role, ...]] = {
    Clock.SORT: (Role.SHIFT_LEADER, Role.SUPERVISOR),
    Clock.DISPATCH: (Role.SHIFT_LEADER, Role.SUPERVISOR),
    Clock.DECISION: (Role.SHIFT_LEADER, Role.HEAD, Role.SUPERVISOR),
    Clock.EXTENSION: (Role.SHIFT_LEADER, Role.HEAD, Role.SUPERVISOR),
    Clock.SUSPENSION: (Role.SHIFT_LEADER, Role.HEAD, Role.SUPERVISOR),
    Clock.REVIEW: (Role.SHIFT_LEADER, Role.HEAD, Role.SUPERVISOR),
    Clock.CALLBACK: (Role.SHIFT_LEADER, Role.SUPERVISOR),
    Clock.ACCEPTANCE: (Role.SHIFT_LEADER, Role.SUPERVISOR),
}
"""Who is told, beside those at the desk, that one of the hotline's own clocks is red."""


def judge_lamp(fact: Fact) -> None:
    """Issue the card that a unit's lamp gives, or tell the desk's supervisors of a late one."""
    ticket = lock_by_id(fact.subject_id)
    row = db.session.get(ClockRow, fact.facts["clock_id"], populate_existing=True)
    if row is None:
        return
    lamp = _lamp_at(row, fact.at)
    if row.unit_id is not None:
        cards.judge(ticket, row, lamp, now=fact.at)
    elif lamp in (Lamp.RED, Lamp.PURPLE):
        _warn_desk(ticket, row, now=fact.at)


def note_stop(fact: Fact) -> None:
    """A unit's clock stopped, or got no more time: what was missed is carded; ringing ends."""
    ticket = lock_by_id(fact.subject_id)
    cards.catch_up(ticket, now=fact.at, book=tickets.rulebook())
    if fact.kind in ANSWERED:
        duty.no_longer_ring(ticket.id, now=fact.at, assignment_id=fact.facts["assignment_id"])


def take_back(fact: Fact) -> None:
    """A return was upheld: the unit's cards were wrong, and the lead's order is over."""
    ticket = lock_by_id(fact.subject_id)
    cards.void_of_assignment(
        ticket, fact.facts["assignment_id"], VoidReason.UPHELD_RETURN, now=fact.at
    )
    if fact.facts.get("role") != Part.ASSIST:
        duty.no_longer_ring(ticket.id, now=fact.at)
        orders.lapse(ticket, now=fact.at)


def judge_again(fact: Fact) -> None:
    """A deadline moved: cards that it makes wrong are void; later ones are judged by it already."""
    if not cards.has_standing(fact.subject_id):
        return
    ticket = lock_by_id(fact.subject_id)
    moved = fact.facts.get("deadlines")
    cards.void_wrong(
        ticket,
        MOVES[fact.kind],
        now=fact.at,
        book=tickets.rulebook(),
        clock_ids=None if moved is None else {one["clock_id"] for one in moved},
    )


def end(fact: Fact) -> None:
    """The ticket is over: nobody is rung, its order lapses, its cards stay."""
    ticket = lock_by_id(fact.subject_id)
    if ticket.state in FINAL:
        duty.no_longer_ring(ticket.id, now=fact.at)
        orders.lapse(ticket, now=fact.at)


def owe_order(fact: Fact) -> None:
    """A redo that owes a supervision order is listed until one is issued."""
    if fact.facts.get("owes_supervision"):
        orders.owe(fact.subject_id, fact.facts["seq"], now=fact.at)


def _warn_desk(ticket: Ticket, row: ClockRow, *, now: datetime) -> None:
    what = Warned(
        kind=WarningKind.DESK,
        key=f"desk:{row.id}",
        at=now,
        ticket_id=ticket.id,
        facts={"number": ticket.number, "clock": row.kind.value},
    )
    warn.tell(warn.with_role(DESK.get(row.kind, ()), now), what)


def _lamp_at(row: ClockRow, at: datetime) -> Lamp:
    book = tickets.rulebook()
    due = Due(row.due_at, row.is_provisional, row.pace)
    return clocks.lamp(due, row.started_at, at, book.calendar_of(row.unit_id), book.clocks)


READERS: list[Reader] = [
    (LAMP_CHANGED, "supervision.judge_lamp", judge_lamp),
    *((verb.value, "supervision.note_stop", note_stop) for verb in STOPS),
    (Verb.UPHOLD_RETURN.value, "supervision.take_back", take_back),
    *((kind, "supervision.judge_again", judge_again) for kind in MOVES),
    *((verb.value, "supervision.end", end) for verb in ENDS),
    (Verb.REDO.value, "supervision.owe_order", owe_order),
]
