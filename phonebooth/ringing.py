"""A leg calls somebody: it rings until it is answered, or ends unanswered."""

import threading

from phonebooth.behaviours import Answers, Behaviour
from phonebooth.legs import HungUpError, Leg, Status
from phonebooth.network import Network
from phonebooth.recordings import Recording
from phonebooth.stage import Stage

_SWITCHED_OFF_RINGS = 1.0


def ring(stage: Stage) -> None:
    """Returns when the leg is answered; raises HungUpError when it is over instead."""
    leg, network = stage.leg, stage.network
    network.reporter.step(leg, "initiated", "initiated")
    behaviour = network.behaviours.of(leg.far_end)
    with network.lock:
        leg.rest(network.settings.seconds_to_ring / network.tuning.speed)
        refusal = _refusal(stage, behaviour)
        if refusal is not None:
            raise _ended(stage, refusal)
        leg.status = Status.RINGING
        leg.replies.extend(behaviour.replies)
        network.reporter.step(leg, "ringing", Status.RINGING.value)
        network.tell(leg, "ring", **_shown(leg))
        is_decided = leg.rest(_patience(stage, behaviour), lambda: leg.decision)
        if not is_decided and behaviour.answers not in (Answers.ITSELF, Answers.MACHINE):
            raise _ended(stage, Status.NO_ANSWER)
        if leg.decision == "decline":
            raise _ended(stage, Status.NO_ANSWER if stage.is_somleng else Status.BUSY)
        _detect(leg, behaviour)
        stage.answer()
        if leg.terms.is_recorded:
            _record(stage)
        if leg.terms.send_digits:
            network.tell(leg, "play", url="", digits=leg.terms.send_digits)
        if behaviour.hangs_up_after is not None:
            _hang_up_later(stage, behaviour.hangs_up_after)


def _refusal(stage: Stage, behaviour: Behaviour) -> Status | None:
    """Why it doesn't ring at all, as the leg's last status."""
    leg, network = stage.leg, stage.network
    address = leg.far_end
    if behaviour.answers is Answers.UNREACHABLE:
        return Status.FAILED
    if address.startswith("client:"):
        is_there = network.hub.has(address) or network.behaviours.has(address)
        return _busy_or_none(behaviour) if is_there else Status.NO_ANSWER
    is_taken = [each for each in network.live_at(address) if each is not leg]
    if is_taken and not address.startswith("sip:"):
        return Status.BUSY
    if behaviour.answers is Answers.OFF or network.is_off(address):
        leg.rest(_SWITCHED_OFF_RINGS / network.tuning.speed)
        return Status.NO_ANSWER
    return _busy_or_none(behaviour)


def _busy_or_none(behaviour: Behaviour) -> Status | None:
    return Status.BUSY if behaviour.answers is Answers.BUSY else None


def _patience(stage: Stage, behaviour: Behaviour) -> float:
    """How long it rings at most, or until it is answered by itself."""
    timeout = stage.waits(stage.leg.terms.timeout)
    if behaviour.answers is Answers.DECLINES:
        stage.leg.decision = "decline"
    if behaviour.answers in (Answers.ITSELF, Answers.MACHINE):
        if stage.waits(behaviour.after) > timeout:
            stage.leg.rest(timeout)
            raise _ended(stage, Status.NO_ANSWER)
        return stage.waits(behaviour.after)
    return timeout


def _ended(stage: Stage, status: Status) -> HungUpError:
    stage.network.end(stage.leg, status)
    return HungUpError()


def _hang_up_later(stage: Stage, seconds: float) -> None:
    timer = threading.Timer(stage.waits(seconds), stage.network.hang_up, [stage.leg])
    timer.daemon = True
    timer.start()


def _detect(leg: Leg, behaviour: Behaviour) -> None:
    if leg.terms.detects_machines:
        machine = "machine_end_beep" if leg.terms.waits_for_beep else "machine_start"
        leg.answered_by = machine if behaviour.answers is Answers.MACHINE else "human"


def _record(stage: Stage) -> None:
    leg, network = stage.leg, stage.network
    leg.recordings.append(begin_recording(network, leg, "OutboundAPI"))


def begin_recording(network: Network, leg: Leg, source: str) -> Recording:
    """Record a leg as its terms say."""
    recording = Recording(
        sid=network.new_sid("RE"),
        source=source,
        call_sid=leg.sid,
        callback=leg.terms.recording_callback,
        events=leg.terms.recording_events,
    )
    network.recordings.add(recording)
    network.reporter.recording(leg, recording)
    return recording


def _shown(leg: Leg) -> dict[str, object]:
    return {"from": leg.sender, "to": leg.recipient, "params": dict(leg.terms.parameters)}
