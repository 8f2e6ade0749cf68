"""The lists of the dispatcher, the reviewer and the unit: paged by key, never counted."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, false, or_, select, true

from dispatch import staffing
from dispatch.forms import DeskFilter, UnitFilter, Whose
from dispatch.models import Assignment, Return
from hotline.access import Viewer
from hotline.errors import MadeUp
from hotline.tickets import access as ticket_access
from hotline.tickets import lists, narrowing
from hotline.tickets.kinds import Role
from hotline.tickets.list_forms import ListForm
from hotline.tickets.lists import LARGEST_KEY, Page
from hotline.tickets.models import Ticket
from hotline.tickets.states import BEFORE_ANSWER, State
from hotline.tickets.view import TicketView

PENDING_A_PAGE = 30
REVIEWS_A_PAGE = 20
HANDLING_A_PAGE = 50
EVERY_PENDING = DeskFilter.model_validate({})
EVERY_HELD = UnitFilter.model_validate({})


@dataclass(frozen=True)
class Tab:
    """A heading of the unit's page: the states of what it leads, and what more must be so.

    `assisting` says at which stage its part in others' tickets is.
    """

    name: str
    states: tuple[State, ...]
    where: ColumnElement[bool] = field(default_factory=true)
    assisting: ColumnElement[bool] = field(default_factory=false)

    @property
    def every_state(self) -> list[State]:
        """The states of all tickets that may stand here."""
        wider = () if self.name == "sent_back" else {*BEFORE_ANSWER, State.IN_REVIEW}
        return [one for one in State if one in self.states or one in wider]

    of_ticket: ColumnElement[bool] = field(default_factory=true)


HELD = (
    State.PENDING_SIGNATURE,
    State.IN_PROGRESS,
    State.RETURN_REQUESTED,
    State.IN_REVIEW,
    State.AWAITING_CALLBACK,
)
IS_SIGNED = Assignment.signed_at.is_not(None)
IS_ASKED = Assignment.return_asked_at.is_not(None)
IS_ANSWERED = Assignment.replied_at.is_not(None)
UNIT_TABS = (
    Tab("to_sign", (State.PENDING_SIGNATURE,), assisting=~IS_SIGNED & ~IS_ASKED),
    Tab("in_progress", (State.IN_PROGRESS,), assisting=IS_SIGNED & ~IS_ASKED & ~IS_ANSWERED),
    Tab("sent_back", (State.IN_PROGRESS,), Assignment.sent_back > 0),
    Tab(
        "urged",
        (State.PENDING_SIGNATURE, State.IN_PROGRESS),
        of_ticket=Ticket.urges > 0,
        assisting=~IS_ANSWERED,
    ),
    Tab("return_asked", (State.RETURN_REQUESTED,), assisting=IS_ASKED),
    Tab("in_review", (State.IN_REVIEW, State.AWAITING_CALLBACK), assisting=IS_ANSWERED),
    Tab("redo", HELD, Assignment.round > 1, assisting=Assignment.round > 1),
    Tab("closed", (State.CLOSED,)),
)


def pending(viewer: Viewer, cursor: str | None = None, wanted: DeskFilter = EVERY_PENDING) -> Page:
    """Tickets to be dispatched: the most urgent first, then the oldest; one statement."""
    return lists.by_urgency(
        viewer,
        [State.PENDING_DISPATCH],
        limit=PENDING_A_PAGE,
        cursor=cursor,
        where=tuple(_asked(wanted)),
    )


def these(viewer: Viewer, numbers: Collection[str]) -> list[TicketView]:
    """These tickets, as far as the viewer may see them, the oldest first."""
    found = ticket_access.whole().where(Ticket.number.in_(numbers)).order_by(Ticket.id)
    return ticket_access.see_many(viewer, found)


def to_review(viewer: Viewer, wanted: DeskFilter = EVERY_PENDING) -> Page:
    """Replies awaiting review, the nearest limit first."""
    return _by_limit(viewer, State.IN_REVIEW, wanted)


def to_decide(viewer: Viewer, wanted: DeskFilter = EVERY_PENDING) -> Page:
    """Returns awaiting a decision, of leads and of assisting units, the nearest limit first."""
    waits = select(Return.ticket_id).where(Return.decided_at.is_(None))
    return lists.by_deadline(
        viewer,
        [one for one in State if one in BEFORE_ANSWER],
        limit=REVIEWS_A_PAGE,
        cursor=wanted.cursor,
        where=(*_asked(wanted), Ticket.id.in_(waits)),
    )


def asked(viewer: Viewer, wanted: DeskFilter, is_asked: ColumnElement[bool]) -> Page:
    """Tickets in progress on which a request waits for a decision, the nearest limit first."""
    return lists.by_deadline(
        viewer,
        [State.IN_PROGRESS],
        limit=REVIEWS_A_PAGE,
        cursor=wanted.cursor,
        where=(*_asked(wanted), is_asked),
    )


def tab(name: str) -> Tab:
    """The tab of this name, the first without one. Raises MadeUp for a name that none has."""
    found = next((one for one in UNIT_TABS if one.name == (name or UNIT_TABS[0].name)), None)
    if found is None:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="tab")
    return found


def of_unit(viewer: Viewer, shown: Tab, wanted: UnitFilter = EVERY_HELD) -> Page:
    """What the viewer's units have under a tab: by time left, the closed ones newest first."""
    if shown.name == "closed":
        closed = {"state": State.CLOSED.value, "limit": HANDLING_A_PAGE, "cursor": wanted.cursor}
        return lists.found(viewer, ListForm.model_validate(closed))
    return lists.by_deadline(
        viewer,
        shown.every_state,
        limit=HANDLING_A_PAGE,
        cursor=wanted.cursor,
        where=(shown.of_ticket, _is_theirs(viewer, shown, wanted), *_plain(wanted)),
    )


def whose(viewer: Viewer, wanted: UnitFilter) -> str:
    """Whose tickets are shown: a handler's own and nobody's, unless something else is asked."""
    if wanted.who:
        return wanted.who
    return (Whose.ALL if staffing.leads(viewer) else Whose.MINE_AND_FREE).value


def _by_limit(viewer: Viewer, state: State, wanted: DeskFilter) -> Page:
    where = tuple(_asked(wanted))
    return lists.by_deadline(
        viewer, [state], limit=REVIEWS_A_PAGE, cursor=wanted.cursor, where=where
    )


def _asked(wanted: DeskFilter) -> list[ColumnElement[bool]]:
    conditions = _plain(wanted)
    if wanted.category:
        conditions.append(narrowing.in_category(wanted.category))
    if wanted.channel:
        conditions.append(Ticket.channel == wanted.channel)
    return conditions


def _plain(wanted: DeskFilter | UnitFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.district:
        conditions.append(narrowing.in_district(wanted.district))
    if wanted.urgency:
        conditions.append(Ticket.urgency == wanted.urgency)
    if isinstance(wanted, UnitFilter) and wanted.lamp:
        conditions.append(Ticket.lamp == wanted.lamp)
    return conditions


def _is_theirs(viewer: Viewer, shown: Tab, wanted: UnitFilter) -> ColumnElement[bool]:
    leads = (Assignment.role == Role.LEAD) & Ticket.state.in_(shown.states) & shown.where
    assists = (Assignment.role == Role.ASSIST) & shown.assisting
    held = select(Assignment.ticket_id).where(
        Assignment.ticket_id == Ticket.id,
        Assignment.unit_id.in_(viewer.unit_ids),
        Assignment.ended_at.is_(None),
        or_(leads, assists),
        _has(viewer, whose(viewer, wanted)),
    )
    return held.correlate(Ticket).exists()


def _has(viewer: Viewer, who: str) -> ColumnElement[bool]:
    """Raises MadeUp for words that name nobody."""
    handler = Assignment.handler_staff_id
    if who.isdigit():
        return handler == min(int(who), LARGEST_KEY)
    known = {
        Whose.ALL: true(),
        Whose.MINE: handler == viewer.staff_id,
        Whose.FREE: handler.is_(None),
        Whose.MINE_AND_FREE: or_(handler.is_(None), handler == viewer.staff_id),
    }
    if who not in known:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="who")
    return known[Whose(who)]
