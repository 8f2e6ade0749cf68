"""The only source of time.

Decided here: what "now" is. Everything else gets it as an argument, so that a test, a seed or a
replayed year can say when something happens. Not here: zones and working time (`worktime`).
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
