"""A phonebooth with its hotline, new for every test."""

from collections.abc import Iterator

import pytest

from tests.phonebooth.running import Booth, Hotline, running_booth, running_hotline, settings


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    """What the phonebooth calls."""
    with running_hotline() as receiver:
        yield receiver


@pytest.fixture
def booth(hotline: Hotline) -> Iterator[Booth]:
    """What the hotline calls."""
    with running_booth(settings(hotline.url)) as running:
        yield running
