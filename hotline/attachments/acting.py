"""Acting on a ticket with files, from a page or by the API.

`on_page` does what that of `tickets.acting` does, and the files of the request go with the event
that the step leaves. They are read first: a file that can't be taken is refused before the
ticket is locked, and the page shows again what was typed.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import current_app, request
from flask.typing import ResponseReturnValue

from hotline import access, fields, http
from hotline.attachments import operations, parts, uploads
from hotline.attachments.forms import AttachForm
from hotline.attachments.models import Attachment
from hotline.attachments.uploads import FIELD, Upload
from hotline.errors import Invalid, Refused
from hotline.tickets import access as ticket_access
from hotline.tickets import acting
from hotline.tickets import operations as tickets
from hotline.tickets.acting import Act, Acting
from hotline.tickets.models import Ticket

F = TypeVar("F", bound=fields.Form)
ADDING = "attach"


def on_page(
    number: str, form: type[F], operation: Act[F], *, name: str, said: str
) -> ResponseReturnValue:
    """Do one thing to a ticket from a page; files of the request go with its event."""
    try:
        found = uploads.read()
    except Refused as error:
        return _shown_again(number, form, error, name)

    def step(ticket: Ticket, data: F, how: Acting) -> None:
        operation(ticket, data, how)
        operations.take_by(how, ticket, found, of=ticket.last_seq)

    return acting.on_page(number, form, step, name=name, said=said)


def add_on_page(number: str, *, said: str) -> ResponseReturnValue:
    """Add files and nothing else, from the ticket's page."""
    try:
        found = _some()
    except Refused as error:
        return _shown_again(number, AttachForm, error, ADDING)

    def step(ticket: Ticket, data: AttachForm, how: Acting) -> None:
        operations.take_by(how, ticket, found, is_for_unit=data.for_unit)

    return acting.on_page(number, AttachForm, step, name=ADDING, said=said)


def add_by_api(number: str) -> ResponseReturnValue:
    """Add files by the JSON API; answers them with their keys."""
    found, sent = _some(), fields.PageForm(AttachForm, request.form)
    if sent.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=sent.errors)
    is_for_unit = sent.data.for_unit

    def work() -> http.Answer:
        how = acting.acting()
        ticket_access.must_see(access.current(), number)
        ticket = tickets.lock(number)
        return _answer(operations.take_by(how, ticket, found, is_for_unit=is_for_unit))

    return http.write(work)


def _answer(made: Sequence[Attachment]) -> http.Answer:
    return http.ok({"attachments": parts.dumped([parts.view_of(one) for one in made])}, 201)


def _some() -> list[Upload]:
    found = uploads.read()
    if not found:
        raise Invalid("files_missing", "Choose at least one file.", field=FIELD)
    return found


def _shown_again(number: str, form: type[F], error: Refused, name: str) -> ResponseReturnValue:
    sent = fields.sent(form)
    status = sent.refuse(error)
    fields.keep(name, sent)
    show: Callable[[str], str] = current_app.extensions["ticket_page"]
    return show(number), status
