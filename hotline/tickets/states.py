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
from hotline.tickets.kinds import Role


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
    LEAD_CHANGED = "lead_changed"
    LEAD_ANSWERED = "lead_answered"
    UNMERGE = "unmerged"
    SPLIT = "split"
    PARTS_DONE = "parts_done"
    WITHDRAW = "withdrawn"
    OBJECT = "objected"
    KEEP_REFUSAL = "refusal_kept"
    CALL_SERVICE = "service_called"
    SERVICE_ACCEPTS = "service_accepted"
    DISPATCH = "dispatched"
    SIGN = "signed"
    NAME_HANDLER = "handler_named"
    ADD_ASSIST = "assist_added"
    ASSIST_SIGN = "assist_signed"
    ASSIST_REPLY = "assist_replied"
    END_ASSIST = "assist_ended"
    HAND_DOWN = "handed_down"
    SUB_SIGN = "sub_signed"
    SUB_RETURN = "sub_returned"
    SUB_REPLY = "sub_replied"
    TAKE_BACK = "taken_back"
    CONTACT = "contacted"
    PROGRESS = "progressed"
    ASK = "asked"
    ASK_RETURN = "return_asked"
    UPHOLD_RETURN = "return_upheld"
    REFUSE_RETURN = "return_refused"
    ASK_EXTENSION = "extension_asked"
    GRANT_EXTENSION = "extension_granted"
    REFUSE_EXTENSION = "extension_refused"
    ASK_SUSPENSION = "suspension_asked"
    GRANT_SUSPENSION = "suspension_granted"
    REFUSE_SUSPENSION = "suspension_refused"
    RESUME = "resumed"
    SUBMIT_REPLY = "reply_submitted"
    DECLINE_REPLY = "reply_declined"
    REPLY = "replied"
    ACCEPT = "accepted"
    SEND_BACK = "sent_back"
    PROMISE = "promised"
    RECORD_CALLBACK = "callback_recorded"
    REDO = "redone"
    CLOSE = "closed"
    REOPEN = "reopened"
    SUPPLEMENT = "supplemented"
    URGE = "urged"
    NOTE = "noted"
    ATTACH = "attached"
    CHANGE = "changed"
    SUPERVISE = "supervised"
    ANSWER_ORDER = "order_answered"
    INSIST = "order_insisted"
    ACCEPT_ORDER = "order_accepted"
    MOVE_DEADLINE = "deadline_moved"
    CARD = "carded"
    VOID_CARD = "card_voided"


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
        V.SPLIT: S.IN_PROGRESS,
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
        V.PARTS_DONE: S.CLOSED,
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
    S.MERGED: {
        V.LEAD_CHANGED: STAY,
        V.LEAD_ANSWERED: STAY,
        V.RECORD_CALLBACK: STAY,
        V.UNMERGE: S.PENDING_DISPATCH,
        V.REDO: S.PENDING_SIGNATURE,
        V.CLOSE: STAY,
    },
    S.ANSWERED: {V.REOPEN: S.PENDING_DISPATCH},
    S.REFUSED: {V.REOPEN: S.PENDING_DISPATCH},
    S.FILED: {V.REOPEN: S.PENDING_DISPATCH},
    S.TRANSFERRED: {V.TRANSFER: STAY, V.REOPEN: S.PENDING_DISPATCH},
    S.WITHDRAWN: {V.REOPEN: S.PENDING_DISPATCH},
}

BEFORE_REPLY = frozenset({S.PENDING_SIGNATURE, S.IN_PROGRESS})
BEFORE_ANSWER = BEFORE_REPLY | {S.RETURN_REQUESTED}
"""An assisting unit goes on while the lead's return is decided; its clocks run."""
SORTED = frozenset(OPEN) - {S.RECEIVED}

BESIDE: Mapping[Verb, frozenset[State]] = {
    V.NOTE: frozenset(State),
    V.ATTACH: frozenset(State),
    V.CARD: frozenset(State),
    V.VOID_CARD: frozenset(State),
    V.SUPPLEMENT: frozenset(OPEN),
    V.URGE: frozenset(OPEN),
    V.CALL_SERVICE: frozenset(OPEN),
    V.SERVICE_ACCEPTS: frozenset(OPEN),
    V.MOVE_DEADLINE: frozenset(OPEN),
    V.SUPERVISE: SORTED,
    V.ANSWER_ORDER: frozenset(HELD),
    V.INSIST: frozenset(HELD),
    V.ACCEPT_ORDER: frozenset(HELD),
    V.RESUME: SORTED,
    V.NAME_HANDLER: frozenset(HELD),
    V.END_ASSIST: frozenset(HELD),
    V.ADD_ASSIST: BEFORE_REPLY,
    V.ASSIST_SIGN: BEFORE_ANSWER,
    V.ASSIST_REPLY: BEFORE_ANSWER,
    V.HAND_DOWN: BEFORE_REPLY,
    V.SUB_SIGN: BEFORE_REPLY,
    V.SUB_RETURN: BEFORE_REPLY,
    V.SUB_REPLY: BEFORE_REPLY,
    V.TAKE_BACK: BEFORE_REPLY,
    V.ASK: frozenset({S.IN_PROGRESS}),
    V.ASK_EXTENSION: frozenset({S.IN_PROGRESS}),
    V.GRANT_EXTENSION: frozenset({S.IN_PROGRESS}),
    V.REFUSE_EXTENSION: frozenset({S.IN_PROGRESS}),
    V.ASK_SUSPENSION: frozenset({S.IN_PROGRESS}),
    V.GRANT_SUSPENSION: frozenset({S.IN_PROGRESS}),
    V.REFUSE_SUSPENSION: frozenset({S.IN_PROGRESS}),
    V.SUBMIT_REPLY: frozenset({S.IN_PROGRESS}),
    V.DECLINE_REPLY: frozenset({S.IN_PROGRESS}),
    V.PROMISE: frozenset({S.AWAITING_CALLBACK, S.CLOSED}),
    V.OBJECT: frozenset({S.REFUSED}),
    V.KEEP_REFUSAL: frozenset({S.REFUSED}),
}
"""Verbs that never change the state, and where they are allowed."""

ASSISTING: Mapping[Verb, frozenset[State]] = {
    V.CONTACT: BEFORE_ANSWER,
    V.PROGRESS: BEFORE_ANSWER,
    V.ASK_RETURN: BEFORE_ANSWER,
    V.UPHOLD_RETURN: BEFORE_ANSWER,
    V.REFUSE_RETURN: BEFORE_ANSWER,
}
"""The same verbs about an assisting unit's part: wherever the lead is, they leave the state."""

BY_ITSELF = frozenset({V.CARD, V.MOVE_DEADLINE, V.PARTS_DONE, V.LEAD_CHANGED, V.LEAD_ANSWERED})
"""What nobody does: it follows from what happened elsewhere."""


def move(state: State, verb: Verb, role: Role = Role.LEAD) -> Move:
    """The step that `verb` takes from `state`; an assisting unit's sign leaves the state.

    Raises WrongState, which names the state, the verb and what is possible.
    """
    if state in BESIDE.get(verb, ()) or (role is Role.ASSIST and state in ASSISTING.get(verb, ())):
        return Move(verb, state, state)
    row = TABLE[state]
    if verb not in row:
        raise WrongState(state.value, verb.value, [one.value for one in possible(state)])
    target = row[verb]
    if target is None or role is not Role.LEAD:
        return Move(verb, state, state)
    return Move(verb, state, target)


def possible(state: State) -> list[Verb]:
    """The verbs that somebody may use in `state`, in the order of a ticket's life."""
    allowed = set(TABLE[state]) | {verb for verb, states in BESIDE.items() if state in states}
    return [verb for verb in Verb if verb in allowed - BY_ITSELF]
