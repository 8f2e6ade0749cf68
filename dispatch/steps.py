"""The verbs of dispatch and handling as steps: a locked ticket, a form's data, who acts.

Page and API share them, so both do exactly the same. Decided here: a unit acts only on what it
holds itself.
"""

from dispatch import (
    accusing,
    assigning,
    capacity,
    joint,
    joint_returning,
    joint_steps,
    queries,
    returning,
    reviewing,
    second_level,
    second_level_steps,
    staffing,
    working,
)
from dispatch.assigning import Order
from dispatch.forms import (
    BatchForm,
    ContactForm,
    DecisionForm,
    DispatchForm,
    HandlerForm,
    ProgressForm,
    ReplyForm,
    ReturnForm,
    ReviewForm,
    SignManyForm,
)
from dispatch.models import Assignment
from dispatch.returning import Objection
from dispatch.rules import ReturnRules
from dispatch.working import Contact, Wording
from hotline import access, settings
from hotline.attachments import operations as attachments
from hotline.errors import Forbidden, Invalid
from hotline.people import queries as people
from hotline.tickets import states
from hotline.tickets.acting import Acting
from hotline.tickets.forms import NothingForm
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb


def dispatch(ticket: Ticket, data: DispatchForm, how: Acting) -> None:
    """Give the ticket to a unit."""
    unit = people.unit_by_code(data.lead)
    if unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="lead")
    assist = joint_steps.units_of(data.assist)
    order = Order(
        unit,
        data.unit_text,
        data.category,
        data.urgency,
        data.note,
        assist,
        not_about=data.not_about,
    )
    assigning.dispatch(ticket, order, by=how.by, now=how.now, book=how.book)


def dispatch_together(ticket: Ticket, data: BatchForm, how: Acting) -> None:
    """Give one of several tickets to the unit that gets them all."""
    order = DispatchForm.model_validate({"lead": data.lead, "note": data.note})
    dispatch(ticket, order, how)


def sign(ticket: Ticket, data: NothingForm, how: Acting) -> None:
    """The unit, or a sub-unit, confirms receipt."""
    hand = capacity.of(ticket, Verb.SIGN, how.viewer)
    if hand.sub is not None:
        second_level.sign(ticket, hand.sub, by=how.by, now=how.now)
    elif hand.is_assisting:
        joint.sign(ticket, hand.assignment, by=how.by, now=how.now)
    else:
        assigning.sign(ticket, hand.assignment, by=how.by, now=how.now)


def sign_and_name(ticket: Ticket, data: SignManyForm, how: Acting) -> None:
    """The unit confirms receipt and, where somebody is chosen, says who sees to it."""
    sign(ticket, NothingForm(), how)
    if data.handler and data.handler != _mine(ticket, how).handler_staff_id:
        name_handler(ticket, HandlerForm(handler=data.handler), how)


def name_handler(ticket: Ticket, data: HandlerForm, how: Acting) -> None:
    """Somebody of the unit sees to it from now on."""
    mine = _mine(ticket, how)
    known = queries.colleagues([mine.unit_id], how.now)
    colleague = next((one for one in known if one.staff_id == data.handler), None)
    if data.handler and colleague is None:
        raise Invalid("not_of_the_unit", "Nobody of this unit has that number.", field="handler")
    viewer = how.viewer or access.current()
    staffing.name_handler(ticket, mine, colleague, viewer=viewer, now=how.now)


def contact(ticket: Ticket, data: ContactForm, how: Acting) -> None:
    """The unit contacted the citizen."""
    hand = capacity.of(ticket, Verb.CONTACT, how.viewer)
    if hand.sub is not None:
        second_level.must_work(hand.sub)
    elif hand.is_assisting:
        joint.must(ticket, hand.assignment, Verb.CONTACT)
    working.contact(ticket, hand.assignment, data.result, data.note, by=how.by, now=how.now)


def progress(ticket: Ticket, data: ProgressForm, how: Acting) -> None:
    """The unit tells how far it is."""
    hand = capacity.of(ticket, Verb.PROGRESS, how.viewer)
    if hand.sub is not None:
        second_level.must_work(hand.sub)
    elif hand.is_assisting:
        joint.must(ticket, hand.assignment, Verb.PROGRESS)
    working.progress(ticket, hand.assignment, data.text, by=how.by, now=how.now)


def ask_return(ticket: Ticket, data: ReturnForm, how: Acting) -> None:
    """The unit says it is not its duty; a sub-unit gives it back inside its unit."""
    hand = capacity.of(ticket, Verb.ASK_RETURN, how.viewer)
    if hand.sub is not None:
        reason, basis = data.reason, data.basis
        second_level.give_back(ticket, hand.sub, reason, basis, by=how.by, now=how.now)
        return
    ask = joint_returning.ask if hand.is_assisting else returning.ask
    ask(
        ticket,
        hand.assignment,
        Objection(data.reason, data.basis),
        by=how.by,
        now=how.now,
        book=how.book,
        numbers=settings.read(ReturnRules),
    )


def reply(ticket: Ticket, data: ReplyForm, how: Acting) -> None:
    """The unit answers, by way of its head where that is set; a sub-unit answers its unit."""
    at = data.contacted_at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=how.book.calendar.zone)
    made = Contact(at, data.contact_result)
    promised, overrules = data.promised_on, data.overrules
    wording = Wording(data.completion, data.text, data.basis, made, promised, overrules)
    hand = capacity.of(ticket, Verb.REPLY, how.viewer)
    if hand.sub is not None:
        second_level.reply(ticket, hand.sub, wording, by=how.by, now=how.now, book=how.book)
    elif hand.is_assisting:
        joint_steps.reply_of_part(ticket, hand.assignment, data, how)
    else:
        second_level_steps.reply_of_unit(ticket, hand.assignment, wording, how)
    attachments.put_with(ticket, data.attachments, of=ticket.last_seq)


def review(ticket: Ticket, data: ReviewForm, how: Acting) -> None:
    """Accept the reply or send it back; the host's own are for the head of the hotline."""
    found = open_one(ticket, Verb.ACCEPT if data.accept else Verb.SEND_BACK)
    accusing.refuse_host(found.unit.code, how.viewer)
    if data.accept:
        reviewing.accept(ticket, found, by=how.by, now=how.now)
    else:
        reviewing.send_back(
            ticket,
            found,
            (data.reason or "").strip(),
            by=how.by,
            now=how.now,
            book=how.book,
        )


def decide_return(return_id: int, ticket: Ticket, data: DecisionForm, how: Acting) -> None:
    """Uphold or refuse a return; its number comes first, so that a route can bind it."""
    asked = returning.of_ticket(ticket, return_id)
    if joint_steps.decides_on_part(ticket, asked, data, how):
        return
    decide = returning.uphold if data.uphold else returning.refuse
    decide(ticket, asked, data.note, by=how.by, now=how.now, book=how.book)


def own(ticket: Ticket, verb: Verb, how: Acting) -> Assignment:
    """The open assignment, if the viewer's unit holds it. Raises Forbidden, WrongState."""
    found = open_one(ticket, verb)
    if how.viewer is None or found.unit_id not in how.viewer.unit_ids:
        raise Forbidden(
            "not_your_unit", "Another unit handles this ticket: only that unit can take this step."
        )
    return found


def open_one(ticket: Ticket, verb: Verb) -> Assignment:
    """The open assignment of a ticket in a state that allows the verb. Raises WrongState."""
    states.move(ticket.state, verb)
    found = queries.active(ticket.id)
    if found is None:
        raise Invalid("never_dispatched", "No unit has handled it; dispatch it first.")
    return found


def _mine(ticket: Ticket, how: Acting) -> Assignment:
    """The part in which somebody of the viewer's unit sees to it."""
    hand = capacity.of(ticket, Verb.NAME_HANDLER, how.viewer)
    if hand.sub is not None:
        raise Forbidden(
            "not_your_unit", "Another unit handles this ticket: only that unit can take this step."
        )
    return hand.assignment
