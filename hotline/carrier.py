"""The only door to the carrier: texts, the check of its signatures, and `voice` for calls.

Decided here and in the `carrier_…` modules behind it: how a text is sent and looked for, what an
error means for trying again, how a webhook is verified. Not decided here: what is sent, when, at
which rate, and how often it is tried; that belongs to the rooms' jobs.

Creating a message is not idempotent at any carrier: after `CarrierDown` with
`may_have_sent`, look with `find_text` before sending again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from twilio.request_validator import RequestValidator
from twilio.rest import Client

from hotline.carrier_capabilities import CAPABILITIES, Capability
from hotline.carrier_gateway import sign_gateway, verify_gateway
from hotline.carrier_voice import Voice
from hotline.carrier_wire import (
    LIBRARY_ADDRESS,
    UNREADABLE,
    CarrierBusy,
    CarrierDown,
    CarrierError,
    CarrierRefused,
    Wire,
    digits,
    known,
)
from hotline.config import Config

__all__ = [
    "CAPABILITIES",
    "Capability",
    "Carrier",
    "CarrierBusy",
    "CarrierDown",
    "CarrierError",
    "CarrierRefused",
    "SentText",
    "sign_gateway",
    "verify_gateway",
]

TIMEOUT = 10.0
VOICE_TIMEOUT = 5.0
"""A caller waits on the line for what is asked about a call."""
STATUS_PATH = "/webhooks/carrier/status/message"

# The carrier writes whole seconds by its own clock; a text of ours may look this much older.
_CLOCK_SLACK = timedelta(seconds=5)
_LISTED_AT_MOST = 500
_NEVER_SENT = frozenset({"failed", "canceled"})


@dataclass(frozen=True)
class SentText:
    """A text as the carrier has it; `state` in the carrier's word (queued, sent, delivered …)."""

    provider_id: str
    state: str


@dataclass(frozen=True)
class Carrier:
    """One carrier with our account; safe to share between threads."""

    name: str
    number: str
    status_url: str
    capabilities: frozenset[Capability]
    voice: Voice
    _auth_token: str = field(repr=False)
    _client: Client = field(repr=False)

    @classmethod
    def from_config(cls, config: Config, *, timeout: float = TIMEOUT) -> "Carrier":
        """The configured carrier; it is waited for at most `timeout` seconds at a time."""
        capabilities = CAPABILITIES[config.carrier]
        wire = _wire(config, min(timeout, VOICE_TIMEOUT))
        voice = Voice(
            number=config.hotline_number,
            capabilities=capabilities,
            _client=_client(config, wire),
            _wire=wire,
            _account=config.twilio_account_sid,
            _key=config.twilio_api_key,
            _secret=config.twilio_api_secret,
        )
        return cls(
            name=config.carrier,
            number=config.hotline_number,
            status_url=config.public_base_url.rstrip("/") + STATUS_PATH,
            capabilities=capabilities,
            voice=voice,
            _auth_token=config.twilio_auth_token,
            _client=_client(config, _wire(config, timeout)),
        )

    def can(self, capability: Capability) -> bool:
        """Whether this carrier can do it."""
        return capability in self.capabilities

    def send_text(self, to: str, text: str, *, reference: str) -> SentText:
        """Hand a text to the carrier. `to` in E.164; `reference` is our id, for errors.

        Raises CarrierDown, CarrierBusy, CarrierRefused.
        """
        try:
            return self._send(to, text)
        except CarrierError as error:
            error.reference = reference
            raise

    def find_text(self, to: str, text: str, since: datetime) -> SentText | None:
        """The newest text to `to` with these words that the carrier has taken since then.

        A text that the carrier has itself given up doesn't count. Raises CarrierDown,
        CarrierBusy, CarrierRefused.
        """
        oldest = since - _CLOCK_SLACK
        try:
            # Without a date: a queued text has none yet, and one platform ignores the filters.
            for found in self._client.messages.stream(
                to=to, from_=self.number, limit=_LISTED_AT_MOST, page_size=100
            ):
                if found.date_created is not None and found.date_created < oldest:
                    return None
                if self._is_ours(found, to, text):
                    return SentText(known(found.sid), known(found.status))
        except UNREADABLE as error:
            raise CarrierDown("a list that can't be read", may_have_sent=False) from error
        return None

    def verify(self, url: str, form_params: object, signature: object) -> bool:
        """Whether the carrier signed this request to `url` (as configured) with these fields.

        Never raises: whatever is missing or malformed is simply not signed.
        """
        is_text = isinstance(signature, str) and signature.isascii()
        if not (self._auth_token and is_text and isinstance(form_params, Mapping)):
            return False
        try:
            return bool(RequestValidator(self._auth_token).validate(url, form_params, signature))
        except Exception:
            # The library raises on what it doesn't expect, where it should refuse.
            return False

    def _send(self, to: str, text: str) -> SentText:
        try:
            sent = self._client.messages.create(
                to=to, from_=self.number, body=text, status_callback=self.status_url
            )
            return SentText(known(sent.sid), known(sent.status))
        except UNREADABLE as error:
            raise CarrierDown("an answer that can't be read", may_have_sent=True) from error

    def _is_ours(self, found: Any, to: str, text: str) -> bool:
        return (
            str(found.direction).startswith("outbound")
            and digits(found.to) == digits(to)
            and (found.body or "").strip() == text.strip()
            and found.status not in _NEVER_SENT
        )


def _wire(config: Config, timeout: float) -> Wire:
    return Wire(config.twilio_api_base_url or LIBRARY_ADDRESS, timeout)


def _client(config: Config, wire: Wire) -> Client:
    has_key = bool(config.twilio_api_key and config.twilio_api_secret)
    return Client(
        username=config.twilio_api_key if has_key else config.twilio_account_sid,
        password=config.twilio_api_secret if has_key else config.twilio_auth_token,
        account_sid=config.twilio_account_sid,
        http_client=wire,
        # Not empty, or the library would read TWILIO_EDGE and TWILIO_REGION itself.
        environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},
    )
