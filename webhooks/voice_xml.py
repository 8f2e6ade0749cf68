"""Documents for the carrier: words, questions, recordings, talks; the only place that writes them.

Decided here: which verbs say so, with which voice, and what is left out where the carrier can't do
it. Not here: what is said when. The surprise: nothing waits for an answer to silence: behind every
question stands a redirect to the same address, which every carrier follows when nothing is typed.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.calls import prompting
from hotline.calls.prompting import Spoken
from hotline.carrier import Capability

VOICES = {
    prompting.CHINESE: ("Polly.Zhiyu-Neural", "cmn-CN"),
    prompting.ENGLISH: ("Polly.Joanna-Neural", "en-US"),
}
SPEECH = {prompting.CHINESE: "cmn-Hans-CN", prompting.ENGLISH: "en-US"}
HINTS = {
    prompting.CHINESE: "人工,查进度,留言,英语,救命,着火,煤气泄漏",
    prompting.ENGLISH: "operator,progress,message,help,fire",
}
HOLD = "/static/voice/hold.wav"
SHORT_PAUSE = 1
DESK_RINGS = 20
SILENCE_ENDS_MESSAGE = 5


@dataclass(frozen=True)
class Setting:
    """What documents are made for: an address of ours, a carrier, and the city's own sounds."""

    base_url: str
    capabilities: frozenset[Capability]
    caller_id: str
    own_prompts: Path

    def can(self, capability: Capability) -> bool:
        """Whether this carrier can do it."""
        return capability in self.capabilities


class Document:
    """One answer to the carrier, made from top to bottom."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._response = VoiceResponse()

    def say(self, *spoken: Spoken) -> Self:
        """Say the words, or play what was recorded of them."""
        self._speak(self._response, spoken)
        return self

    def hold(self, address: str) -> Self:
        """The waiting sound, then ask again at `address`."""
        self._response.play(self._setting.base_url + HOLD)
        return self.go(address)

    def ask(self, address: str, spoken: Iterable[Spoken], *, language: str, digits: int = 1,
            timeout: int, is_spoken_to: bool = True, is_holding: bool = False) -> Self:  # fmt: skip
        """Say the words and hear an answer meanwhile; keys, words or silence go to `address`."""
        hears = is_spoken_to and self._setting.can(Capability.SPEECH)
        more = (
            {"input": "dtmf speech", "language": SPEECH[language], "speech_timeout": "auto",
             "hints": HINTS[language]}
            if hears
            else {}
        )  # fmt: skip
        gather = Gather(
            action=address,
            method="POST",
            num_digits=digits,
            timeout=timeout,
            finish_on_key="#" if digits > 1 else "",
            **more,
        )
        self._speak(gather, spoken)
        if is_holding:
            gather.play(self._setting.base_url + HOLD)
        self._response.append(gather)
        return self.go(address)

    def record(self, address: str, *, status: str, longest: int) -> Self:
        """Record what the caller says after the tone; what came of it goes to `address`."""
        self._response.record(
            action=address,
            method="POST",
            max_length=longest,
            timeout=SILENCE_ENDS_MESSAGE,
            finish_on_key="#",
            play_beep=True,
            recording_status_callback=status,
            recording_status_callback_method="POST",
        )
        return self.go(address)

    def conference(self, name: str, *, then: str, status: str, is_muted: bool = False) -> Self:
        """Join the talk of this name; nobody ends it for the others by leaving."""
        dial = Dial()
        recorded = self._recording(status, "record-from-start")
        dial.conference(
            name,
            start_conference_on_enter=True,
            end_conference_on_exit=False,
            beep=False,
            muted=is_muted,
            wait_url="",
            **recorded,
        )
        self._response.append(dial)
        return self.go(then)

    def dial(self, address: str, *, then: str, status: str | None) -> Self:
        """Ring an address from within the call and talk; how it went goes to `then`."""
        recorded = self._recording(status, "record-from-answer-dual") if status else {}
        dial = Dial(
            action=then,
            method="POST",
            timeout=DESK_RINGS,
            caller_id=self._setting.caller_id,
            **recorded,
        )
        if address.startswith("sip:"):
            dial.sip(address)
        elif address.startswith("client:"):
            dial.client(address.removeprefix("client:"))
        else:
            dial.number(address)
        self._response.append(dial)
        return self

    def go(self, address: str) -> Self:
        """Go on at another address."""
        self._response.redirect(address, method="POST")
        return self

    def hang_up(self) -> Self:
        """That was all."""
        self._response.hangup()
        return self

    def __str__(self) -> str:
        return str(self._response)

    def _recording(self, status: str, how: str) -> dict[str, str]:
        if not self._setting.can(Capability.RECORDING):
            return {}
        return {
            "record": how,
            "recording_status_callback": status,
            "recording_status_callback_method": "POST",
            "recording_status_callback_event": "completed",
        }

    def _speak(self, verb: VoiceResponse | Gather, spoken: Iterable[Spoken]) -> None:
        for one in spoken:
            if one.key and prompting.recording(one.language, one.key, self._setting.own_prompts):
                verb.play(f"{self._setting.base_url}/prompts/{one.language}/{one.key}.mp3")
                continue
            words = _plain(one.words)
            if words:
                voice, language = VOICES[one.language]
                verb.say(words, voice=voice, language=language)


def _plain(words: str) -> str:
    """The words on one line, without what no document may hold."""
    kept = (sign if unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn") else " "
            for sign in words)  # fmt: skip
    return " ".join("".join(kept).split())
