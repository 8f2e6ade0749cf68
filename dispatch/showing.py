"""What the pages of dispatch ask for beside their lists: time left, tabs with their counts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext

from dispatch import daymap, lists, requests, suggesting
from dispatch.queries import RETURN_BESIDE
from dispatch.second_level_queries import HANDED_DOWN, TO_APPROVE
from hotline import access, clock, counters
from hotline.access import Permission, Role
from hotline.labels import msgid
from hotline.templating import exact, label
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Due, Pace, remaining
from hotline.tickets.kinds import Urgency
from hotline.tickets.operations import COUNTER
from hotline.tickets.states import State
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining

Heading = tuple[str, str, bool, int | None]
"""Address, words, whether it is shown now, how many wait there."""
NEVER_COUNTED = frozenset({"closed", "urged"})


def desk_of(ticket: TicketView) -> suggesting.Desk:
    """What the dispatch form of one ticket needs."""
    return suggesting.desk([ticket], tickets.rulebook())


def desk_left(ticket: TicketView) -> Remaining | timedelta | None:
    """Time left of the hotline's own clock; its desk keeps the urgent ones day and night."""
    if ticket.due_at is None:
        return None
    is_natural = ticket.urgency is Urgency.CRITICAL or (
        ticket.urgency is Urgency.URGENT and ticket.state is not State.IN_REVIEW
    )
    return time_left(ticket.due_at, Pace.NATURAL_HOURS if is_natural else Pace.WORKING_HOURS)


def desk_tabs(active: str) -> list[Heading]:
    """The hotline's lists that need a decision, as far as the viewer takes it."""
    viewer = access.current()
    counts, asked = counters.shown_together(COUNTER, requests.OPEN)
    returns = State.RETURN_REQUESTED.value
    counts = counts | {returns: counts.get(returns, 0) + asked.get(RETURN_BESIDE, 0)}
    every = (
        ("dispatch", Permission.DISPATCH, State.PENDING_DISPATCH, url_for("dispatch.page")),
        ("reviews", Permission.REVIEW, State.IN_REVIEW, url_for("dispatch.reviews")),
        (
            "returns",
            Permission.REVIEW,
            State.RETURN_REQUESTED,
            url_for("dispatch.reviews", tab="returns"),
        ),
    )
    tabs: list[Heading] = [
        (url, gettext(msgid("desk_tab", name)), name == active, counts.get(state.value, 0))
        for name, permission, state, url in every
        if viewer.may(permission)
    ]
    return tabs + _request_tabs(active) if viewer.may(Permission.REVIEW) else tabs


def _request_tabs(active: str) -> list[Heading]:
    """What units ask for in time, and what they promised; the promises are not counted."""
    counts = counters.shown(requests.OPEN)
    tabs: list[Heading] = [
        (
            url_for("dispatch.reviews", tab=f"{kind}s"),
            gettext(msgid("desk_tab", f"{kind}s")),
            active == f"{kind}s",
            counts.get(kind.value, 0),
        )
        for kind in requests.Kind
    ]
    words = gettext(msgid("desk_tab", "promises"))
    return [*tabs, (url_for("dispatch_time.promises"), words, active == "promises", None)]


def pin(one: daymap.Pin) -> dict[str, object]:
    """A pin as the map's script takes it; what waits for dispatch opens on the desk."""
    is_waiting = one.state is State.PENDING_DISPATCH
    desk = url_for("dispatch.page", ticket=one.number)
    return {
        "at": [one.lat, one.lng],
        "title": one.title,
        "url": desk if is_waiting else url_for("tickets.page", number=one.number),
        "said": f"{one.number} · {label(one.state, 'state')} · {exact(one.received_at)}",
        "is_urgent": one.urgency is not Urgency.NORMAL,
    }


def unit_tabs(shown: lists.Tab, counts: Mapping[str, int]) -> list[Heading]:
    """The unit's lists; the closed and the urged ones are not counted."""
    return [
        (
            url_for("dispatch.unit_page", tab=one.name),
            gettext(msgid("unit_tab", one.name)),
            one.name == shown.name,
            None if one.name in NEVER_COUNTED else counts.get(one.name, 0),
        )
        for one in lists.UNIT_TABS
    ] + [_inside(counts)]


def _inside(counts: Mapping[str, int]) -> Heading:
    """The way to what lies inside the unit, and to what waits for its head."""
    waiting = counts.get(TO_APPROVE, 0)
    is_first = waiting and Role.UNIT_HEAD in access.current().roles
    url = url_for("second_level.page", tab="approve" if is_first else "to_sign")
    words = gettext(msgid("unit_tab", "inside"))
    return url, words, False, counts.get(HANDED_DOWN, 0) + waiting


def time_left(due_at: datetime, pace: Pace) -> Remaining | timedelta:
    """Time left of a unit's clock, in working time or, day and night, in natural time."""
    due = Due(due_at, is_provisional=False, pace=pace)
    return remaining(due, clock.now(), tickets.rulebook().calendar)
