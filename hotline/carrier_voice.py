"""Calls at the carrier: dialled, led to another document, hung up, looked at; their recordings.

Decided here: which fields say so, and how a call of ours is recognised. Not decided here: what a
caller hears (the documents), when and how often it is asked (`calls.carrying_out`).

Dialling is not idempotent at any carrier: after `CarrierDown` with `may_have_sent`, look with
`find_leg` before dialling again, and as long as that can't be done, don't.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client

from hotline.carrier_capabilities import Capability
from hotline.carrier_wire import (
    LIBRARY_ADDRESS,
    UNREADABLE,
    CarrierDown,
    CarrierError,
    CarrierRefused,
    Wire,
    digits,
    known,
)

LARGEST_RECORDING = 64 * 1024 * 1024
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The carrier's words for a call that has ended."""

_STEPS = ["ringing", "completed"]
"""That an end was dialled, the answer to dialling tells; that it was answered, its document."""
_GONE = frozenset({404, 20404})
_CLOCK_SLACK = timedelta(seconds=5)
_LISTED_AT_MOST = 200


@dataclass(frozen=True)
class Leg:
    """One end of a call at the carrier; `state` in its word (queued, ringing, in-progress …)."""

    provider_id: str
    state: str


@dataclass(frozen=True)
class LegNow:
    """An end of a call as it is at this moment; times as far as the carrier tells them."""

    state: str
    answered_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    seconds: int | None

    @property
    def is_over(self) -> bool:
        """Whether it has ended there."""
        return self.state in OVER


@dataclass(frozen=True)
class Voice:
    """The calls of our account. Every function raises CarrierDown, CarrierBusy, CarrierRefused."""

    number: str
    capabilities: frozenset[Capability]
    _client: Client = field(repr=False)
    _wire: Wire = field(repr=False)
    _account: str = field(repr=False)
    _key: str | None = field(repr=False)
    _secret: str | None = field(repr=False)

    def dial(self, to: str, *, url: str, status_url: str, timeout: int, reference: str,
             caller_id: str | None = None, detect_machine: bool = False,
             tells_ringing: bool = True) -> Leg:  # fmt: skip
        """Ring a number (E.164), `client:…` or `sip:…`, for at most `timeout` seconds.

        Who answers hears the document at `url`; `status_url` is told what becomes of it:
        its end, and that it rings if asked and where the carrier can. `reference` is our id, for
        errors.
        """
        asked: dict[str, Any] = {"url": url, "status_callback": status_url, "timeout": timeout}
        if Capability.STATUS_SEQUENCE in self.capabilities:
            asked["status_callback_event"] = _STEPS if tells_ringing else _STEPS[-1:]
        if detect_machine and Capability.MACHINE_DETECTION in self.capabilities:
            asked["machine_detection"] = "Enable"
        try:
            made = self._client.calls.create(to=to, from_=caller_id or self.number, **asked)
            return Leg(known(made.sid), known(made.status))
        except CarrierError as error:
            error.reference = reference
            raise
        except UNREADABLE as error:
            raise CarrierDown("an answer that can't be read", may_have_sent=True) from error

    def redirect(self, provider_id: str, url: str) -> None:
        """Have this end hear the document at `url` next; harmless when done twice."""
        self._update(provider_id, url=url, method="POST")

    def hang_up(self, provider_id: str) -> None:
        """End it, also while it rings; one that the carrier no longer knows has ended."""
        try:
            self._update(provider_id, status="completed")
        except CarrierRefused as refused:
            if refused.code not in _GONE:
                raise

    def look(self, provider_id: str) -> LegNow | None:
        """How this end is now; None when the carrier doesn't know it."""
        try:
            found = self._client.calls(provider_id).fetch()
            return LegNow(
                state=known(found.status),
                answered_by=found.answered_by,
                started_at=_moment(found.start_time),
                ended_at=_moment(found.end_time),
                seconds=int(found.duration) if found.duration else None,
            )
        except CarrierRefused as refused:
            if refused.code in _GONE:
                return None
            raise
        except UNREADABLE as error:
            raise CarrierDown("an answer that can't be read", may_have_sent=False) from error

    def find_leg(
        self, to: str, *, since: datetime, but_not: Collection[str] = (), caller_id: str = ""
    ) -> Leg | None:
        """The newest call of ours to this address since then, those in `but_not` left out.

        The carrier doesn't say which document a call was made for, so that it is recognised by
        both its ends and its time: give in `but_not` the ids that have their place already.
        """
        sender, oldest = caller_id or self.number, since - _CLOCK_SLACK
        try:
            # Without a time: one platform ignores the filters, and a queued call has none yet.
            for found in self._client.calls.stream(
                to=to, from_=sender, limit=_LISTED_AT_MOST, page_size=50
            ):
                if found.date_created is not None and found.date_created < oldest:
                    return None
                is_ours = str(found.direction) == "outbound-api" and _is_same(found.to, to)
                if is_ours and found.sid not in but_not:
                    return Leg(known(found.sid), known(found.status))
        except UNREADABLE as error:
            raise CarrierDown("a list that can't be read", may_have_sent=False) from error
        return None

    def recording(self, provider_id: str, *, most: int = LARGEST_RECORDING) -> tuple[bytes, str]:
        """A recording's sound and kind. Raises TooLarge; CarrierRefused for what is no sound."""
        uri = f"{LIBRARY_ADDRESS}/2010-04-01/Accounts/{self._account}/Recordings/{provider_id}.mp3"
        content = self._wire.fetch(uri, self._client.auth, most)
        kind = _kind_of(content)
        if kind is None:
            raise CarrierRefused(0, "a recording that is no sound")
        return content, kind

    def delete_recording(self, provider_id: str) -> None:
        """Delete it over there; deleted already is as good."""
        try:
            self._client.recordings(provider_id).delete()
        except CarrierRefused as refused:
            if refused.code not in _GONE:
                raise

    def access_token(self, identity: str, *, seconds: int) -> str:
        """What lets a browser ring as `client:<identity>` for so long."""
        if not (self._key and self._secret):
            raise CarrierRefused(0, "no API key is set")
        token = AccessToken(self._account, self._key, self._secret, identity=identity, ttl=seconds)
        token.add_grant(VoiceGrant(incoming_allow=True))
        return str(token.to_jwt())

    def _update(self, provider_id: str, **changes: Any) -> None:
        try:
            self._client.calls(provider_id).update(**changes)
        except UNREADABLE as error:
            raise CarrierDown("an answer that can't be read", may_have_sent=True) from error


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _kind_of(content: bytes) -> str | None:
    """By the content: one platform gives a WAV for whatever is asked."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return "audio/mpeg" if is_frame or content[:3] == b"ID3" else None


def _is_same(listed: object, address: str) -> bool:
    """Whether a listed call goes there; numbers are spelt in several ways."""
    if ":" in address:
        return str(listed).lower() == address.lower()
    return digits(listed) == digits(address)
