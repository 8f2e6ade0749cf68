"""A ticket's history as a page tells it: who did what and when, round by round, in plain words.

Decided here: what is important in a story, where a new round begins, and which words are the
answer that the citizen gets. Not here: how an event is said (`saying`), who may see it
(`history_view`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from hotline.labels import msgid
from hotline.tickets import change_saying, queries, saying
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb

ICONS = {
    Verb.RECEIVE.value: "inbox",
    Verb.SORT.value: "list-check",
    Verb.ANSWER.value: "message-2",
    Verb.REFUSE.value: "circle-x",
    Verb.FILE.value: "file-text",
    Verb.TRANSFER.value: "ambulance",
    Verb.CALL_SERVICE.value: "ambulance",
    Verb.SERVICE_ACCEPTS.value: "circle-check",
    Verb.OBJECT.value: "gavel",
    Verb.KEEP_REFUSAL.value: "gavel",
    Verb.ASK.value: "help-circle",
    Verb.MERGE.value: "git-merge",
    Verb.LEAD_CHANGED.value: "git-merge",
    Verb.LEAD_ANSWERED.value: "message",
    Verb.UNMERGE.value: "arrows-split",
    Verb.SPLIT.value: "arrows-split",
    Verb.PARTS_DONE.value: "checks",
    Verb.WITHDRAW.value: "x",
    Verb.CONTACT.value: "phone",
    Verb.PROGRESS.value: "hourglass",
    Verb.ASK_RETURN.value: "arrow-back-up",
    Verb.UPHOLD_RETURN.value: "gavel",
    Verb.REFUSE_RETURN.value: "gavel",
    Verb.ASK_EXTENSION.value: "clock",
    Verb.GRANT_EXTENSION.value: "gavel",
    Verb.REFUSE_EXTENSION.value: "gavel",
    Verb.ASK_SUSPENSION.value: "player-pause",
    Verb.GRANT_SUSPENSION.value: "gavel",
    Verb.REFUSE_SUSPENSION.value: "gavel",
    Verb.RESUME.value: "player-play",
    Verb.PROMISE.value: "calendar",
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
    Verb.HAND_DOWN.value: "send",
    Verb.SUB_SIGN.value: "signature",
    Verb.SUB_RETURN.value: "arrow-back-up",
    Verb.SUB_REPLY.value: "message",
    Verb.TAKE_BACK.value: "arrow-back-up",
    Verb.SUBMIT_REPLY.value: "clipboard-check",
    Verb.DECLINE_REPLY.value: "arrow-back-up",
    Verb.ADD_ASSIST.value: "users-group",
    Verb.ASSIST_SIGN.value: "signature",
    Verb.ASSIST_REPLY.value: "message",
    Verb.END_ASSIST.value: "x",
    Verb.REDO.value: "refresh",
    Verb.URGE.value: "bell",
    Verb.CLOSE.value: "check",
    Verb.MOVE_DEADLINE.value: "calendar-event",
    Verb.CARD.value: "flag",
    Verb.VOID_CARD.value: "circle-x",
    Verb.SUPERVISE.value: "report-analytics",
    Verb.ANSWER_ORDER.value: "message-report",
    Verb.INSIST.value: "repeat",
    Verb.ACCEPT_ORDER.value: "checks",
}
STRONG = frozenset(
    {
        Verb.REDO.value,
        Verb.URGE.value,
        Verb.CALL_SERVICE.value,
        Verb.ASK_RETURN.value,
        Verb.SEND_BACK.value,
    }
)
STRONG |= {Verb.SUPERVISE.value, Verb.INSIST.value}
MINOR = frozenset(
    {
        Verb.SORT.value,
        Verb.CHANGE.value,
        Verb.NOTE.value,
        Verb.CONTACT.value,
        Verb.PROGRESS.value,
        Verb.NAME_HANDLER.value,
        Verb.SUB_SIGN.value,
        Verb.ASSIST_SIGN.value,
        Verb.TAKE_BACK.value,
    }
)
"""What a story can be told without."""
NEW_ROUND = frozenset({Verb.REDO.value, Verb.REOPEN.value})
ENDS_AT_ONCE = frozenset({Verb.ANSWER.value, Verb.REFUSE.value, Verb.LEAD_ANSWERED.value})


class Telling(StrEnum):
    """How much of a story is told."""

    ALL = "all"
    IMPORTANT = "important"
    WORDS = "words"


class Standing(StrEnum):
    """What became of an answer."""

    REVIEWED = "reviewed"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    OUTDATED = "outdated"
    GIVEN = "given"


@dataclass(frozen=True)
class Told:
    """One thing that happened: `lines` are its facts, `quote` what somebody wrote or said.

    One that `completes` a kind has only lines, for the event of that kind at its moment.
    """

    at: datetime
    title: str
    text: str
    actor: str
    icon: str
    is_strong: bool
    lines: tuple[str, ...] = ()
    quote: str = ""
    quote_label: str = ""
    place: str = ""
    key: str = ""
    round: int = 1
    is_important: bool = True
    kind: str = ""
    completes: str = ""


@dataclass(frozen=True)
class Round:
    """What happened in one round."""

    number: int
    items: list[Told]


@dataclass(frozen=True)
class Answer:
    """What the citizen is told, and how far it is."""

    text: str
    at: datetime
    by: str
    standing: Standing
    completion: str | None
    promised_on: str | None
    reason: str | None


def timeline(events: Iterable[Happening]) -> list[Told]:
    """The events as told on a page, newest first."""
    leaves = {code: leaf.name for code, leaf in queries.rulebook().leaves.items()}
    events = list(events)
    known: dict[str, Any] = {"unit_names": change_saying.unit_names(events)}
    told, number = [], 1
    for event in events:
        number += event.kind in NEW_ROUND
        told.append(replace(_told(event, known, leaves), round=number))
        known |= event.facts
    return told[::-1]


def woven(told: Iterable[Told], more: Iterable[Told]) -> list[Told]:
    """Both in one story, newest first; what is added falls into the round of its moment.

    Of the same moment, what is added came after: a text follows the event that it tells of.
    """
    added = list(more)
    story = [_completed(one, added) for one in told]
    placed = [
        replace(one, round=max((other.round for other in story if other.at <= one.at), default=1))
        for one in added
        if not one.completes
    ]
    return sorted([*placed, *story], key=lambda one: one.at, reverse=True)


def rounds(told: Iterable[Told], telling: Telling, *, oldest_first: bool = False) -> list[Round]:
    """The story by rounds, as much of it as is asked for."""
    wanted = [one for one in told if _is_told(one, telling)]
    numbers = sorted({one.round for one in wanted}, reverse=not oldest_first)
    by_time = wanted[::-1] if oldest_first else wanted
    return [Round(n, [one for one in by_time if one.round == n]) for n in numbers]


def answer_of(events: Sequence[Happening]) -> Answer | None:
    """The last answer in the story with what became of it; None before there is one."""
    kinds = ENDS_AT_ONCE | {Verb.REPLY.value}
    last = next((one for one in reversed(events) if one.kind in kinds and one.words), None)
    if last is None:
        return None
    standing, reason = _standing(last, [one for one in events if one.seq > last.seq])
    promised_on = last.facts.get("promised_on")
    unit = last.who.unit if last.who else None
    return Answer(
        text=last.words or "",
        at=last.at,
        by=unit or last.actor_name or "",
        standing=standing,
        completion=last.facts.get("completion"),
        promised_on=str(promised_on) if promised_on else None,
        reason=reason,
    )


def perhaps_belongs_to(events: Iterable[Happening]) -> list[str]:
    """Numbers of the sender's open tickets to which a new text may belong; the operator decides."""
    first = next(iter(events), None)
    known = first.facts.get("perhaps", []) if first else []
    return [str(number) for number in known]


def _completed(event: Told, added: Iterable[Told]) -> Told:
    own = [one for one in added if one.completes == event.kind and one.at == event.at]
    return replace(event, lines=event.lines + tuple(line for one in own for line in one.lines))


def _standing(answer: Happening, later: Sequence[Happening]) -> tuple[Standing, str | None]:
    if any(one.kind in NEW_ROUND for one in later):
        return Standing.OUTDATED, None
    if answer.kind in ENDS_AT_ONCE:
        return Standing.GIVEN, None
    for one in later:
        if one.kind == Verb.SEND_BACK:
            return Standing.SENT_BACK, one.words
        if one.kind == Verb.ACCEPT:
            return Standing.ACCEPTED, None
    return Standing.REVIEWED, None


def _is_told(one: Told, telling: Telling) -> bool:
    if telling is Telling.WORDS:
        return bool(one.quote)
    return telling is Telling.ALL or one.is_important


def _told(event: Happening, known: dict[str, Any], leaves: dict[str, str]) -> Told:
    said = saying.say(event, known, leaves)
    words = event.words or ""
    return Told(
        at=event.at,
        title=said.title,
        text="\n".join(one for one in (" · ".join(said.lines), words) if one),
        actor=event.actor_name or _actor(event.actor),
        icon=ICONS.get(event.kind, "circle-dashed"),
        is_strong=event.kind in STRONG,
        lines=said.lines,
        quote=words,
        quote_label=said.quote_label,
        place=_place(event),
        key=f"event-{event.seq}",
        is_important=event.kind not in MINOR,
        kind=event.kind,
    )


def _place(event: Happening) -> str:
    """The unit of who acted, or the role of somebody in the hotline."""
    if event.who is None:
        return ""
    role = event.who.role
    return event.who.unit or (gettext(msgid("staff_role", role)) if role else "")


def _actor(actor: str) -> str:
    kind = actor.partition(":")[0]
    return str(gettext(msgid("actor", kind))) if kind else ""
