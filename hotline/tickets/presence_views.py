"""Who else has a ticket open: told by every open page of it, answered with the others."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from hotline import access, clock, fields, live, presence
from hotline.access import Permission
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.presence import Doing
from hotline.tickets import access as ticket_access
from hotline.tickets.models import Holder, Ticket

bp = Blueprint("presence", __name__)


class PresenceForm(fields.Form):
    """Which tab, and what is done in it."""

    tab: str = Field(min_length=1, max_length=40)
    doing: Doing = Doing.VIEWING


@bp.post("/live/presence/<number>")
@access.needs(Permission.READ)
def note(number: str) -> ResponseReturnValue:
    """This tab has the ticket open, or had; answers who else has."""
    viewer, now, form = access.current(), clock.now(), fields.sent(PresenceForm)
    ticket_access.must_see(viewer, number)
    if form.data is None:
        return "", Invalid.status
    if presence.note(number, viewer, form.data.tab, form.data.doing, now=now):
        live.tell([f"ticket-presence:{number}"], _holders(number))
    return render_template("live/_here.html", others=presence.others(number, viewer, now=now))


def _holders(number: str) -> list[int]:
    held = select(Holder.unit_id).join(Ticket, Ticket.id == Holder.ticket_id)
    found = db.session.scalars(held.where(Ticket.number == number, Holder.until.is_(None)))
    return list(found)
