"""Reads the table of dated examples: what a clerk writes there, as what the rules are asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from dispatch import time_rules
from dispatch.rules import Asking, ReturnReason, return_until
from hotline.hours import Closure, Hours, round_the_clock
from hotline.tickets.clocks import (
    Clock,
    Due,
    Pace,
    after_pause,
    after_send_back,
    due_at,
    last_call_due_at,
)
from hotline.tickets.kinds import Channel, RequestType, Urgency
from hotline.tickets.limits import LeafLimits, Limit, limit_for
from hotline.worktime import Calendar
from tests.rules import notices
from tests.worktime.calendars import CITY, COURT, SUMMER, at

EXAMPLES = Path(__file__).with_name("examples.md")
TYPHOON = (Closure(date(2026, 8, 3), time(13)), Closure(date(2026, 8, 4)))
HOURS: dict[str, tuple[Hours, ...]] = {
    "": (),
    "court": COURT,
    "utility": round_the_clock(),
    "typhoon": (),
    "summer": (SUMMER,),
}
CLOCKS = {
    "sign": Clock.SIGN,
    "contact": Clock.CONTACT,
    "dispatching": Clock.DISPATCH,
    "sorting": Clock.SORT,
    "decision": Clock.DECISION,
    "review": Clock.REVIEW,
    "callback": Clock.CALLBACK,
}
MOMENT = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Example:
    """One line: when it was dispatched, what it is, what happens then, when it is due, why."""

    dispatched: str
    what: str
    then: str
    due: str
    why: str

    def told(self) -> str:
        """What the rules say, written as the line has it."""
        due = _Way(self.what).live_through(_moment(self.dispatched), self.then)
        local = due.due_at.astimezone(CITY)
        word = " provisional" if due.is_provisional else ""
        return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}{word}"


def examples() -> Iterator[Example]:
    """The lines of every table."""
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "dispatched":
            yield Example(*cells)


@cache
def calendar(hours: str) -> Calendar:
    """The published calendar of the three years, with some hours laid over it."""
    stated = notices.stated() | notices.NOT_PUBLISHED
    closures = TYPHOON if hours == "typhoon" else ()
    return Calendar(CITY, HOURS[hours], stated, 2026, closures)


def _moment(text: str) -> datetime:
    """`Thu 2024-02-08 17:29`, the day of the week checked."""
    weekday, _, rest = text.partition(" ")
    found = at(rest)
    assert WEEKDAYS[found.weekday()] == weekday, f"{rest} is no {weekday}"
    return found


@dataclass
class _Way:
    """A matter on its way, its words read one by one."""

    what: str
    words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.words = [one.strip() for one in self.what.split(",")]
        known = {"critical", "urgent", "duty", "24 h", "compressed", *HOURS}
        unknown = [one for one in self.words[1:] if one not in known | {self._upstream_word}]
        assert not unknown, unknown

    def live_through(self, start: datetime, then: str) -> Due:
        """When it is due in the end."""
        due, sent_back = self._due(start), 0
        for step in filter(None, (one.strip() for one in then.split(";"))):
            verb, moments = re.split("[ ,]", step)[0], [at(one) for one in re.findall(MOMENT, step)]
            if verb == "upheld":
                due = self._due(moments[0])
            elif verb == "extended":
                due = time_rules.extended(due, int(step.split()[-1]), self.calendar)
            else:
                sent_back += verb == "replied"
                due = self._stopped(verb, due, moments, is_first=sent_back == 1)
        return due

    def _stopped(self, verb: str, due: Due, moments: list[datetime], *, is_first: bool) -> Due:
        since, until = moments
        if verb == "stands":
            return after_pause(due, since, until, self.calendar)
        assert verb in {"returned", "replied"}, verb
        is_least = verb == "replied" and is_first
        return after_send_back(due, since, until, self.calendar, is_first=is_least)

    @property
    def calendar(self) -> Calendar:
        """The city's, or that of the hours named."""
        return calendar(next((one for one in self.words[1:] if one in HOURS), ""))

    @property
    def urgency(self) -> Urgency:
        """Normal, where nothing is said."""
        return next((Urgency(one) for one in ("critical", "urgent") if one in self.words), NORMAL)

    @property
    def _upstream_word(self) -> str:
        return next((one for one in self.words if one.startswith("upstream ")), "")

    def _due(self, start: datetime) -> Due:
        first, _, rest = self.words[0].partition(" ")
        if self.words[0] == "last call":
            return Due(last_call_due_at(start, self.calendar), False, Pace.WORKING_DAYS)
        if self.words[0] == "return until":
            asking = Asking(start, self.urgency, False, False, 0, ReturnReason.NOT_OUR_DUTY)
            return Due(return_until(asking, self.calendar), False, Pace.WORKING_DAYS)
        if first in CLOCKS:
            channel = Channel(rest) if rest else None
            return self._of(CLOCKS[first], start, channel=channel)
        return self._of(Clock.HANDLE, start, limit=self._limit(first, rest))

    def _of(
        self,
        kind: Clock,
        start: datetime,
        *,
        limit: Limit | None = None,
        channel: Channel | None = None,
    ) -> Due:
        return due_at(
            kind,
            start,
            self.urgency,
            self.calendar,
            limit=limit,
            channel=channel,
            runs_7x24="duty" in self.words,
        )

    def _limit(self, name: str, days: str) -> Limit:
        leaf = LeafLimits(
            int(days) if days else None,
            24 if "24 h" in self.words else None,
            is_compressed="compressed" in self.words,
        )
        kind = RequestType.HELP if name == "redo" else RequestType(name)
        found = limit_for(kind, leaf, is_redo=name == "redo")
        upstream = self._upstream_word.removeprefix("upstream ")
        return replace(found, upstream_due_at=at(upstream)) if upstream else found


NORMAL = Urgency.NORMAL
