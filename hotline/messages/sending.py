"""A text's way to the carrier: claimed, paced, handed over, written down.

Decided here: `sending` means that it may have been sent, so it is looked for before it is sent
again; how often it is tried; how fast texts go. Each function is one short transaction, and
none is open while the carrier is spoken to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.carrier import Carrier, CarrierBusy, CarrierDown, CarrierError, CarrierRefused
from hotline.extensions import db
from hotline.messages import operations, queries, reports, rules
from hotline.messages.models import Message, OptOut, Pace, Question
from hotline.messages.rules import WAITING, Delivery, MessageRules

CLAIM = timedelta(minutes=2)
ENQUEUED_FOR = timedelta(minutes=1)
SWEEP_SECONDS = 10
LONGEST_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True)
class Claim:
    """A text that this worker hands over, at `turn_at` by the rate.

    `may_have_been_sent` since `first_tried_at`: then it is looked for, and when it isn't there
    and `held_until` is set, it waits for the morning.
    """

    id: int
    phone: str
    body: str
    turn_at: datetime
    may_have_been_sent: bool
    first_tried_at: datetime
    held_until: datetime | None


class Result(StrEnum):
    """What came of handing a text over."""

    SENT = "sent"
    HELD = "held"
    BUSY = "busy"
    REFUSED = "refused"
    DOWN = "down"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Handed:
    """The result with what the carrier said; `next_try_at` where that is fixed already."""

    result: Result
    provider_id: str | None = None
    error: str | None = None
    retry_after: float = 0.0
    next_try_at: datetime | None = None


def due(now: datetime, limits: MessageRules) -> list[int]:
    """Texts to be handed to workers now, or abandoned by one; each for a minute only once."""
    ready = db.session.scalars(
        select(Message.id)
        .where(
            Message.state.in_(WAITING),
            Message.next_try_at <= now,
            or_(Message.claimed_until.is_(None), Message.claimed_until <= now),
        )
        .order_by(Message.next_try_at, Message.id)
        .limit(limits.per_second * SWEEP_SECONDS)
        .with_for_update(skip_locked=True)
    ).all()
    db.session.execute(
        update(Message)
        .where(Message.id.in_(ready))
        .values(claimed_until=now + ENQUEUED_FOR)
        .execution_options(synchronize_session=False)
    )
    return list(ready)


def claim(message_id: int, *, now: datetime, zone: ZoneInfo, limits: MessageRules) -> Claim | None:
    """Take a text for this worker; None when it is done, held, taken, or must wait its turn."""
    message = db.session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state.in_(WAITING), Message.next_try_at <= now)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if message is None or _is_stopped(message) or _is_overtaken(message):
        return None
    is_repeat = message.state is Delivery.SENDING
    goes_at = rules.goes_at(now, message.exempt_until, zone, limits)
    if goes_at > now and not is_repeat:
        _wait(message, Delivery.HELD, goes_at)
        return None
    turn = _turn(now, limits)
    if turn is None:
        _wait(message, message.state, now + LONGEST_PAUSE)
        return None
    claimed = Claim(
        id=message.id,
        phone=message.phone,
        body=message.body,
        turn_at=turn,
        may_have_been_sent=is_repeat,
        first_tried_at=message.first_tried_at or now,
        held_until=goes_at if goes_at > now else None,
    )
    message.state = Delivery.SENDING
    message.attempts += 1
    message.first_tried_at = claimed.first_tried_at
    message.next_try_at = message.claimed_until = now + CLAIM
    return claimed


def hand_over(carrier: Carrier, claimed: Claim) -> Handed:
    """Give a text to the carrier, after looking for it there when it may have been sent."""
    if claimed.may_have_been_sent:
        try:
            found = carrier.find_text(claimed.phone, claimed.body, claimed.first_tried_at)
        except CarrierError as error:
            return Handed(Result.UNCERTAIN, error=str(error))
        if found is not None and queries.owner_of(found.provider_id) in (None, claimed.id):
            return Handed(Result.SENT, found.provider_id)
        if claimed.held_until is not None:
            return Handed(Result.HELD, next_try_at=claimed.held_until)
    try:
        sent = carrier.send_text(claimed.phone, claimed.body, reference=str(claimed.id))
    except CarrierBusy as busy:
        return Handed(Result.BUSY, error=str(busy), retry_after=busy.retry_after)
    except CarrierRefused as refused:
        return Handed(Result.REFUSED, error=str(refused.code))
    except CarrierDown as down:
        return Handed(Result.UNCERTAIN if down.may_have_sent else Result.DOWN, error=str(down))
    return Handed(Result.SENT, sent.provider_id)


def record(message_id: int, handed: Handed, *, now: datetime, limits: MessageRules) -> None:
    """Write down what came of it, unless somebody else brought the text to an end meanwhile."""
    message = db.session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state == Delivery.SENDING)
        .with_for_update()
    ).one_or_none()
    if message is None:
        return
    message.error = handed.error[:200] if handed.error else None
    if handed.result is Result.SENT:
        _end(message, Delivery.SENT)
        message.provider_id, message.sent_at = handed.provider_id, now
    elif handed.result is Result.REFUSED:
        _fail(message, Delivery.FAILED, now)
        if handed.error == str(rules.OPT_OUT_CODE):
            operations.opt_out(message.phone_index, "carrier", now=now)
    elif handed.next_try_at is not None:
        _wait(message, Delivery.HELD, handed.next_try_at)
    else:
        _try_later(message, handed, now, limits)


def _try_later(message: Message, handed: Handed, now: datetime, limits: MessageRules) -> None:
    is_uncertain = handed.result is Result.UNCERTAIN
    if handed.result is Result.BUSY:
        message.attempts -= 1
    if rules.is_given_up(message.attempts, message.first_tried_at or now, now, limits):
        _fail(message, Delivery.UNKNOWN if is_uncertain else Delivery.FAILED, now)
        return
    wait = rules.wait_after(message.attempts, limits)
    if handed.result is Result.BUSY:
        wait = timedelta(seconds=max(handed.retry_after, 1.0))
    _wait(message, Delivery.SENDING if is_uncertain else Delivery.QUEUED, now + wait)


def _is_stopped(message: Message) -> bool:
    """Whether the number opted out since; then the text is given up."""
    wanted = select(OptOut.at).where(OptOut.phone_index == message.phone_index)
    if db.session.scalar(wanted) is None:
        return False
    was_under_way = message.state is Delivery.SENDING
    _end(message, Delivery.UNKNOWN if was_under_way else Delivery.FAILED)
    message.error = "opted_out"
    return True


def _is_overtaken(message: Message) -> bool:
    """Whether a text that asks was answered before it went; then nobody is asked again."""
    reference, _, asks = (message.event_key or "").partition("/")
    if not asks.startswith("asked/") or message.state is Delivery.SENDING:
        return False
    asked = select(Question).where(Question.reference == reference).order_by(Question.id.desc())
    latest = db.session.scalars(asked.limit(1)).one_or_none()
    if latest is None or (latest.answered_at is None and latest.closed_at is None):
        return False
    _end(message, Delivery.FAILED)
    message.error = "overtaken"
    return True


def _turn(now: datetime, limits: MessageRules) -> datetime | None:
    """The moment, at most a second ahead, for one more text by the rate; None: later."""
    step = timedelta(seconds=1) / limits.per_second
    row = insert(Pace).values(id=1, next_at=now + step)
    taken = db.session.scalar(
        row.on_conflict_do_update(
            index_elements=["id"],
            set_={"next_at": func.greatest(Pace.next_at, now) + step},
            where=Pace.next_at <= now + LONGEST_PAUSE,
        ).returning(Pace.next_at)
    )
    return None if taken is None else taken - step


def _wait(message: Message, state: Delivery, until: datetime) -> None:
    message.state, message.next_try_at, message.claimed_until = state, until, None


def _end(message: Message, state: Delivery) -> None:
    message.state, message.next_try_at, message.claimed_until = state, None, None


def _fail(message: Message, state: Delivery, now: datetime) -> None:
    _end(message, state)
    reports.tell_failure(message.id, message.ticket_id, message.kind, now=now)
