"""What is allowed between dispatch and review: returns, contacts, replies, who reviews; pure.

Decided here: until when a unit may ask for a return, what a reply must say, that nobody decides
on their own work. Not here: whom a ticket suits (`routing`), states (`hotline.tickets.states`).
Source: document 1 of the hotline's rules, after 国办发〔2020〕53号 and GB/T 33358-2016.
The surprise: answers are codes of refusals or None; operations turn them into words.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hotline.tickets.kinds import PROMISING, Completion, Urgency
from hotline.worktime import Calendar


class Stage(StrEnum):
    """Where an assignment is for its unit, as long as it is open."""

    TO_SIGN = "to_sign"
    IN_PROGRESS = "in_progress"
    RETURN_ASKED = "return_asked"
    IN_REVIEW = "in_review"


class Outcome(StrEnum):
    """How an assignment ended."""

    RETURNED = "returned"
    REDONE = "redone"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    CLOSED = "closed"
    DONE = "done"
    OVERRULED = "overruled"
    LET_GO = "let_go"


class ReturnReason(StrEnum):
    """Why a unit says that a ticket is not its duty."""

    NOT_OUR_DUTY = "not_our_duty"
    OTHER_UNIT = "other_unit"
    OTHER_PLACE = "other_place"
    NEEDS_JOINT = "needs_joint"
    UNCLEAR = "unclear"
    AFTER_INSPECTION = "after_inspection"


class ContactResult(StrEnum):
    """What came of calling the citizen."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


ENDS_CONTACT = frozenset({ContactResult.REACHED, ContactResult.WRONG_NUMBER, ContactResult.REFUSED})
"""Results after which the first contact is no longer owed: trying again would change nothing."""


@dataclass(frozen=True)
class ReturnRules:
    """The numbers of returns, all settings."""

    return_working_days: int = 1
    return_urgent_hours: int = 2
    most_upheld: int = 2


DEFAULTS = ReturnRules()


@dataclass(frozen=True)
class Asking:
    """What counts when a unit asks for a return."""

    dispatched_at: datetime
    urgency: Urgency
    has_duty_24h: bool
    was_asked: bool
    upheld: int
    reason: ReturnReason


def return_until(asking: Asking, calendar: Calendar, rules: ReturnRules = DEFAULTS) -> datetime:
    """The last moment to ask: one working day after dispatch, two hours for what is urgent."""
    if asking.urgency is Urgency.NORMAL:
        return calendar.end_of_working_days(asking.dispatched_at, rules.return_working_days)
    span = timedelta(hours=rules.return_urgent_hours)
    if asking.urgency is Urgency.CRITICAL or asking.has_duty_24h:
        return asking.dispatched_at + span
    return calendar.add_time(asking.dispatched_at, span)


def return_fault(
    asking: Asking, now: datetime, calendar: Calendar, rules: ReturnRules = DEFAULTS
) -> str | None:
    """Why a return can't be asked: twice_upheld, asked_already, too_late; None when it may.

    What a site inspection brought to light may be said late.
    """
    if asking.upheld >= rules.most_upheld:
        return "twice_upheld"
    if asking.was_asked:
        return "asked_already"
    if is_late(asking, now, calendar, rules) and asking.reason != ReturnReason.AFTER_INSPECTION:
        return "too_late"
    return None


def is_late(
    asking: Asking, now: datetime, calendar: Calendar, rules: ReturnRules = DEFAULTS
) -> bool:
    """Whether the time for a return is over; late ones are counted separately."""
    return now > return_until(asking, calendar, rules)


def reply_fault(completion: Completion, promised_on: date | None, today: date) -> str | None:
    """What is wrong with a promise: promise_needed, promise_in_past, no_promise_here."""
    if completion not in PROMISING:
        return None if promised_on is None else "no_promise_here"
    if promised_on is None:
        return "promise_needed"
    return "promise_in_past" if promised_on <= today else None


def contact_fault(
    contacted_at: datetime | None, result: ContactResult | None, now: datetime
) -> str | None:
    """What is wrong with a contact: result_needed, time_needed, in_future."""
    if contacted_at is not None and contacted_at > now:
        return "in_future"
    if contacted_at is not None and result is None:
        return "result_needed"
    return "time_needed" if contacted_at is None and result is not None else None


def may_name(by: int, *, leads: bool, holder: int | None, to: int | None) -> bool:
    """Whether somebody of a unit may say who of it sees to a ticket.

    Who leads the unit's work may for everybody; the others take what nobody has, and let go of
    or pass on what is theirs.
    """
    return leads or holder == by or (holder is None and to == by)


def is_own_work(actor: str, done_by: Collection[str | None]) -> bool:
    """Whether somebody would decide on what they did themselves."""
    return actor in done_by
