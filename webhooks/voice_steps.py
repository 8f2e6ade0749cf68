"""Which step of a call is whose: one table of documents."""

from collections.abc import Callable, Mapping

from flask import Response

from hotline.calls import arriving
from hotline.calls.arriving import Arrival
from hotline.calls.circumstances import present
from hotline.calls.kinds import Step
from hotline.errors import NotFound
from webhooks import voice_menu as menu
from webhooks import voice_talk as talk
from webhooks.voice_forms import Asked, VoiceForm
from webhooks.voice_guard import answered, key_of
from webhooks.voice_turn import Turn, turn_of
from webhooks.voice_xml import Document

STEPS: Mapping[Step, Callable[[Turn], Document]] = {
    Step.MENU: menu.at_menu,
    Step.NUMBER: menu.at_number,
    Step.CODE: menu.at_code,
    Step.TOLD: menu.after_progress,
    Step.WAIT: menu.waiting,
    Step.FULL: menu.when_full,
    Step.MESSAGE: menu.message,
    Step.RECORDED: menu.recorded,
    Step.OPERATOR: talk.operator,
    Step.JOIN: talk.join,
    Step.HOLD: talk.hold,
    Step.BRIDGE: talk.bridge,
    Step.BRIDGED: talk.bridged,
    Step.THIRD: talk.third,
    Step.LISTEN: talk.listen,
    Step.OUTGOING: talk.outgoing,
    Step.RATE: talk.rate,
    Step.GOODBYE: talk.goodbye,
    Step.FLOW: talk.flow,
}


def arrived(form: VoiceForm, asked: Asked) -> Response:
    """A call comes in: written down once, greeted."""
    return answered(form, asked, lambda: _arrive(form, asked), "")


def stepped(name: str, form: VoiceForm, asked: Asked) -> Response:
    """The next document of a call that is under way."""
    return answered(form, asked, lambda: _step(name, form, asked), key_of(form, name))


def _arrive(form: VoiceForm, asked: Asked) -> Document:
    if not form.call_sid:
        raise NotFound("call_unknown", "The carrier's id of the call is missing.")
    at = present()
    arrival = Arrival(form.call_sid, form.sender, form.recipient)
    arriving.arrive(arrival, now=at.now, rules=at.rules)
    return menu.incoming(turn_of(form, asked))


def _step(name: str, form: VoiceForm, asked: Asked) -> Document:
    if name not in set(Step):
        raise NotFound("step_unknown", "There is no such document.")
    return STEPS[Step(name)](turn_of(form, asked))
