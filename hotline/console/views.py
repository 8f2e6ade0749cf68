"""The operator's page: what waits to be sorted, and the entry of a new matter."""

import json
from datetime import timedelta

from cryptography.fernet import InvalidToken
from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, counters, crypto, fields, http
from hotline.access import Permission
from hotline.console.forms import EntryForm
from hotline.errors import Invalid, Refused
from hotline.tickets import lists, operations, queries, sorting
from hotline.tickets.intake import intake
from hotline.tickets.states import State
from hotline.words import N_

bp = Blueprint("console", __name__, template_folder="templates")

MADE_FOR = timedelta(hours=1)


@bp.get("/console")
@access.needs(Permission.INTAKE)
def page() -> ResponseReturnValue:
    """The console, with the number of what was just made."""
    return _render(fields.sent(EntryForm))


@bp.post("/console")
@access.needs(Permission.INTAKE)
def enter() -> ResponseReturnValue:
    """Enter a matter: a ticket, or an instant answer."""
    form = fields.sent(EntryForm)
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _enter(data))
        except Refused as error:
            return _render(form), form.refuse(error)
    return _render(form), Invalid.status


def _enter(data: EntryForm) -> http.Answer:
    viewer, now, book = access.current(), clock.now(), queries.rulebook()
    if data.district and data.district not in book.districts:
        raise Invalid("unknown_unit", "There is no such district.", field="district")
    made = intake(data.matter(), by=viewer.actor, now=now, book=book, may_sort=True)
    said = N_("The ticket is made.")
    if data.leave_by == "answer":
        ticket = operations.lock_by_id(made.ticket.id)
        sorting.answer(ticket, data.answer or "", by=viewer.actor, now=now, article=data.article)
        said = N_("Answered and closed.")
    token = crypto.encrypt(json.dumps([made.ticket.number, made.query_code])).decode()
    return http.go(url_for("console.page", made=token), said)


def _render(form: fields.PageForm[EntryForm]) -> str:
    viewer, book = access.current(), queries.rulebook()
    waiting = lists.by_deadline(viewer, [State.RECEIVED], cursor=request.args.get("cursor"))
    return render_template(
        "console/page.html",
        form=form,
        waiting=waiting,
        counts=counters.read(operations.COUNTER),
        made=_made(request.args.get("made", "")),
        leaves=queries.leaf_groups(),
        districts=list(book.districts.items()),
        panels=current_app.extensions.get("console_panels", []),
    )


def _made(token: str) -> tuple[str, str] | None:
    if not token:
        return None
    try:
        number, code = json.loads(crypto.decrypt(token.encode(), within=MADE_FOR))
    except InvalidToken:
        return None
    return number, code
