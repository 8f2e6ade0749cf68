"""The caller's own way before anybody answers: the menu, the progress of a ticket, a message.

Decided here: what each wish does to the call. Not here: what keys and words mean
(`hotline.calls.menu`), what is said (`voice_documents`).
"""

from collections.abc import Callable, Mapping

from hotline import settings
from hotline.calls import arriving, dialling, greeting, menu, queueing, tries, voicemail
from hotline.calls import history as call_history
from hotline.calls.kinds import RecordingKind
from hotline.calls.menu import Decision, Wish
from hotline.calls.prompting import ENGLISH, Spoken, digit_by_digit
from hotline.calls.queueing import QueueFull
from hotline.calls.states import CallState
from hotline.carrier import Capability
from hotline.messages import progress
from hotline.messages.queries import Story
from hotline.messages.rules import MessageRules, may_be_texted
from hotline.tickets import queries as tickets
from webhooks import tries as all_tries
from webhooks import voice_documents as documents
from webhooks.voice_turn import Turn, setting
from webhooks.voice_xml import Document

IN_MENU = (CallState.RINGING, CallState.MENU)
MACHINE = call_history.SYSTEM


def incoming(turn: Turn) -> Document:
    """Somebody dialled a line of ours."""
    call, at = turn.call, turn.at
    if call.state not in IN_MENU:
        return documents.standing(turn)
    passing = greeting.passing(call, turn.form.recipient)
    said = greeting.words(
        call,
        now=at.now,
        zone=at.zone,
        is_recorded=setting().can(Capability.RECORDING),
        passing=passing,
    )
    arriving.greet(call, now=at.now)
    if passing is None:
        return documents.menu(turn, *said)
    call.is_served = True
    call_history.note(call, "passed_to_line", at=at.now, line=passing.line)
    return documents.pass_to_line(turn, passing.number, *said)


def at_menu(turn: Turn) -> Document:
    """A key of the menu, a word, or silence."""
    if turn.call.state is CallState.REFUSED:
        return _done(turn, menu.at_refusal(turn.form.heard))
    if turn.call.state not in IN_MENU or turn.asked.tries is None:
        return documents.standing(turn)
    arriving.greet(turn.call, now=turn.at.now)
    decision = menu.at_menu(turn.form.heard, turn.asked.tried)
    if decision.wish is Wish.AGAIN:
        return documents.menu(turn, turn.say("not_understood"), tries=turn.asked.tried + 1)
    return _done(turn, decision)


def at_number(turn: Turn) -> Document:
    """A ticket's number was typed; the ticket's own phone is told at once."""
    if turn.call.state is not CallState.MENU:
        return documents.standing(turn)
    if turn.asked.tries is None:
        return documents.number(turn)
    decision = menu.at_number(turn.form.heard, turn.asked.tried)
    if decision.wish is Wish.AGAIN:
        return documents.number(turn, turn.say("number_wrong"), tries=turn.asked.tried + 1)
    if decision.wish is not Wish.LOOK_UP:
        return _done(turn, decision)
    if _are_too_many(turn, decision.number):
        return to_queue(turn, turn.say("lookup_blocked"))
    story = progress.find(decision.number, None, turn.call.phone)
    if story is None or progress.needs_code(story, None):
        return documents.code(turn, decision.number)
    return _tell(turn, story)


def at_code(turn: Turn) -> Document:
    """A query code was typed; wrong ones are counted, and after a few a person takes over."""
    number, tried = turn.asked.number, turn.asked.tried
    if turn.call.state is not CallState.MENU:
        return documents.standing(turn)
    if turn.asked.tries is None or not number:
        return documents.number(turn)
    decision = menu.at_code(turn.form.heard, tried)
    if decision.wish is Wish.AGAIN:
        return documents.code(turn, number, turn.say("lookup_failed"), tries=tried + 1)
    if decision.wish is not Wish.LOOK_UP:
        return _done(turn, decision)
    if _are_too_many(turn, number):
        return to_queue(turn, turn.say("lookup_blocked"))
    story = progress.find(number, decision.number, turn.call.phone)
    if story is not None:
        return _tell(turn, story)
    tries.note(turn.call, number, now=turn.at.now)
    if tried + 1 >= menu.MOST_TRIES:
        return to_queue(turn, turn.say("lookup_blocked"))
    return documents.code(turn, number, turn.say("lookup_failed"), tries=tried + 1)


def after_progress(turn: Turn) -> Document:
    """Another ticket, a person, or that was all."""
    if turn.call.state is not CallState.MENU:
        return documents.standing(turn)
    decision = menu.after_progress(turn.form.heard)
    return documents.number(turn) if decision.wish is Wish.PROGRESS else _done(turn, decision)


def waiting(turn: Turn) -> Document:
    """A round of waiting, with what was typed or said in it."""
    if turn.call.state not in (CallState.WAITING, CallState.OFFERED):
        return documents.standing(turn)
    at = turn.at
    place = queueing.place(turn.call, now=at.now, rules=at.rules)
    decision = menu.while_waiting(
        turn.form.heard,
        may_ask_back=place.may_ask_back and turn.call.state is CallState.WAITING,
        may_leave_message=documents.may_leave_message(turn),
    )
    return documents.waiting(turn) if decision.wish is Wish.STAY else _done(turn, decision)


def when_full(turn: Turn) -> Document:
    """Nobody more may wait: what the caller chose instead."""
    if turn.call.state is not CallState.MENU:
        return documents.standing(turn)
    tried, may = turn.asked.tried, turn.call.phone is not None
    if turn.asked.tries is None:
        return documents.full(turn)
    decision = menu.when_full(turn.form.heard, tried, may_ask_back=may)
    if decision.wish is Wish.AGAIN:
        return documents.full(turn, tries=tried + 1)
    if decision.wish is Wish.LEAVE:
        return documents.goodbye(turn, "full_goodbye")
    return _done(turn, decision)


def message(turn: Turn) -> Document:
    """Speak after the tone; the call is a message from here on, also when it is cut off."""
    if turn.call.state not in (CallState.MENU, CallState.WAITING, CallState.VOICEMAIL):
        return documents.standing(turn)
    queueing.leave_message(turn.call, now=turn.at.now)
    return documents.message(turn)


def recorded(turn: Turn) -> Document:
    """The message is there, or nothing was said."""
    if turn.call.flow and turn.asked.kind != RecordingKind.MESSAGE:
        return documents.standing(turn)
    if not turn.form.recording_sid or turn.form.seconds < voicemail.SHORTEST:
        return documents.goodbye(turn, "message_empty")
    turn.announce_recording(RecordingKind.MESSAGE)
    book = tickets.rulebook()
    taken = voicemail.take(turn.call, turn.form.seconds, now=turn.at.now, book=book)
    if taken is None or (turn.call.phone and may_be_texted(turn.call.phone)):
        return documents.goodbye(turn, "message_noted")
    number, code = digit_by_digit(taken.ticket.number), digit_by_digit(taken.query_code)
    return documents.goodbye(turn, "message_number", number=number, code=code)


def to_queue(turn: Turn, *said: Spoken) -> Document:
    """Into the queue, or what can be had where nobody more may wait."""
    try:
        queueing.enter(turn.call, now=turn.at.now, rules=turn.at.rules)
    except QueueFull:
        return documents.full(turn, *said)
    return documents.waiting(turn, *said)


def _person(turn: Turn) -> Document:
    return to_queue(turn, turn.say("to_person"))


def _english(turn: Turn) -> Document:
    queueing.speak(turn.call, ENGLISH, now=turn.at.now)
    return _person(turn)


def _emergency(turn: Turn) -> Document:
    """Before all others, whatever was pressed before; never hung up on."""
    queueing.alarm(turn.call, now=turn.at.now)
    return to_queue(turn, turn.say("safety"))


def _call_back(turn: Turn) -> Document:
    queueing.ask_back(turn.call, now=turn.at.now, zone=turn.at.zone, rules=turn.at.rules)
    return documents.called_back(turn)


def _leave(turn: Turn) -> Document:
    is_refused = turn.call.state is CallState.REFUSED
    return documents.goodbye(turn, "refused" if is_refused else "goodbye")


WISHES: Mapping[Wish, Callable[[Turn], Document]] = {
    Wish.PERSON: _person,
    Wish.ENGLISH: _english,
    Wish.PROGRESS: documents.number,
    Wish.MESSAGE: message,
    Wish.CALL_BACK: _call_back,
    Wish.EMERGENCY: _emergency,
    Wish.LEAVE: _leave,
}


def _done(turn: Turn, decision: Decision) -> Document:
    return WISHES[decision.wish](turn)


def _are_too_many(turn: Turn, number: str) -> bool:
    limits = settings.read(MessageRules)
    return all_tries.are_too_many(turn.call.phone, number, now=turn.at.now, limits=limits)


def _tell(turn: Turn, story: Story) -> Document:
    """The progress; who hangs up now has been served."""
    call, at = turn.call, turn.at
    call.is_served = True
    dialling.link(call, story.ticket_id, by=MACHINE, now=at.now)
    call_history.note(call, "progress_told", at=at.now, ticket=story.number)
    found = progress.told(story, at.zone, call.language)
    number = digit_by_digit(found["number"])
    said = [turn.say("progress", number=number, words=found["words"])]
    if found["unit"]:
        said.append(turn.say("progress_unit", unit=found["unit"]))
    if found["due"]:
        said.append(turn.say("progress_due", due=found["due"]))
    return documents.told(turn, *said)
