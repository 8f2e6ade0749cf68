"""What somebody on the line hears, step by step, and what the carrier asks next.

Decided here: which words stand together, and which document fits a call as it stands (`standing`),
whatever was asked too late or twice. Nothing is changed here.
"""

from hotline.calls import prompting, queueing
from hotline.calls.kinds import Direction, HungUpBy, LegRole, RecordingKind, Step
from hotline.calls.models import CallLeg
from hotline.calls.prompting import ENGLISH, Spoken
from hotline.calls.rules import callback_at
from hotline.calls.states import CallState
from hotline.carrier import Capability
from hotline.tickets.numbers import LENGTH
from webhooks.voice_turn import Turn, setting
from webhooks.voice_xml import SHORT_PAUSE, Document

NUMBER_SECONDS = 8
PROGRESS_SECONDS = 6
RATE_SECONDS = 6
LINE = "line"
"""Who was rung: a merged line's own centre."""
ROUNDS_BETWEEN = 3
"""How many rounds of the waiting sound go without words."""


def menu(turn: Turn, *said: Spoken, tries: int = 0) -> Document:
    """Whatever is to be said first, then the menu."""
    words = [*said, turn.say("menu")]
    if turn.call.language != ENGLISH:
        words.append(prompting.say("menu_english", ENGLISH))
    if setting().can(Capability.SPEECH):
        words.append(turn.say("menu_speech"))
    return turn.document().ask(
        turn.url(Step.MENU, n=tries),
        words,
        language=turn.call.language,
        timeout=turn.at.rules.menu_seconds,
    )


def number(turn: Turn, *said: Spoken, tries: int = 0) -> Document:
    """Which ticket?"""
    return turn.document().ask(
        turn.url(Step.NUMBER, n=tries),
        [*said, turn.say("ask_number")],
        language=turn.call.language,
        digits=LENGTH,
        timeout=NUMBER_SECONDS,
        is_spoken_to=False,
    )


def code(turn: Turn, asked: str, *said: Spoken, tries: int = 0) -> Document:
    """Which query code?"""
    return turn.document().ask(
        turn.url(Step.CODE, n=tries, number=asked),
        [*said, turn.say("ask_code")],
        language=turn.call.language,
        digits=6,
        timeout=NUMBER_SECONDS,
        is_spoken_to=False,
    )


def told(turn: Turn, *said: Spoken) -> Document:
    """The progress, and what next."""
    return turn.document().ask(
        turn.url(Step.TOLD, n=0),
        [*said, turn.say("progress_next")],
        language=turn.call.language,
        timeout=PROGRESS_SECONDS,
    )


def waiting(turn: Turn, *said: Spoken) -> Document:
    """One round of the waiting sound; the place when it changed, what else may be done."""
    call, asked, at = turn.call, turn.asked, turn.at
    place = queueing.place(call, now=at.now, rules=at.rules)
    words = list(said)
    if str(place.position) != asked.place and not call.is_critical:
        words.append(_place(turn, place))
    is_due = asked.round % ROUNDS_BETWEEN == ROUNDS_BETWEEN - 1
    offer = _offer(turn, may_ask_back=place.may_ask_back)
    if offer is not None and (is_due or asked.to != "offered"):
        words.append(offer)
    elif is_due and not words:
        words.append(turn.say("waiting"))
    again = {"n": 0, "p": place.position, "r": asked.round + 1}
    return turn.document().ask(
        turn.url(Step.WAIT, **again, **({"to": "offered"} if offer else {})),
        words,
        language=call.language,
        timeout=SHORT_PAUSE,
        is_holding=True,
    )


def may_leave_message(turn: Turn) -> bool:
    """Whoever can't be called back may leave a message, after the same time."""
    queued_at = turn.call.queued_at or turn.at.now
    waited = (turn.at.now - queued_at).total_seconds()
    return turn.call.phone is None and waited >= turn.at.rules.offer_callback_after_seconds


def full(turn: Turn, *said: Spoken, tries: int = 0) -> Document:
    """No more may wait: a call back or a message."""
    choice = "full_choice" if turn.call.phone else "full_message"
    return turn.document().ask(
        turn.url(Step.FULL, n=tries),
        [*said, turn.say("queue_full"), turn.say(choice)],
        language=turn.call.language,
        timeout=turn.at.rules.menu_seconds,
    )


def message(turn: Turn) -> Document:
    """Speak after the tone."""
    document = turn.document().say(turn.say("message"))
    return document.record(
        turn.url(Step.RECORDED, kind=RecordingKind.MESSAGE.value, n=0),
        status=turn.recording_url(RecordingKind.MESSAGE),
        longest=turn.at.rules.message_seconds,
    )


def called_back(turn: Turn) -> Document:
    """It is noted; at night with the hour."""
    at = turn.at
    when = callback_at(at.now, at.zone, at.rules)
    if when <= at.now:
        return goodbye(turn, "callback_noted")
    said = prompting.moment(when, at.zone, turn.call.language)
    return goodbye(turn, "callback_noted_later", when=said)


def refused(turn: Turn) -> Document:
    """Too many calls; who can be understood may still say that there is danger."""
    if not setting().can(Capability.SPEECH):
        return goodbye(turn, "refused")
    return turn.document().ask(
        turn.url(Step.MENU, n=0),
        [turn.say("refused"), turn.say("refused_speech")],
        language=turn.call.language,
        timeout=turn.at.rules.menu_seconds,
    )


def goodbye(turn: Turn, key: str = "goodbye", **values: str) -> Document:
    """Last words."""
    return turn.document().say(turn.say(key, **values)).hang_up()


def lost() -> Spoken:
    """For somebody of whose call we know nothing."""
    return prompting.say("lost", prompting.CHINESE)


def hold(turn: Turn, *said: Spoken) -> Document:
    """The waiting sound, until somebody has the line fetched out of it."""
    return turn.document().say(*said).hold(turn.url(Step.HOLD, n=0))


def talk(turn: Turn, *said: Spoken, is_muted: bool = False) -> Document:
    """Into the call's conference."""
    document = turn.document().say(*said)
    return document.conference(
        f"call-{turn.call.ref}",
        then=turn.url(Step.GOODBYE),
        status=turn.recording_url(RecordingKind.CALL),
        is_muted=is_muted,
    )


def ring(turn: Turn, target: CallLeg, *said: Spoken) -> Document:
    """Ring another end's address out of this one."""
    return ring_address(turn, target.address or "", target.ref, *said)


def ring_address(turn: Turn, address: str, to: str, *said: Spoken) -> Document:
    """Ring an address; `to` says in the next step who that was."""
    recorded = turn.recording_url(RecordingKind.CALL)
    return _ring(turn, address, turn.url(Step.BRIDGED, to=to), *said, recorded=recorded)


def pass_to_line(turn: Turn, address: str, *said: Spoken) -> Document:
    """Ring a merged line's own centre, once; what is said there is its matter, and not recorded."""
    return _ring(turn, address, turn.url(Step.BRIDGED, to=LINE, n=0), *said)


def rating(turn: Turn) -> Document:
    """How was it?"""
    return turn.document().ask(
        turn.url(Step.RATE, n=0),
        [turn.say("rate")],
        language=turn.call.language,
        timeout=RATE_SECONDS,
        is_spoken_to=False,
    )


def standing(turn: Turn) -> Document:
    """The document that fits the call as it stands now, whatever was asked for."""
    if turn.leg.role is not LegRole.CITIZEN:
        return goodbye(turn, "operator_late")
    make = {
        CallState.RINGING: menu,
        CallState.MENU: menu,
        CallState.WAITING: waiting,
        CallState.OFFERED: waiting,
        CallState.CONNECTED: _talking,
        CallState.WRAP_UP: _over,
        CallState.ENDED: _over,
        CallState.VOICEMAIL: goodbye,
        CallState.CALLBACK_ASKED: called_back,
        CallState.REFUSED: refused,
    }.get(turn.call.state, goodbye)
    return make(turn)


def _talking(turn: Turn) -> Document:
    """Back into the conference; without one, the order that leads to the desk is under way."""
    is_held = turn.call.held_at is not None
    return talk(turn) if turn.at.ways.has_conference and not is_held else hold(turn)


def _over(turn: Turn) -> Document:
    """Whom an operator let go is asked how it was, also by what was asked for too late."""
    call = turn.call
    is_to_rate = call.direction is Direction.INBOUND and call.hung_up_by is HungUpBy.OPERATOR
    return rating(turn) if is_to_rate and call.rating is None else goodbye(turn)


def _ring(
    turn: Turn, address: str, then: str, *said: Spoken, recorded: str | None = None
) -> Document:
    document = turn.document().say(*said)
    is_reachable = setting().can(Capability.CLIENT) or not address.startswith("client:")
    if not address or not is_reachable:
        return document.go(then)
    return document.dial(address, then=then, status=recorded)


def _place(turn: Turn, place: queueing.Place) -> Spoken:
    position = str(place.position)
    if place.seconds is None:
        return turn.say("queue_unstaffed", position=position)
    wait = prompting.wait(place.seconds, turn.call.language)
    if place.position == 1:
        return turn.say("queue_next", wait=wait)
    return turn.say("queue_place", position=position, wait=wait)


def _offer(turn: Turn, *, may_ask_back: bool) -> Spoken | None:
    if may_ask_back:
        return turn.say("offer_callback")
    return turn.say("offer_message") if may_leave_message(turn) else None
