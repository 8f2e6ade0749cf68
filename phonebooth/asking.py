"""The verbs that wait for the person: keys, words, a message on tape."""

from time import monotonic

from phonebooth import meeting, speaking, voice_webhooks
from phonebooth.legs import HungUpError
from phonebooth.recordings import Recording
from phonebooth.stage import Stage
from phonebooth.voice_twiml import TwimlError, Verb

_PROMPTS = {"Say": speaking.say, "Play": speaking.play, "Pause": speaking.pause}
_SOMLENG_PROMPTS = frozenset({"Say", "Play"})
_MOST_KEYS = 100
_TYPING_SECONDS = 5.0
_ALL_KEYS = "1234567890*#"
_SPOKEN = "say:"


def gather(stage: Stage, verb: Verb) -> None:
    """Ask, and go on with what was pressed or said; stay when nothing was."""
    stage.answer()
    inputs = verb.get("input", "dtmf").split()
    is_speech = "speech" in inputs and not stage.is_somleng
    _begin(stage, verb, is_speech=is_speech)
    _prompt(stage, verb)
    _reply(stage)
    keys, key, words = _collect(stage, verb, has_keys="dtmf" in inputs, is_speech=is_speech)
    with stage.network.lock:
        stage.leg.doing = {}
    fields: dict[str, str] = {}
    if words:
        fields = {"SpeechResult": words, "Confidence": "0.9", "Language": verb.get("language")}
    elif keys or not stage.is_somleng:
        fields = {"Digits": keys}
        if not stage.is_somleng:
            fields |= {"FinishedOnKey": key, "msg": "Gather End"}
    if keys or words or verb.is_on("actionOnEmptyResult"):
        stage.go_on(verb, fields)


def record(stage: Stage, verb: Verb) -> None:
    """Record a message, and go on with it; stay when nothing was said."""
    stage.answer()
    leg, network = stage.leg, stage.network
    callback = verb.get("recordingStatusCallback")
    recording = Recording(
        sid=network.new_sid("RE"),
        source="RecordVerb",
        call_sid=leg.sid,
        callback=stage.address(callback) if callback else "",
    )
    with network.lock:
        leg.keys.clear()
        leg.recordings.append(network.recordings.add(recording))
        leg.doing = {"verb": "Record", "is_waiting": True}
        network.tell(leg, "record", seconds=verb.number("maxLength", 3600))
        try:
            stage.step("Record")
            key = _tape(stage, verb)
        except HungUpError:
            _post_last(stage, verb, recording)
            raise
        finally:
            meeting.finish(network, leg, recording)
    recording.seconds = min(recording.seconds, verb.number("maxLength", 3600))
    if stage.is_somleng or recording.lines:
        stage.go_on(verb, _message_fields(stage, recording, key))
    network.recordings.remove(recording.sid)


def _begin(stage: Stage, verb: Verb, *, is_speech: bool) -> None:
    leg, network = stage.leg, stage.network
    details = {
        "num_digits": int(verb.number("numDigits", 0, _MOST_KEYS)),
        "finish_on_key": verb.attributes.get("finishOnKey", "#"),
        "timeout": verb.number("timeout", 5),
        "is_speech": is_speech,
    }
    with network.lock:
        leg.keys.clear()
        leg.words.clear()
        stage.does("Gather", **details)
        network.tell(leg, "gather", **details)


def _prompt(stage: Stage, verb: Verb) -> None:
    """Speak the question, until it is answered."""
    for child in verb.children:
        if stage.is_somleng and child.name not in _SOMLENG_PROMPTS:
            raise TwimlError(12200, f"<{child.name}> is not allowed within <Gather>")
        act = _PROMPTS.get(child.name)
        if act is None:
            stage.warn(12200, f"<{child.name}> is not allowed within <Gather>")
        elif not stage.is_interrupted:
            act(stage, child)


def _reply(stage: Stage) -> None:
    """Press or say what the behaviour of this end has for the next question."""
    leg, network = stage.leg, stage.network
    with network.lock:
        reply = leg.replies.popleft() if leg.replies else ""
        if reply.startswith(_SPOKEN):
            network.speak(leg, reply.removeprefix(_SPOKEN))
        elif reply:
            network.press(leg, reply)


def _collect(stage: Stage, verb: Verb, *, has_keys: bool, is_speech: bool) -> tuple[str, str, str]:
    """The keys pressed, the key that ended them, the words said instead."""
    leg = stage.leg
    most = int(verb.number("numDigits", 0, _MOST_KEYS)) or _MOST_KEYS
    ends_with = verb.attributes.get("finishOnKey", "#")
    keys = ""
    with stage.network.lock:
        leg.doing = {**leg.doing, "is_waiting": True}
        leg.touch()
        while _is_answered(stage, verb, is_speech=is_speech):
            if is_speech and leg.words:
                return "", "", leg.words.popleft()
            key = leg.keys.popleft()
            if has_keys and key == ends_with:
                return keys, key, ""
            keys += key if has_keys else ""
            if len(keys) >= most:
                break
    return keys, "", ""


def _is_answered(stage: Stage, verb: Verb, *, is_speech: bool) -> bool:
    """Wait for the next key or word; longer while somebody is typing what they say."""
    leg = stage.leg
    seconds = stage.waits(verb.number("timeout", 5))
    while True:
        if leg.rest(seconds, lambda: leg.keys or (is_speech and leg.words)):
            return True
        if leg.waits_no_longer or not is_speech or not stage.is_stirred(_TYPING_SECONDS):
            return False


def _tape(stage: Stage, verb: Verb) -> str:
    """Until a key ends it, silence does, or the tape is full; the key."""
    leg = stage.leg
    leg.stirred_at = monotonic()
    full = leg.stirred_at + stage.waits(verb.number("maxLength", 3600))
    ending = verb.attributes.get("finishOnKey", _ALL_KEYS)
    silence = stage.waits(verb.number("timeout", 5))
    _reply(stage)

    def is_news() -> bool:
        return bool(leg.keys) or leg.stirred_at != stirred_at

    while True:
        stirred_at = leg.stirred_at
        left = min(full, stirred_at + silence) - monotonic()
        if not leg.rest(max(left, 0), is_news):
            return ""
        while leg.keys:
            if (key := leg.keys.popleft()) in ending:
                return key


def _post_last(stage: Stage, verb: Verb, recording: Recording) -> None:
    """The caller hung up: the carrier tells the action all the same, and drops its answer."""
    if stage.is_somleng or not recording.lines:
        return
    network, leg = stage.network, stage.leg
    fields = _message_fields(stage, recording, "hangup")
    url = stage.address(verb.get("action"))
    network.reporter.post(leg, voice_webhooks.document(network.settings, leg, url, fields))


def _message_fields(stage: Stage, recording: Recording, key: str) -> dict[str, str]:
    settings = stage.network.settings
    fields = {
        "RecordingUrl": voice_webhooks.recording_url(settings, stage.leg, recording),
        "RecordingDuration": str(round(recording.seconds)),
    }
    if not stage.is_somleng:
        fields |= {"RecordingSid": recording.sid, "Digits": key}
    return fields
