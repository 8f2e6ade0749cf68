"""A change as a step, and what its page shows beforehand: before dispatch and after it.

Decided here: before dispatch whoever sorts may correct, afterwards only a dispatcher.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import render_template, request
from pydantic import AfterValidator, Field

from dispatch import changing, queries, suggesting
from dispatch.changing import Outlook
from dispatch.models import Assignment
from dispatch.routing import Spot
from dispatch.suggesting import Advice
from hotline import access, clock, fields
from hotline.access import Permission
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from hotline.fields import Form
from hotline.tickets import access as ticket_access
from hotline.tickets import queries as tickets
from hotline.tickets import sorting, states
from hotline.tickets.acting import Acting
from hotline.tickets.forms import ChangeForm, clean
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.sorting import Sorting
from hotline.tickets.states import State, Verb
from hotline.tickets.view import TicketView

BEFORE_DISPATCH = frozenset({State.RECEIVED, State.PENDING_DISPATCH})


class ChangePageForm(ChangeForm):
    """A change; what becomes confidential needs words for the unit."""

    unit_text: Annotated[str, Field(max_length=5000), AfterValidator(clean)] | None = None
    not_about: Annotated[str, Field(max_length=2000), AfterValidator(clean)] | None = None


class OutlookForm(Form):
    """What somebody thinks of changing."""

    request_type: RequestType | None = None
    category: str | None = Field(None, max_length=20)
    urgency: Urgency | None = None
    reason: str | None = Field(None, max_length=5000)
    unit_text: str | None = Field(None, max_length=5000)
    not_about: str | None = Field(None, max_length=2000)


NOTHING = OutlookForm.model_validate({})


@dataclass(frozen=True)
class Shown:
    """The outlook as the page shows it: or why it can't be, and whose the category is."""

    outlook: Outlook | None = None
    fault: str = ""
    unit: str = ""
    others: Sequence[Advice] = ()


def change(ticket: Ticket, data: ChangePageForm, how: Acting) -> None:
    """Change type, category or urgency; what isn't given stays."""
    states.move(ticket.state, Verb.CHANGE)
    wanted = _wanted(ticket, data.request_type, data.category, data.urgency)
    if ticket.state in BEFORE_DISPATCH:
        sorting.change(ticket, wanted, data.reason, by=how.by, now=how.now, book=how.book)
        return
    if how.viewer is None or not how.viewer.may(Permission.DISPATCH):
        raise Forbidden(
            "dispatcher_only",
            "A unit has it already: ask a dispatcher to change it, for the limit changes too.",
        )
    changing.change(
        ticket,
        changing.running_assignment(ticket),
        wanted,
        data.reason,
        by=how.by,
        now=how.now,
        book=how.book,
        unit_text=data.unit_text or None,
        not_about=data.not_about,
    )


def may_change(ticket: TicketView) -> bool:
    """Whether the viewer may change it now."""
    viewer = access.current()
    needed = Permission.CHANGE if ticket.state in BEFORE_DISPATCH else Permission.DISPATCH
    return viewer.may(needed) and ticket.allows(Verb.CHANGE)


def page(number: str) -> str:
    """The page of a change, with what it would do as far as something is chosen."""
    ticket = ticket_access.see(access.current(), number)
    asked = fields.PageForm(OutlookForm, request.values).data or NOTHING
    return render_template(
        "dispatch/change.html",
        ticket=ticket,
        shown=look(ticket, asked, clock.now()),
        first={name: str(value) for name, value in asked.model_dump(mode="json").items() if value},
        leaves=tickets.leaf_groups(),
        is_after_dispatch=ticket.state not in BEFORE_DISPATCH,
    )


def fragment(number: str) -> str:
    """What the change that is being chosen would do."""
    ticket = ticket_access.see(access.current(), number)
    shown = look(ticket, fields.asked(OutlookForm), clock.now())
    return render_template("dispatch/_change_outlook.html", ticket=ticket, shown=shown)


def look(ticket: TicketView, asked: OutlookForm, now: datetime) -> Shown | None:
    """What the change would do; None before dispatch and while nothing is chosen."""
    is_chosen = asked.request_type or asked.category or asked.urgency
    if not is_chosen or ticket.state in BEFORE_DISPATCH or not ticket.allows(Verb.CHANGE):
        return None
    row = db.session.get_one(Ticket, ticket.id)
    held = queries.active(ticket.id)
    if held is None:
        return None
    wanted = _wanted(row, asked.request_type, asked.category, asked.urgency)
    book = tickets.rulebook()
    try:
        found = changing.outlook(row, held, wanted, now=now, book=book)
    except Refused as error:
        return Shown(fault=fields.said(error))
    return Shown(found, unit=held.unit.name, others=_others(ticket, held, wanted))


def _others(ticket: TicketView, held: Assignment, wanted: Sorting) -> list[Advice]:
    """The units that the new category belongs to, when the present one is none of them."""
    if wanted.category == ticket.category_code:
        return []
    spot = Spot(ticket.district_code, ticket.place)
    advice = suggesting.for_matter(wanted.category, spot, tickets.rulebook())
    return [] if any(one.code == held.unit.code for one in advice) else advice[:3]


def _wanted(
    ticket: Any,
    request_type: RequestType | None,
    category: str | None,
    urgency: Urgency | None,
) -> Sorting:
    return Sorting(
        request_type=request_type or sorting.type_of(ticket),
        category=category or sorting.category_of(ticket),
        urgency=urgency or ticket.urgency,
    )
