"""The working pages put together: what each one reads, for the route and after a refusal.

Decided here: which ticket lies under one's eyes, and which one comes next. A dispatcher's page
opens none by itself, so that two people don't sit before the same one; a reviewer's opens the
nearest limit. The filters of a page stand in its address, after a POST in the form's `_back`.
"""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from dispatch import (
    daymap,
    joint_desk,
    lists,
    merging_parts,
    parts,
    queries,
    records,
    showing,
    staffing,
    suggesting,
)
from dispatch.forms import BatchForm, DeskFilter, MapFilter, UnitFilter
from dispatch.queries import Colleague
from hotline import access, clock, fields, http
from hotline.access import Viewer
from hotline.attachments import parts as attachments
from hotline.errors import MadeUp, NotFound
from hotline.tickets import access as ticket_access
from hotline.tickets import batch, linked, similar
from hotline.tickets import queries as tickets
from hotline.tickets.states import BEFORE_ANSWER, State
from hotline.tickets.view import TicketView

F = TypeVar("F", bound=fields.Form)
FIRST = "first"
RETURNS = "returns"


def desk(number: str | None = None) -> str:
    """The dispatcher's page with this ticket, or the one that its address names."""
    viewer, book = access.current(), tickets.rulebook()
    query = query_of_page()
    wanted = checked(DeskFilter, query)
    found = lists.pending(viewer, wanted.cursor, wanted)
    asked = number or wanted.ticket
    chosen = chosen_of(viewer, found.items, asked, State.PENDING_DISPATCH)
    shown_query = {name: value for name, value in query.items() if value and name != "ticket"}
    return render_template(
        "dispatch/page.html",
        found=found,
        chosen=chosen,
        is_gone=bool(asked) and asked != FIRST and chosen is None,
        near=_near(viewer, chosen) if chosen else [],
        others=linked.to(chosen, viewer) if chosen else [],
        files=attachments.shown(chosen) if chosen else [],
        desk=suggesting.desk(_with(found.items, chosen), book),
        tabs=showing.desk_tabs("dispatch"),
        districts=book.districts,
        query=shown_query,
        filters=fields.PageForm(DeskFilter, None, **query),
        after=next_after(found.items, chosen),
    )


def together(numbers: Sequence[str], form: fields.PageForm[BatchForm] | None = None) -> str:
    """Several ticked tickets of one event: to be dispatched or merged at once. Raises Invalid."""
    viewer, book = access.current(), tickets.rulebook()
    shown = lists.these(viewer, batch.picked(numbers))
    advice = suggesting.desk(shown, book)
    return render_template(
        "dispatch/together.html",
        shown=shown,
        desk=advice,
        districts=book.districts,
        form=form or fields.PageForm(BatchForm),
        leads=merging_parts.leads_among(shown),
        back=http.local(request.values.get("_back"), url_for("dispatch.page")),
    )


def reviews(number: str | None = None) -> str:
    """The reviewer's page, of replies or of returns, with one of them opened."""
    viewer, query = access.current(), query_of_page()
    wanted = checked(DeskFilter, query)
    is_returns = wanted.tab == RETURNS
    states = BEFORE_ANSWER if is_returns else {State.IN_REVIEW}
    found = (lists.to_decide if is_returns else lists.to_review)(viewer, wanted)
    asked = number or wanted.ticket
    chosen = chosen_of(viewer, found.items, asked or FIRST, *states)
    shown = [chosen] if chosen else []
    handled = parts.assignments(shown, viewer).get(chosen.id, []) if chosen else []
    asked_back = parts.returns(shown, viewer) if is_returns else {}
    waits = joint_desk.undecided([one for found_ones in asked_back.values() for one in found_ones])
    handled = joint_desk.about(handled, waits[0].assignment_id) if waits else handled
    shown_query = {name: value for name, value in query.items() if value and name != "ticket"}
    return render_template(
        "dispatch/reviews.html",
        found=found,
        chosen=chosen,
        is_gone=bool(asked) and asked != FIRST and chosen is None,
        is_returns=is_returns,
        handled=handled,
        files=attachments.shown(chosen) if chosen and not is_returns else [],
        asked=waits,
        record=records.of_unit(handled[0].unit_id) if handled else None,
        tabs=showing.desk_tabs(RETURNS if is_returns else "reviews"),
        districts=tickets.rulebook().districts,
        query=shown_query,
        filters=fields.PageForm(DeskFilter, None, **query),
        after=next_after(found.items, chosen),
    )


def on_map() -> str:
    """Tickets by district beside the map, with those of one district listed."""
    viewer, wanted = access.current(), checked(MapFilter, query_of_page())
    return render_template(
        "dispatch/map.html",
        wanted=wanted,
        counted=daymap.counted(viewer, wanted.span),
        groups=daymap.groups(wanted.span),
        found=daymap.listed(viewer, wanted) if wanted.district else None,
        tiles=current_app.config["MAP_TILES"],
        searched=daymap.NARROWED[wanted.span],
        most=daymap.MOST_COUNTED,
        now=clock.now(),
    )


def pins() -> Response:
    """What the map draws: the points, each with what its list says of the ticket."""
    viewer, wanted = access.current(), checked(MapFilter, query_of_page())
    found, is_cut = daymap.pins(viewer, wanted.span)
    return jsonify(pins=[showing.pin(one) for one in found], is_cut=is_cut)


def unit(colleagues: Sequence[Colleague]) -> str:
    """The unit's page: one tab of what it holds, by time left, and who has what."""
    viewer, query = access.current(), query_of_page()
    wanted = checked(UnitFilter, query)
    shown = lists.tab(wanted.tab or "")
    found = lists.of_unit(viewer, shown, wanted)
    leads = staffing.leads(viewer)
    units = {one.unit_code: one.unit_name for one in colleagues}
    return render_template(
        "dispatch/unit.html",
        found=found,
        shown=shown,
        assignments=parts.assignments(found.items, viewer),
        colleagues=colleagues,
        units=units,
        people={one.staff_id: one.name for one in colleagues},
        workload=records.workload(viewer.unit_ids) if leads else None,
        leads=leads,
        who=lists.whose(viewer, wanted),
        tabs=showing.unit_tabs(shown, queries.stage_counts(units)),
        districts=tickets.rulebook().districts,
        query={name: value for name, value in query.items() if value and name != "cursor"},
        filters=fields.PageForm(UnitFilter, None, **query),
        signed=wanted.signed,
    )


def _near(viewer: Viewer, ticket: TicketView) -> list[similar.SimilarTicket]:
    return similar.open_near(
        viewer,
        ticket.district_code,
        ticket.place,
        f"{ticket.title}\n{ticket.body}",
        limit=4,
        category=ticket.category_code,
        besides=ticket.number,
    )


def chosen_of(
    viewer: Viewer, items: Sequence[TicketView], number: str | None, *states: State
) -> TicketView | None:
    """The ticket of this number while it waits in such a state, on this page of the list or not."""
    if number is None:
        return None
    if number == FIRST:
        return items[0] if items else None
    listed = next((one for one in items if one.number == number), None)
    if listed is not None:
        return listed
    try:
        seen = ticket_access.see(viewer, number)
    except NotFound:
        return None
    return seen if seen.state in states else None


def _with(items: Sequence[TicketView], chosen: TicketView | None) -> list[TicketView]:
    is_listed = chosen is None or any(one.id == chosen.id for one in items)
    return list(items) if is_listed or chosen is None else [*items, chosen]


def next_after(items: Sequence[TicketView], chosen: TicketView | None) -> str | None:
    """The number of the ticket that comes next when this one is done: below it, else the first."""
    numbers = [one.number for one in items]
    if chosen is None or chosen.number not in numbers:
        return numbers[0] if numbers else None
    at = numbers.index(chosen.number)
    rest = [*numbers[at + 1 :], *numbers[:at]]
    return rest[0] if rest else None


def query_of_page() -> dict[str, str]:
    """The page's own query string: of the address, or of the form's way back."""
    if request.method == "GET":
        return dict(request.args)
    back = http.local(request.form.get("_back"), "")
    return dict(parse_qsl(urlsplit(back).query))


def checked(form: type[F], query: dict[str, str]) -> F:
    """The query as the form. Raises MadeUp for a filter that no page wrote."""
    given = MultiDict({name: value for name, value in query.items() if value})
    read = fields.PageForm(form, given)
    if read.data is None:
        raise MadeUp("invalid", "Some filters can't be read.", fields=read.errors)
    return read.data
