"""Which calls a viewer may see, and which recordings they may hear.

Decided here: an operator sees the calls they were on, those of the caller before them right now,
and what the hotline owes; who oversees or inspects sees all. What a citizen left for us (a message,
a spoken answer) is heard by everybody who works on its ticket. A unit hears the conversations of
tickets that it holds, of a confidential ticket never. The same predicates serve list, page and API.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from hotline.access import Permission, Viewer
from hotline.calls.kinds import OWED, RecordingKind
from hotline.calls.models import Call, CallLeg, CallTicket
from hotline.calls.recording_models import Recording
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.tickets import access as tickets
from hotline.tickets.models import Ticket

OWED_CALLS = and_(Call.purpose.in_(OWED), Call.state == CallState.WAITING)
LEFT_BY_CITIZENS = Recording.kind.in_([RecordingKind.MESSAGE, RecordingKind.ANSWER])


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The calls this viewer may see."""
    if viewer.may(Permission.READ_ALL_CALLS):
        return true()
    if not viewer.may(Permission.READ_CALLS):
        return false()
    was_on = select(CallLeg.call_id).where(CallLeg.staff_id == viewer.staff_id)
    before = aliased(Call)
    of_caller = (
        select(before.phone_index)
        .join(Seat, Seat.call_id == before.id)
        .where(Seat.staff_id == viewer.staff_id)
    )
    return or_(
        Call.staff_id == viewer.staff_id,
        Call.offered_to == viewer.staff_id,
        Call.id.in_(was_on),
        Call.phone_index.in_(of_caller),
        OWED_CALLS,
    )


def see(viewer: Viewer, ref: str) -> Call:
    """One call, not locked. Raises NotFound."""
    found = db.session.scalars(select(Call).where(Call.ref == ref, visible(viewer))).one_or_none()
    if found is None:
        raise NotFound("call_unknown", "This call is not known here.", field="ref")
    return found


def audible(viewer: Viewer) -> ColumnElement[bool]:
    """The recordings this viewer may hear."""
    if viewer.may(Permission.READ_CALLS):
        its_call = select(Call.id).where(Call.id == Recording.call_id, visible(viewer))
        return or_(
            its_call.correlate(Recording).exists(), and_(LEFT_BY_CITIZENS, _works_on(viewer))
        )
    if not viewer.may(Permission.READ):
        return false()
    return and_(LEFT_BY_CITIZENS, _works_on(viewer)) if viewer.is_hotline else _works_on(viewer)


def _works_on(viewer: Viewer) -> ColumnElement[bool]:
    """Every ticket that came of the call is the viewer's to see, and none confidential."""
    linked = CallTicket.call_id == Recording.call_id
    shown = and_(tickets.visible(viewer), Ticket.is_confidential.is_(False))
    of_them = select(Ticket.id).where(Ticket.id == CallTicket.ticket_id)
    return and_(
        exists().where(linked),
        ~exists().where(linked, ~exists(of_them.where(shown))),
    )


def hear(viewer: Viewer, recording_id: int) -> Recording:
    """One recording that this viewer may hear. Raises NotFound."""
    asked = select(Recording).where(Recording.id == recording_id, audible(viewer))
    found = db.session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound("recording_unknown", "There is no such recording.", field="id")
    return found
