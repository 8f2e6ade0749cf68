"""Requests to the hotline as the carrier makes them: fields, signature, time-outs, retry.

The carrier waits five seconds for a connection and fifteen for the answer, tries once more
and only when it could not connect, and repeats an attempt under the same idempotency token.
"""

from dataclasses import dataclass, replace
from time import monotonic
from uuid import uuid4

import requests
from twilio.request_validator import RequestValidator
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from phonebooth import segments
from phonebooth.faults import Direction
from phonebooth.settings import BoothSettings
from phonebooth.store import Message

API_VERSION = "2010-04-01"
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One thing to tell the hotline; no token where the carrier sends none."""

    direction: Direction
    sid: str
    phone: str
    url: str
    fields: dict[str, str]
    token: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it: an HTTP status with the answer, or a problem in one word."""

    status: int | None = None
    problem: str = ""
    content_type: str = ""
    body: str = ""
    seconds: float = 0.0

    @property
    def is_taken(self) -> bool:
        """Whether the hotline has said that it has it."""
        return self.status is not None and 200 <= self.status < 300


def inbound_text(settings: BoothSettings, message: Message) -> Webhook:
    """A citizen's text, with the carrier's form fields."""
    fields = {
        "AccountSid": settings.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.sender,
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(segments.count(message.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.recipient,
    }
    for end, country in (("From", "CN"), ("To", "CN")):
        fields |= {f"{end}City": "", f"{end}Country": country, f"{end}State": "", f"{end}Zip": ""}
    return _webhook(Direction.INBOUND, message, settings.sms_webhook, fields)


def message_status(settings: BoothSettings, message: Message) -> Webhook:
    """What became of a text that the hotline sent."""
    fields = {
        "AccountSid": settings.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.recipient,
    }
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    return _webhook(Direction.STATUS, message, message.status_callback, fields)


def post(webhook: Webhook, settings: BoothSettings, *, patience: float | None = None) -> Outcome:
    """Make the request; `patience` shortens the wait for the answer, in seconds. Never raises."""
    timeouts = (settings.connect_timeout, patience or settings.answer_timeout)
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": sign(settings.auth_token, webhook.url, webhook.fields),
    }
    if webhook.token:
        headers["I-Twilio-Idempotency-Token"] = webhook.token
    began = monotonic()
    outcome = _attempt(webhook, headers, timeouts)
    if outcome.problem == "no_connection":
        outcome = _attempt(webhook, headers, timeouts)
    return replace(outcome, seconds=monotonic() - began)


def sign(auth_token: str, url: str, fields: dict[str, str]) -> str:
    """The carrier's signature of a request to `url` with these form fields."""
    signature: str = RequestValidator(auth_token).compute_signature(url, fields)
    return signature


def _webhook(direction: Direction, message: Message, url: str, fields: dict[str, str]) -> Webhook:
    return Webhook(
        direction=direction,
        sid=message.sid,
        phone=message.citizen,
        url=url,
        fields=fields,
        token=str(uuid4()),
    )


def _attempt(webhook: Webhook, headers: dict[str, str], timeouts: tuple[float, float]) -> Outcome:
    with requests.Session() as session:
        # A proxy of the environment must not stand between two processes of one laptop.
        session.trust_env = False
        try:
            with session.post(
                webhook.url,
                data=webhook.fields,
                headers=headers,
                timeout=timeouts,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Outcome(
                    status=response.status_code,
                    content_type=response.headers.get("Content-Type", ""),
                    body=_read(response),
                )
        except requests.RequestException as error:
            return Outcome(problem=_problem(error))


def _read(response: requests.Response) -> str:
    content = response.raw.read(_LONGEST_ANSWER, decode_content=True)
    return bytes(content).decode("utf-8", "replace")


def _problem(error: requests.RequestException) -> str:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return "no_connection"
    return "no_answer" if isinstance(error, requests.Timeout) else "hung_up"
