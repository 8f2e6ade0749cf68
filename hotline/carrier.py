"""The only module that talks to the carrier.

Decided here: how a text is sent and looked for, what an error means for trying again, how a
webhook is verified, and what each carrier can do. Not decided here: what is sent, when, at
which rate, and how often it is tried; that belongs to the rooms' jobs.

Creating a message is not idempotent at any carrier: after `CarrierDown` with
`may_have_sent`, look with `find_text` before sending again.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from hotline.config import Config

TIMEOUT = 10.0
GATEWAY_WINDOW = timedelta(minutes=5)
STATUS_PATH = "/webhooks/carrier/status/message"

# Every address the library makes starts so.
_LIBRARY_ADDRESS = "https://api.twilio.com"
_ORDINARY_WAIT = 5.0
_LONGEST_WAIT = 3600.0
# The carrier writes whole seconds by its own clock; a text of ours may look this much older.
_CLOCK_SLACK = timedelta(seconds=5)
_LISTED_AT_MOST = 500
_UNREADABLE = (TwilioException, ValueError, KeyError, AttributeError, TypeError)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER_SENT = frozenset({"failed", "canceled"})


class Capability(StrEnum):
    """What a carrier may be able to do; asked for by name, never by carrier."""

    CLIENT = "client"
    CONFERENCE = "conference"
    SPEECH = "speech"
    MACHINE_DETECTION = "machine_detection"
    STATUS_SEQUENCE = "status_sequence"


CAPABILITIES: Mapping[str, frozenset[Capability]] = {
    "twilio": frozenset(Capability),
    # One final status callback; no Client, Conference, speech or machine detection verbs.
    "somleng": frozenset(),
    "phonebooth": frozenset({Capability.STATUS_SEQUENCE}),
}


class CarrierError(Exception):
    """The carrier did not do what it was asked; `reference` is our own id of the text."""

    reference = ""


class CarrierDown(CarrierError):
    """No usable answer. `may_have_sent`: it may have been done all the same, look first."""

    def __init__(self, words: str, *, may_have_sent: bool) -> None:
        super().__init__(words)
        self.may_have_sent = may_have_sent


class CarrierBusy(CarrierError):
    """Too many at once, and not done; `retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"busy, try again in {retry_after:g} s")
        self.retry_after = retry_after


class CarrierRefused(CarrierError):
    """Refused for good: the same again would be refused again. `code` is the carrier's."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code


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
    _auth_token: str = field(repr=False)
    _client: Client = field(repr=False)

    @classmethod
    def from_config(cls, config: Config, *, timeout: float = TIMEOUT) -> "Carrier":
        """The configured carrier; it is waited for at most `timeout` seconds at a time."""
        has_key = bool(config.twilio_api_key and config.twilio_api_secret)
        client = Client(
            username=config.twilio_api_key if has_key else config.twilio_account_sid,
            password=config.twilio_api_secret if has_key else config.twilio_auth_token,
            account_sid=config.twilio_account_sid,
            http_client=_Wire(config.twilio_api_base_url or _LIBRARY_ADDRESS, timeout),
            # Not empty, or the library would read TWILIO_EDGE and TWILIO_REGION itself.
            environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},
        )
        return cls(
            name=config.carrier,
            number=config.hotline_number,
            status_url=config.public_base_url.rstrip("/") + STATUS_PATH,
            capabilities=CAPABILITIES[config.carrier],
            _auth_token=config.twilio_auth_token,
            _client=client,
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
                    return SentText(_known(found.sid), _known(found.status))
        except _UNREADABLE as error:
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
            return SentText(_known(sent.sid), _known(sent.status))
        except _UNREADABLE as error:
            raise CarrierDown("an answer that can't be read", may_have_sent=True) from error

    def _is_ours(self, found: Any, to: str, text: str) -> bool:
        return (
            str(found.direction).startswith("outbound")
            and _digits(found.to) == _digits(to)
            and (found.body or "").strip() == text.strip()
            and found.status not in _NEVER_SENT
        )


def sign_gateway(secret: str, timestamp: str, body: bytes) -> str:
    """What a local SMS gateway puts beside a request: hex HMAC-SHA256 of `timestamp.body`."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def verify_gateway(
    secret: str, timestamp: object, body: bytes, signature: object, now: datetime
) -> bool:
    """Whether a local SMS gateway signed this body, at most five minutes from `now`.

    `timestamp` is Unix seconds as decimal text. Never raises.
    """
    if not secret or not isinstance(timestamp, str) or not isinstance(signature, str):
        return False
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > GATEWAY_WINDOW.total_seconds():
        return False
    expected = sign_gateway(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace"))


class _Wire:
    """The library's HTTP client with our address, a time-out, and our meaning of errors.

    Its log lines are left out: they hold citizens' numbers.
    """

    is_async = False

    def __init__(self, address: str, timeout: float) -> None:
        self._address, self._timeout = address.rstrip("/"), timeout
        silent = logging.Logger("carrier")
        silent.disabled = True
        self._http = TwilioHttpClient(timeout=timeout, logger=silent)
        if urlsplit(address).hostname in _LOOPBACK:
            # A proxy of the environment must not stand between two processes of one machine.
            self._http.session.trust_env = False

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Make the library's request to our address; raises CarrierError for all but success."""
        if not url.startswith(_LIBRARY_ADDRESS + "/"):
            raise CarrierRefused(0, "the library asked for another host")
        options["timeout"] = self._timeout
        try:
            response = self._http.request(
                method, self._address + url.removeprefix(_LIBRARY_ADDRESS), **options
            )
        except requests.RequestException as error:
            may_have_sent = not _never_connected(error)
            raise CarrierDown(type(error).__name__, may_have_sent=may_have_sent) from error
        _raise_for(response.status_code, response.headers, response.text)
        return response


def _raise_for(status: int, headers: Mapping[str, str], text: str) -> None:
    """Turn an HTTP status into what it means for trying again."""
    if 200 <= status < 300:
        return
    if status == 429:
        raise CarrierBusy(_wait(headers.get("Retry-After", "")))
    code, words = _explained(status, text)
    if status == 401 or code == 20003:
        # Our credentials, not this text: others would end the same way until that is mended.
        raise CarrierDown(f"HTTP {status}", may_have_sent=False)
    if 400 <= status < 500 and status != 408:
        raise CarrierRefused(code, words)
    raise CarrierDown(f"HTTP {status}", may_have_sent=True)


def _explained(status: int, text: str) -> tuple[int, str]:
    """The carrier's code and sentence, the HTTP status where there are none."""
    try:
        answer = json.loads(text)
        return int(answer["code"]), str(answer["message"])
    except (ValueError, KeyError, TypeError):
        return status, f"HTTP {status}"


def _wait(header: str) -> float:
    seconds = float(header) if header.isascii() and header.isdigit() else _ORDINARY_WAIT
    return min(seconds, _LONGEST_WAIT)


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _known(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("The carrier's answer lacks an id or a state.")
    return value


def _digits(number: object) -> str:
    return "".join(sign for sign in str(number) if sign.isdigit())
