"""The supervision page put together: what each of its tabs reads, one tab at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from dispatch import parts as dispatch
from dispatch import suggesting
from hotline import access, clock, fields
from hotline.access import Viewer
from hotline.errors import MadeUp
from hotline.tickets import lists as tickets
from hotline.tickets import queries
from hotline.tickets.states import State
from supervision import duty, lamps, lists
from supervision.forms import SupervisionFilter

LAMPS = "lamps"
BY_UNIT = frozenset({"clocks", "cards", "orders"})
"""Tabs that can be narrowed to a unit."""
Given = dict[str, Any]


def shown() -> str:
    """The tab that the address names, the lamps without one. Raises MadeUp."""
    viewer, wanted = access.current(), _wanted()
    tab = wanted.tab or LAMPS
    if tab not in TABS:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="tab")
    query = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return render_template(
        "supervision/page.html",
        tab=tab,
        tabs=list(TABS),
        wanted=wanted,
        query=query,
        filters=fields.PageForm(SupervisionFilter, None, **query),
        is_first=not wanted.cursor,
        unit_names=_unit_names(wanted.unit) if tab in BY_UNIT else {},
        **TABS[tab](viewer, wanted),
    )


def _unit_names(wanted: str | None) -> dict[str, str]:
    """Code → name of the units to choose from; of one that the address names besides, its code."""
    known = suggesting.directory(queries.rulebook()).names
    return known if wanted is None or wanted in known else known | {wanted: wanted}


def _lamps(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    del viewer, wanted
    return {"units": lamps.by_unit(), "desk": lamps.of_desk(), "most": lamps.MOST}


def _clocks(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lamps.lit(viewer, wanted, clock.now(), queries.rulebook())}


def _today(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lamps.turning(viewer, wanted.cursor, clock.now(), queries.rulebook())}


def _cards(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lists.cards(viewer, wanted)}


def _calls(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    del wanted
    found, now = lists.calls(viewer), clock.now()
    today = now.astimezone(queries.rulebook().calendar.zone).date()
    waiting = [one for one in found if one.call.ended_at is None]
    contacts = duty.contacts([one.call.unit_id for one in waiting], today, now)
    turns = {one.call.id: duty.turn(one.rings, contacts[one.call.unit_id]) for one in waiting}
    over = [one for one in found if one.call.ended_at is not None]
    return {"waiting": waiting, "over": over, "contacts": contacts, "turns": turns}


def _orders(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lists.orders(viewer, wanted)}


def _dissatisfied(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lists.owed(viewer, wanted.cursor)}


def _returns(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    found = tickets.by_deadline(viewer, [State.RETURN_REQUESTED], cursor=wanted.cursor)
    return {"found": found, "returns": dispatch.returns(found.items, viewer)}


def _late(viewer: Viewer, wanted: SupervisionFilter) -> Given:
    return {"found": lists.late(viewer, wanted.cursor)}


def _wanted() -> SupervisionFilter:
    given = MultiDict({name: value for name, value in request.args.items() if value})
    read = fields.PageForm(SupervisionFilter, given)
    if read.data is None:
        raise MadeUp("invalid", "Some filters can't be read.", fields=read.errors)
    return read.data


TABS: Mapping[str, Callable[[Viewer, SupervisionFilter], Given]] = {
    LAMPS: _lamps,
    "today": _today,
    "cards": _cards,
    "calls": _calls,
    "orders": _orders,
    "dissatisfied": _dissatisfied,
    "returns": _returns,
    "late": _late,
    "clocks": _clocks,
}
