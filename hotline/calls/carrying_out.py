"""Orders on their way to the carrier: claimed, carried out, written down.

Decided here: of one end's orders, one at a time and in turn; what was dialled perhaps is looked for
before it is dialled again, and where that can't be done, is not dialled again. No transaction is
open while the carrier is spoken to. Not here: who asks for what (`orders`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from hotline.calls import addresses, ending, finding, flows, orders
from hotline.calls.carrying_rules import CarryingRules, tried_until, wait_after
from hotline.calls.ending import At
from hotline.calls.kinds import Asked, LegRole, LegState, OrderState
from hotline.calls.models import Call, CallLeg, CarrierOrder
from hotline.calls.states import UNDER_WAY
from hotline.carrier import (
    Carrier,
    CarrierBusy,
    CarrierDown,
    CarrierError,
    CarrierRefused,
)
from hotline.extensions import db

CLAIM = timedelta(seconds=30)
SILENT_AFTER = timedelta(seconds=30)
RINGS = {LegRole.CITIZEN: 40, LegRole.THIRD: 30}
RECENT_ORDERS = RECENT_LEGS = 1000
UNSURE = "unsure"
"""What stands as the error while it may have been done all the same."""


@dataclass(frozen=True)
class Errand:
    """One order, with what carrying it out needs; `attempts` counts this one."""

    order_id: int
    asked: Asked
    step: str
    attempts: int
    claimed_until: datetime
    first_tried_at: datetime
    call_ref: str
    leg_ref: str
    address: str
    provider_id: str | None
    seconds: int
    is_machines: bool
    is_operators: bool
    is_over: bool
    is_unwanted: bool = False
    was_unsure: bool = False
    known: frozenset[str] = frozenset()


class Result(StrEnum):
    """What came of it."""

    DONE = "done"
    NEEDLESS = "needless"
    NEVER_DIALLED = "never_dialled"
    REFUSED = "refused"
    DOWN = "down"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Answer:
    """The result with what the carrier said."""

    result: Result
    provider_id: str | None = None
    error: str | None = None
    retry_after: float = 0.0


def claim(*, now: datetime, most: int, rings: int, rules: CarryingRules) -> list[Errand]:
    """Take what is due, at most so many; `rings`: seconds that an operator's phone rings."""
    rows = db.session.execute(_due(now, most)).all() if most > 0 else []
    left = _dials_left(now, rules) if any(row[0].asked is Asked.DIAL for row in rows) else 0
    errands = []
    for order, leg, call, is_hung_up in rows:
        left -= order.asked is Asked.DIAL
        if order.asked is Asked.DIAL and left < 0:
            continue
        was_unsure = order.attempts > 0 and (order.error or "").startswith(UNSURE)
        order.attempts += 1
        order.first_tried_at = order.first_tried_at or now
        order.claimed_until, order.error = now + CLAIM, UNSURE
        errand = _errand(order, leg, call, rings)
        known = _known_beside(leg) if was_unsure else frozenset()
        is_due = order.asked is not Asked.DIAL or flows.may_ring(call, now)
        is_unwanted = is_hung_up or leg.state is LegState.ENDED or not is_due
        errands.append(replace(errand, was_unsure=was_unsure, known=known, is_unwanted=is_unwanted))
    return errands


def carry_out(carrier: Carrier, errand: Errand) -> Answer:
    """Ask the carrier; never raises what it says."""
    if errand.asked is not Asked.DIAL and errand.is_over:
        return Answer(Result.NEEDLESS)
    try:
        if errand.asked is Asked.DIAL:
            return _dial(carrier, errand)
        if errand.provider_id is None:
            is_end = errand.asked is Asked.HANG_UP
            return Answer(Result.NEVER_DIALLED if is_end else Result.NEEDLESS)
        if errand.asked is Asked.REDIRECT:
            url = addresses.of_step(errand.step, call=errand.call_ref, leg=errand.leg_ref)
            carrier.voice.redirect(errand.provider_id, url)
        else:
            carrier.voice.hang_up(errand.provider_id)
    except CarrierBusy as busy:
        return Answer(Result.DOWN, error=str(busy), retry_after=busy.retry_after)
    except CarrierRefused as refused:
        return Answer(Result.REFUSED, error=str(refused))
    except CarrierDown as down:
        return Answer(Result.UNSURE if down.may_have_sent else Result.DOWN, error=str(down))
    return Answer(Result.DONE)


def record(errand: Errand, answer: Answer, *, rules: CarryingRules, at: At) -> None:
    """Write down what came of it; a dial that failed reaches the call as an end that is over."""
    call, leg = finding.by_leg(errand.leg_ref)
    order = db.session.get_one(
        CarrierOrder, errand.order_id, with_for_update=True, populate_existing=True
    )
    answer = _adopted(errand, answer, leg)
    if order.claimed_until != errand.claimed_until:
        return  # it took so long that somebody else has taken it up
    order.claimed_until = None
    if order.state is not OrderState.WAITING:
        return
    order.state, order.error = _ended(order, answer), _words(answer)
    if order.state is OrderState.WAITING:
        _try_later(order, answer, rules, at.now)
    if answer.result is Result.NEVER_DIALLED:
        ending.leg_failed(call, leg, at)
    elif order.state is OrderState.FAILED:
        _given_up(order, call, leg, at)


def _dial(carrier: Carrier, errand: Errand) -> Answer:
    if errand.provider_id is not None:
        return Answer(Result.DONE)  # its own first request has told us meanwhile
    if errand.was_unsure:
        found = _found(carrier, errand)
        if found is not None:
            return found
    if errand.is_unwanted:
        return Answer(Result.NEEDLESS)
    made = carrier.voice.dial(
        errand.address,
        url=addresses.of_step(errand.step, call=errand.call_ref, leg=errand.leg_ref),
        status_url=addresses.of_status(call=errand.call_ref, leg=errand.leg_ref),
        timeout=errand.seconds,
        reference=errand.leg_ref,
        detect_machine=errand.is_machines,
        tells_ringing=not errand.is_operators,  # whose call was offered just now
    )
    return Answer(Result.DONE, made.provider_id)


def _found(carrier: Carrier, errand: Errand) -> Answer | None:
    """What an earlier try has come to; None when the carrier surely never dialled."""
    try:
        leg = carrier.voice.find_leg(
            errand.address, since=errand.first_tried_at, but_not=errand.known
        )
    except CarrierError as error:
        return Answer(Result.UNSURE, error=str(error))
    return None if leg is None else Answer(Result.DONE, leg.provider_id)


def _adopted(errand: Errand, answer: Answer, leg: CallLeg) -> Answer:
    """The carrier's id goes to its end. One that has told us its id itself is dialled."""
    if leg.provider_id is None and answer.provider_id is not None:
        if _is_anothers(answer.provider_id):
            return Answer(Result.UNSURE, error="another end is known by this id")
        leg.provider_id = answer.provider_id
    is_dialled = errand.asked is Asked.DIAL and leg.provider_id is not None
    return Answer(Result.DONE) if is_dialled else answer


def _is_anothers(provider_id: str) -> bool:
    """Two ends that were looked for at once may have found the same."""
    asked = select(CallLeg.id).where(CallLeg.provider_id == provider_id)
    return db.session.scalar(asked) is not None


def _ended(order: CarrierOrder, answer: Answer) -> OrderState:
    """What an answer makes of an order; `waiting` when it is to be tried again."""
    if answer.result in (Result.DONE, Result.NEVER_DIALLED):
        return OrderState.DONE
    if answer.result is Result.NEEDLESS:
        return OrderState.VOID
    if answer.result is Result.REFUSED:
        # What can't be hung up any more is over.
        return OrderState.DONE if order.asked is Asked.HANG_UP else OrderState.FAILED
    return OrderState.WAITING


def _words(answer: Answer) -> str | None:
    """Kept with the order; it begins with `unsure` as long as it may have been done."""
    said = f"{UNSURE}: {answer.error}" if answer.result is Result.UNSURE else answer.error
    return said[:200] if said else None


def _given_up(order: CarrierOrder, call: Call, leg: CallLeg, at: At) -> None:
    """What is not tried any more: an end that was never there, or one that is left as it is."""
    if order.asked is Asked.DIAL:
        ending.leg_failed(call, leg, at)
        return
    # What it was asked for may be gone: looked at soon.
    call.heard_at = min(call.heard_at, at.now - SILENT_AFTER)
    if order.asked is Asked.REDIRECT and call.state not in UNDER_WAY:
        orders.hang_up(leg, at.now)  # nobody is left to talk to


def _try_later(order: CarrierOrder, answer: Answer, rules: CarryingRules, now: datetime) -> None:
    order.next_try_at = now + wait_after(order.attempts, answer.retry_after)
    since = order.first_tried_at or now
    if order.next_try_at > tried_until(order.asked, since, rules):
        order.state = OrderState.FAILED


def _due(now: datetime, most: int) -> Select[CarrierOrder, CallLeg, Call, bool]:
    """Orders whose turn has come, with their ends and calls; of one end only the earliest."""
    earlier, other = aliased(CarrierOrder), aliased(CarrierOrder)
    is_held_back = exists().where(
        earlier.leg_id == CarrierOrder.leg_id,
        earlier.id < CarrierOrder.id,
        or_(earlier.state == OrderState.WAITING, earlier.claimed_until > now),
    )
    is_hung_up = exists().where(
        other.leg_id == CarrierOrder.leg_id,
        other.asked == Asked.HANG_UP,
        other.state == OrderState.WAITING,
    )
    return (
        select(CarrierOrder, CallLeg, Call, is_hung_up)
        .join(CallLeg, CallLeg.id == CarrierOrder.leg_id)
        .join(Call, Call.id == CallLeg.call_id)
        .where(
            CarrierOrder.state == OrderState.WAITING,
            CarrierOrder.next_try_at <= now,
            or_(CarrierOrder.claimed_until.is_(None), CarrierOrder.claimed_until <= now),
            ~is_held_back,
        )
        .order_by(CarrierOrder.next_try_at, CarrierOrder.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=CarrierOrder)
        .execution_options(populate_existing=True)
    )


def _dials_left(now: datetime, rules: CarryingRules) -> int:
    """How many dials may begin in this second; of all switchboards together."""
    last = select(func.max(CarrierOrder.id)).scalar_subquery()
    begun = select(func.count()).where(
        CarrierOrder.id > last - RECENT_ORDERS,
        CarrierOrder.asked == Asked.DIAL,
        CarrierOrder.first_tried_at > now - timedelta(seconds=1),
    )
    return rules.dials_per_second - int(db.session.scalars(begun).one())


def _known_beside(leg: CallLeg) -> frozenset[str]:
    """The carrier's ids of the ends made about the same time: they have their place."""
    beside = select(CallLeg.provider_id).where(
        CallLeg.id > leg.id - RECENT_LEGS, CallLeg.provider_id.is_not(None)
    )
    return frozenset(one for one in db.session.scalars(beside) if one is not None)


def _errand(order: CarrierOrder, leg: CallLeg, call: Call, rings: int) -> Errand:
    return Errand(
        order_id=order.id,
        asked=order.asked,
        step=order.step,
        attempts=order.attempts,
        claimed_until=order.claimed_until or order.next_try_at,
        first_tried_at=order.first_tried_at or order.next_try_at,
        call_ref=call.ref,
        leg_ref=leg.ref,
        address=leg.address or "",
        provider_id=leg.provider_id,
        seconds=RINGS.get(leg.role, rings),
        is_machines=call.flow is not None and leg.role is LegRole.CITIZEN,
        is_operators=leg.role is LegRole.OPERATOR,
        is_over=leg.outcome is not None,
    )
