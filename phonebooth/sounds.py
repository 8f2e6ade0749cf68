"""A recording's sound: silence, with a soft tone wherever something was said.

WAV, 8 kHz, one channel, 8 bits a sample, made in pieces so that a long one needs no memory.
"""

import io
import math
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

RATE = 8_000
HEADER_BYTES = 44
_SILENCE = 0x80
_LOUDNESS = 20
_PIECE = RATE // 10
_PITCHES = (220, 330, 260, 390)


@dataclass(frozen=True, kw_only=True)
class Tone:
    """Something said; `voice` counts the speakers from 0."""

    starts: float
    seconds: float
    voice: int


def length(seconds: float) -> int:
    """The size of the whole file."""
    return HEADER_BYTES + _samples(seconds)


def wav(seconds: float, tones: list[Tone]) -> Iterator[bytes]:
    """The file in pieces of a tenth of a second."""
    samples = _samples(seconds)
    yield _header(samples)
    due = sorted(tones, key=lambda tone: tone.starts)
    for start in range(0, samples, _PIECE):
        at = (start + _PIECE / 2) / RATE
        while due and due[0].starts + due[0].seconds < at:
            due.pop(0)
        is_heard = bool(due) and due[0].starts <= at
        piece = _tone(_PITCHES[due[0].voice % len(_PITCHES)]) if is_heard else _silence()
        yield piece[: samples - start]


def _samples(seconds: float) -> int:
    """An even number, as the format wants its pieces padded."""
    return max(round(seconds * RATE / 2) * 2, 2)


@cache
def _tone(pitch: int) -> bytes:
    """A tenth of a second, whole waves, so that pieces join without a click."""
    return bytes(
        _SILENCE + round(_LOUDNESS * math.sin(2 * math.pi * pitch * n / RATE))
        for n in range(_PIECE)
    )


@cache
def _silence() -> bytes:
    return bytes([_SILENCE]) * _PIECE


def _header(samples: int) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.setnframes(samples)
        file.writeframesraw(b"")
        return buffer.getvalue()
