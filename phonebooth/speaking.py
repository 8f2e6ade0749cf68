"""The verbs by which the hotline speaks, waits, goes on, or hangs up."""

from phonebooth import media
from phonebooth.legs import Move, Status
from phonebooth.stage import Finished, GoTo, Stage
from phonebooth.voice_twiml import TwimlError, Verb

_KEYS_SECONDS = 0.5
_REDIRECT_SECONDS = 0.05
_SOMLENG_REDIRECT_SECONDS = 1.0


def say(stage: Stage, verb: Verb) -> None:
    """Read a text aloud."""
    stage.answer()
    _note_unless_asking(stage, "Say")
    for _ in range(verb.times()):
        if verb.text and stage.says(verb.text, verb.get("language")):
            return


def play(stage: Stage, verb: Verb) -> None:
    """Play a sound, or send keys to the other side."""
    stage.answer()
    _note_unless_asking(stage, "Play")
    url = stage.address(verb.text) if verb.text else ""
    if not url and not verb.get("digits"):
        stage.warn(13420, "Play: no address")
        return
    seconds = stage.network.lengths.of(url) if url else _KEYS_SECONDS
    if seconds is None:
        stage.network.tell(stage.leg, "warning", code=11200, text=f"Play: no sound at {url[:200]}")
    for _ in range(verb.times()):
        stage.network.tell(stage.leg, "play", url=url, digits=verb.get("digits"))
        if stage.lasts(media.ORDINARY if seconds is None else seconds):
            return


def pause(stage: Stage, verb: Verb) -> None:
    """Silence; a call that isn't taken yet goes on ringing."""
    _note_unless_asking(stage, "Pause")
    seconds = verb.number("length", 1)
    stage.network.tell(stage.leg, "silence", seconds=seconds)
    stage.lasts(seconds)


def redirect(stage: Stage, verb: Verb) -> None:
    """Go on with another document."""
    if stage.is_somleng:
        if not verb.text:
            raise TwimlError(12200, "<Redirect> must contain a URL")
        stage.answer()
    stage.does("Redirect")
    stage.lasts(_SOMLENG_REDIRECT_SECONDS if stage.is_somleng else _REDIRECT_SECONDS)
    raise GoTo(Move(url=stage.address(verb.text)))


def hang_up(stage: Stage, _verb: Verb) -> None:
    """The hotline hangs up."""
    if stage.is_somleng and not stage.leg.is_answered:
        raise Finished(Status.NO_ANSWER)
    raise Finished(Status.COMPLETED)


def reject(stage: Stage, verb: Verb) -> None:
    """Refuse a call that isn't taken yet; a taken one is hung up."""
    if stage.leg.is_answered:
        raise Finished(Status.COMPLETED)
    raise Finished(Status.BUSY if verb.get("reason") == "busy" else Status.NO_ANSWER)


def _note_unless_asking(stage: Stage, name: str) -> None:
    """A prompt within a question is part of the question."""
    if stage.leg.doing.get("verb") in ("Gather", "Conference"):
        stage.step(name)
    else:
        stage.does(name)
