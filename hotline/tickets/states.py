"""The one table of a ticket's states and verbs, and the vocabulary of its history.

Decided here: which verb may be used in which state, by which roles, and where it leads.
Not here: what must be given with a verb (forms), deadlines (clocks, limits).
The surprise: verbs of dispatch and callbacks stand here too, so that nothing is duplicated.
Source: the life of a ticket, GB/T 33358-2016 and the State Council's notices on 12345.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.errors import WrongState


class State(StrEnum):
    """Where a ticket is; the only stored state."""

    RECEIVED = "received"
    ANSWERED = "answered"
    REFUSED = "refused"
    FILED = "filed"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    PENDING_DISPATCH = "pending_dispatch"
    PENDING_SIGNATURE = "pending_signature"
    IN_PROGRESS = "in_progress"
    RETURN_REQUESTED = "return_requested"
    IN_REVIEW = "in_review"
    AWAITING_CALLBACK = "awaiting_callback"
    CLOSED = "closed"


FINAL = frozenset(
    {
        State.ANSWERED,
        State.REFUSED,
        State.FILED,
        State.TRANSFERRED,
        State.MERGED,
        State.WITHDRAWN,
        State.CLOSED,
    }
)


class Verb(StrEnum):
    """What is done to a ticket; also the kind of the event it leaves."""

    RECEIVE = "received"
    SORT = "sorted"
    ANSWER = "answered"
    REFUSE = "refused"
    FILE = "filed"
    TRANSFER = "transferred"
    MERGE = "merged"
    UNMERGE = "unmerged"
    WITHDRAW = "withdrawn"
    DISPATCH = "dispatched"
    SIGN = "signed"
    NAME_HANDLER = "handler_named"
    CONTACT = "contacted"
    PROGRESS = "progressed"
    ASK_RETURN = "return_asked"
    UPHOLD_RETURN = "return_upheld"
    REFUSE_RETURN = "return_refused"
    REPLY = "replied"
    ACCEPT = "accepted"
    SEND_BACK = "sent_back"
    RECORD_CALLBACK = "callback_recorded"
    REDO = "redone"
    CLOSE = "closed"
    REOPEN = "reopened"
    SUPPLEMENT = "supplemented"
    URGE = "urged"
    NOTE = "noted"
    ATTACH = "attached"
    CHANGE = "changed"


class Channel(StrEnum):
    """How a matter came in."""

    PHONE = "phone"
    SMS = "sms"
    WEB = "web"
    MAILBOX = "mailbox"
    WECHAT = "wechat"
    APP = "app"
    WALK_IN = "walk_in"
    AGENT = "agent"
    VIDEO_SIGN = "video_sign"
    PROVINCE = "province"
    NATIONAL = "national"
    MEDIA = "media"
    LEADER = "leader"
    E110 = "e110"


class RequestType(StrEnum):
    """What the citizen wants, independent of the subject."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


class CallbackRule(StrEnum):
    """Which share of a request type's tickets is asked afterwards."""

    FULL = "full"
    SAMPLE = "sample"
    NONE = "none"


class Urgency(StrEnum):
    """How fast it must go."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Completion(StrEnum):
    """What a unit says came of it."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    NO_LEGAL_BASIS = "no_legal_basis"
    NOT_A_DUTY = "not_a_duty"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


PROMISING = frozenset({Completion.PLANNED, Completion.PARTLY_SOLVED})


class RefusalReason(StrEnum):
    """Why a matter is out of scope; each comes with a text and where to go instead."""

    LITIGATION = "litigation"
    PETITION = "petition"
    DISCIPLINE = "discipline"
    INFORMATION_DISCLOSURE = "information_disclosure"
    OTHER_CITY = "other_city"
    NO_NEW_FACTS = "no_new_facts"
    SECRETS = "secrets"
    NO_SUBSTANCE = "no_substance"
    ABUSE = "abuse"


class FilingReason(StrEnum):
    """Why nothing more needs to be done."""

    PRAISE = "praise"
    SILENCE = "silence"
    SPAM = "spam"
    TEST = "test"
    WRONG_NUMBER = "wrong_number"
    DUPLICATE = "duplicate"


class Service(StrEnum):
    """The emergency services a matter is transferred to."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    TRAFFIC = "122"


class Role(StrEnum):
    """A unit's part in handling."""

    LEAD = "lead"
    ASSIST = "assist"


@dataclass(frozen=True)
class Move:
    """One allowed step: the verb and the state it leads to."""

    verb: Verb
    before: State
    to: State


S, V = State, Verb
STAY: None = None
OPEN = tuple(state for state in State if state not in FINAL)
HELD = tuple(state for state in OPEN if state not in (S.RECEIVED, S.PENDING_DISPATCH))
"""A unit has it, and can name who of its people sees to it."""

TABLE: Mapping[State, Mapping[Verb, State | None]] = {
    S.RECEIVED: {
        V.SORT: S.PENDING_DISPATCH,
        V.ANSWER: S.ANSWERED,
        V.REFUSE: S.REFUSED,
        V.FILE: S.FILED,
        V.TRANSFER: S.TRANSFERRED,
        V.MERGE: S.MERGED,
        V.WITHDRAW: S.WITHDRAWN,
        V.CHANGE: STAY,
    },
    S.PENDING_DISPATCH: {
        V.DISPATCH: S.PENDING_SIGNATURE,
        V.MERGE: S.MERGED,
        V.WITHDRAW: S.WITHDRAWN,
        V.CHANGE: STAY,
    },
    S.PENDING_SIGNATURE: {
        V.SIGN: S.IN_PROGRESS,
        V.ASK_RETURN: S.RETURN_REQUESTED,
        V.MERGE: S.MERGED,
        V.WITHDRAW: S.WITHDRAWN,
        V.CHANGE: STAY,
    },
    S.IN_PROGRESS: {
        V.CONTACT: STAY,
        V.PROGRESS: STAY,
        V.ASK_RETURN: S.RETURN_REQUESTED,
        V.REPLY: S.IN_REVIEW,
        V.MERGE: S.MERGED,
        V.WITHDRAW: S.WITHDRAWN,
        V.CHANGE: STAY,
    },
    S.RETURN_REQUESTED: {
        V.UPHOLD_RETURN: S.PENDING_DISPATCH,
        V.REFUSE_RETURN: S.IN_PROGRESS,
        V.WITHDRAW: S.WITHDRAWN,
    },
    S.IN_REVIEW: {
        V.ACCEPT: S.AWAITING_CALLBACK,
        V.SEND_BACK: S.IN_PROGRESS,
    },
    S.AWAITING_CALLBACK: {
        V.RECORD_CALLBACK: STAY,
        V.REDO: S.PENDING_SIGNATURE,
        V.CLOSE: S.CLOSED,
    },
    S.CLOSED: {V.RECORD_CALLBACK: STAY, V.REDO: S.PENDING_SIGNATURE, V.REOPEN: S.PENDING_DISPATCH},
    S.MERGED: {V.UNMERGE: S.PENDING_DISPATCH, V.CLOSE: STAY},
    S.ANSWERED: {V.REOPEN: S.PENDING_DISPATCH},
    S.REFUSED: {V.REOPEN: S.PENDING_DISPATCH},
    S.FILED: {V.REOPEN: S.PENDING_DISPATCH},
    S.TRANSFERRED: {V.TRANSFER: STAY, V.REOPEN: S.PENDING_DISPATCH},
    S.WITHDRAWN: {V.REOPEN: S.PENDING_DISPATCH},
}

BESIDE: Mapping[Verb, frozenset[State]] = {
    V.NOTE: frozenset(State),
    V.ATTACH: frozenset(State),
    V.SUPPLEMENT: frozenset(OPEN),
    V.URGE: frozenset(OPEN),
    V.NAME_HANDLER: frozenset(HELD),
}
"""Verbs that never change the state, and where they are allowed."""


def move(state: State, verb: Verb, role: Role = Role.LEAD) -> Move:
    """The step that `verb` takes from `state`; an assisting unit's sign leaves the state.

    Raises WrongState, which names the state, the verb and what is possible.
    """
    if state in BESIDE.get(verb, ()):
        return Move(verb, state, state)
    row = TABLE[state]
    if verb not in row:
        raise WrongState(state.value, verb.value, [one.value for one in possible(state)])
    target = row[verb]
    if target is None or role is Role.ASSIST:
        return Move(verb, state, state)
    return Move(verb, state, target)


def possible(state: State) -> list[Verb]:
    """The verbs allowed in `state`, in the order of a ticket's life."""
    allowed = set(TABLE[state]) | {verb for verb, states in BESIDE.items() if state in states}
    return [verb for verb in Verb if verb in allowed]
