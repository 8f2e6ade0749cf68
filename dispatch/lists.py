"""The lists of the dispatcher, the reviewer and the unit: paged by key, never counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, select, tuple_

from dispatch.models import Assignment
from hotline.access import Viewer
from hotline.errors import Invalid
from hotline.tickets import access as ticket_access
from hotline.tickets import lists
from hotline.tickets.list_forms import ListForm
from hotline.tickets.lists import Page
from hotline.tickets.models import Ticket
from hotline.tickets.states import State, Urgency

PENDING_A_PAGE = 30
REVIEWS_A_PAGE = 20
HANDLING_A_PAGE = 50
RANK = case({Urgency.CRITICAL.value: 0, Urgency.URGENT.value: 1}, value=Ticket.urgency, else_=2)
RANKS = {Urgency.CRITICAL: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}


@dataclass(frozen=True)
class Tab:
    """A heading of the unit's page: the states it shows, in words, and its counter's key."""

    name: str
    states: tuple[State, ...]
    only_redone: bool = False


UNIT_TABS = (
    Tab("to_sign", (State.PENDING_SIGNATURE,)),
    Tab("in_progress", (State.IN_PROGRESS,)),
    Tab("return_asked", (State.RETURN_REQUESTED,)),
    Tab("in_review", (State.IN_REVIEW, State.AWAITING_CALLBACK)),
    Tab(
        "redo",
        (
            State.PENDING_SIGNATURE,
            State.IN_PROGRESS,
            State.RETURN_REQUESTED,
            State.IN_REVIEW,
            State.AWAITING_CALLBACK,
        ),
        only_redone=True,
    ),
    Tab("closed", (State.CLOSED,)),
)


def pending(viewer: Viewer, cursor: str | None = None) -> Page:
    """Tickets to be dispatched: the most urgent first, then the oldest; one statement."""
    found = ticket_access.whole().where(Ticket.state == State.PENDING_DISPATCH)
    if cursor:
        found = found.where(tuple_(RANK, Ticket.id) > tuple_(*_read(cursor)))
    found = found.order_by(RANK, Ticket.id).limit(PENDING_A_PAGE + 1)
    items = ticket_access.see_many(viewer, found)
    shown = items[:PENDING_A_PAGE]
    if len(items) == len(shown):
        return Page(shown, None)
    return Page(shown, f"{RANKS[shown[-1].urgency]}.{shown[-1].id}")


def to_review(viewer: Viewer, cursor: str | None = None) -> Page:
    """Replies awaiting review, the nearest limit first."""
    return lists.by_deadline(viewer, [State.IN_REVIEW], limit=REVIEWS_A_PAGE, cursor=cursor)


def to_decide(viewer: Viewer, cursor: str | None = None) -> Page:
    """Returns awaiting a decision, the nearest limit first."""
    return lists.by_deadline(viewer, [State.RETURN_REQUESTED], limit=REVIEWS_A_PAGE, cursor=cursor)


def tab(name: str) -> Tab:
    """The tab of this name, or the first."""
    return next((one for one in UNIT_TABS if one.name == name), UNIT_TABS[0])


def of_unit(viewer: Viewer, shown: Tab, cursor: str | None = None) -> Page:
    """What the viewer's units have under a tab: by time left, the closed ones newest first."""
    if shown.name == "closed":
        wanted = {"state": State.CLOSED.value, "limit": HANDLING_A_PAGE, "cursor": cursor}
        return lists.newest(viewer, ListForm.model_validate(wanted))
    return lists.by_deadline(
        viewer,
        list(shown.states),
        limit=HANDLING_A_PAGE,
        cursor=cursor,
        where=(_is_theirs(viewer, shown),),
    )


def _is_theirs(viewer: Viewer, shown: Tab) -> ColumnElement[bool]:
    held = select(Assignment.ticket_id).where(
        Assignment.unit_id.in_(viewer.unit_ids), Assignment.ended_at.is_(None)
    )
    if shown.only_redone:
        held = held.where(Assignment.round > 1)
    return Ticket.id.in_(held)


def _read(cursor: str) -> tuple[int, int]:
    rank, _, last_id = cursor.partition(".")
    if not (rank.isascii() and rank.isdigit() and last_id.isascii() and last_id.isdigit()):
        raise Invalid("bad_cursor", "This cursor is not one of ours.", field="cursor")
    return int(rank), int(last_id)
