"""The pages about time put together: requests to decide on, promises ahead."""

from collections.abc import Callable

from flask import render_template, request, url_for

from dispatch import lists, pages, parts, showing, time_parts, time_records
from dispatch.forms import DeskFilter
from dispatch.requests import Kind
from dispatch.time_forms import PromiseFilter
from hotline import access, clock, fields
from hotline.attachments import parts as attachments
from hotline.tickets import queries as tickets
from hotline.tickets.states import State

TABS = {"extensions": Kind.EXTENSION, "suspensions": Kind.SUSPENSION}
LOADS = {Kind.EXTENSION: time_parts.extensions, Kind.SUSPENSION: time_parts.suspensions}


def tab_of_page() -> str | None:
    """The tab of requests that the address, or the form's way back, names."""
    tab = pages.query_of_page().get("tab")
    return tab if tab in TABS else None


def shown_after(tab: str) -> Callable[[str], str]:
    """How the page of this tab shows a refusal."""
    return lambda number: decisions(tab, number)


def decisions(tab: str, number: str | None = None) -> str:
    """The requests of one kind that wait for a decision, with one of them opened."""
    viewer, query, kind = access.current(), pages.query_of_page(), TABS[tab]
    wanted = pages.checked(DeskFilter, query)
    found = lists.asked(viewer, wanted, time_records.is_asked(kind))
    asked = number or wanted.ticket
    chosen = pages.chosen_of(viewer, found.items, asked or pages.FIRST, State.IN_PROGRESS)
    shown = [chosen] if chosen else []
    handled = parts.assignments(shown, viewer).get(chosen.id, []) if chosen else []
    requests = LOADS[kind](shown, viewer).get(chosen.id, []) if chosen else []
    is_gone = bool(asked) and asked != pages.FIRST and not any(one.is_open for one in requests)
    shown_query = {name: value for name, value in query.items() if value and name != "ticket"}
    return render_template(
        "dispatch/requests.html",
        tab=tab,
        kind=kind,
        found=found,
        chosen=chosen if not is_gone else None,
        is_gone=is_gone,
        handled=handled,
        requests=requests,
        files=attachments.shown(chosen) if chosen and kind is Kind.SUSPENSION else [],
        record=time_records.of_unit(handled[0].unit_id, clock.now()) if handled else None,
        tabs=showing.desk_tabs(tab),
        districts=tickets.rulebook().districts,
        query=shown_query,
        filters=fields.PageForm(DeskFilter, None, **query),
        after=pages.next_after(found.items, chosen),
    )


def promises(template: str, endpoint: str) -> str:
    """The promises whose day is still ahead, the nearest first."""
    wanted = pages.checked(PromiseFilter, dict(request.args))
    found = time_records.promises_ahead(access.current(), wanted.cursor)
    return render_template(
        template,
        found=found,
        first_url=url_for(endpoint),
        next_url=url_for(endpoint, cursor=found.next) if found.next else None,
        tabs=showing.desk_tabs("promises"),
        is_later=bool(wanted.cursor),
        today=clock.now().astimezone(tickets.rulebook().calendar.zone).date(),
    )
