"""The switch of emergency mode: one page, the password once more, a banner for everybody."""

from datetime import datetime
from typing import Annotated

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, Field
from sqlalchemy.exc import DBAPIError

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid, Refused
from hotline.fields import Form
from hotline.people import confirming
from hotline.tickets import modes, queries
from hotline.tickets.forms import some
from hotline.tickets.mode_rules import Mode
from hotline.tickets.modes import Switch
from hotline.words import N_

bp = Blueprint("modes", __name__)
SHOWN = 10


class SwitchForm(Form):
    """What emergency mode is called, and what citizens read."""

    title: Annotated[str, Field(max_length=80), AfterValidator(some)]
    announcement: Annotated[str, Field(max_length=1000), AfterValidator(some)]
    acknowledgement: Annotated[str, Field(max_length=300), AfterValidator(some)]
    hold_callbacks: bool = False
    ends_at: datetime | None = None

    def switch(self) -> Switch:
        """As the operation takes it; a time from a page is the city's."""
        ends_at = self.ends_at
        if ends_at is not None and ends_at.tzinfo is None:
            ends_at = ends_at.replace(tzinfo=queries.rulebook().calendar.zone)
        return Switch(
            self.title, self.announcement, self.acknowledgement, self.hold_callbacks, ends_at
        )


@bp.app_context_processor
def given() -> dict[str, object]:
    """What every page asks for: the mode in force, if there is one."""
    return {"emergency_mode": shown}


def shown() -> Mode | None:
    """The mode in force; none where the database is away: that page tells of it itself."""
    try:
        return modes.current(clock.now())
    except DBAPIError:
        return None


@bp.get("/emergency")
@access.needs(Permission.ALARM)
def page() -> ResponseReturnValue:
    """The switch, and when it was on before."""
    return _page()


@bp.post("/emergency")
@access.needs(Permission.ALARM)
@confirming.needed
def start() -> ResponseReturnValue:
    """Switch it on."""
    sent, status = fields.sent(SwitchForm), Invalid.status
    if sent.data is not None:
        data = sent.data
        try:
            return http.write(lambda: _started(data))
        except Refused as error:
            status = sent.refuse(error)
    fields.keep("emergency", sent)
    return _page(), status


@bp.post("/emergency/end")
@access.needs(Permission.ALARM)
@confirming.needed
def end() -> ResponseReturnValue:
    """Switch it off."""
    return http.write(_ended)


def _started(data: SwitchForm) -> http.Answer:
    modes.start(data.switch(), by=access.current().actor, now=clock.now())
    return http.go(url_for("modes.page"), N_("Emergency mode is on."))


def _ended() -> http.Answer:
    modes.end(by=access.current().actor, now=clock.now())
    return http.go(url_for("modes.page"), N_("Emergency mode has ended."))


def _page() -> str:
    modes.forget()
    return render_template("tickets/emergency.html", past=modes.history(SHOWN))
