"""The page of outages and closures: what runs, what is coming, what is over, and announcing."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid, MadeUp, Refused
from hotline.notices import operations, queries
from hotline.notices.forms import EndForm, NoticeForm
from hotline.notices.rules import LONGEST, Phase
from hotline.tickets import queries as tickets
from hotline.words import N_

bp = Blueprint("notices", __name__, template_folder="templates")

LARGEST_KEY = 2**63 - 1


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What a template that shows notices may ask for."""
    return {"district_names": queries.district_names, "notices_at": _at}


@bp.get("/notices")
@access.needs(Permission.READ)
def page() -> ResponseReturnValue:
    """What is cut off or closed, by phase."""
    return _render(fields.sent(NoticeForm))


@bp.post("/notices")
@access.needs(Permission.NOTICE)
def announce() -> ResponseReturnValue:
    """Announce an outage or closure."""
    form, status = fields.sent(NoticeForm), Invalid.status
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _announce(data))
        except Refused as error:
            status = form.refuse(error)
    return _render(form), status


@bp.post("/notices/<int:notice_id>/change")
@access.needs(Permission.NOTICE)
def change(notice_id: int) -> ResponseReturnValue:
    """Give a notice another end."""
    form, status = fields.sent(EndForm), Invalid.status
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _change(notice_id, data))
        except Refused as error:
            status = form.refuse(error)
    fields.keep(f"notice-{notice_id}", form)
    return _render(fields.PageForm(NoticeForm)), status


@bp.post("/notices/<int:notice_id>/end")
@access.needs(Permission.NOTICE)
def end(notice_id: int) -> ResponseReturnValue:
    """A notice is over, or is taken back before it begins."""
    viewer, now = access.current(), clock.now()

    def work() -> http.Answer:
        operations.end(notice_id, by=viewer, now=now)
        return http.go(url_for("notices.page"), N_("The notice is over."))

    return http.write(work)


def _announce(data: NoticeForm) -> http.Answer:
    viewer, now, book = access.current(), clock.now(), tickets.rulebook()
    said = data.announcement(book.calendar.zone)
    made = operations.announce(said, by=viewer, now=now, districts=book.districts)
    shown = Phase.CURRENT if made.begins_at <= now else Phase.COMING
    return http.go(url_for("notices.page", phase=shown.value), N_("The notice is announced."))


def _change(notice_id: int, data: EndForm) -> http.Answer:
    moment = data.moment(tickets.rulebook().calendar.zone)
    operations.change_end(notice_id, moment, by=access.current(), now=clock.now())
    return http.go(url_for("notices.page"), N_("The notice has another end now."))


def _render(form: fields.PageForm[NoticeForm]) -> str:
    viewer, now = access.current(), clock.now()
    shown = _phase(request.args.get("phase", ""))
    found, following = _list(shown)
    may = viewer.may(Permission.NOTICE)
    return render_template(
        "notices/page.html",
        form=form,
        chosen=request.form.getlist("districts"),
        found=found,
        next=following,
        shown=shown,
        tabs=_tabs(shown),
        may_announce=may,
        sources=queries.sources(viewer) if may else [],
        districts=list(tickets.rulebook().districts.items()),
        may_change=[one.id for one in found if may and _is_theirs(one)],
        now=now,
        longest=LONGEST.days,
    )


def _list(shown: Phase) -> tuple[list[queries.NoticeView], int | None]:
    now = clock.now()
    if shown is Phase.CURRENT:
        return queries.running(now), None
    if shown is Phase.COMING:
        return queries.coming(now), None
    return queries.past(now, _before(request.args.get("before", "")))


def _is_theirs(one: queries.NoticeView) -> bool:
    viewer = access.current()
    is_over = one.phase is Phase.PAST
    return not is_over and (viewer.is_hotline or one.unit_id in viewer.unit_ids)


def _at(district: str | None, place: str) -> list[queries.NoticeView]:
    return queries.at(district, place, clock.now())


def _phase(said: str) -> Phase:
    try:
        return Phase(said) if said else Phase.CURRENT
    except ValueError as wrong:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="phase") from wrong


def _before(said: str) -> int | None:
    if not said:
        return None
    is_number = said.isascii() and said.isdigit() and len(said) < 20
    if not is_number or int(said) > LARGEST_KEY:
        raise MadeUp("bad_cursor", "This cursor is not one of ours.", field="before")
    return int(said)


def _tabs(shown: Phase) -> list[tuple[str, str, bool, None]]:
    words = (
        (Phase.CURRENT, gettext("Running now")),
        (Phase.COMING, gettext("Coming")),
        (Phase.PAST, gettext("Over")),
    )
    return [
        (url_for("notices.page", phase=one.value), said, one is shown, None) for one, said in words
    ]
