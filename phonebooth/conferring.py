"""Conferences: everybody who is sent into the same name hears each other."""

from phonebooth import documents, meeting, speaking
from phonebooth.legs import Move
from phonebooth.rooms import Place, Room
from phonebooth.stage import Stage
from phonebooth.voice_twiml import TwimlError, Verb

_MUSIC = {"Say": speaking.say, "Play": speaking.play, "Pause": speaking.pause}
_LONGEST_NAME = 128
_MOST_PLACES = 50


def confer(stage: Stage, verb: Verb, noun: Verb) -> None:
    """Be in the conference until it is over; raises when the leg is torn away."""
    leg, network = stage.leg, stage.network
    name = noun.text[:_LONGEST_NAME]
    if not name:
        raise TwimlError(13245, "Conference: no name")
    with network.lock:
        room = meeting.conference(network, name)
        if len(room.places) >= _MOST_PLACES:
            raise TwimlError(16025, "Conference: too many participants")
        place = Place(
            leg=leg,
            is_muted=noun.is_on("muted"),
            may_start=noun.is_on("startConferenceOnEnter", default=True),
            ends_it=noun.is_on("endConferenceOnExit"),
        )
        _beep(stage, room, noun, "onEnter")
        meeting.enter(network, room, place)
    try:
        stage.does("Conference", name=name)
        _wait(stage, room, noun)
        _record(stage, room, verb, noun)
        with network.lock:
            leg.doing = {"verb": "Conference", "name": name, "is_started": True}
            leg.touch()
            leg.rest(None, lambda: room.is_over)
    finally:
        with network.lock:
            meeting.leave(network, room, leg)
            _beep(stage, room, noun, "onExit")


def _record(stage: Stage, room: Room, verb: Verb, noun: Verb) -> None:
    """From when two are there, once for the whole conference, whoever asks first."""
    asks = noun if noun.get("record") else verb
    wanted = asks.get("record", "do-not-record")
    with stage.network.lock:
        if room.is_over or room.recordings or not wanted.startswith(("record", "true")):
            return
        callback = asks.get("recordingStatusCallback")
        meeting.record(
            stage.network,
            room,
            stage.leg,
            source="Conference",
            callback=stage.address(callback) if callback else "",
            events=asks.get("recordingStatusCallbackEvent", "completed"),
        )


def _wait(stage: Stage, room: Room, noun: Verb) -> None:
    """Music, or what the wait address has, until somebody else is there."""
    document, wait_url = stage.url, noun.attributes.get("waitUrl")
    url = stage.address(wait_url) if wait_url else ""
    if wait_url is None:
        stage.network.tell(stage.leg, "music")
    while url and not _is_waited_for(room):
        try:
            url = _play(stage, room, url)
        except TwimlError as error:
            stage.network.tell(stage.leg, "warning", code=error.code, text=error.words)
            break
    stage.url = document
    with stage.network.lock:
        stage.leg.rest(None, lambda: _is_waited_for(room))


def _play(stage: Stage, room: Room, url: str) -> str:
    """One document of the waiting; the address of the next, empty when there is only silence."""
    verbs = documents.fetch(stage, Move(url=url))
    for verb in verbs:
        if _is_waited_for(room):
            return url
        if verb.name == "Redirect":
            return stage.address(verb.text)
        act = _MUSIC.get(verb.name)
        if act is not None:
            act(stage, verb)
    return url if verbs else ""


def _is_waited_for(room: Room) -> bool:
    return room.is_started or room.is_over


def _beep(stage: Stage, room: Room, noun: Verb, moment: str) -> None:
    if noun.get("beep", "true") in ("true", moment):
        for leg in room.others(stage.leg):
            stage.network.tell(leg, "beep")
