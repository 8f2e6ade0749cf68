"""The one table of a call's states; pure.

`ringing → menu → waiting → offered → connected → wrap_up → ended`, and what else may become of
a call. The surprise: `connected` means that an operator is on the line; of a call that we make,
the citizen may still be ringing. Whether the line itself is still open says `calls.ended_at`.
"""

from collections.abc import Mapping
from enum import StrEnum

from hotline.errors import Refused


class CallState(StrEnum):
    """Where a call is, or what became of it."""

    RINGING = "ringing"
    MENU = "menu"
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    WRAP_UP = "wrap_up"
    ENDED = "ended"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    CALLBACK_ASKED = "callback_asked"
    REFUSED = "refused"


class CallVerb(StrEnum):
    """What happens to a call; also the kind of the line it leaves in its history."""

    GREET = "greeted"
    QUEUE = "queued"
    OFFER = "offered"
    MISS = "missed"
    ANSWER = "answered"
    GIVE_BACK = "given_back"
    RECORD = "message_left"
    ASK_BACK = "callback_asked"
    REFUSE = "refused"
    SERVE = "served"
    ABANDON = "abandoned"
    HANG_UP = "hung_up"
    FINISH = "finished"
    VOID = "voided"


S, V = CallState, CallVerb
TABLE: Mapping[tuple[CallState, CallVerb], CallState] = {
    (S.RINGING, V.GREET): S.MENU,
    (S.RINGING, V.REFUSE): S.REFUSED,
    (S.RINGING, V.QUEUE): S.WAITING,
    (S.MENU, V.QUEUE): S.WAITING,
    (S.MENU, V.RECORD): S.VOICEMAIL,
    (S.WAITING, V.RECORD): S.VOICEMAIL,
    (S.MENU, V.ASK_BACK): S.CALLBACK_ASKED,
    (S.WAITING, V.ASK_BACK): S.CALLBACK_ASKED,
    (S.MENU, V.SERVE): S.ENDED,
    (S.WAITING, V.OFFER): S.OFFERED,
    (S.OFFERED, V.MISS): S.WAITING,
    (S.OFFERED, V.ANSWER): S.CONNECTED,
    (S.CONNECTED, V.GIVE_BACK): S.WAITING,
    (S.CONNECTED, V.HANG_UP): S.WRAP_UP,
    (S.WRAP_UP, V.FINISH): S.ENDED,
    (S.RINGING, V.ABANDON): S.ABANDONED,
    (S.MENU, V.ABANDON): S.ABANDONED,
    (S.WAITING, V.ABANDON): S.ABANDONED,
    (S.OFFERED, V.ABANDON): S.ABANDONED,
    # A call that we owe or make: nobody there, or no longer needed.
    (S.RINGING, V.VOID): S.ENDED,
    (S.WAITING, V.VOID): S.ENDED,
    (S.OFFERED, V.VOID): S.ENDED,
}

IN_QUEUE = (S.WAITING, S.OFFERED)
UNDER_WAY = frozenset({S.RINGING, S.MENU, S.WAITING, S.OFFERED, S.CONNECTED})
FATES = frozenset(S) - UNDER_WAY - {S.WRAP_UP}


def move(state: CallState, verb: CallVerb) -> CallState:
    """Where the verb leads. Raises Refused (`call_moved_on`) where it doesn't apply (any more)."""
    found = TABLE.get((state, verb))
    if found is None:
        raise Refused(
            "call_moved_on",
            "This call has moved on meanwhile: the line above shows where it is now.",
        )
    return found


def may(state: CallState, verb: CallVerb) -> bool:
    """Whether the verb applies; for what the carrier tells late or twice."""
    return (state, verb) in TABLE
