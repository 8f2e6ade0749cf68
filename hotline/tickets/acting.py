"""The one way in which any page or API call acts on a ticket, or from a list on many.

Every room's routes use it: the ticket must be visible to the viewer, its row is locked, the
operation runs in one write. On a refusal a page shows the ticket again with what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotline import access, clock, fields, http
from hotline.access import Viewer
from hotline.errors import Invalid, NotFound, Refused
from hotline.tickets import access as ticket_access
from hotline.tickets import batch, operations, queries, wire
from hotline.tickets.models import Ticket
from hotline.tickets.rulebook import Rulebook

F = TypeVar("F", bound=fields.Form)


@dataclass(frozen=True)
class Acting:
    """Who acts, when, by which rules, and through which door."""

    by: str
    now: datetime
    book: Rulebook
    viewer: Viewer | None = None
    via: str = "staff"


Act = Callable[[Ticket, F, Acting], object]
Show = Callable[[str], str]


def acting() -> Acting:
    """The member of staff of this request. Raises Unauthenticated."""
    viewer = access.current()
    return Acting(viewer.actor, clock.now(), queries.rulebook(), viewer)


def on_page(
    number: str,
    form: type[F],
    operation: Act[F],
    *,
    name: str,
    said: str,
    show: Show | None = None,
) -> ResponseReturnValue:
    """Do one thing to a ticket from a page.

    The ticket must be visible to the viewer (404 otherwise). After it: to the form's `_back`
    address on this site, or the ticket's page. On a refusal the ticket's page, or the one that
    `show` makes, has the error and everything typed, under the kept form's `name`.
    """
    sent = fields.sent(form)
    back = http.local(request.form.get("_back"), url_for("tickets.page", number=number))
    status = Invalid.status
    if sent.data is not None:
        data = sent.data
        try:
            return http.write(lambda: _act(number, operation, data, http.go(back, said)))
        except Refused as error:
            status = sent.refuse(error)
    fields.keep(name, sent)
    shown: Show = show or current_app.extensions["ticket_page"]
    return shown(number), status


def by_api(
    number: str, form: type[F], operation: Act[F], *, other: Callable[[F], str] | None = None
) -> ResponseReturnValue:
    """Do one thing to a ticket by the JSON API; answers the ticket as it is afterwards.

    `other` names a second ticket that the operation locks.
    """
    data = fields.parse(form)

    def work() -> http.Answer:
        if other is not None:
            operations.lock_in_order((number, other(data)))
        _act(number, operation, data, http.Answer())
        return http.ok(_as_it_is(number))

    return http.write(work)


def _as_it_is(number: str) -> dict[str, Any]:
    """The ticket as the viewer sees it; its number alone once they have given it away."""
    viewer = access.current()
    try:
        return wire.full(ticket_access.see(viewer, number), viewer)
    except NotFound:
        return {"number": number}


def on_many(
    form: type[F],
    operation: Act[F],
    *,
    name: str,
    back: str,
    show: Callable[[], str] | None = None,
) -> ResponseReturnValue:
    """Do one thing to each ticket whose number the page sent in `numbers`.

    All in one write, each ticket in its own savepoint; the flash says how many were done, and
    of the others why not. Then to the form's `_back` address, or `back`. A form that can't be
    taken is shown again by `show` under the kept form's `name`, or told as a flash.
    """
    numbers, typed = _split(request.form)
    sent = fields.PageForm(form, typed)
    back = http.local(request.form.get("_back"), back)
    try:
        wanted = batch.picked(numbers)
    except Refused as error:
        sent.refuse(error)
    else:
        if sent.data is not None:
            data = sent.data
            return http.write(lambda: _act_on_many(wanted, operation, data, back))
    if show is None:
        flash(" ".join(sent.errors.values()), "error")
        return redirect(back, 303)
    fields.keep(name, sent)
    return show(), Invalid.status


def _split(sent: MultiDict[str, str]) -> tuple[list[str], MultiDict[str, str]]:
    """The ticked numbers, and the form without them."""
    typed = MultiDict(sent)
    return typed.poplist("numbers"), typed


def _act_on_many(numbers: list[str], operation: Act[F], data: F, back: str) -> http.Answer:
    how = acting()
    outcome = batch.carry_out(
        access.current(), numbers, lambda ticket: operation(ticket, data, how)
    )
    kind = "error" if outcome.left else "success"
    return http.Answer(status=303, location=back, flash=batch.told(outcome), flash_kind=kind)


def _act(number: str, operation: Act[F], data: F, answer: http.Answer) -> http.Answer:
    how = acting()
    ticket_access.must_see(access.current(), number)
    operation(operations.lock(number), data, how)
    return answer
