"""Fixtures for calls."""

from tests.webhooks.phoning import carrier, time

__all__ = ["carrier", "time"]
