"""Supervision orders: issued by the supervisor, answered by the unit, settled or insisted on.

Decided here: one unsettled order a ticket, to the unit that leads; its clock stops at the answer
and starts anew when the supervisor insists. An order lapses when its ticket ends or leaves the
unit. Callers hold the ticket's lock.
"""

from datetime import datetime

from sqlalchemy import select, update

from dispatch import queries as dispatch
from dispatch import wording
from hotline.access import Role
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks, splitting, states, timing
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb
from supervision import warn
from supervision.models import Order, OrderAnswer, OwedOrder
from supervision.rules import OrderState, WarningKind
from supervision.warn import Warned

SYSTEM = "system"
UNSETTLED = (OrderState.OPEN, OrderState.ANSWERED)


def issue(ticket: Ticket, reason: str, *, by: str, now: datetime, book: Rulebook) -> Order:
    """Push the leading unit formally; its clock starts. An order that was owed is given by it.

    Raises WrongState, Refused (`no_unit_yet`, `order_unsettled`), Invalid (`names_the_person`).
    """
    states.move(ticket.state, Verb.SUPERVISE)
    assignment = dispatch.active(ticket.id)
    if assignment is None:
        if splitting.is_split(ticket.id):
            raise Refused(
                "is_split",
                "It was split and no unit has it itself: supervise the part that is late.",
                field="reason",
            )
        raise Refused(
            "no_unit_yet", "No unit has this ticket yet; dispatch it first.", field="reason"
        )
    if unsettled(ticket.id) is not None:
        raise Refused(
            "order_unsettled",
            "An order for this ticket is not settled yet; insist on that one instead.",
            field="reason",
        )
    wording.check_words(ticket, "reason", reason)
    due = _due(ticket, assignment.unit_id, now, book)
    order = _row(ticket, assignment.unit_id, due, by=by, now=now)
    facts = _facts(order, assignment.unit.code)
    advance(ticket, Verb.SUPERVISE, by=by, now=now, facts=facts, words=reason)
    timing.start(ticket, Clock.ORDER, due, at=now, book=book, unit_id=order.unit_id)
    _pay_off(ticket.id, now=now)
    _warn_unit(ticket, order, WarningKind.ORDER, now=now)
    return order


def answer(ticket: Ticket, order: Order, text: str, *, by: str, now: datetime) -> OrderAnswer:
    """The unit answers; its clock stops, the supervisors are told. Raises Refused, WrongState."""
    if order.state is not OrderState.OPEN:
        raise Refused(
            "order_answered",
            "This order waits for no answer now: the supervisor decides on the one "
            "given, or has settled it.",
            field="text",
        )
    unit = db.session.get_one(Unit, order.unit_id)
    advance(ticket, Verb.ANSWER_ORDER, by=by, now=now, facts=_facts(order, unit.code), words=text)
    made = OrderAnswer(order_id=order.id, seq=ticket.last_seq, answered_at=now, answered_by=by)
    db.session.add(made)
    order.state = OrderState.ANSWERED
    timing.stop(ticket, [Clock.ORDER], at=now, unit_id=order.unit_id)
    db.session.flush()
    supervisors = warn.with_role([Role.SUPERVISOR], now) | _issuer(order)
    what = _warning(order, unit, WarningKind.ORDER_ANSWERED, ticket=ticket, now=now)
    warn.tell(supervisors, what)
    return made


def accept(ticket: Ticket, order: Order, note: str, *, by: str, now: datetime) -> None:
    """The supervisor is content; the order is settled. Raises Refused, WrongState."""
    last = _undecided(order)
    unit = db.session.get_one(Unit, order.unit_id)
    facts = _facts(order, unit.code)
    advance(ticket, Verb.ACCEPT_ORDER, by=by, now=now, facts=facts, words=note or None)
    _decide(last, by=by, now=now, seq=ticket.last_seq, is_accepted=True)
    order.state, order.ended_at, order.ended_by = OrderState.SETTLED, now, by


def insist(
    ticket: Ticket, order: Order, why: str, *, by: str, now: datetime, book: Rulebook
) -> None:
    """The supervisor is not content; the unit answers once more, its clock starts anew.

    Raises Refused, WrongState, Invalid (`names_the_person`).
    """
    last = _undecided(order)
    wording.check_words(ticket, "note", why)
    unit = db.session.get_one(Unit, order.unit_id)
    facts = _facts(order, unit.code)
    advance(ticket, Verb.INSIST, by=by, now=now, facts=facts, words=why)
    _decide(last, by=by, now=now, seq=ticket.last_seq, is_accepted=False)
    due = _due(ticket, order.unit_id, now, book)
    order.state, order.due_at = OrderState.OPEN, due.due_at
    timing.start(ticket, Clock.ORDER, due, at=now, book=book, unit_id=order.unit_id)
    _warn_unit(ticket, order, WarningKind.ORDER_INSISTED, now=now)


def lapse(ticket: Ticket, *, now: datetime) -> None:
    """The ticket ended, or left the unit: its order is over without an answer."""
    order = unsettled(ticket.id)
    if order is not None:
        order.state, order.ended_at, order.ended_by = OrderState.LAPSED, now, SYSTEM
        timing.stop(ticket, [Clock.ORDER], at=now, unit_id=order.unit_id)


def owe(ticket_id: int, seq: int, *, now: datetime) -> None:
    """A second dissatisfaction was found reasonable: an order is to be issued."""
    known = select(OwedOrder.id).where(OwedOrder.ticket_id == ticket_id, OwedOrder.seq == seq)
    if db.session.scalar(known) is None:
        db.session.add(OwedOrder(ticket_id=ticket_id, seq=seq, since=now))


def of_ticket(ticket: Ticket, order_id: int) -> Order:
    """The order of this number, if it belongs to the ticket. Raises NotFound."""
    found = db.session.get(Order, order_id) if order_id < 2**63 else None
    if found is None or found.ticket_id != ticket.id:
        raise NotFound("order_not_found", "There is no such order.", field="id")
    return found


def unsettled(ticket_id: int) -> Order | None:
    """The order of the ticket that is not settled."""
    return db.session.scalars(
        select(Order).where(Order.ticket_id == ticket_id, Order.state.in_(UNSETTLED))
    ).one_or_none()


def _row(ticket: Ticket, unit_id: int, due: Due, *, by: str, now: datetime) -> Order:
    order = Order(
        number=f"draft-{ticket.id}",
        ticket_id=ticket.id,
        unit_id=unit_id,
        state=OrderState.OPEN,
        issued_at=now,
        issued_by=by,
        seq=ticket.last_seq + 1,
        due_at=due.due_at,
    )
    db.session.add(order)
    db.session.flush()
    order.number = f"{now.year}-{order.id:05d}"
    return order


def _due(ticket: Ticket, unit_id: int, now: datetime, book: Rulebook) -> Due:
    calendar = book.calendar_of(unit_id)
    return clocks.due_at(Clock.ORDER, now, ticket.urgency, calendar, rules=book.clocks)


def _undecided(order: Order) -> OrderAnswer:
    last = db.session.scalars(
        select(OrderAnswer)
        .where(OrderAnswer.order_id == order.id)
        .order_by(OrderAnswer.id.desc())
        .limit(1)
    ).one_or_none()
    if order.state is not OrderState.ANSWERED or last is None:
        raise Refused(
            "no_answer_yet",
            "There is no answer of the unit to decide on yet: wait for it, or ring the unit.",
        )
    return last


def _decide(last: OrderAnswer, *, by: str, now: datetime, seq: int, is_accepted: bool) -> None:
    last.decided_at, last.decided_by = now, by
    last.decision_seq, last.is_accepted = seq, is_accepted


def _pay_off(ticket_id: int, *, now: datetime) -> None:
    owed = update(OwedOrder).where(OwedOrder.ticket_id == ticket_id, OwedOrder.ended_at.is_(None))
    db.session.execute(owed.values(ended_at=now).execution_options(synchronize_session=False))


def _warn_unit(ticket: Ticket, order: Order, kind: WarningKind, *, now: datetime) -> None:
    unit = db.session.get_one(Unit, order.unit_id)
    assignment = dispatch.active(ticket.id)
    handler = assignment.handler_staff_id if assignment else None
    people = warn.of_unit(order.unit_id, now, handler)
    warn.tell(people, _warning(order, unit, kind, ticket=ticket, now=now))


def _warning(
    order: Order, unit: Unit, kind: WarningKind, *, ticket: Ticket, now: datetime
) -> Warned:
    return Warned(
        kind=kind,
        key=f"{kind.value}:{order.id}:{ticket.last_seq}",
        at=now,
        ticket_id=ticket.id,
        unit_id=unit.id,
        order_id=order.id,
        text=f"warned_{kind.value}",
        due_at=order.due_at,
        facts={"number": ticket.number, "unit": unit.name, "order": order.number},
    )


def _facts(order: Order, unit_code: str) -> dict[str, str | int]:
    return {
        "order_id": order.id,
        "order": order.number,
        "unit_id": order.unit_id,
        "unit": unit_code,
    }


def _issuer(order: Order) -> set[int]:
    kind, _, number = order.issued_by.partition(":")
    return {int(number)} if kind == "staff" and number.isdigit() else set()
