"""The carrier's HTTP: our address, a time-out, and what each error means for trying again.

Not decided here: what is asked (`carrier`, `carrier_voice`), and how often it is tried.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

# Every address the library makes starts so.
LIBRARY_ADDRESS = "https://api.twilio.com"
UNREADABLE = (TwilioException, ValueError, KeyError, AttributeError, TypeError)
_ORDINARY_WAIT = 5.0
_LONGEST_WAIT = 3600.0
_TOGETHER = 16
_PIECE = 64 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


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


class TooLarge(CarrierRefused):
    """A file larger than we take."""

    def __init__(self, most: int) -> None:
        super().__init__(0, f"larger than {most} bytes")


class Wire:
    """What the library sends its requests with; safe to share between threads, as its own isn't.

    Nothing is logged: addresses and fields hold citizens' numbers.
    """

    is_async = False

    def __init__(self, address: str, timeout: float) -> None:
        self._address, self._timeout = address.rstrip("/"), timeout
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_TOGETHER))
        if urlsplit(address).hostname in _LOOPBACK:
            # A proxy of the environment must not stand between two processes of one machine.
            self._session.trust_env = False

    def request(self, method: str, url: str, **options: Any) -> Response:
        """Make the library's request to our address; raises CarrierError for all but success."""
        given = {name: options.get(name) for name in ("params", "data", "headers", "auth")}
        answer = self._asked(method, url, allow_redirects=False, **given)
        _raise_for(answer.status_code, answer.headers, answer.text)
        return Response(answer.status_code, answer.text, answer.headers)

    def fetch(self, url: str, auth: tuple[str, str], most: int) -> bytes:
        """A file's content. Raises TooLarge beyond `most` bytes, and CarrierError."""
        with self._asked("GET", url, auth=auth, stream=True) as answer:
            try:
                if answer.status_code >= 300:
                    _raise_for(answer.status_code, answer.headers, answer.text)
                content = bytearray()
                for piece in answer.iter_content(_PIECE):
                    content += piece
                    if len(content) > most:
                        raise TooLarge(most)
            except requests.RequestException as error:
                raise CarrierDown(type(error).__name__, may_have_sent=False) from error
            return bytes(content)

    def _asked(self, method: str, url: str, **options: Any) -> requests.Response:
        if not url.startswith(LIBRARY_ADDRESS + "/"):
            raise CarrierRefused(0, "the library asked for another host")
        ours = self._address + url.removeprefix(LIBRARY_ADDRESS)
        try:
            return self._session.request(method.upper(), ours, timeout=self._timeout, **options)
        except requests.RequestException as error:
            may_have_sent = not _never_connected(error)
            raise CarrierDown(type(error).__name__, may_have_sent=may_have_sent) from error


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


def known(value: object) -> str:
    """An id or a state that must be there. Raises ValueError, which is UNREADABLE."""
    if not isinstance(value, str) or not value:
        raise ValueError("The carrier's answer lacks an id or a state.")
    return value


def digits(number: object) -> str:
    """A number as it is compared: carriers spell one number in several ways."""
    return "".join(sign for sign in str(number) if sign.isdigit())
