"""The State Council's notices on public holidays of 2024, 2025 and 2026, copied by hand.

国办发明电〔2023〕7号, 国办发明电〔2024〕12号, 国办发明电〔2025〕7号. Written apart from the library
that the hotline takes its calendar from; a test compares the two.
"""

from collections.abc import Iterator
from datetime import date, timedelta

OFF = """
2024-01-01 2024-01-01  元旦
2024-02-10 2024-02-17  春节
2024-04-04 2024-04-06  清明节
2024-05-01 2024-05-05  劳动节
2024-06-10 2024-06-10  端午节
2024-09-15 2024-09-17  中秋节
2024-10-01 2024-10-07  国庆节
2025-01-01 2025-01-01  元旦
2025-01-28 2025-02-04  春节
2025-04-04 2025-04-06  清明节
2025-05-01 2025-05-05  劳动节
2025-05-31 2025-06-02  端午节
2025-10-01 2025-10-08  国庆节、中秋节
2026-01-01 2026-01-03  元旦
2026-02-15 2026-02-23  春节
2026-04-04 2026-04-06  清明节
2026-05-01 2026-05-05  劳动节
2026-06-19 2026-06-21  端午节
2026-09-25 2026-09-27  中秋节
2026-10-01 2026-10-07  国庆节
"""
MAKE_UP = """
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
NOT_PUBLISHED = {date(2027, 1, 1): False}
"""Of 2027 only the law's New Year's Day is known."""


def stated() -> dict[date, bool]:
    """Single days that are off or worked, of the three years."""
    found = dict.fromkeys(_off(), False)
    return found | {date.fromisoformat(one): True for one in MAKE_UP.split()}


def _off() -> Iterator[date]:
    for line in OFF.split("\n"):
        if line:
            first, last = (date.fromisoformat(one) for one in line.split()[:2])
            for n in range((last - first).days + 1):
                yield first + timedelta(days=n)
