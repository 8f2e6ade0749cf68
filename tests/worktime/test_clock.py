"""The only source of time."""

from datetime import UTC, datetime, timedelta

import time_machine

from hotline import clock


def test_now_is_aware_and_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_now_can_be_frozen() -> None:
    moment = datetime(2026, 2, 14, 9, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert clock.now() == moment
