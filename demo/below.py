"""Units of two levels in the demo: two departments with their sections, two districts with towns.

Decided here: which they are. Their one login each is the code in lower case: `d14s1`, `c04t1`.
"""

from datetime import datetime

from hotline.people import queries, units
from hotline.people.units import Description

BY = "system"
SUB_UNITS = (
    ("D14", "D14S1", "大气环境科"),
    ("D14", "D14S2", "水生态环境科"),
    ("D16", "D16S1", "市容管理科"),
    ("D16", "D16S2", "夜市管理科"),
    ("C01", "C01T1", "文化路街道办事处"),
    ("C01", "C01T2", "海阳镇"),
    ("C04", "C04T1", "抚宁镇"),
    ("C04", "C04T2", "骊城街道办事处"),
)


def seed(now: datetime) -> int:
    """Add them below their units; answers how many. Raises Invalid when a code is taken."""
    known = {one.code: one for one in queries.units()}
    for parent, code, name in SUB_UNITS:
        above = known[parent]
        units.add(code, Description(name), kind=above.kind, parent=above, by=BY, now=now)
    return len(SUB_UNITS)
