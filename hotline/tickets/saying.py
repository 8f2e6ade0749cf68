"""What one event of a history means, in plain words: its title, its facts, its quotation.

Decided here: how each fact is said, whatever kind of event carries it, and that a change names
what was before. Not here: which events somebody may see (`history_view`), their order (`story`).
The surprise: a fact that this table does not know is left out, never shown as a code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from hotline.labels import msgid
from hotline.templating import exact, hours, working_days
from hotline.tickets import change_saying
from hotline.tickets.kinds import Role
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb
from hotline.words import N_


@dataclass(frozen=True)
class Saying:
    """How a fact is said: a sentence around its value, the value's word from a vocabulary."""

    words: str = "%(value)s"
    group: str = ""


@dataclass(frozen=True)
class Said:
    """An event in words."""

    title: str
    lines: tuple[str, ...]
    quote_label: str


TITLES: Mapping[str, str] = {
    Verb.DISPATCH.value: N_("Dispatched to %(unit)s"),
    Verb.REDO.value: N_("Back to %(unit)s to be done again"),
    Verb.ADD_ASSIST.value: N_("%(unit)s assists from now on"),
    Verb.ASSIST_SIGN.value: N_("%(unit)s, assisting, confirmed receipt"),
    Verb.ASSIST_REPLY.value: N_("%(unit)s, assisting, replied to the lead"),
    Verb.END_ASSIST.value: N_("%(unit)s no longer assists"),
    Verb.HAND_DOWN.value: N_("Handed down to %(unit)s"),
    Verb.SUB_SIGN.value: N_("%(unit)s confirmed receipt inside the unit"),
    Verb.SUB_RETURN.value: N_("%(unit)s gave it back inside the unit"),
    Verb.SUB_REPLY.value: N_("%(unit)s replied to its unit"),
    Verb.TAKE_BACK.value: N_("Taken back from %(unit)s"),
    Verb.CARD.value: N_("Card for %(unit)s"),
    Verb.SUPERVISE.value: N_("Supervision order to %(unit)s"),
}
TITLES_OF_ASSISTING: Mapping[str, str] = {
    Verb.ASK_RETURN.value: N_("%(unit)s asks to be let off its part"),
    Verb.UPHOLD_RETURN.value: N_("%(unit)s is let off its part"),
    Verb.REFUSE_RETURN.value: N_("%(unit)s is not let off its part"),
}
"""The same steps of an assisting unit, which leave the ticket where it is."""
QUOTED_AS: Mapping[str, str] = {
    Verb.DISPATCH.value: N_("Note for the unit"),
    Verb.ADD_ASSIST.value: N_("Note for the unit"),
    Verb.ASSIST_REPLY.value: N_("To the lead"),
    Verb.END_ASSIST.value: N_("Why it is let go"),
    Verb.HAND_DOWN.value: N_("Note for the sub-unit"),
    Verb.SUB_RETURN.value: N_("In its words"),
    Verb.TAKE_BACK.value: N_("Why it is taken back"),
    Verb.DECLINE_REPLY.value: N_("What is missing"),
    Verb.REFUSE.value: N_("Explanation for the citizen"),
    Verb.TRANSFER.value: N_("Accepted by"),
    Verb.CALL_SERVICE.value: N_("Who spoke, and what was said"),
    Verb.SERVICE_ACCEPTS.value: N_("Accepted by"),
    Verb.OBJECT.value: N_("Why the citizen objects"),
    Verb.KEEP_REFUSAL.value: N_("Why the refusal stands"),
    Verb.ASK.value: N_("What the unit asks"),
    Verb.CHANGE.value: N_("Why it was corrected"),
    Verb.WITHDRAW.value: N_("What the citizen said"),
    Verb.REOPEN.value: N_("Why it was taken up again"),
    Verb.UNMERGE.value: N_("Why it is handled by itself"),
    Verb.LEAD_ANSWERED.value: N_("The lead ticket's answer"),
    Verb.ASK_RETURN.value: N_("Legal basis"),
    Verb.UPHOLD_RETURN.value: N_("Reason given"),
    Verb.REFUSE_RETURN.value: N_("Reason given"),
    Verb.ASK_EXTENSION.value: N_("Why it takes longer"),
    Verb.GRANT_EXTENSION.value: N_("Reason given"),
    Verb.REFUSE_EXTENSION.value: N_("Reason given"),
    Verb.ASK_SUSPENSION.value: N_("Evidence"),
    Verb.GRANT_SUSPENSION.value: N_("Reason given"),
    Verb.REFUSE_SUSPENSION.value: N_("Reason given"),
    Verb.SEND_BACK.value: N_("What is missing"),
    Verb.CONTACT.value: N_("What was said"),
    Verb.RECORD_CALLBACK.value: N_("In the citizen's words"),
    Verb.SUPERVISE.value: N_("Why it is pushed"),
    Verb.ANSWER_ORDER.value: N_("What the unit answers"),
    Verb.INSIST.value: N_("What is missing"),
    Verb.VOID_CARD.value: N_("Why the card was wrong"),
}
REASONS: Mapping[str, str] = {
    Verb.REFUSE.value: "refusal_reason",
    Verb.FILE.value: "filing_reason",
    Verb.ASK_RETURN.value: "return_reason",
    Verb.SUB_RETURN.value: "return_reason",
    Verb.ASK_SUSPENSION.value: "suspension_reason",
    Verb.GRANT_SUSPENSION.value: "suspension_reason",
    Verb.REFUSE_SUSPENSION.value: "suspension_reason",
    Verb.VOID_CARD.value: "void_reason",
}
PROMISE_DUE = "promise_due"
ENDINGS = frozenset({Verb.CLOSE.value})
FACTS: Mapping[str, Saying] = {
    "colour": Saying(group="card_colour"),
    "clock": Saying(group="clock"),
    "order": Saying(N_("Order %(value)s")),
    "channel": Saying(N_("By %(value)s"), "channel"),
    "request_type": Saying(group="request_type"),
    "category": Saying(),
    "urgency": Saying(group="urgency"),
    "role": Saying(group="part"),
    "limit_working_days": Saying(N_("Limit: %(value)s")),
    "limit_hours": Saying(N_("Limit: %(value)s")),
    "working_days": Saying(N_("%(value)s more")),
    "until": Saying(N_("Until %(value)s")),
    "ended": Saying(group="suspension_ended"),
    "new_due_at": Saying(N_("New limit: %(value)s")),
    "upstream_consent": Saying(N_("Consent of the upstream: %(value)s")),
    "reason": Saying(),
    "route": Saying(N_("Where to go instead: %(value)s")),
    "article": Saying(N_("Article used: %(value)s")),
    "service": Saying(group="service"),
    "their_number": Saying(N_("Their number: %(value)s")),
    "into": Saying(N_("Ticket %(value)s")),
    "from": Saying(N_("No longer with ticket %(value)s")),
    "part_of": Saying(N_("Part of ticket %(value)s")),
    "parts": Saying(N_("Parts: %(value)s")),
    "closed_parts": Saying(N_("All %(value)s parts are closed")),
    "result": Saying(group="contact_result"),
    "completion": Saying(group="completion"),
    "promised_on": Saying(N_("Promised for %(value)s")),
    "promised_before": Saying(N_("Before: %(value)s")),
    "outcome": Saying(group="callback_outcome"),
    "responded": Saying(group="responded"),
    "solved": Saying(group="solved"),
    "satisfied": Saying(group="satisfaction"),
    "decision": Saying(group="callback_decision"),
    "because": Saying(group="event_because"),
    "via": Saying(group="via"),
    "not_about": Saying(N_("Not about the people of %(value)s")),
}
FLAGS: Mapping[str, str] = {
    "is_three_way": N_("Three-way call"),
    "is_declined": N_("The emergency service won't come"),
    "is_by_hotline": N_("Somebody of the hotline asks the citizen"),
    "is_answer": N_("Answers what the unit asked"),
    "is_confidential": N_("Confidential"),
    "is_second": N_("A second time: the head of the hotline decides"),
    "is_late": N_("Later than allowed, after an inspection of the site"),
    "owes_supervision": N_("A supervision order is owed"),
    "is_joined": N_("A further part of the same text"),
    "is_capped": N_("Not later than the limit that the upstream set"),
    "is_floored": N_("Until the end of the next working day at least"),
}
COUNTED: Mapping[str, Callable[[int], str]] = {
    "limit_working_days": working_days,
    "limit_hours": hours,
    "working_days": working_days,
}
CHANGING: Mapping[str, str] = {
    "request_type": N_("Type: %(before)s → %(after)s"),
    "category": N_("Category: %(before)s → %(after)s"),
    "urgency": N_("Urgency: %(before)s → %(after)s"),
}
QUIET: Mapping[str, frozenset[str]] = {
    Verb.ANSWER.value: frozenset({"request_type"}),
    Verb.SUPPLEMENT.value: frozenset({"urgency"}),
    Verb.ACCEPT.value: frozenset({"completion"}),
    Verb.ADD_ASSIST.value: frozenset({"role"}),
    Verb.ASSIST_SIGN.value: frozenset({"role"}),
    Verb.ASSIST_REPLY.value: frozenset({"role"}),
    Verb.END_ASSIST.value: frozenset({"role"}),
    Verb.RECEIVE.value: frozenset({"urgency"}),
}
"""What goes without saying at an event of that kind."""


def say(event: Happening, known: Mapping[str, Any], leaves: Mapping[str, str]) -> Said:
    """The event in words; `known` is what earlier events said, `leaves` names categories."""
    return Said(
        title=_title(event),
        lines=tuple(_lines(event, known, leaves)),
        quote_label=gettext(QUOTED_AS[event.kind]) if event.kind in QUOTED_AS else "",
    )


def _title(event: Happening) -> str:
    is_part = event.facts.get("role") == Role.ASSIST
    titles = {**TITLES, **TITLES_OF_ASSISTING} if is_part else TITLES
    if event.unit_name and event.facts.get("because") == PROMISE_DUE:
        return str(gettext("%(unit)s is asked for what it promised", unit=event.unit_name))
    if event.unit_name and event.kind in titles:
        return str(gettext(titles[event.kind], unit=event.unit_name))
    return str(gettext(msgid("event", event.kind)))


def _lines(event: Happening, known: Mapping[str, Any], leaves: Mapping[str, str]) -> list[str]:
    is_change = event.kind == Verb.CHANGE.value
    quiet = QUIET.get(event.kind, frozenset())
    said = []
    for name, saying in FACTS.items():
        value = event.facts.get(name)
        if value in (None, "") or name in quiet or _is_doubled(name, event.facts):
            continue
        if is_change and name in CHANGING:
            before = _word(name, known.get(name), event.kind, leaves)
            after = _word(name, value, event.kind, leaves)
            if before != after:
                said.append(gettext(CHANGING[name], before=before or "—", after=after))
        elif word := _word(name, value, event.kind, leaves):
            said.append(gettext(saying.words, value=word) if saying.words else word)
    said += change_saying.lines(event.facts, known.get("unit_names", {}))
    return said + [gettext(words) for name, words in FLAGS.items() if _is_new(name, event, known)]


def _word(name: str, value: Any, kind: str, leaves: Mapping[str, str]) -> str:
    """The value as a person reads it; empty for a code that no vocabulary has."""
    group = FACTS[name].group
    if name in COUNTED:
        return COUNTED[name](int(value))
    if name == "new_due_at":
        return exact(datetime.fromisoformat(str(value)))
    if name == "category":
        return leaves.get(str(value), "")
    if isinstance(value, list):
        return str(gettext(", ").join(str(one) for one in value))
    if name == "reason":
        group = REASONS.get(kind, "")
    elif name == "outcome" and kind in ENDINGS:
        group = "callback_ending"
    if not group:
        return "" if name == "reason" else str(value or "")
    word = msgid(group, value)
    return gettext(word) if word != str(value) else ""


def _is_doubled(name: str, facts: Mapping[str, Any]) -> bool:
    """Whether another fact of the event says it better."""
    if name == "limit_working_days":
        return bool(facts.get("limit_hours"))
    if name == "outcome":
        return facts.get("satisfied") is not None
    return name == "role" and facts.get(name) == "lead"


def _is_new(name: str, event: Happening, known: Mapping[str, Any]) -> bool:
    return bool(event.facts.get(name)) and not (name == "is_confidential" and known.get(name))
