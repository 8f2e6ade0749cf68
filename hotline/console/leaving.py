"""What is done when a matter leaves the operator's desk: one table of ways out.

Each ends in an operation of the tickets' room. Decided here: which one, and that an answer names
the article with the revision that it was read in.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import current_app
from flask_babel import gettext

from hotline.access import Role
from hotline.console.forms import EntryForm, Exit, ExitForm, SortingForm
from hotline.errors import Invalid, NotFound
from hotline.tickets import access as ticket_access
from hotline.tickets import belonging, late_entry, operations, queries, sorting, steps
from hotline.tickets.acting import Acting
from hotline.tickets.again import Way
from hotline.tickets.belonging import Coming
from hotline.tickets.forms import TransferForm
from hotline.tickets.intake import Taken, intake
from hotline.tickets.kinds import Channel, RequestType
from hotline.tickets.models import Ticket
from hotline.words import N_

SAID: Mapping[str, str] = {
    Exit.EXISTING: N_("It went to the ticket that is there."),
    Exit.ANSWER: N_("Answered and closed."),
    Exit.TICKET: N_("The ticket goes to dispatch."),
    Exit.TRANSFER: N_("Handed over."),
    Exit.REFUSE: N_("Refused."),
    Exit.FILE: N_("Filed."),
}
SAID_CALLED = N_("The service is called in; the ticket stays to be sorted.")
SAID_LATER = N_("Taken in; it waits in the queue.")
ArticleVersion = Callable[[str], int | None]


def said(data: ExitForm) -> str:
    """What the operator reads once it is done."""
    is_called = data.leave_by == Exit.TRANSFER and not data.accepted_by
    return SAID_CALLED if is_called else SAID[data.leave_by]


def check(data: ExitForm) -> None:
    """Nothing when all that this way out needs is there. Raises Invalid naming what is not."""
    missing = data.missing()
    if missing:
        words = gettext("This is needed.")
        raise Invalid("needed", "This is needed.", fields=dict.fromkeys(missing, words))
    if data.district and data.district not in queries.rulebook().districts:
        raise Invalid("unknown_unit", "There is no such district.", field="district")


def enter(data: EntryForm, how: Acting, line: str | None = None) -> Taken | Ticket:
    """Take a matter in and let it leave; answers the new ticket, or the one it belongs to.

    `line`: the published number that was dialled, for a call.
    """
    check(data)
    other = None if data.later else _other(data, how)
    if data.leave_by == Exit.EXISTING and other is not None:
        coming = Coming(data.way or Way.PROGRESS, data.body or _told())
        belonging.come_again(other, coming, by=how.by, now=how.now, book=how.book)
        return other
    matter = replace(data.matter(how.book.calendar.zone), line=line)
    if matter.received_at is not None:
        is_leader = how.viewer is not None and Role.SHIFT_LEADER in how.viewer.roles
        late_entry.check(matter.received_at, how.now, is_shift_leader=is_leader)
    made = intake(matter, by=how.by, now=how.now, book=how.book, may_sort=True)
    _mark_repeat(made.ticket, other, how)
    if data.leave_by in ENDS and not data.later:
        ENDS[data.leave_by](operations.lock_by_id(made.ticket.id), data, how)
    return made


def leave(number: str, data: SortingForm, how: Acting) -> Ticket:
    """Let a received matter leave. Raises WrongState when somebody was faster."""
    check(data)
    if data.other:
        operations.lock_in_order((number, data.other))
    ticket = operations.lock(number)
    other = _other(data, how)
    if data.leave_by == Exit.EXISTING and other is not None:
        _join(ticket, other, data, how)
    elif data.leave_by in ENDS:
        ENDS[data.leave_by](ticket, data, how)
    else:
        sorting.sort(ticket, data.sorting(), by=how.by, now=how.now, book=how.book)
        _mark_repeat(ticket, other, how)
    return ticket


def _join(ticket: Ticket, other: Ticket, data: SortingForm, how: Acting) -> None:
    way = data.way or Way.PROGRESS
    is_own = ticket.citizen_id is not None and ticket.citizen_id == other.citizen_id
    via = "sms" if is_own and ticket.channel is Channel.SMS else "staff"
    belonging.file_under(ticket, other, by=how.by, now=how.now)
    viewer = how.viewer
    came = ticket_access.see(viewer, ticket.number).body if viewer else ""
    said = _told() if way is Way.PROGRESS else "\n".join(one for one in (came, data.more) if one)
    coming = Coming(way, said, via)
    belonging.come_again(other, coming, by=how.by, now=how.now, book=how.book)


def _other(data: ExitForm, how: Acting) -> Ticket | None:
    """The ticket that is there already, locked. Raises Invalid when the viewer has none such."""
    if not data.other or how.viewer is None:
        return None
    field = "existing" if data.leave_by == Exit.EXISTING else "repeat_of"
    try:
        ticket_access.must_see(how.viewer, data.other)
    except NotFound as error:
        raise Invalid("ticket_not_found", "There is no such ticket.", field=field) from error
    return operations.lock(data.other)


def _mark_repeat(ticket: Ticket, other: Ticket | None, how: Acting) -> None:
    if other is not None:
        belonging.mark_repeat(ticket, other, now=how.now)


def _told() -> str:
    return str(gettext("The citizen was told how far it is."))


def _answer(ticket: Ticket, data: ExitForm, how: Acting) -> None:
    if data.request_type not in (None, RequestType.CONSULTATION):
        words = "Only consultations may be answered and closed at once."
        raise Invalid("not_a_consultation", words, field="answer")
    article, revision = data.article, data.revision
    if article:
        version_of: ArticleVersion = current_app.extensions["article_version"]
        version = version_of(article)
        if version is None:
            raise Invalid("unknown_article", "There is no such article.", field="article")
        revision = min(revision or version, version)
    words = data.answer or ""
    sorting.answer(ticket, words, by=how.by, now=how.now, article=article, revision=revision)


def _transfer(ticket: Ticket, data: ExitForm, how: Acting) -> None:
    if data.service is not None:
        form = TransferForm(
            service=data.service,
            note=data.service_note,
            three_way=data.three_way,
            accepted_by=data.accepted_by,
            their_number=data.their_number,
        )
        steps.transfer(ticket, form, how)


def _refuse(ticket: Ticket, data: ExitForm, how: Acting) -> None:
    if data.refusal is not None:
        words = data.explanation or ""
        sorting.refuse(ticket, data.refusal, words, data.route, by=how.by, now=how.now)


def _file(ticket: Ticket, data: ExitForm, how: Acting) -> None:
    if data.filing is not None:
        sorting.file(ticket, data.filing, by=how.by, now=how.now)


ENDS: Mapping[str, Callable[[Ticket, ExitForm, Acting], None]] = {
    Exit.ANSWER: _answer,
    Exit.TRANSFER: _transfer,
    Exit.REFUSE: _refuse,
    Exit.FILE: _file,
}
