"""The phonebooth's only source of time (the hotline's clock belongs to another process)."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
