"""Announced outages of the demo: two that run, one that is coming, one that is over.

Their times lie around the moment of the seed, on whole hours, so that each tab of the page has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.access import Viewer
from hotline.notices import operations
from hotline.notices.operations import Announcement
from hotline.notices.rules import Supply
from hotline.tickets.rulebook import Rulebook

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Announced:
    """One notice: entered so long before its beginning, by the source's own handler."""

    unit: str
    supply: Supply
    districts: tuple[str, ...]
    area: str
    text: str
    begins: timedelta
    lasts: timedelta


NOTICES = (
    Announced(
        "E01",
        Supply.WATER,
        ("C01",),
        "文化路、民族路、玉带湾小区、和平里小区",
        "文化路主管网阀门检修，期间停水。请提前储水；恢复供水初期如有轻微浑浊，放水片刻即可。",
        -3 * HOUR,
        9 * HOUR,
    ),
    Announced(
        "E06",
        Supply.HEAT,
        ("C01",),
        "河北大街中段、海阳路、世纪星园小区",
        "二级网漏点抢修，室温会有下降。修复后逐步回温，如次日仍不热请拨打 12345。",
        -5 * HOUR,
        24 * HOUR,
    ),
    Announced(
        "E05",
        Supply.POWER,
        ("C03",),
        "海宁路、联峰路、剑秋路",
        "线路改造计划停电，请提前安排生活用电，电梯停运期间请走楼梯。",
        30 * HOUR,
        6 * HOUR,
    ),
    Announced(
        "E09",
        Supply.GAS,
        ("C01",),
        "燕山大街东段、建国路",
        "燃气管道碰口作业，停气期间请关闭灶前阀，恢复供气后先排空再使用。",
        -76 * HOUR,
        10 * HOUR,
    ),
)


def seed(cast: Mapping[str, Viewer], now: datetime, book: Rulebook) -> int:
    """Announce all of them as their units would have; answers how many."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    for one in NOTICES:
        begins_at = hour + one.begins
        said = Announcement(
            unit=one.unit,
            supply=one.supply,
            districts=one.districts,
            area=one.area,
            text=one.text,
            begins_at=begins_at,
            ends_at=begins_at + one.lasts,
        )
        entered_at = min(begins_at, now) - HOUR
        operations.announce(
            said, by=cast[one.unit.lower()], now=entered_at, districts=book.districts
        )
    return len(NOTICES)
