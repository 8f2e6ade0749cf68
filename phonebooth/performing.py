"""What a leg's thread does: let it ring, carry out document after document, end it.

Documents that can't be had or carried out go to the fallback address; without one the person
hears that something went wrong, and the line is cut.
"""

from phonebooth import asking, dialling, documents, ringing, speaking
from phonebooth.legs import CallDirection, HungUpError, Leg, Move, MovedError, Status
from phonebooth.network import Network
from phonebooth.stage import Finished, GoTo, Stage
from phonebooth.voice_twiml import TwimlError, Verb

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
_VERBS = {
    "Say": speaking.say,
    "Play": speaking.play,
    "Pause": speaking.pause,
    "Redirect": speaking.redirect,
    "Hangup": speaking.hang_up,
    "Reject": speaking.reject,
    "Gather": asking.gather,
    "Record": asking.record,
    "Dial": dialling.dial,
}
_SOMLENG = frozenset({"Reject", "Play", "Say", "Gather", "Redirect", "Dial", "Hangup", "Record"})


def perform(leg: Leg, network: Network) -> None:
    """The whole life of a leg."""
    stage = Stage(leg, network)
    try:
        if leg.direction is not CallDirection.INBOUND:
            ringing.ring(stage)
        network.end(leg, _play_out(stage))
    except HungUpError:
        return


def _play_out(stage: Stage) -> Status:
    leg = stage.leg
    move: Move | None = leg.terms.start
    try:
        if leg.is_dialled_in:
            dialling.stay(stage)
    except MovedError:
        move = _taken(stage)
    while move is not None:
        try:
            _carry_out(stage, documents.fetch(stage, move))
            move = None
        except GoTo as way:
            move = way.move
        except MovedError:
            move = _taken(stage)
        except Finished as end:
            return end.status
        except TwimlError as error:
            move = _recover(stage, error)
    return _end_of_document(stage)


def _carry_out(stage: Stage, document: tuple[Verb, ...]) -> None:
    for verb in document:
        with stage.network.lock:
            stage.leg.check()
        act = _VERBS.get(verb.name)
        if act is None or (stage.is_somleng and verb.name not in _SOMLENG):
            stage.warn(12200, f"Invalid element <{verb.name}>")
            continue
        act(stage, verb)


def _taken(stage: Stage) -> Move:
    """The order that tore the leg away."""
    with stage.network.lock:
        move, stage.leg.move = stage.leg.move, None
        stage.leg.doing = {}
    return move or Move()


def _recover(stage: Stage, error: TwimlError) -> Move | None:
    """The fallback, or None after the spoken apology."""
    stage.network.tell(stage.leg, "error", code=error.code, text=error.words)
    move = documents.fallback(stage, error)
    if move is None and not stage.is_somleng:
        try:
            stage.answer()
            stage.says(APPLICATION_ERROR, "en-US")
        except MovedError:
            return _taken(stage)
    return move


def _end_of_document(stage: Stage) -> Status:
    """The carrier takes a call before it hangs up; the smaller platform lets it go untaken."""
    if stage.leg.is_answered or not stage.is_somleng:
        return Status.COMPLETED
    return Status.NO_ANSWER
