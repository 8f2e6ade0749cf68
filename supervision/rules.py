"""When a card is due, when it was wrong, whom it is for, who is rung; pure.

Decided here: one colour for one change of a lamp (a clock that passed yellow and red while the
sweep stood still gets the red card alone), what voids a card, the order of calls. Not here: when
a lamp changes (`hotline.tickets.clocks`). Source: document 1 of the rules, "Lamps and cards".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.kinds import Urgency


class Colour(StrEnum):
    """A card's colour; only red ones count in scores."""

    YELLOW = "yellow"
    RED = "red"


class VoidReason(StrEnum):
    """What makes a card wrong."""

    UPHELD_RETURN = "upheld_return"
    CALENDAR = "calendar"
    EXTENSION = "extension"
    HOTLINE_ERROR = "hotline_error"


class WarningKind(StrEnum):
    """What somebody is warned of."""

    CARD = "card"
    DESK = "desk"
    ORDER = "order"
    ORDER_INSISTED = "order_insisted"
    ORDER_ANSWERED = "order_answered"
    UNSIGNED = "unsigned"
    ABSENT = "absent"
    ARTICLE = "article"


class OrderState(StrEnum):
    """How far a supervision order is; `lapsed` when its ticket ended or left the unit."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    LAPSED = "lapsed"


class Whom(StrEnum):
    """Who is rung about an unsigned critical ticket, in this order."""

    DUTY = "duty"
    DEPUTY = "deputy"
    UNIT_HEAD = "unit_head"


class RingOutcome(StrEnum):
    """What came of ringing somebody."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"


class CallEnd(StrEnum):
    """How a task to ring somebody ended."""

    REACHED = "reached"
    NOT_NEEDED = "not_needed"


CARDED: Final = frozenset({Clock.SIGN, Clock.HANDLE})
"""Clocks that give cards; the others only show a lamp."""

OF_LAMP: Final[Mapping[Lamp, Colour]] = {
    Lamp.YELLOW: Colour.YELLOW,
    Lamp.RED: Colour.RED,
    Lamp.PURPLE: Colour.RED,
}
FOR_GOOD: Final = frozenset({VoidReason.UPHELD_RETURN, VoidReason.HOTLINE_ERROR})
"""Reasons that hold whatever the deadline becomes."""

ORDER_OF_LAMPS: Final = tuple(Lamp)


@dataclass(frozen=True)
class Known:
    """A card that an assignment got already, for one clock."""

    colour: Colour
    due_at: datetime
    void_reason: VoidReason | None = None


@dataclass(frozen=True)
class ReminderRules:
    """When units are reminded; settings. Raises ValueError unless each is at least 1."""

    unsigned_hours: int = 4
    absent_days: int = 3

    def __post_init__(self) -> None:
        if min(self.unsigned_hours, self.absent_days) < 1:
            raise ValueError("every number must be at least 1")


DEFAULTS: Final = ReminderRules()


def card_for(
    kind: Clock,
    lamp: Lamp,
    due_at: datetime,
    known: Collection[Known],
    *,
    is_extension_asked: bool = False,
) -> Colour | None:
    """The card that a clock's lamp gives; None when there is none to give.

    A colour is given once. After its card was voided it is given again only for another
    deadline, and never when the card was the hotline's error. More time asked for in time and not
    decided keeps the red one back; with a red one there no yellow one follows.
    """
    colour = OF_LAMP.get(lamp)
    if kind not in CARDED or colour is None:
        return None
    if colour is Colour.RED and is_extension_asked:
        return None
    if any(_stands_in_the_way(one, colour, due_at) for one in known):
        return None
    return colour


def is_wrong(colour: Colour, lamp_then: Lamp) -> bool:
    """Whether a card was issued too early, by the lamp its clock would have shown then."""
    least = Lamp.YELLOW if colour is Colour.YELLOW else Lamp.RED
    return ORDER_OF_LAMPS.index(lamp_then) < ORDER_OF_LAMPS.index(least)


def rings_duty(kind: Clock, colour: Colour, urgency: Urgency) -> bool:
    """Whether somebody of the unit is to be rung: a critical ticket unsigned at its limit."""
    return kind is Clock.SIGN and colour is Colour.RED and urgency is Urgency.CRITICAL


def next_to_ring(rung: Collection[Whom], has_number: Collection[Whom]) -> Whom | None:
    """Who is rung next: each once in order, then again from the first; None without a number."""
    reachable = [one for one in Whom if one in has_number]
    untried = [one for one in reachable if one not in rung]
    return next(iter(untried or reachable), None)


def _stands_in_the_way(known: Known, colour: Colour, due_at: datetime) -> bool:
    if known.void_reason is None:
        return known.colour is colour or known.colour is Colour.RED
    if known.colour is not colour:
        return False
    return known.void_reason in FOR_GOOD or known.due_at == due_at
