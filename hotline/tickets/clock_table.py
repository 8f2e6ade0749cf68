"""The clock table: what is waited for, and how long, by urgency and channel.

Decided here: the numbers, all of them settings. Not here: when a clock started now is due, and
what it shows (`clocks`). Source: the State Council's notices on 12345, GB/T 33358-2016,
provincial practice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import Final

from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.limits import REDO_WORKING_DAYS


class Clock(StrEnum):
    """What is being waited for."""

    SORT = "sort"
    DISPATCH = "dispatch"
    SIGN = "sign"
    CONTACT = "contact"
    HANDLE = "handle"
    DECISION = "decision"
    EXTENSION = "extension"
    SUSPENSION = "suspension"
    REVIEW = "review"
    CALLBACK = "callback"
    ORDER = "order"
    ACCEPTANCE = "acceptance"
    WHOLE = "whole"


AT_ONCE: Final = frozenset({Channel.PHONE, Channel.SMS, Channel.WALK_IN, Channel.E110})
"""Channels where somebody is there right now, or waits for an answer by text."""

ONLINE: Final = frozenset(
    {Channel.WEB, Channel.WECHAT, Channel.APP, Channel.AGENT, Channel.VIDEO_SIGN}
)
"""Channels sorted within working hours; all others are letters and get a natural day."""


@dataclass(frozen=True)
class ClockRules:
    """The numbers, all settings. Raises ValueError unless each is at least 1."""

    sort_at_once_minutes: int = 15
    sort_online_working_hours: int = 2
    sort_letter_hours: int = 24
    dispatch_critical_minutes: int = 5
    dispatch_urgent_minutes: int = 15
    dispatch_working_hours: int = 4
    sign_critical_minutes: int = 15
    sign_urgent_hours: int = 2
    sign_working_days: int = 1
    contact_urgent_hours: int = 2
    contact_working_days: int = 1
    decision_critical_minutes: int = 15
    decision_urgent_hours: int = 1
    decision_working_hours: int = 4
    review_working_days: int = 1
    first_call_working_days: int = 1
    last_call_working_days: int = 3
    redo_working_days: int = REDO_WORKING_DAYS
    order_working_days: int = 3
    upstream_margin_working_days: int = 1
    sent_back_working_days: int = 1
    sent_back_hours: int = 2
    yellow_working_days: int = 1
    yellow_percent: int = 25
    purple_working_days: int = 3
    purple_times: int = 2
    acceptance_minutes: int = 30
    emergency_dispatch_minutes: int = 5

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 1:
                raise ValueError(f"{one.name} must be at least 1")


DEFAULTS: Final = ClockRules()


@dataclass(frozen=True)
class Span:
    """An entry of the table: so many working days, or so long a time (always natural, if so)."""

    days: int = 0
    time: timedelta = timedelta(0)
    is_natural: bool = False


def span_of(kind: Clock, urgency: Urgency, channel: Channel | None, rules: ClockRules) -> Span:
    """How long a clock has. Raises ValueError for HANDLE and WHOLE, and SORT without a channel."""
    if kind is Clock.SORT:
        return _sort(channel, rules)
    row = _by_urgency(rules).get(kind)
    if row is None:
        raise ValueError(f"the {kind} clock has no limit")
    return row[urgency]


def _sort(channel: Channel | None, rules: ClockRules) -> Span:
    if channel is None:
        raise ValueError("the sort clock needs a channel")
    if channel in AT_ONCE:
        return Span(time=timedelta(minutes=rules.sort_at_once_minutes), is_natural=True)
    if channel in ONLINE:
        return Span(time=timedelta(hours=rules.sort_online_working_hours))
    return Span(time=timedelta(hours=rules.sort_letter_hours), is_natural=True)


def _by_urgency(rules: ClockRules) -> Mapping[Clock, Mapping[Urgency, Span]]:
    first_contact = Span(time=timedelta(hours=rules.contact_urgent_hours))
    decision = _row(
        Span(time=timedelta(hours=rules.decision_working_hours)),
        Span(time=timedelta(hours=rules.decision_urgent_hours)),
        Span(time=timedelta(minutes=rules.decision_critical_minutes)),
    )
    return {
        Clock.DISPATCH: _row(
            Span(time=timedelta(hours=rules.dispatch_working_hours)),
            Span(time=timedelta(minutes=rules.dispatch_urgent_minutes)),
            Span(time=timedelta(minutes=rules.dispatch_critical_minutes)),
        ),
        Clock.SIGN: _row(
            Span(days=rules.sign_working_days),
            Span(time=timedelta(hours=rules.sign_urgent_hours)),
            Span(time=timedelta(minutes=rules.sign_critical_minutes)),
        ),
        Clock.CONTACT: _row(Span(days=rules.contact_working_days), first_contact, first_contact),
        Clock.DECISION: decision,
        Clock.EXTENSION: decision,
        Clock.SUSPENSION: decision,
        Clock.REVIEW: _row(*[Span(days=rules.review_working_days)] * 3),
        Clock.CALLBACK: _row(*[Span(days=rules.first_call_working_days)] * 3),
        Clock.ORDER: _row(*[Span(days=rules.order_working_days)] * 3),
        Clock.ACCEPTANCE: _row(*[_minutes(rules.acceptance_minutes)] * 3),
    }


def _minutes(minutes: int) -> Span:
    """Minutes that run day and night."""
    return Span(time=timedelta(minutes=minutes), is_natural=True)


def _row(normal: Span, urgent: Span, critical: Span) -> Mapping[Urgency, Span]:
    return {Urgency.NORMAL: normal, Urgency.URGENT: urgent, Urgency.CRITICAL: critical}
