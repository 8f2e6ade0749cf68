"""A ticket's history told to its citizen: plain words, icons, no names of staff, no inner words.

Decided here: how each event reads, and that a unit's reply is told once the hotline has accepted
it. Which events a citizen sees at all is decided in `tickets.history_view`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from hotline.labels import msgid
from hotline.people import queries as people
from hotline.templating import exact
from hotline.tickets.history_view import shown_to_citizen
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb
from hotline.words import N_

ICONS: Mapping[str, str] = {
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
    Verb.UNMERGE.value: "arrows-split",
    Verb.LEAD_ANSWERED.value: "message",
    Verb.SPLIT.value: "arrows-split",
    Verb.PARTS_DONE.value: "checks",
    Verb.WITHDRAW.value: "x",
    Verb.DISPATCH.value: "send",
    Verb.SIGN.value: "signature",
    Verb.PROGRESS.value: "hourglass",
    Verb.GRANT_EXTENSION.value: "clock",
    Verb.GRANT_SUSPENSION.value: "player-pause",
    Verb.RESUME.value: "player-play",
    Verb.REPLY.value: "message",
    Verb.ACCEPT.value: "checks",
    Verb.REDO.value: "refresh",
    Verb.REOPEN.value: "refresh",
    Verb.SUPPLEMENT.value: "plus",
    Verb.URGE.value: "bell",
    Verb.CLOSE.value: "check",
}
PROMISE_DUE = "promise_due"
LED = frozenset({Verb.DISPATCH.value, Verb.REDO.value})
GIVEN = LED | {Verb.ADD_ASSIST.value}
"""What gives a unit its part."""
STRONG = frozenset(
    {
        Verb.ANSWER.value,
        Verb.ACCEPT.value,
        Verb.LEAD_ANSWERED.value,
        Verb.REFUSE.value,
        Verb.REDO.value,
    }
)
PLAIN: Mapping[str, str] = {
    Verb.RECEIVE.value: N_("We have received it"),
    Verb.SORT.value: N_("A colleague has read it"),
    Verb.MERGE.value: N_("Others report the same; it is handled together with theirs"),
    Verb.UNMERGE.value: N_("It is handled by itself from now on"),
    Verb.LEAD_ANSWERED.value: N_("The answer, for all who reported it"),
    Verb.SPLIT.value: N_("It holds several matters; each is handled by itself"),
    Verb.PARTS_DONE.value: N_("All of its parts are closed"),
    Verb.DISPATCH.value: N_("Given to %(unit)s"),
    Verb.SIGN.value: N_("%(unit)s has confirmed receipt"),
    Verb.PROGRESS.value: N_("%(unit)s says how far it is"),
    Verb.ASK.value: N_("%(unit)s asks you something"),
    Verb.CALL_SERVICE.value: N_("We called an emergency service in"),
    Verb.SERVICE_ACCEPTS.value: N_("The emergency service has taken it over"),
    Verb.OBJECT.value: N_("You objected; a second person looks at it"),
    Verb.KEEP_REFUSAL.value: N_("A second person looked at it: the decision stands"),
    Verb.GRANT_EXTENSION.value: N_("%(unit)s gets more time"),
    Verb.GRANT_SUSPENSION.value: N_("%(unit)s has to wait; we have looked into it"),
    Verb.RESUME.value: N_("%(unit)s works on it again"),
    Verb.REPLY.value: N_("%(unit)s has answered; we check the answer"),
    Verb.ACCEPT.value: N_("The answer of %(unit)s"),
    Verb.REDO.value: N_("It is being done again"),
    Verb.REOPEN.value: N_("It is taken up again and goes to a unit"),
    Verb.SUPPLEMENT.value: N_("You added something"),
    Verb.URGE.value: N_("You asked us to hurry"),
    Verb.WITHDRAW.value: N_("You took it back"),
    Verb.CLOSE.value: N_("Closed"),
}


@dataclass(frozen=True)
class Line:
    """One line of the story."""

    at: datetime
    title: str
    text: str
    icon: str
    is_strong: bool


@dataclass(frozen=True)
class Rated:
    """What the citizen answered afterwards, in words, and where it can be said or changed."""

    said: str
    at: datetime | None
    url: str | None


def story(events: list[Happening]) -> list[Line]:
    """Newest first."""
    units = _units(events)
    accepted = {
        _last_reply(events[:place]) for place, one in enumerate(events) if one.kind == Verb.ACCEPT
    }
    replies = {one.seq: one.words for one in events if one.seq in accepted}
    facts = {one.seq: one.facts for one in events}
    return [
        Line(
            at=one.at,
            title=_title(one.kind, units[one.seq], facts[one.seq]),
            text=_text(one, facts[one.seq], replies, events),
            icon=ICONS.get(one.kind, "info-circle"),
            is_strong=one.kind in STRONG,
        )
        for one in reversed(shown_to_citizen(events))
    ]


def _title(kind: str, unit: str, facts: Mapping[str, object]) -> str:
    words = PLAIN.get(kind)
    if facts.get("because") == PROMISE_DUE:
        words = N_("The promised day has come: we ask %(unit)s for the result")
    if words is None:
        return str(gettext(msgid("event", kind)))
    return str(gettext(words, unit=unit or gettext("The unit in charge")))


def _text(
    one: Happening,
    facts: Mapping[str, object],
    replies: Mapping[int, str | None],
    events: list[Happening],
) -> str:
    """The words that are the citizen's to read: their own, an answer's, where to go instead."""
    words = one.words or ""
    if one.kind == Verb.ACCEPT:
        words = (
            replies.get(_last_reply([before for before in events if before.seq < one.seq])) or ""
        )
    route = str(facts.get("route") or "") if one.kind == Verb.REFUSE else ""
    where = str(gettext("Where to go: %(route)s", route=route)) if route else ""
    return "\n".join(part for part in (words, where, _in_time(one.kind, facts)) if part)


def _in_time(kind: str, facts: Mapping[str, object]) -> str:
    """By when the citizen may expect an answer now, or until when it rests and why."""
    due, until = facts.get("new_due_at"), facts.get("until")
    if due and kind in (Verb.GRANT_EXTENSION.value, Verb.RESUME.value):
        moment = exact(datetime.fromisoformat(str(due)))
        return str(gettext("Expect an answer by %(moment)s.", moment=moment))
    if until and kind == Verb.GRANT_SUSPENSION.value:
        reason = gettext(msgid("suspension_reason", facts.get("reason")))
        return str(gettext("It rests until %(day)s. Why: %(reason)s", day=until, reason=reason))
    return ""


def _units(events: list[Happening]) -> dict[int, str]:
    """Seq → name of the unit that each event is about; one statement when any had it.

    The one whose part the event names, else the lead of that moment: an assisting unit that signs
    or a sub-unit that answers its unit does not become the unit in charge by that.
    """
    given = [one for one in events if one.kind in GIVEN and one.facts.get("unit")]
    parts = {one.facts.get("assignment_id"): str(one.facts["unit"]) for one in given}
    known = people.units_by_code(parts.values())
    lead, found = "", {}
    for one in events:
        own = parts.get(one.facts.get("assignment_id", 0), "")
        lead = str(one.facts.get("unit") or "") if one.kind in LED else lead
        unit = known.get(own or lead)
        found[one.seq] = unit.name if unit else ""
    return found


def _last_reply(before: list[Happening]) -> int:
    replies = [one.seq for one in before if one.kind == Verb.REPLY]
    return replies[-1] if replies else 0
