"""The clocks of a ticket as rows: started, stopped, swept.

Decided here: that a ticket's own lamp and deadline are those of its state's clock, and that
leaving a state stops the hotline's clock of it. When a clock is due is decided in `clocks`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from hotline.events import Fact, publish
from hotline.extensions import beside, db, table, write_beside
from hotline.tickets import clock_batches, counting
from hotline.tickets.clock_batches import Head, Running
from hotline.tickets.clocks import (
    Clock,
    Due,
    Lamp,
    standing,
    upstream_cap,
)
from hotline.tickets.going_on import GoneOn, going_on
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Holder, Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import FINAL, State

STATE_CLOCK = {
    State.RECEIVED: Clock.SORT,
    State.PENDING_DISPATCH: Clock.DISPATCH,
    State.PENDING_SIGNATURE: Clock.SIGN,
    State.IN_PROGRESS: Clock.HANDLE,
    State.RETURN_REQUESTED: Clock.DECISION,
    State.IN_REVIEW: Clock.REVIEW,
    State.AWAITING_CALLBACK: Clock.CALLBACK,
}
"""Which clock's lamp the ticket shows in which state."""

UNITS = frozenset({Clock.SIGN, Clock.HANDLE})
"""Those of them that run for a unit; the unit's own step stops them."""

SECOND_CLOCK = {State.AWAITING_CALLBACK: Clock.DECISION}
"""What it shows there instead while it runs: whether to do it again is to be decided."""

CLOCKS = table(ClockRow).c
SWEEP_BATCH = 1000


def start(
    ticket: Ticket,
    kind: Clock,
    due: Due,
    *,
    at: datetime,
    book: Rulebook,
    unit_id: int | None = None,
    is_beside: bool = False,
) -> ClockRow:
    """Start a clock; the ticket shows it when it is its state's own.

    Never one that runs `is_beside`: an assisting unit's or a sub-unit's. A unit's clock stands
    still from the beginning while the ticket is suspended.
    """
    row = ClockRow(
        ticket_id=ticket.id,
        unit_id=unit_id,
        kind=kind,
        started_at=at,
        due_at=due.due_at,
        pace=due.pace,
        is_provisional=due.is_provisional,
    )
    counting.keep(row, book.calendar_of(unit_id))
    _judge(row, at, book)
    if unit_id is not None and ticket.suspended_until is not None:
        pause(ticket, [row], at=at)
    db.session.add(row)
    if kind in _shown_in(ticket.state) and not is_beside:
        ticket.due_at, ticket.lamp = row.due_at, row.lamp
    return row


def stop(
    ticket: Ticket, kinds: Iterable[Clock], *, at: datetime, unit_id: int | None = None
) -> None:
    """Stop running clocks of these kinds, a unit's or the hotline's; none running is fine."""
    _stop(
        at,
        CLOCKS.ticket_id == ticket.id,
        CLOCKS.kind.in_(list(kinds)),
        CLOCKS.unit_id.is_not_distinct_from(unit_id),
    )


def stop_all(ticket: Ticket, *, at: datetime) -> None:
    """Stop every running clock of the ticket; it is over, or nobody holds it."""
    _stop(at, CLOCKS.ticket_id == ticket.id)
    ticket.due_at, ticket.lamp = None, Lamp.GREEN


def leave(ticket: Ticket, before: State, *, at: datetime) -> None:
    """The ticket left a state: its deadline is no longer shown, the hotline's clock stops."""
    ticket.due_at, ticket.lamp = None, Lamp.GREEN
    if ticket.state in FINAL:
        ticket.suspended_until = None
        stop_all(ticket, at=at)
    elif kinds := [one for one in _shown_in(before) if one not in UNITS]:
        stop(ticket, kinds, at=at)


def move(ticket: Ticket, row: ClockRow, due: Due, *, at: datetime, book: Rulebook) -> None:
    """A running clock is due at another moment from now on; its lamp is judged anew.

    The caller writes the event that says why.
    """
    was_shown = is_shown(row, ticket)
    set_due(row, due, book)
    if row.paused_at is None:
        _judge(row, at, book)
    if was_shown:
        ticket.due_at, ticket.lamp = row.due_at, row.lamp


def set_due(row: ClockRow, due: Due, book: Rulebook) -> None:
    """Lay down when a clock is due, of one that has stopped too; its lamp stays as it is."""
    row.due_at, row.pace, row.is_provisional = due.due_at, due.pace, due.is_provisional
    counting.keep(row, book.calendar_of(row.unit_id))


def hold(row: ClockRow, *, at: datetime, book: Rulebook) -> None:
    """More time was asked for before the limit: not red until somebody has decided."""
    row.is_held = True
    _judge(row, at, book)


def let_go(ticket: Ticket, row: ClockRow, *, at: datetime, book: Rulebook) -> None:
    """Decided: a limit that passed meanwhile shows at once, unless the clock stands still."""
    row.is_held = False
    told = judged(row, ticket, at, book) if row.paused_at is None else None
    if told is not None:
        publish([told])


def pause(ticket: Ticket, rows: Iterable[ClockRow], *, at: datetime) -> None:
    """Let running clocks stand still; the sweep passes them by, their lamps stay as they are."""
    for row in rows:
        row.paused_at, row.next_change_at = at, None


def resume(ticket: Ticket, row: ClockRow, *, at: datetime, book: Rulebook) -> GoneOn | None:
    """Let a clock run on with what it had left; answers when it is due, or None while it can't.

    A deadline keeps its minute: only time of the clock's pace that passed is given back, within
    what `going_on` says. While the ticket is suspended no clock of a unit runs on.
    """
    is_suspended = row.unit_id is not None and ticket.suspended_until is not None
    if row.paused_at is None or is_suspended:
        return None
    calendar = book.calendar_of(row.unit_id)
    kept = Due(row.due_at, row.is_provisional, row.pace)
    latest = None
    if row.kind is Clock.HANDLE:
        latest = upstream_cap(ticket.upstream_due_at, row.started_at, calendar, book.clocks)
    found = going_on(
        kept, counting.standing(row, calendar), row.paused_at, at, calendar, latest=latest
    )
    row.paused_at, row.counted_from = None, counting.day_before(at, calendar)
    move(ticket, row, found.due, at=at, book=book)
    return found


def running(ticket_id: int, kind: Clock, unit_id: int | None = None) -> ClockRow | None:
    """The running clock of this kind, if there is one."""
    running_one = select(ClockRow).where(
        ClockRow.ticket_id == ticket_id,
        ClockRow.kind == kind,
        ClockRow.unit_id.is_not_distinct_from(unit_id),
        ClockRow.stopped_at.is_(None),
    )
    with beside(ClockRow):
        return db.session.scalars(running_one).one_or_none()


def sweep(now: datetime, book: Rulebook) -> int:
    """Judge a batch of the clocks whose lamp may have changed; answers how many were taken.

    Their tickets are locked, so that no writer is met crosswise; one that somebody holds right
    now, be it another sweep, is passed over. After a standstill a clock is judged by how it
    stands now: of the lamps that it went through meanwhile none is told but the last.
    """
    taken = db.session.execute(
        select(ClockRow.id, *clock_batches.HEAD_COLUMNS)
        .join(Ticket, Ticket.id == ClockRow.ticket_id)
        .where(*_is_due(now))
        .order_by(ClockRow.next_change_at)
        .limit(SWEEP_BATCH)
        .with_for_update(of=Ticket, key_share=True, skip_locked=True)
    ).all()
    heads = {row[1]: Head(*row[1:]) for row in taken}
    # Read anew: what was done to a clock just before its ticket was locked is seen only now.
    is_taken = clock_batches.among(ClockRow.id, [row[0] for row in taken])
    rows = clock_batches.read(is_taken, *_is_due(now))
    facts = {row.id: judged(row, heads[row.ticket_id], now, book) for row in rows}
    turned = {row.ticket_id for row in rows if facts[row.id] is not None}
    clock_batches.write(rows, [heads[one] for one in sorted(turned)])
    publish([fact for fact in facts.values() if fact is not None])
    return len(taken)


def _stop(at: datetime, *which: ColumnElement[bool]) -> None:
    running_ones = update(table(ClockRow)).where(*which, CLOCKS.stopped_at.is_(None))
    with beside(ClockRow):
        write_beside(running_ones.values(stopped_at=at, next_change_at=None))


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_running = (ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None))
    return (ClockRow.next_change_at <= now, *is_running)


def _shown_in(state: State) -> list[Clock]:
    """The state's own clocks, of which one runs at a time."""
    return [table[state] for table in (STATE_CLOCK, SECOND_CLOCK) if state in table]


def is_shown(row: ClockRow | Running, ticket: Ticket | Head) -> bool:
    """Whether it is this clock whose deadline and lamp the ticket shows.

    Of two with the same deadline it is the lead's, never that of a unit beside it.
    """
    if row.kind not in _shown_in(ticket.state) or ticket.due_at != row.due_at:
        return False
    if row.unit_id is None:
        return True
    lead_id = ticket.lead_unit_id if isinstance(ticket, Head) else _lead_of(ticket.id)
    return lead_id in (None, row.unit_id)


def _lead_of(ticket_id: int) -> int | None:
    return db.session.scalar(
        select(Holder.unit_id).where(
            Holder.ticket_id == ticket_id, Holder.role == Role.LEAD, Holder.until.is_(None)
        )
    )


def judged(
    row: ClockRow | Running, ticket: Ticket | Head, now: datetime, book: Rulebook
) -> Fact | None:
    """Judge a clock's lamp; the fact that it changed is the caller's to publish."""
    before = row.lamp
    _judge(row, now, book)
    if row.lamp is before:
        return None
    if is_shown(row, ticket):
        ticket.lamp = row.lamp
    facts = {
        "clock": row.kind.value,
        "clock_id": row.id,
        "unit_id": row.unit_id,
        "before": before.value,
        "lamp": row.lamp.value,
    }
    return Fact("lamp_changed", f"ticket:{ticket.id}", facts, now)


def _judge(row: ClockRow | Running, now: datetime, book: Rulebook) -> None:
    due = Due(row.due_at, row.is_provisional, row.pace)
    calendar = book.calendar_of(row.unit_id)
    row.lamp, row.next_change_at = standing(due, row.started_at, now, calendar, book.clocks)
    if row.is_held and row.lamp is not Lamp.GREEN:
        row.lamp, row.next_change_at = Lamp.YELLOW, None
