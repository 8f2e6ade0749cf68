"""Joint handling by rule: who is named together, how long an assistant has, who is waited for."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch import joint_rules
from dispatch.joint_rules import Awaited, Waiting
from dispatch.rules import Stage
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.limits import Limit
from hotline.tickets.states import Verb
from tests import factories

CITY = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CITY)  # a Monday


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """A moment of that November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CITY)


@pytest.mark.parametrize(
    ("lead", "assist", "held", "fault"),
    [
        ("D16", [], [], None),
        ("D16", ["D14", "D15"], [], None),
        ("D16", ["D16"], [], "lead_assists"),
        ("D16", ["D14", "D14"], [], "named_twice"),
        ("D16", ["D14"], ["D14"], "holds_it"),
        ("D16", [f"U{n}" for n in range(10)], [], None),
        ("D16", [f"U{n}" for n in range(11)], [], "too_many"),
        ("D16", ["D14"], [f"U{n}" for n in range(10)], "too_many"),
    ],
)
def test_who_is_named_together(
    lead: str, assist: list[str], held: list[str], fault: str | None
) -> None:
    assert joint_rules.naming_fault(lead, assist, held) == fault


@pytest.mark.parametrize(
    ("upheld", "assist", "needed"),
    [(0, [], False), (1, [], False), (2, [], True), (3, [], True), (2, ["D14"], False)],
)
def test_handed_back_twice_it_is_for_several(
    upheld: int, assist: list[str], *, needed: bool
) -> None:
    assert joint_rules.needs_joint(upheld, assist, 2) is needed


@pytest.mark.parametrize(("days", "theirs"), [(1, 1), (2, 2), (3, 2), (5, 4), (15, 14)])
def test_an_assistant_has_a_day_less_from_three_on(days: int, theirs: int) -> None:
    assert joint_rules.assist_limit(Limit(days)).working_days == theirs


@pytest.mark.parametrize(
    ("days", "pace", "lead", "start", "theirs"),
    [
        (5, Pace.WORKING_DAYS, at(30), NOW, at(27)),  # over the weekend: Monday → Friday
        (3, Pace.WORKING_DAYS, at(26), NOW, at(25)),
        (2, Pace.WORKING_DAYS, at(25), NOW, at(25)),
        (5, Pace.WORKING_DAYS, at(30, 12, 0), NOW, at(27, 12, 0)),  # keeps its minute
        (5, Pace.NATURAL_HOURS, at(24, 3), NOW, at(24, 3)),
        (5, Pace.WORKING_DAYS, at(25), at(24, 16), at(25)),  # named late: the next day at least
        (5, Pace.WORKING_DAYS, at(24), at(24, 16), at(24)),  # never later than the lead
    ],
)
def test_when_an_assistant_is_due(
    days: int, pace: Pace, lead: datetime, start: datetime, theirs: datetime
) -> None:
    due = Due(lead, is_provisional=False, pace=pace)
    calendar = factories.book().calendar
    assert joint_rules.assist_due(due, Limit(days), start, calendar).due_at == theirs


def test_the_calendar_of_these_examples_is_plain() -> None:
    days = [date(2026, 11, 23) + timedelta(days=n) for n in range(5)]
    assert all(factories.book().calendar.is_working(day) for day in days)


LIFE = """
stage         verb            stage after
------------  --------------  ------------
to_sign       assist_signed   in_progress
to_sign       return_asked    return_asked
in_progress   contacted       in_progress
in_progress   progressed      in_progress
in_progress   return_asked    return_asked
in_progress   assist_replied  in_review
return_asked  return_refused  in_progress
"""


def test_an_assistants_life_is_this_picture() -> None:
    told = {
        (Stage(stage), Verb(verb)): Stage(after)
        for stage, verb, after in (line.split() for line in LIFE.splitlines()[3:] if line)
    }
    for stage in Stage:
        for verb in Verb:
            assert joint_rules.stage_after(stage, verb) == told.get((stage, verb))
        assert joint_rules.allowed(stage) == {verb for one, verb in told if one is stage}


BEFORE, AFTER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("parts", "awaited", "late"),
    [
        ([], (), ()),
        ([Awaited("D14", Stage.IN_REVIEW, None)], (), ()),
        ([Awaited("D14", Stage.IN_PROGRESS, AFTER)], ("D14",), ()),
        ([Awaited("D14", Stage.IN_PROGRESS, BEFORE)], (), ("D14",)),
        ([Awaited("D14", Stage.TO_SIGN, BEFORE)], (), ("D14",)),
        ([Awaited("D14", Stage.RETURN_ASKED, None)], ("D14",), ()),
        (
            [Awaited("D14", Stage.TO_SIGN, BEFORE), Awaited("D15", Stage.TO_SIGN, AFTER)],
            ("D15",),
            ("D14",),
        ),
    ],
)
def test_who_is_waited_for(
    parts: list[Awaited], awaited: tuple[str, ...], late: tuple[str, ...]
) -> None:
    assert joint_rules.waiting(parts, NOW) == Waiting(awaited, late)


@pytest.mark.parametrize(
    ("found", "overrules", "fault"),
    [
        (Waiting((), ()), False, None),
        (Waiting(("D14",), ()), True, "assist_outstanding"),
        (Waiting((), ("D14",)), False, "assist_late"),
        (Waiting((), ("D14",)), True, None),
        (Waiting(("D14",), ("D15",)), True, "assist_outstanding"),
    ],
)
def test_when_the_lead_may_reply(found: Waiting, *, overrules: bool, fault: str | None) -> None:
    assert joint_rules.reply_fault(found, overrules=overrules) == fault
