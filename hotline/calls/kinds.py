"""The vocabularies of calls; pure. Codes as stored, and as they stand on the wire."""

from enum import StrEnum

ELSEWHERE = "cti:"
"""How the ids of ends begin that another exchange holds: no carrier of ours is asked about them."""


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Purpose(StrEnum):
    """Why we call: somebody clicked, a caller is owed a call, or a machine asks."""

    CLICK = "click"
    CALLBACK_ASKED = "callback_asked"
    MISSED = "missed"
    ABANDONED = "abandoned"
    SURVEY = "survey"


OWED = frozenset({Purpose.CALLBACK_ASKED, Purpose.MISSED, Purpose.ABANDONED})
"""Calls that wait in the queue beside the callers, and are offered like them."""


class LegRole(StrEnum):
    """Whose end of a call it is."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    THIRD = "third"
    LISTENER = "listener"


class LegState(StrEnum):
    """How far one end of a call is."""

    PLANNED = "planned"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class LegEnd(StrEnum):
    """How an end of a call came to its end, in the carrier's words."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class SeatState(StrEnum):
    """What an operator is doing, as they set it or a call does."""

    OFF = "off"
    READY = "ready"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    BREAK = "break"


class BreakReason(StrEnum):
    """Why an operator takes no calls; the last two are set by the system or a supervisor."""

    REST = "rest"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    PAPERWORK = "paperwork"
    MISSED_CALLS = "missed_calls"
    FORCED = "forced"


CHOSEN_REASONS = (
    BreakReason.REST,
    BreakReason.MEAL,
    BreakReason.TRAINING,
    BreakReason.MEETING,
    BreakReason.PAPERWORK,
)


class Device(StrEnum):
    """Where an operator's calls ring."""

    BROWSER = "browser"
    SIP = "sip"
    NUMBER = "number"


class Skill(StrEnum):
    """What a call may need of who takes it; a line may need one, English speech another."""

    ENGLISH = "english"
    ENTERPRISE = "enterprise"


class Mode(StrEnum):
    """How a merged line lives on beside 12345 (整体并入, 双号并行, 设分中心)."""

    MERGED = "merged"
    PARALLEL = "parallel"
    SUB_CENTRE = "sub_centre"


class Result(StrEnum):
    """What an operator writes down of a call, when it is over."""

    TICKET = "ticket"
    ANSWERED = "answered"
    EXISTING = "existing"
    TRANSFERRED = "transferred"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"
    SILENT = "silent"
    ABUSE = "abuse"
    OTHER = "other"


class HungUpBy(StrEnum):
    """Who ended it; `lost` is what another exchange never told the end of."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    SYSTEM = "system"
    LOST = "lost"


class Asked(StrEnum):
    """What is asked of the carrier about one end of a call."""

    DIAL = "dial"
    REDIRECT = "redirect"
    HANG_UP = "hang_up"


class OrderState(StrEnum):
    """How far an order to the carrier is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    VOID = "void"


class RecordingKind(StrEnum):
    """What was recorded: a conversation, a message left, an answer to our question."""

    CALL = "call"
    MESSAGE = "message"
    ANSWER = "answer"


class RecordingState(StrEnum):
    """Whether we have it."""

    ANNOUNCED = "announced"
    STORED = "stored"
    FAILED = "failed"
    DELETED = "deleted"


class Step(StrEnum):
    """The documents that tell the carrier what to do: the last part of their address."""

    MENU = "menu"
    NUMBER = "number"
    CODE = "code"
    TOLD = "told"
    WAIT = "wait"
    FULL = "full"
    MESSAGE = "message"
    RECORDED = "recorded"
    OPERATOR = "operator"
    JOIN = "join"
    HOLD = "hold"
    BRIDGE = "bridge"
    BRIDGED = "bridged"
    THIRD = "third"
    LISTEN = "listen"
    OUTGOING = "outgoing"
    RATE = "rate"
    GOODBYE = "goodbye"
    FLOW = "flow"
