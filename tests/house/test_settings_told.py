"""`.env.example` tells of every environment setting, and of none that there is not."""

import re

from hotline import config
from tests.house.tree import ROOT

ASIDE = {"HOTLINE_PG_MAJOR"}  # read by the launcher alone


def test_every_setting_is_told_and_no_other() -> None:
    told = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    known = {name.upper() for name in config.Config.__dataclass_fields__}
    assert told == known | ASIDE
