"""The verb that joins legs: by calling somebody else, or in a conference."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from phonebooth import conferring, meeting, numbers, voice_webhooks
from phonebooth.legs import CallDirection, HungUpError, Leg, MovedError, Status, Terms
from phonebooth.network import FullError
from phonebooth.recordings import Recording
from phonebooth.rooms import Place, Room
from phonebooth.stage import Stage
from phonebooth.voice_twiml import TwimlError, Verb

_MOST_AT_ONCE = 10
_PEOPLE = frozenset({"Number", "Client", "Sip"})
_SOMLENG_PEOPLE = frozenset({"Number", "Sip"})


@dataclass(frozen=True, kw_only=True)
class _Result:
    """How the dialling went: the status told, the leg that was joined, and its recording."""

    status: str
    child: Leg | None = None
    recording: Recording | None = None


def dial(stage: Stage, verb: Verb) -> None:
    """Call somebody and join them with this leg, until one goes."""
    nouns = _nouns(stage, verb)
    conference = next((noun for noun in nouns if noun.name == "Conference"), None)
    if stage.is_somleng or conference or not verb.is_on("answerOnBridge"):
        stage.answer()
    if conference is not None:
        conferring.confer(stage, verb, conference)
        result = _Result(status="answered")
    else:
        result = _call(stage, verb, nouns)
    if verb.get("action"):
        stage.go_on(verb, _fields(stage, result))


def stay(stage: Stage) -> None:
    """What an answered leg does that another leg has called: be with it until it is over."""
    leg, network = stage.leg, stage.network
    bridge, parent = leg.bridge, leg.parent
    with network.lock:
        if bridge is None or parent is None or bridge.is_over or bridge.places:
            network.end(leg, Status.CANCELED)
            raise HungUpError
        leg.doing = {"verb": "Bridge"}
        meeting.enter(network, bridge, Place(leg=leg))
        meeting.enter(network, bridge, Place(leg=parent))
        try:
            leg.rest(None)
        except MovedError:
            leg.is_dialled_in = False
            raise
        finally:
            meeting.leave(network, bridge, leg)


def address(noun: str, text: str) -> tuple[str, dict[str, str]]:
    """Whom a noun means, as the network writes it, and the parameters for them."""
    if noun == "Client":
        name, _, query = text.removeprefix("client:").partition("?")
        return f"client:{name}", dict(parse_qsl(query))
    if noun == "Sip":
        bare, _, query = text.partition("?")
        return bare if bare.startswith("sip:") else f"sip:{bare}", dict(parse_qsl(query))
    return numbers.canonical(text) or text, {}


def _nouns(stage: Stage, verb: Verb) -> list[Verb]:
    if not verb.children:
        return [Verb(name="Number", text=verb.text)] if verb.text else []
    known = _SOMLENG_PEOPLE if stage.is_somleng else _PEOPLE | {"Conference"}
    for child in verb.children:
        if child.name not in known:
            stage.warn(12200, f"<{child.name}> is not allowed within <Dial>")
    return [child for child in verb.children if child.name in known][:_MOST_AT_ONCE]


def _call(stage: Stage, verb: Verb, nouns: list[Verb]) -> _Result:
    leg, network = stage.leg, stage.network
    if not nouns:
        raise TwimlError(13221, "Dial: nobody to call")
    stage.does("Dial", to=[address(noun.name, noun.text)[0] for noun in nouns])
    bridge = Room(name=f"bridge {leg.sid}")
    children: list[Leg] = []
    with network.lock:
        try:
            # Those made before an error stay in the list, and are ended below.
            children.extend(_child(stage, verb, noun, bridge) for noun in nouns)
            leg.rest(None, lambda: bridge.places or not any(one.is_live for one in children))
            winner = next((one for one in children if one.sid in bridge.places), None)
            recording = _joined(stage, verb, bridge, children) if bridge.places else None
            leg.rest(None, lambda: bridge.is_over or not bridge.places)
        except FullError:
            return _Result(status=Status.FAILED.value)
        finally:
            meeting.leave(network, bridge, leg)
            bridge.is_over = True
            _end_all([one for one in children if one.is_dialled_in], stage)
    if winner is None:
        return _Result(status=children[0].status.value, child=children[0])
    return _Result(status=Status.COMPLETED.value, child=winner, recording=recording)


def _child(stage: Stage, verb: Verb, noun: Verb, bridge: Room) -> Leg:
    leg = stage.leg
    recipient, parameters = address(noun.name, noun.text.split("?")[0])
    parameters |= address(noun.name, noun.text)[1]
    for each in noun.children:
        parameters[each.get("name")] = each.get("value")
    caller = leg.sender if leg.direction is CallDirection.INBOUND else leg.recipient
    callback = "" if stage.is_somleng else noun.get("statusCallback")
    terms = Terms(
        timeout=verb.number("timeout", 30, 600),
        status_callback=stage.address(callback) if callback else "",
        events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
        parameters=parameters,
    )
    sender = verb.get("callerId", caller)
    return stage.network.dialled(bridge, leg, sender, recipient, terms)


def _joined(stage: Stage, verb: Verb, bridge: Room, children: list[Leg]) -> Recording | None:
    """Somebody has answered: take the call, let the others go, record if that is wanted."""
    stage.answer()
    _end_all([one for one in children if one.sid not in bridge.places], stage)
    stage.leg.doing = {**stage.leg.doing, "is_bridged": True}
    if stage.is_somleng or not verb.get("record", "do-not-record").startswith(("record", "true")):
        return None
    callback = verb.get("recordingStatusCallback")
    return meeting.record(
        stage.network,
        bridge,
        stage.leg,
        source="DialVerb",
        callback=stage.address(callback) if callback else "",
        events=verb.get("recordingStatusCallbackEvent", "completed"),
    )


def _end_all(legs: list[Leg], stage: Stage) -> None:
    for leg in legs:
        stage.network.end(leg, Status.COMPLETED if leg.is_answered else Status.CANCELED)


def _fields(stage: Stage, result: _Result) -> dict[str, str]:
    fields = {"DialCallStatus": result.status}
    child = result.child
    if child is not None and child.is_answered:
        fields |= {"DialCallSid": child.sid, "DialCallDuration": str(child.duration or 0)}
    if not stage.is_somleng:
        fields["DialBridged"] = "true" if child is not None and child.is_answered else "false"
    if result.recording is not None:
        settings = stage.network.settings
        url = voice_webhooks.recording_url(settings, stage.leg, result.recording)
        fields |= {"RecordingUrl": url, "RecordingSid": result.recording.sid}
        fields["RecordingDuration"] = str(round(result.recording.seconds))
    return fields
