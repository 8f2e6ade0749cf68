"""The ticket room's verbs as steps: a locked ticket, a form's data, who acts.

Page and API share them, so both do exactly the same.
"""

from hotline.fields import Form
from hotline.tickets import beside, merging, objecting, operations, rescue, sorting
from hotline.tickets.acting import Acting
from hotline.tickets.forms import (
    AnswerForm,
    CitizenReasonForm,
    CitizenTextForm,
    DeclinedForm,
    FileForm,
    MergeForm,
    ReasonForm,
    RefuseForm,
    SortForm,
    TextForm,
    TransferForm,
)
from hotline.tickets.models import Ticket
from hotline.tickets.rescue import Accepted, Called


def sort(ticket: Ticket, data: SortForm, how: Acting) -> None:
    """Sort what came in."""
    sorting.sort(ticket, data.sorting(), by=how.by, now=how.now, book=how.book)


def answer(ticket: Ticket, data: AnswerForm, how: Acting) -> None:
    """Answer at once."""
    used, revision = data.article, data.revision
    sorting.answer(ticket, data.text, by=how.by, now=how.now, article=used, revision=revision)


def refuse(ticket: Ticket, data: RefuseForm, how: Acting) -> None:
    """Out of scope."""
    sorting.refuse(ticket, data.reason, data.text, data.route, by=how.by, now=how.now)


def file(ticket: Ticket, data: FileForm, how: Acting) -> None:
    """Nothing more is to be done."""
    sorting.file(ticket, data.reason, by=how.by, now=how.now)


def transfer(ticket: Ticket, data: TransferForm, how: Acting) -> None:
    """With the name of who accepted it is accepted, without it the service is called in."""
    if data.accepted_by:
        taken = Accepted(data.service, data.accepted_by, data.their_number)
        rescue.accept(ticket, taken, by=how.by, now=how.now)
    else:
        called = Called(data.service, data.note, data.three_way)
        rescue.call_in(ticket, called, by=how.by, now=how.now, book=how.book)


def declined(ticket: Ticket, data: DeclinedForm, how: Acting) -> None:
    """The service won't come."""
    rescue.decline(ticket, data.service, data.reason, by=how.by, now=how.now)


def merge(ticket: Ticket, data: MergeForm, how: Acting) -> None:
    """Follow another ticket; the caller has locked both rows in id order."""
    merging.merge(ticket, operations.lock(data.into), by=how.by, now=how.now)


def note(ticket: Ticket, data: TextForm, how: Acting) -> None:
    """A note of the hotline's own."""
    beside.note(ticket, data.text, by=how.by, now=how.now)


def supplement(ticket: Ticket, data: TextForm | CitizenTextForm, how: Acting) -> None:
    """More from the citizen."""
    beside.supplement(ticket, data.text, by=how.by, now=how.now, via=how.via)


def urge(ticket: Ticket, data: Form, how: Acting) -> None:
    """The citizen asks for haste."""
    beside.urge(ticket, by=how.by, now=how.now)


def withdraw(ticket: Ticket, data: ReasonForm | CitizenReasonForm, how: Acting) -> None:
    """The citizen takes it back."""
    beside.withdraw(ticket, data.reason, by=how.by, now=how.now)


def reopen(ticket: Ticket, data: ReasonForm, how: Acting) -> None:
    """Take an ended matter up again."""
    beside.reopen(ticket, data.reason, by=how.by, now=how.now, book=how.book)
    objecting.settle_by_reopening(ticket, by=how.by, now=how.now)
