"""Extensions, suspensions and promises as steps: a locked ticket, a form's data, who acts."""

from dispatch import extending, promises, requests, steps, suspending
from dispatch.extending import Decision
from dispatch.requests import Kind
from dispatch.suspending import Wish
from dispatch.time_forms import ExtendForm, GrantForm, PromiseForm, SuspendForm, VerdictForm
from dispatch.time_models import Extension, Suspension
from dispatch.time_rules import EndedBecause, TimeRules
from hotline import access, settings
from hotline.attachments import operations as attachments
from hotline.tickets.acting import Acting
from hotline.tickets.forms import NothingForm
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb


def extend(ticket: Ticket, data: ExtendForm, how: Acting) -> None:
    """The unit asks for more time."""
    extending.ask(
        ticket,
        steps.own(ticket, Verb.ASK_EXTENSION, how),
        data.working_days,
        data.reason,
        by=how.by,
        now=how.now,
        book=how.book,
        numbers=settings.read(TimeRules),
    )


def suspend(ticket: Ticket, data: SuspendForm, how: Acting) -> None:
    """The unit asks that its clocks stand still."""
    suspending.ask(
        ticket,
        steps.own(ticket, Verb.ASK_SUSPENSION, how),
        Wish(data.reason, data.until, data.evidence),
        by=how.by,
        now=how.now,
        book=how.book,
        numbers=settings.read(TimeRules),
    )
    attachments.put_with(ticket, data.attachments, of=ticket.last_seq)


def resume(ticket: Ticket, data: NothingForm, how: Acting) -> None:
    """The unit works on it again before the end that was set."""
    steps.own(ticket, Verb.RESUME, how)
    suspending.resume(ticket, EndedBecause.UNIT, by=how.by, now=how.now, book=how.book)


def decide_extension(extension_id: int, ticket: Ticket, data: GrantForm, how: Acting) -> None:
    """Grant or refuse more time; its number comes first, so that a route can bind it."""
    _decide_extension(ticket, requests.of_ticket(Extension, ticket, extension_id), data, how)


def decide_extension_of(ticket: Ticket, data: GrantForm, how: Acting) -> None:
    """The same for the undecided extension of one of several tickets."""
    asked = requests.open_one(Kind.EXTENSION, ticket)
    if isinstance(asked, Extension):
        _decide_extension(ticket, asked, data, how)


def decide_suspension(suspension_id: int, ticket: Ticket, data: VerdictForm, how: Acting) -> None:
    """Grant or refuse a suspension."""
    asked = requests.of_ticket(Suspension, ticket, suspension_id)
    decide = suspending.grant if data.grant else suspending.refuse
    viewer = how.viewer or access.current()
    decide(ticket, asked, data.note, viewer=viewer, now=how.now, book=how.book)


def promise(ticket: Ticket, data: PromiseForm, how: Acting) -> None:
    """Enter a promise, or move its day."""
    numbers = settings.read(TimeRules)
    promises.enter(ticket, data.promised_on, by=how.by, now=how.now, book=how.book, numbers=numbers)


def _decide_extension(ticket: Ticket, asked: Extension, data: GrantForm, how: Acting) -> None:
    decide = extending.grant if data.grant else extending.refuse
    decision = Decision(data.note, data.upstream_consent)
    viewer = how.viewer or access.current()
    decide(ticket, asked, decision, viewer=viewer, now=how.now, book=how.book)
