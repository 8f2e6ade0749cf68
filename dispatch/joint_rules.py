"""Several units on one ticket: who leads, who assists, how long they have, who is waited for; pure.

Decided here: which units may be named together, an assisting unit's deadline, what its part
allows at which stage, and when the lead may reply without it. Not here: what a step does
(`joint`), where the ticket is (`hotline.tickets.states`), returns (`rules`).
Source: document 1 of the hotline's rules, “Joint handling” and “Return”.
The surprise: an assisting unit's stage is a table of its own, for the ticket's state is the lead's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispatch.rules import Stage
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.limits import Limit
from hotline.tickets.states import Verb
from hotline.worktime import Calendar

MOST_ASSISTING: Final = 10
"""So many units may assist at a time; more is a meeting, not a ticket."""

SHORTEST_SHORTENED: Final = 3
"""From so many working days on an assisting unit has one day less than the lead."""

STAGES: Final[Mapping[Stage, Mapping[Verb, Stage]]] = {
    Stage.TO_SIGN: {
        Verb.ASSIST_SIGN: Stage.IN_PROGRESS,
        Verb.ASK_RETURN: Stage.RETURN_ASKED,
    },
    Stage.IN_PROGRESS: {
        Verb.CONTACT: Stage.IN_PROGRESS,
        Verb.PROGRESS: Stage.IN_PROGRESS,
        Verb.ASK_RETURN: Stage.RETURN_ASKED,
        Verb.ASSIST_REPLY: Stage.IN_REVIEW,
    },
    Stage.RETURN_ASKED: {Verb.REFUSE_RETURN: Stage.IN_PROGRESS},
    Stage.IN_REVIEW: {},
}
"""An assisting unit's life: stage × verb → stage. What ends its part leads out of the table."""

FAULTS: Final[Mapping[Stage, str]] = {
    Stage.TO_SIGN: "sign_first",
    Stage.IN_PROGRESS: "signed_already",
    Stage.RETURN_ASKED: "return_undecided",
    Stage.IN_REVIEW: "replied_already",
}
"""Why a verb that its stage doesn't know is refused."""


@dataclass(frozen=True)
class Awaited:
    """An assisting unit as the lead's reply sees it; `due_at` is that of its running limit."""

    unit: str
    stage: Stage
    due_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """Who has not replied yet: whom the lead waits for, and who is late and may be overruled."""

    awaited: Sequence[str]
    late: Sequence[str]


def naming_fault(lead: str, assist: Sequence[str], held: Collection[str] = ()) -> str | None:
    """Why these units can't be named together; `held` are the codes of those that have it.

    Answers: lead_assists, named_twice, holds_it, too_many; None when they can.
    """
    if lead in assist:
        return "lead_assists"
    if len(set(assist)) < len(assist):
        return "named_twice"
    if set(assist) & set(held):
        return "holds_it"
    return "too_many" if len(assist) + len(held) > MOST_ASSISTING else None


def needs_joint(upheld: int, assist: Collection[str], most_upheld: int) -> bool:
    """Whether assisting units must be named: it was handed back twice, so one alone won't do."""
    return upheld >= most_upheld and not assist


def assist_limit(lead: Limit) -> Limit:
    """An assisting unit's limit: one working day less, the same where the lead has two or fewer."""
    if lead.working_days < SHORTEST_SHORTENED:
        return lead
    return replace(lead, working_days=lead.working_days - 1)


def assist_due(lead: Due, limit: Limit, start: datetime, calendar: Calendar) -> Due:
    """When an assisting unit's reply is due: a working day before the lead's, to the minute.

    The same moment where the lead's limit is not shortened or runs in natural hours. Named late,
    it is left the next working day at least, and never longer than the lead itself.
    """
    if limit.working_days < SHORTEST_SHORTENED or lead.pace is not Pace.WORKING_DAYS:
        return lead
    least = calendar.end_of_working_days(start, 1)
    return replace(lead, due_at=min(lead.due_at, max(calendar.shift(lead.due_at, -1), least)))


def stage_after(stage: Stage, verb: Verb) -> Stage | None:
    """Where the verb leads an assisting unit's part; None where its stage doesn't allow it."""
    return STAGES[stage].get(verb)


def allowed(stage: Stage) -> frozenset[Verb]:
    """What an assisting unit may do at this stage."""
    return frozenset(STAGES[stage])


def waiting(assisting: Iterable[Awaited], now: datetime) -> Waiting:
    """Whom the lead's reply waits for, and who let its own limit pass.

    A return that is not decided is waited for: its limit stands still, so it is never late.
    """
    awaited: list[str] = []
    late: list[str] = []
    for one in assisting:
        if one.stage is Stage.IN_REVIEW:
            continue
        is_late = one.due_at is not None and one.due_at < now
        (late if is_late else awaited).append(one.unit)
    return Waiting(tuple(awaited), tuple(late))


def reply_fault(found: Waiting, *, overrules: bool) -> str | None:
    """Why the lead can't reply yet: assist_outstanding, assist_late; None when it may."""
    if found.awaited:
        return "assist_outstanding"
    return "assist_late" if found.late and not overrules else None
