"""The time of an exchange: a working day's morning that goes on, and jumps when it is told to."""

from datetime import datetime, timedelta
from time import monotonic

import pytest

from hotline import clock
from tests.factories import NOW


class Clock:
    """The hotline's only source of time; the carrier's own clock is ahead of it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._began, self._jumped = monotonic(), timedelta(0)
        patch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        """The present moment of this exchange."""
        return NOW + timedelta(seconds=monotonic() - self._began) + self._jumped

    def jump(self, seconds: float) -> None:
        """So much later, at once."""
        self._jumped += timedelta(seconds=seconds)
