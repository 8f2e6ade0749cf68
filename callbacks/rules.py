"""Which tickets' citizens are asked, and what their answer leads to; pure.

Decided here: who is drawn, which way is taken first, what counts as dissatisfied, what follows
from it. Not here: when somebody may be rung (`windows`), what is stored (`operations`).
Source: the callback paragraph of the hotline's rules, after 国办发〔2020〕53号; 政务服务“好差评”.
The surprise: 3 = 基本满意 counts as satisfied, and a praise is never asked about.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from enum import StrEnum

from hotline.citizens.rules import ContactWish
from hotline.tickets.kinds import PROMISING, CallbackRule, Channel, Completion, RequestType


class Result(StrEnum):
    """What came of one call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    MACHINE = "machine"
    UNFINISHED = "unfinished"


ENDS_CALLING = frozenset({Result.WRONG_NUMBER, Result.REFUSED})
"""After these nobody rings again: it would reach a stranger, or pester the citizen."""


class Solved(StrEnum):
    """Whether the matter was solved, says the citizen."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Via(StrEnum):
    """How an answer came in."""

    PERSON = "person"
    SMS = "sms"
    LINK = "link"
    VOICE = "voice"


class Way(StrEnum):
    """How a citizen is asked first."""

    CALL = "call"
    TEXT = "text"
    NONE = "none"


class PlanState(StrEnum):
    """Whether a round is still being asked about or decided on."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """What a round of asking came to; only `answered` is in the rates."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    NO_CONTACT = "no_contact"


class VoiceEnding(StrEnum):
    """What came of a call that the machine made."""

    ANSWERED = "answered"
    MISSED = "missed"
    HANDED_OVER = "handed_over"
    FAILED = "failed"
    NEEDLESS = "needless"


class Consequence(StrEnum):
    """What follows from an answer."""

    CLOSE = "close"
    REDO = "redo"
    DECISION = "decision"


@dataclass(frozen=True)
class Rating:
    """What the citizen said: was the unit in touch, is it solved, 5 = 非常满意 … 1 = 非常不满意."""

    responded: bool | None = None
    solved: Solved | None = None
    satisfied: int | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether none of the questions was answered."""
        return self.responded is None and self.solved is None and self.satisfied is None


@dataclass(frozen=True)
class Subject:
    """What counts of a ticket when its citizen is to be asked.

    `is_textable` says that a text can reach the number: no landline, nobody who opted out.
    """

    request_type: RequestType | None
    round: int
    completion: Completion | None
    channel: Channel
    wish: ContactWish | None
    has_phone: bool
    is_textable: bool


UNCONFIRMED = frozenset({Completion.WITHDRAWN, Completion.UNREACHABLE})
"""What a unit says about the citizen; the hotline asks the citizen itself."""

DONE_COMPLETIONS = frozenset({Completion.SOLVED, Completion.PARTLY_SOLVED})
LEAST_SATISFIED = 3
OUT_OF = 1_000_000


def is_dissatisfied(rating: Rating) -> bool:
    """Satisfied at most 2, or not solved, or nobody was in touch."""
    is_low = rating.satisfied is not None and rating.satisfied < LEAST_SATISFIED
    return is_low or rating.solved is Solved.NO or rating.responded is False


def asks_solved(completion: Completion | None) -> bool:
    """Whether it is asked if the matter is solved: not before the day for which it is promised."""
    return completion not in PROMISING


def as_asked(rating: Rating, completion: Completion | None) -> Rating:
    """The answers to what was asked; nobody's word on what is not asked yet counts."""
    return rating if asks_solved(completion) else replace(rating, solved=None)


def may_conclude(rating: Rating) -> bool:
    """Whether the answers suffice: a satisfaction, or something that makes it dissatisfied."""
    return rating.satisfied is not None or is_dissatisfied(rating)


def consequence(rating: Rating, *, redone: int, completion: Completion | None) -> Consequence:
    """What follows, after the ticket was done again `redone` times.

    Dissatisfied the first time: an automatic redo when the unit said (partly) solved, else a
    reviewer decides; the second time a reviewer decides; after that the last callback closes.
    """
    if not is_dissatisfied(rating) or redone > 1:
        return Consequence.CLOSE
    if redone == 1 or completion not in DONE_COMPLETIONS:
        return Consequence.DECISION
    return Consequence.REDO


def rule_for(subject: Subject, of_type: CallbackRule) -> CallbackRule:
    """Whether all are asked, a sample, or none: by type, but all after a redo.

    All, too, when only the unit says that the citizen withdrew or can't be reached.
    """
    if of_type is CallbackRule.NONE:
        return CallbackRule.NONE
    is_owed = subject.round > 1 or subject.completion in UNCONFIRMED
    return CallbackRule.FULL if is_owed else of_type


def first_way(subject: Subject) -> Way:
    """By text who came by text or wishes it, by a person everybody else who can be reached."""
    if not subject.has_phone or subject.wish is ContactWish.NONE:
        return Way.NONE
    is_by_text = subject.wish is ContactWish.SMS or (
        subject.wish is None
        and subject.channel is Channel.SMS
        and subject.completion not in UNCONFIRMED
    )
    return Way.TEXT if is_by_text and subject.is_textable else Way.CALL


def is_drawn(seed: str, number: str, percent: int) -> bool:
    """Whether the ticket is in the sample of the day whose seed this is; always the same answer."""
    digest = hmac.digest(seed.encode(), number.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % OUT_OF < percent * OUT_OF // 100
