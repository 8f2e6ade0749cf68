"""Which event of a ticket makes which text; a table, at most one text an event.

Decided here: what the citizen is told of and what not. Nobody is told without a number that
takes texts, after opting out, against their wish, or about imported history; of a report or a
confidential matter a text carries the number alone. Words: `templates/texts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from hotline import jobs, settings
from hotline.citizens.rules import may_text
from hotline.events import Fact, Reader
from hotline.messages import operations, queries, rules, texts
from hotline.messages.jobs import QUEUE, send_messages
from hotline.messages.operations import Outgoing
from hotline.messages.queries import Story
from hotline.messages.rules import MessageRules
from hotline.tickets import modes
from hotline.tickets.states import State, Verb

BY_TEXT = "sms"
PRIVATE = "private"
NUMBER_ALONE = frozenset(
    {
        "acknowledged",
        "acknowledged_critical",
        "acknowledged_emergency",
        "supplemented",
        "withdrawn",
    }
)
"""Kinds whose own words hold nothing but the number, when the code is left out."""


@dataclass(frozen=True)
class Telling:
    """The kind of text an event makes, and when it makes none."""

    kind: str
    is_told: Callable[[Fact, Story], bool] = lambda _fact, _story: True


def _has_unit(_fact: Fact, story: Story) -> bool:
    """Whether it still lies with a unit; it may have come back before this is read."""
    return bool(story.unit) and story.state is not State.PENDING_DISPATCH


def _has_words(_fact: Fact, story: Story) -> bool:
    """Whether there is something to say: erased words are not told."""
    return bool(story.words)


def _is_asked_by_text(fact: Fact, story: Story) -> bool:
    """Whether the citizen is to be written to: where the unit may not know them, a person asks."""
    return bool(story.words) and not story.is_private and not fact.facts.get("is_by_hotline")


def _came_by_text(fact: Fact, _story: Story) -> bool:
    """Whether the citizen texted it and waits for a sign; a part that was joined is no news."""
    return fact.facts.get("via") == BY_TEXT and not fact.facts.get("is_joined")


def _is_no_part(fact: Fact, _story: Story) -> bool:
    """Whether it is no step of a split, of which the citizen is told once."""
    return not fact.facts.get("part_of")


def _goes_out(fact: Fact, story: Story) -> bool:
    return _is_no_part(fact, story) and _has_unit(fact, story)


def _ends_by_itself(fact: Fact, _story: Story) -> bool:
    """Whether it follows no other; who did has had its answer, and is asked what they think."""
    return fact.facts.get("ended") in (None, State.TRANSFERRED.value)


def _is_handled(_fact: Fact, story: Story) -> bool:
    """Whether a unit still works on it: of an answer the citizen hears by itself."""
    return bool(story.unit) and story.state is State.IN_PROGRESS


def _goes_on(fact: Fact, story: Story) -> bool:
    """Whether a unit works on it again; a reply that ended the standstill tells of itself."""
    return fact.facts.get("ended") != "replied" and _is_handled(fact, story)


TABLE: Mapping[str, Telling] = {
    Verb.RECEIVE.value: Telling("acknowledged", _is_no_part),
    Verb.DISPATCH.value: Telling("dispatched", _goes_out),
    Verb.ANSWER.value: Telling("answered", _has_words),
    Verb.REFUSE.value: Telling("refused"),
    Verb.PROGRESS.value: Telling("progressed", _has_words),
    Verb.GRANT_EXTENSION.value: Telling("extended", _is_handled),
    Verb.GRANT_SUSPENSION.value: Telling("suspended", _is_handled),
    Verb.RESUME.value: Telling("resumed", _goes_on),
    Verb.ASK.value: Telling("asked", _is_asked_by_text),
    Verb.ACCEPT.value: Telling("replied", _has_words),
    Verb.REDO.value: Telling("redone"),
    Verb.REOPEN.value: Telling("reopened"),
    Verb.KEEP_REFUSAL.value: Telling("refusal_kept", _has_words),
    Verb.MERGE.value: Telling("merged"),
    Verb.LEAD_ANSWERED.value: Telling("replied", _has_words),
    Verb.UNMERGE.value: Telling("unmerged"),
    Verb.SPLIT.value: Telling("split"),
    Verb.WITHDRAW.value: Telling("withdrawn", _is_no_part),
    Verb.CLOSE.value: Telling("closed", _ends_by_itself),
    Verb.SUPPLEMENT.value: Telling("supplemented", _came_by_text),
}


def tell(fact: Fact) -> None:
    """Write the text that this event makes, if it makes one, and hand it to a worker."""
    telling = TABLE[fact.kind]
    seq = int(fact.facts["seq"])
    story = queries.story(fact.subject_id, int(fact.facts.get("reply_seq", seq)), fact.at)
    if story is None or not _may_be_told(story) or not telling.is_told(fact, story):
        return
    limits = settings.read(MessageRules)
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    text = _text(fact, story, telling.kind, limits, zone)
    message_id = operations.write_text(text, now=fact.at, zone=zone, limits=limits)
    if message_id is not None:
        jobs.enqueue_after_commit(send_messages, message_id, queue=QUEUE)


def hand_on(fact: Fact) -> None:
    """Hand a text that a request wrote to a worker."""
    jobs.enqueue_after_commit(send_messages, fact.subject_id, queue=QUEUE)


def _may_be_told(story: Story) -> bool:
    has_phone = story.phone is not None and rules.may_be_texted(story.phone)
    return has_phone and may_text(story.wish) and not story.is_history


def _text(fact: Fact, story: Story, kind: str, limits: MessageRules, zone: ZoneInfo) -> Outgoing:
    locale = texts.locale_for(story.body)
    values = _values(fact, story, limits, texts.moment(story.due_at, zone, locale))
    if kind == "acknowledged" and story.is_critical:
        kind = "acknowledged_critical"
    mode = modes.current(fact.at) if kind == "acknowledged" else None
    if mode is not None:
        kind, values = "acknowledged_emergency", values | {"words": mode.acknowledgement}
    if fact.facts.get("because") == "promise_due":
        kind = "promise_due"
    return Outgoing(
        kind=kind,
        phone=story.phone or "",
        values=values,
        ticket_id=story.ticket_id,
        citizen_id=story.citizen_id,
        event_key=f"{fact.subject}/{fact.facts['seq']}/{kind}",
        locale=locale,
        template=PRIVATE if story.is_private and kind not in NUMBER_ALONE else kind,
        standing=story.standing,
    )


def _values(fact: Fact, story: Story, limits: MessageRules, due: str) -> dict[str, Any]:
    return {
        "number": story.number,
        "code": "" if story.is_private else story.query_code,
        "unit": "" if fact.kind == Verb.LEAD_ANSWERED else story.unit,
        "due": due,
        "words": rules.shortened(story.words, limits.longest_words),
        "route": str(fact.facts.get("route") or ""),
        "until": str(fact.facts.get("until") or ""),
        "parts": [str(number) for number in fact.facts.get("parts", ())],
    }


READERS: list[Reader] = [(kind, "messages.tell", tell) for kind in TABLE]
READERS.append((operations.TO_BE_SENT, "messages.hand_on", hand_on))
