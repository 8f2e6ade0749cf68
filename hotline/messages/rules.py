"""When a text may go, how long it is, and when it is tried again; pure.

Decided here: quiet hours and what is exempt from them, segments, back-off, which state of
delivery may follow which. Not here: what is said (`texts`, `templates/texts`), what comes in
(`inbound`). Source: the rules' section on texts at night; 3GPP TS 23.038 and 23.040.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Direction(StrEnum):
    """Whether it came from a citizen or goes to one."""

    IN = "in"
    OUT = "out"


class Delivery(StrEnum):
    """How far a text is. `sending` may have reached the carrier: look before sending again."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RECEIVED = "received"


WAITING = (Delivery.QUEUED, Delivery.HELD, Delivery.SENDING)
"""States that a worker still has to do something about."""

RANK: Mapping[Delivery, int] = {
    Delivery.QUEUED: 0,
    Delivery.HELD: 0,
    Delivery.SENDING: 1,
    Delivery.UNKNOWN: 2,
    Delivery.SENT: 3,
    Delivery.FAILED: 4,
    Delivery.DELIVERED: 5,
}
"""A later report counts only when it ranks higher, in whatever order reports come."""

CARRIERS_WORDS: Mapping[str, Delivery] = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
"""What the carrier's states mean; all others say nothing new."""


class Night(StrEnum):
    """Why a text may go at night."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CODE = "code"
    ANSWER = "answer"


EXEMPT: Mapping[str, Night] = {
    "acknowledged": Night.ACKNOWLEDGEMENT,
    "acknowledged_critical": Night.ACKNOWLEDGEMENT,
    "acknowledged_emergency": Night.ACKNOWLEDGEMENT,
    "supplemented": Night.ACKNOWLEDGEMENT,
    "code": Night.CODE,
    "progress": Night.ANSWER,
    "knowledge": Night.ANSWER,
    "lookup_failed": Night.ANSWER,
    "lookup_code_needed": Night.ANSWER,
    "how_to_look_up": Night.ANSWER,
    "no_words": Night.ANSWER,
    "opted_in": Night.ANSWER,
    "rated": Night.ANSWER,
    "rated_low": Night.ANSWER,
    "reason_noted": Night.ANSWER,
    "rating_unclear": Night.ANSWER,
}
"""Kinds that may go at night, and why; every other kind waits for the morning."""

OPT_OUT_CODE = 21610
"""The carrier's code for a number that told it to take no texts from us."""


@dataclass(frozen=True)
class MessageRules:
    """The figures, all settings. Raises ValueError for one that makes no sense."""

    quiet_from: time = time(21)
    quiet_until: time = time(8)
    acknowledge_within_minutes: int = 3
    answer_within_minutes: int = 15
    code_within_minutes: int = 60
    per_second: int = 20
    per_phone_hour: int = 100
    most_attempts: int = 8
    first_wait_seconds: int = 10
    longest_wait_seconds: int = 3600
    give_up_hours: int = 24
    join_seconds: int = 60
    longest_words: int = 500
    wrong_codes_hour: int = 5

    def __post_init__(self) -> None:
        figures = [one for one in vars(self).values() if isinstance(one, int)]
        if min(figures) < 1:
            raise ValueError("every figure must be at least 1")


def is_quiet(at: datetime, zone: ZoneInfo, rules: MessageRules) -> bool:
    """Whether it is night in the city; beginning and end equal means never."""
    wall = at.astimezone(zone).time()
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= wall < rules.quiet_until
    return wall >= rules.quiet_from or wall < rules.quiet_until


def next_allowed(at: datetime, zone: ZoneInfo, rules: MessageRules) -> datetime:
    """The first moment from `at` on that is not at night."""
    if not is_quiet(at, zone, rules):
        return at
    local = at.astimezone(zone)
    ends_today = datetime.combine(local.date(), rules.quiet_until, zone)
    if local < ends_today:
        return ends_today.astimezone(at.tzinfo)
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, rules.quiet_until, zone).astimezone(at.tzinfo)


def exempt_until(kind: str, at: datetime, rules: MessageRules) -> datetime | None:
    """How long a text of this kind, asked for at `at`, may go at night; None: never."""
    night = EXEMPT.get(kind)
    if night is None:
        return None
    minutes = {
        Night.ACKNOWLEDGEMENT: rules.acknowledge_within_minutes,
        Night.ANSWER: rules.answer_within_minutes,
        Night.CODE: rules.code_within_minutes,
    }[night]
    return at + timedelta(minutes=minutes)


def goes_at(
    now: datetime, exempt: datetime | None, zone: ZoneInfo, rules: MessageRules
) -> datetime:
    """When a text that is due now may go: at once, or in the morning."""
    if exempt is not None and now <= exempt:
        return now
    return next_allowed(now, zone, rules)


def wait_after(attempts: int, rules: MessageRules) -> timedelta:
    """How long to wait after so many attempts: three times as long each time, up to a limit."""
    factor: int = 3 ** min(max(attempts - 1, 0), 12)
    return timedelta(seconds=min(rules.first_wait_seconds * factor, rules.longest_wait_seconds))


def is_given_up(attempts: int, queued_at: datetime, now: datetime, rules: MessageRules) -> bool:
    """Whether it is tried no more: too often, or a day after it should have gone."""
    return attempts >= rules.most_attempts or now - queued_at >= timedelta(
        hours=rules.give_up_hours
    )


def lower_states(state: Delivery) -> list[Delivery]:
    """The states that a report of `state` may replace."""
    return [one for one, rank in RANK.items() if rank < RANK[state]]


def may_be_texted(phone: str) -> bool:
    """Whether a number can get texts: mobiles here, anything abroad; no landlines, no codes."""
    if phone.startswith("+86"):
        return re.fullmatch(r"\+861[3-9]\d{9}", phone) is not None
    return re.fullmatch(r"\+\d{7,15}", phone) is not None


GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Size:
    """A text's length as the network counts it: units, and the units of one and of a part."""

    units: int
    single: int
    part: int


def size(text: str) -> Size:
    """160 or 153 characters of the GSM alphabet; anything else, so Chinese, 70 or 67."""
    if all(sign in GSM or sign in GSM_DOUBLE for sign in text):
        return Size(len(text) + sum(sign in GSM_DOUBLE for sign in text), 160, 153)
    return Size(len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67)


def segments(text: str) -> int:
    """In how many parts it is sent; an empty text is one."""
    measured = size(text)
    if measured.units <= measured.single:
        return 1
    return -(-measured.units // measured.part)


def is_full(text: str) -> bool:
    """Whether it ends just where a segment ends, so that more may follow in another text.

    A sign that counts twice goes over whole, so one unit may be missing.
    """
    measured = size(text)
    missing = {0, 1} if measured.units > len(text) else {0}
    lengths = (measured.part, measured.single)
    return measured.units > 0 and any(-measured.units % length in missing for length in lengths)


def shortened(words: str, longest: int) -> str:
    """The words, cut with an ellipsis where they are too long for a text."""
    words = words.strip()
    return words if len(words) <= longest else words[: longest - 1] + "…"
