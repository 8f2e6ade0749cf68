"""The time of an exchange: a working day's morning that goes on, and jumps when it is told to."""

from datetime import datetime, timedelta
from time import monotonic

import pytest

from hotline import clock as ours
from phonebooth import clock as theirs
from tests.factories import NOW


class Clock:
    """Both processes' only source of time, so that what one writes down the other can compare."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._began, self._jumped = monotonic(), timedelta(0)
        patch.setattr(ours, "now", self.now)
        patch.setattr(theirs, "now", self.now)

    def now(self) -> datetime:
        """The present moment of this exchange."""
        return NOW + timedelta(seconds=monotonic() - self._began) + self._jumped

    def jump(self, seconds: float) -> None:
        """So much later, at once."""
        self._jumped += timedelta(seconds=seconds)
