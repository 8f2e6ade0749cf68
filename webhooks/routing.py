"""Where a citizen's text belongs: one table of steps, the first that takes it has it.

Decided here: their order. A text is added to a ticket only if it quotes its number, answers
our open question, or goes on where the last one was cut; everything else is a new matter, and
words of danger always make one. Not here: what the words are (`hotline.messages.inbound`),
what an answer means (`callbacks`). Source: the design of calls and texts, "Texts coming in".
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from dispatch import questioning
from hotline import crypto, phone
from hotline.errors import Refused
from hotline.extensions import db
from hotline.messages import inbound, operations, queries, rules, texts
from hotline.messages.inbound import Intent
from hotline.messages.models import Question
from hotline.messages.operations import Incoming, Outgoing
from hotline.tickets import beside, emergency, joining, questions
from hotline.tickets.intake import Matter, Reporter, intake
from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance, lock, lock_by_id
from hotline.tickets.states import FINAL, State, Verb
from webhooks import replies
from webhooks.arriving import Arrived, Circumstances, Place, Text

BY = "citizen:sms"
VIA = "sms"
NEW, JOINED, SUPPLEMENT, ANSWER = "new", "joined", "supplement", "answer"
LONGEST_SENDER = 60


def take_in(arrived: Arrived, at: Circumstances) -> None:
    """Keep a text and do what it says; one that is known already changes nothing."""
    callback = number_of(arrived.sender)
    address = callback or inbound.clean(arrived.sender)[:LONGEST_SENDER]
    operations.lock_sender(address)
    window = timedelta(seconds=at.limits.join_seconds)
    index = crypto.blind_index(address)
    sender = queries.sender(index, arrived.provider_id, at.now, window)
    if sender.is_duplicate:
        return
    read, whole = inbound.classify(arrived.body), inbound.clean(arrived.body)
    text = Text(arrived, read, whole, address, callback, sender, at)
    place = next(found for step in STEPS if (found := step(text)) is not None)
    operations.receive(
        Incoming(
            kind=place.kind,
            phone=address,
            body=whole,
            provider_id=arrived.provider_id,
            ticket_id=place.ticket_id,
            citizen_id=place.citizen_id,
        ),
        now=at.now,
    )


def number_of(sender: str) -> str | None:
    """The sender in E.164; None for service numbers and names, which nobody can call."""
    try:
        return phone.normalise(sender)
    except phone.PhoneError:
        return None


def _stop(text: Text) -> Place | None:
    if text.read.intent is not Intent.OPT_OUT:
        return None
    index = crypto.blind_index(text.address)
    operations.opt_out(index, text.read.text, now=text.at.now)
    return Place("opt_out")


def _start(text: Text) -> Place | None:
    if text.read.intent is not Intent.OPT_IN:
        return None
    operations.opt_in(crypto.blind_index(text.address))
    _reply(text, "opted_in", {})
    return Place("opt_in")


def _look_up(text: Text) -> Place | None:
    """查 + number: progress; how that goes when the number is missing."""
    if text.read.intent not in (Intent.LOOK_UP, Intent.HOW_TO_LOOK_UP):
        return None
    at = text.at
    zone = at.book.calendar.zone
    found = replies.look_up(text.read, text.address, now=at.now, zone=zone, limits=at.limits)
    if found is not None:
        _reply(text, found.kind, found.values, ticket_id=found.ticket_id)
    return Place("look_up")


def _rate(text: Text) -> Place | None:
    """A digit has a meaning while a question is open, also a second one that corrects it."""
    is_digit = text.read.intent is Intent.DIGIT
    return _answered(text, text.read.text) if is_digit and text.sender.question else None


def _go_on(text: Text) -> Place | None:
    """The rest of a text that was cut at the end of a segment."""
    earlier = text.sender.earlier
    if earlier is None or not text.whole or not rules.is_full(earlier.body):
        return None
    if earlier.kind == ANSWER:
        return _answered(text, earlier.body + text.whole) if text.sender.question else None
    if earlier.ticket_id is None:
        return None
    ticket = lock_by_id(earlier.ticket_id)
    if earlier.kind in (NEW, JOINED) and ticket.state is State.RECEIVED:
        at = text.at
        joining.join(ticket, text.whole, by=BY, now=at.now, book=at.book, via=VIA)
        return Place(JOINED, ticket.id, ticket.citizen_id)
    if ticket.state in FINAL:
        return None
    facts = {"via": VIA, "is_joined": True}
    advance(ticket, Verb.SUPPLEMENT, by=BY, now=text.at.now, facts=facts, words=text.whole)
    return _with_danger(text, Place(SUPPLEMENT, ticket.id, ticket.citizen_id), ticket)


def _quote(text: Text) -> Place | None:
    """It names a ticket of this citizen that is still open."""
    own = _own_quoted(text)
    number = next((one for one, is_open in own.items() if is_open), None)
    if number is None:
        return None
    ticket = lock(number)
    if ticket.state in FINAL:
        return None
    beside.supplement(ticket, text.read.text, by=BY, now=text.at.now, via=VIA)
    return _with_danger(text, Place(SUPPLEMENT, ticket.id, ticket.citizen_id), ticket)


def _answer(text: Text) -> Place | None:
    """Any words while we wait for an answer, or for the reason of a bad one."""
    question = text.sender.question
    if question is None or not text.read.text:
        return None
    if question.answered_at is not None and not question.wants_words:
        return None
    place = _answered(text, text.read.text)
    return place if place is None else _with_danger(text, place, None)


def _nothing(text: Text) -> Place | None:
    """Nothing that could be handled: empty, only emoji, only signs."""
    if text.read.intent is not Intent.NOTHING:
        return None
    _reply(text, "no_words", {})
    return Place("no_words")


def _new(text: Text) -> Place:
    """A new matter, with the citizen's open tickets as a hint for who sorts it."""
    perhaps = list(dict.fromkeys([*_own_quoted(text), *text.sender.open_tickets]))
    taken = intake(
        Matter(
            channel=Channel.SMS,
            body=text.read.text,
            reporter=Reporter(phone=text.callback),
            line=phone.short_code(text.arrived.recipient),
            extra={"perhaps": perhaps} if perhaps else {},
        ),
        by=BY,
        now=text.at.now,
        book=text.at.book,
        may_sort=False,
    )
    return Place(NEW, taken.ticket.id, taken.ticket.citizen_id)


STEPS: tuple[Callable[[Text], Place | None], ...] = (
    _stop,
    _start,
    _look_up,
    _rate,
    _go_on,
    _quote,
    _answer,
    _nothing,
    _new,
)
"""Asked in this order; the last takes whatever is left."""


def _own_quoted(text: Text) -> dict[str, bool]:
    if not text.read.numbers:
        return {}
    return queries.own_tickets(text.read.numbers, crypto.blind_index(text.address))


def _answered(text: Text, words: str) -> Place | None:
    """Give the words to whoever asked; what they don't take goes on to the next step."""
    question, at = text.sender.question, text.at
    if question is None:
        return None
    if question.reference.startswith(questioning.REFERENCE):
        return _to_unit(text, question, words)
    try:
        with db.session.begin_nested():
            kind = at.answer(question, words, by=BY, now=at.now, book=at.book)
    except Refused:
        return None
    if not kind:
        return None
    if kind != replies.NOT_UNDERSTOOD:
        operations.note_answer(question, now=at.now, wants_words=kind == replies.ASKS_WHY)
    _reply(text, kind, replies.for_answer(question, words), ticket_id=question.ticket_id)
    return Place(ANSWER, question.ticket_id)


def _to_unit(text: Text, question: Question, words: str) -> Place | None:
    """The answer to what a unit asked, while it still waits for it."""
    ticket = lock_by_id(question.ticket_id)
    asked = questions.open_of(ticket.id)
    operations.close_question(question.reference, now=text.at.now)
    if asked is None or questioning.reference(asked.id) != question.reference:
        return None
    if ticket.state in FINAL:
        return None
    beside.supplement(ticket, words, by=BY, now=text.at.now, via=VIA)
    return Place(SUPPLEMENT, ticket.id, ticket.citizen_id)


def _with_danger(text: Text, place: Place, ticket: Ticket | None) -> Place:
    """Words of danger make a critical matter of their own, unless it is one already."""
    is_known = ticket is not None and ticket.urgency is Urgency.CRITICAL
    return place if is_known or not emergency.words_in(text.whole) else _new(text)


def _reply(
    text: Text, kind: str, values: Mapping[str, str], *, ticket_id: int | None = None
) -> None:
    """Queue a text back; a service number or a name gets none."""
    if text.callback is None:
        return
    operations.queue_text(
        Outgoing(
            kind=kind,
            phone=text.callback,
            values=values,
            ticket_id=ticket_id,
            locale=texts.locale_for(text.read.text),
        ),
        now=text.at.now,
        zone=text.at.book.calendar.zone,
        limits=text.at.limits,
    )
