"""What somebody was warned of, and how they want to be: everybody's own page.

Decided here: a warning counts as opened when its owner goes to what it is about, or says that
all of them were read.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hotline import access, clock, fields, http
from hotline.access import Permission, Viewer
from hotline.errors import Invalid, NotFound
from hotline.extensions import db
from hotline.tickets import access as ticket_access
from hotline.tickets.models import Ticket
from hotline.words import N_
from supervision import badges, lists, reaching, warn
from supervision.forms import ListFilter, ReachForm, WarningFilter
from supervision.models import WarningRow
from supervision.rules import WarningKind

bp = Blueprint("warnings", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the unit's page asks for; nothing is read before it does."""
    return {"unit_duties": unit_duties}


@bp.get("/warnings")
@access.needs(Permission.WATCH)
def page() -> ResponseReturnValue:
    """What the viewer was warned of; a unit's people see its cards and orders too."""
    return _page(fields.kept("reach"))


@bp.get("/warnings/<int:warning_id>")
@access.needs(Permission.WATCH)
def open_one(warning_id: int) -> ResponseReturnValue:
    """Go to what a warning is about; it is opened from now on."""
    return http.write(lambda: _opened(warning_id))


@bp.post("/warnings/read")
@access.needs(Permission.WATCH)
def read_all() -> ResponseReturnValue:
    """All of the viewer's warnings count as opened."""
    return http.write(_read_all)


@bp.post("/warnings/reach")
@access.needs(Permission.WATCH)
def reach() -> ResponseReturnValue:
    """Say whether warnings come by text too, and to which number."""
    sent = fields.sent(ReachForm)
    if sent.data is None:
        return _page(sent), Invalid.status
    wanted, who = sent.data, access.current()

    def work() -> http.Answer:
        reaching.keep(who.staff_id, wanted.phone, wants_texts=wanted.wants_texts, now=clock.now())
        return http.go(url_for("warnings.page"), N_("Kept."))

    return http.write(work)


def unit_duties(viewer: Viewer) -> dict[str, Any]:
    """The orders that wait for the viewer's units; nothing is read when none does."""
    if not badges.unanswered():
        return {"orders": []}
    waiting = lists.orders(viewer, ListFilter.model_validate({"state": "open"}), limit=5)
    return {"orders": waiting.items}


def _page(form: fields.PageForm[Any]) -> str:
    viewer, wanted = access.current(), fields.asked(WarningFilter)
    tab = wanted.tab or "mine"
    found: dict[str, Any] = {"tab": tab, "form": form, "is_first": not wanted.cursor}
    if tab == "mine":
        found |= {"found": lists.warnings(viewer, wanted.cursor)}
        found |= {"reach": reaching.of(viewer.staff_id)}
    elif viewer.unit_ids:
        of_unit = ListFilter.model_validate({"cursor": wanted.cursor})
        found |= {"found": (lists.cards if tab == "cards" else lists.orders)(viewer, of_unit)}
    else:
        raise NotFound("not_found", "There is nothing here.")
    return render_template("supervision/warnings.html", **found)


def _opened(warning_id: int) -> http.Answer:
    viewer = access.current()
    found = warn.open_one(warning_id, viewer.staff_id, clock.now())
    if found is None:
        raise NotFound("warning_not_found", "There is no such warning.")
    return http.go(_about(found, viewer))


def _about(warning: WarningRow, viewer: Viewer) -> str:
    """Where a warning leads: to its ticket while the viewer sees it, else to a list."""
    if warning.kind is WarningKind.ARTICLE:
        return _articles(warning.facts)
    about = select(Ticket.number).where(
        Ticket.id == warning.ticket_id, ticket_access.visible(viewer)
    )
    number = db.session.scalar(about) if warning.ticket_id else None
    return url_for("tickets.page", number=number) if number else url_for("warnings.page")


def _articles(facts: Mapping[str, Any]) -> str:
    """The article itself, or the knowledge base when it is about several."""
    number = facts.get("article")
    return url_for("kb.article", number=number) if number else url_for("kb.page")


def _read_all() -> http.Answer:
    warn.open_all(access.current().staff_id, clock.now())
    return http.go(url_for("warnings.page"), N_("All are marked as read."))
