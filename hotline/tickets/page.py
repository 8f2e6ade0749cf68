"""Everything that a ticket's page shows, gathered for one viewer.

Decided here: what belongs on the page. How each piece comes about is decided where it is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline import access, clock
from hotline.access import Permission, Viewer
from hotline.people import confirming
from hotline.tickets import access as ticket_access
from hotline.tickets import (
    linked,
    next_steps,
    parts,
    queries,
    similar,
    splitting,
    story,
    ticking,
    uncovering,
)
from hotline.tickets.history_view import shown_to
from hotline.tickets.states import State, Verb
from hotline.tickets.story import Telling
from hotline.tickets.view import TicketView


@dataclass(frozen=True)
class Asked:
    """How the reader wants the story told, and the list they came from."""

    telling: Telling = Telling.ALL
    oldest_first: bool = False
    back: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], back: str) -> "Asked":
        """What the address asks for; anything unknown counts as not asked."""
        known = {one.value for one in Telling}
        wanted = given.get("story", "")
        telling = Telling(wanted) if wanted in known else Telling.ALL
        return cls(telling, given.get("order") == "oldest", back)

    def args(self, **changes: str) -> dict[str, str]:
        """The query string of the same page, with some of it changed."""
        own = {
            "story": self.telling.value if self.telling is not Telling.ALL else "",
            "order": "oldest" if self.oldest_first else "",
            "back": self.back,
        }
        return {name: value for name, value in (own | changes).items() if value}


def of(number: str, asked: Asked) -> dict[str, Any]:
    """What the page's template gets. Raises NotFound."""
    viewer, now = access.current(), clock.now()
    ticket = ticket_access.see(viewer, number)
    events = shown_to(viewer, ticket, queries.history(ticket.id))
    shown = parts.of(ticket, viewer)
    told = story.woven(story.timeline(events), parts.told(shown))
    running = ticking.running(ticket, viewer, now)
    return {
        "ticket": ticket,
        "asked": asked,
        "parts": parts.arranged(ticket, viewer, shown),
        "rounds": story.rounds(told, asked.telling, oldest_first=asked.oldest_first),
        "answer": story.answer_of(events),
        "clocks": running,
        "clock": ticking.first(ticket, running),
        "age": ticking.age(ticket, now),
        "waits_for": _waits_for(ticket),
        "step": parts.next_step(ticket, viewer, shown),
        "perhaps": story.perhaps_belongs_to(events) if ticket.allows(Verb.SORT) else [],
        "linked": linked.to(ticket, viewer),
        "near": _near(ticket, viewer),
        "way": uncovering.way(ticket, viewer).value,
        "is_confirmed": confirming.is_fresh(),
        "traces": uncovering.traces(ticket, viewer),
        "leaves": queries.leaf_groups() if _corrects(ticket.allows) else [],
        "districts": queries.rulebook().districts,
        "back": asked.back,
        "has_order": any(one.kind == Verb.DISPATCH for one in events),
    }


def _waits_for(ticket: TicketView) -> str:
    is_whole = ticket.state is State.IN_PROGRESS and ticket.lead_id is None
    if is_whole and splitting.is_split(ticket.id):
        return next_steps.WAITS_FOR_PARTS
    return next_steps.WAITS_FOR[ticket.state]


def _near(ticket: TicketView, viewer: Viewer) -> list[similar.SimilarTicket]:
    """Open tickets that may be about the same; the hotline decides what to do with them."""
    if ticket.is_final or not viewer.is_hotline:
        return []
    words = f"{ticket.title}\n{ticket.body}"
    return similar.open_near(
        viewer,
        ticket.district_code,
        ticket.place,
        words,
        limit=4,
        category=ticket.category_code,
        besides=ticket.number,
    )


def _corrects(allows: Any) -> bool:
    """Whether the page holds a form with the categories."""
    may = access.current().may
    is_open = allows(Verb.SORT) or allows(Verb.DISPATCH)
    return is_open and (may(Permission.SORT) or may(Permission.CHANGE))
