"""A ticket's history as a page tells it: newest first, in words, with who and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from hotline.labels import msgid
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb

ICONS = {
    Verb.RECEIVE.value: "inbox",
    Verb.SORT.value: "list-check",
    Verb.ANSWER.value: "message-2",
    Verb.REFUSE.value: "circle-x",
    Verb.FILE.value: "file-text",
    Verb.TRANSFER.value: "ambulance",
    Verb.MERGE.value: "git-merge",
    Verb.WITHDRAW.value: "x",
    Verb.CONTACT.value: "phone",
    Verb.PROGRESS.value: "hourglass",
    Verb.ASK_RETURN.value: "arrow-back-up",
    Verb.UPHOLD_RETURN.value: "gavel",
    Verb.REFUSE_RETURN.value: "gavel",
    Verb.ACCEPT.value: "checks",
    Verb.SEND_BACK.value: "arrow-back-up",
    Verb.RECORD_CALLBACK.value: "phone-call",
    Verb.SUPPLEMENT.value: "plus",
    Verb.NOTE.value: "note",
    Verb.CHANGE.value: "edit",
    Verb.REOPEN.value: "refresh",
    Verb.DISPATCH.value: "send",
    Verb.SIGN.value: "signature",
    Verb.NAME_HANDLER.value: "user-check",
    Verb.REPLY.value: "message",
    Verb.REDO.value: "refresh",
    Verb.URGE.value: "bell",
    Verb.CLOSE.value: "check",
}
STRONG = frozenset({Verb.REDO.value, Verb.URGE.value, Verb.ASK_RETURN.value, Verb.SEND_BACK.value})
CODED_FACTS = {
    "reason": ("refusal_reason", "filing_reason", "return_reason"),
    "completion": ("completion",),
    "request_type": ("request_type",),
    "urgency": ("urgency",),
    "service": ("service",),
    "outcome": ("callback_outcome", "callback_ending"),
    "responded": ("responded",),
    "solved": ("solved",),
    "satisfied": ("satisfaction",),
    "decision": ("callback_decision",),
}


@dataclass(frozen=True)
class Told:
    """One line of the story."""

    at: datetime
    title: str
    text: str
    actor: str
    icon: str
    is_strong: bool


def timeline(events: Iterable[Happening]) -> list[Told]:
    """The events as told on a page, newest first."""
    return [_told(one) for one in reversed(list(events))]


def perhaps_belongs_to(events: Iterable[Happening]) -> list[str]:
    """Numbers of the sender's open tickets to which a new text may belong; the operator decides."""
    first = next(iter(events), None)
    known = first.facts.get("perhaps", []) if first else []
    return [str(number) for number in known]


def _told(event: Happening) -> Told:
    return Told(
        at=event.at,
        title=gettext(msgid("event", event.kind)),
        text=_text(event),
        actor=event.actor_name or _actor(event.actor),
        icon=ICONS.get(event.kind, "circle-dashed"),
        is_strong=event.kind in STRONG,
    )


def _text(event: Happening) -> str:
    coded = [_coded(name, event.facts.get(name)) for name in CODED_FACTS]
    named = [
        str(event.facts[name]) for name in ("unit_name", "route", "into") if name in event.facts
    ]
    said = " · ".join([one for one in coded if one] + named)
    return "\n".join(one for one in (said, event.words or "") if one)


def _coded(name: str, code: object) -> str:
    if not isinstance(code, str | int):
        return ""
    for group in CODED_FACTS[name]:
        words = msgid(group, code)
        if words != str(code):
            return str(gettext(words))
    return ""


def _actor(actor: str) -> str:
    kind = actor.partition(":")[0]
    return str(gettext(msgid("actor", kind))) if kind else ""
