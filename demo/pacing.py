"""How long each step of a demo's case takes, by what it is and how urgent the matter is.

Decided here: usual spans of a hotline that works well, units taking a part of their limit and
a few more than it. Not here: when that is (`walking`).
"""

from collections.abc import Mapping

from demo import matters
from demo.matters import Case
from demo.walking import Pause

OFFICE_DAY = 450
NATURAL = "natural"

USUAL: Mapping[str, Pause] = {
    "sort": Pause(8, 60),
    "dispatch": Pause(8, 75),
    "dispatch_wrong": Pause(8, 75),
    "sign": Pause(20, 230),
    "contact": Pause(15, 200),
    "miss_contact": Pause(15, 120),
    "progress": Pause(120, 420),
    "return": Pause(25, 230),
    "return_second": Pause(25, 230),
    "uphold": Pause(20, 170),
    "hold": Pause(20, 170),
    "accept": Pause(25, 300),
    "send_back": Pause(25, 300),
    "call": Pause(40, 700, "call"),
    "call_if_asked": Pause(40, 700, "call"),
    "call_bad": Pause(40, 700, "call"),
    "call_worse": Pause(40, 700, "call"),
    "call_off": Pause(40, 700, "call"),
    "miss": Pause(250, 1300, "call"),
    "dismiss": Pause(60, 230),
    "order": Pause(60, 230),
    "text": Pause(15, 900, NATURAL),
    "text_bad": Pause(15, 900, NATURAL),
    "urge": Pause(300, 700),
    "supplement": Pause(30, 300),
    "withdraw": Pause(60, 400),
    "reopen": Pause(900, 2400),
    "answer": Pause(2, 8, NATURAL),
    "refuse": Pause(3, 11, NATURAL),
    "file": Pause(2, 6, NATURAL),
    "note": Pause(1, 2, NATURAL),
    "note_end": Pause(35, 80, NATURAL),
    "transfer": Pause(2, 3, NATURAL),
    "merge": Pause(4, 15, NATURAL),
}
"""What is not urgent; desks in working time, citizens when they like."""

HURRIED: Mapping[str, Pause] = {
    "sort": Pause(3, 9, NATURAL),
    "dispatch": Pause(2, 9, NATURAL),
    "dispatch_wrong": Pause(2, 9, NATURAL),
    "sign": Pause(4, 40, NATURAL),
    "contact": Pause(8, 45, NATURAL),
    "progress": Pause(30, 90, NATURAL),
    "return": Pause(15, 45, NATURAL),
    "uphold": Pause(10, 40, NATURAL),
    "hold": Pause(10, 40, NATURAL),
    "urge": Pause(40, 120, NATURAL),
    "supplement": Pause(10, 40, NATURAL),
}
"""What is urgent: day and night."""

REPLIES = ("reply", "reply_weak", "reply_last")


def pause(case: Case, step: str, channel: str) -> Pause:
    """How long before this step of the case."""
    is_hurried = (case.told.get("urgency") or _leaf(case)["urgency"]) != "normal"
    if step in REPLIES:
        return _handling(case, is_slow=bool(case.told.get("slow")))
    if step == "sort" and channel == "sms":
        return HURRIED["sort"]
    if step in ("answer", "refuse") and channel in ("web", "wechat", "app", "mailbox"):
        return USUAL["sort"]
    return HURRIED.get(step, USUAL[step]) if is_hurried else USUAL[step]


def _handling(case: Case, *, is_slow: bool) -> Pause:
    """A part of the limit; slow ones take more than all of it."""
    hours = _leaf(case)["limit_hours"]
    whole = int(hours) * 60 if hours else int(_leaf(case)["limit_working_days"]) * OFFICE_DAY
    least, most = (112, 135) if is_slow else (12, 45) if hours else (18, 62)
    return Pause(whole * least // 100, whole * most // 100, NATURAL if hours else "working")


def _leaf(case: Case) -> Mapping[str, str]:
    return matters.leaves()[case.category]
