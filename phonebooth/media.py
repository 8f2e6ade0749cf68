"""How long a sound is that the hotline has played: its file is looked at, as WAV or MP3.

A file that can't be had or read is taken to last `ORDINARY` seconds, and looked at again
after a while. Lengths are remembered; bounded, the oldest goes first.
"""

import io
import threading
import wave
from time import monotonic

import requests

ORDINARY = 8.0
_LARGEST = 8 * 1024 * 1024
_TIMEOUTS = (1.0, 3.0)
_MOST_KEPT = 200
_SECONDS_UNTIL_TRIED_AGAIN = 30.0
_KILOBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_SLOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


class Lengths:
    """What is known of the sounds; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float | None, float]] = {}

    def of(self, url: str) -> float | None:
        """Seconds of the sound at an address; None when it can't be had or read."""
        with self._lock:
            seconds, at = self._known.get(url, (None, None))
        if seconds is not None or (
            at is not None and monotonic() - at < _SECONDS_UNTIL_TRIED_AGAIN
        ):
            return seconds
        seconds = _measured(url)
        with self._lock:
            self._known[url] = (seconds, monotonic())
            while len(self._known) > _MOST_KEPT:
                del self._known[next(iter(self._known))]
        return seconds


def length(content: bytes) -> float | None:
    """Seconds of a WAV or MP3 file of constant rate; None when it is neither."""
    if content[:4] == b"RIFF":
        try:
            with wave.open(io.BytesIO(content)) as file:
                return float(file.getnframes() / file.getframerate())
        except (wave.Error, EOFError, ZeroDivisionError):
            return None
    start = _after_tags(content)
    head = content[start : start + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    rates = _KILOBITS if head[1] & 0x18 == 0x18 else _KILOBITS_SLOW
    kilobits = rates[head[2] >> 4] if head[2] >> 4 < len(rates) else 0
    return (len(content) - start) * 8 / (kilobits * 1_000) if kilobits else None


def _after_tags(content: bytes) -> int:
    """Where the sound begins behind an ID3 tag."""
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return size + 10


def _measured(url: str) -> float | None:
    with requests.Session() as session:
        # A proxy of the environment must not stand between two processes of one laptop.
        session.trust_env = False
        try:
            with session.get(url, timeout=_TIMEOUTS, stream=True) as response:
                if response.status_code != 200:
                    return None
                content = response.raw.read(_LARGEST, decode_content=True)
        except (requests.RequestException, OSError):
            return None
    return length(bytes(content))
