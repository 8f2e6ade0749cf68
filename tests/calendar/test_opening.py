"""Hours of the city and of single units, and closures: stored, loaded, told."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask

from hotline import events
from hotline.audit import AuditEntry
from hotline.calendar import opening, queries
from hotline.errors import NotFound
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.hours import Closure, Hours, round_the_clock
from hotline.people.models import Unit, UnitKind
from hotline.tickets import queries as tickets
from tests import factories
from tests.worktime.calendars import at

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
COURT = (Hours(((time(9), time(12)), (time(14), time(17)))),)
NATIONAL_DAY = date(2026, 10, 1)
WEDNESDAY, THURSDAY = date(2026, 11, 18), date(2026, 11, 19)


def test_a_unit_goes_by_its_own_hours_and_all_others_by_the_citys() -> None:
    opening.set_hours(COURT, by="staff:1", now=NOW, unit="D14")
    assert queries.load_of("D14").closing(WEDNESDAY) == at("2026-11-18 17:00")
    assert queries.load_of("D15").closing(WEDNESDAY) == at("2026-11-18 17:30")
    opening.set_hours((), by="staff:1", now=NOW, unit="D14")
    assert queries.load_of("D14") is queries.load()


def test_holidays_and_make_up_days_are_the_same_for_everybody() -> None:
    opening.set_hours(round_the_clock(), by="staff:1", now=NOW, unit="E01")
    utility = queries.load_of("E01")
    assert utility.in_working_time(at("2026-10-01 03:00"))
    assert not utility.is_working(NATIONAL_DAY)
    assert utility.is_working(date(2026, 10, 10))
    assert utility.add_time(at("2026-10-01 23:30"), timedelta(hours=4)) == at("2026-10-02 03:30")
    assert utility.end_of_working_days(at("2026-09-30 17:29"), 1) == at("2026-10-09 00:00")


def test_a_closed_afternoon_ends_the_day_at_noon_and_a_closed_day_does_not_count() -> None:
    shut = opening.close(Closure(WEDNESDAY, time(13)), "停电", by="staff:1", now=NOW)
    opening.close(Closure(THURSDAY), "台风", by="staff:1", now=NOW)
    calendar = queries.load()
    assert calendar.closing(WEDNESDAY) == at("2026-11-18 12:00")
    assert not calendar.is_working(THURSDAY)
    assert calendar.end_of_working_days(at("2026-11-17 09:00"), 2) == at("2026-11-20 17:30")
    opening.open_again(shut.id, by="staff:1", now=NOW)
    assert queries.load().closing(WEDNESDAY) == at("2026-11-18 17:30")
    with pytest.raises(NotFound):
        opening.open_again(shut.id, by="staff:1", now=NOW)


def test_the_citys_closure_shuts_units_too_but_not_one_on_duty_day_and_night() -> None:
    opening.set_hours(COURT, by="staff:1", now=NOW, unit="D14")
    opening.set_hours(round_the_clock(), by="staff:1", now=NOW, unit="E01")
    opening.close(Closure(THURSDAY), "台风", by="staff:1", now=NOW)
    opening.close(Closure(WEDNESDAY, time(8), time(12)), "检修", by="staff:1", now=NOW, unit="E01")
    assert not queries.load_of("D14").is_working(THURSDAY)
    assert queries.load_of("E01").is_working(THURSDAY)
    assert not queries.load_of("E01").in_working_time(at("2026-11-18 09:00"))
    assert queries.load().in_working_time(at("2026-11-18 09:00"))


def test_the_rulebook_knows_the_calendar_of_a_unit_and_of_its_sub_units() -> None:
    court, other = factories.unit("D14"), factories.unit("D15")
    below = Unit(code="D1401", name="立案庭", kind=UnitKind.DEPARTMENT, parent_id=court.id)
    db.session.add(below)
    opening.set_hours(COURT, by="staff:1", now=NOW, unit="D14")
    tickets.forget_rulebook()
    book = tickets.rulebook()
    assert book.calendar_of(court.id).closing(WEDNESDAY) == at("2026-11-18 17:00")
    assert book.calendar_of(below.id) is book.calendar_of(court.id)
    assert book.calendar_of(other.id) is book.calendar_of(None) is book.calendar


def test_a_change_is_told_with_the_days_that_count_otherwise(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "readers", _readers())
    opening.set_hours(COURT, by="staff:1", now=NOW, unit="D14")
    opening.close(Closure(THURSDAY), "台风", by="staff:1", now=NOW, unit="D14")
    told = db.session.query(OutboxRow).filter_by(kind="hours_changed").order_by(OutboxRow.id)
    assert [one.facts for one in told] == [
        {"unit": "D14", "moved": []},
        {"unit": "D14", "moved": ["2026-11-19"]},
    ]
    kinds = [one.kind for one in db.session.query(AuditEntry).filter_by(subject="calendar:hours")]
    assert sorted(kinds) == ["office_closed", "office_hours_changed"]


def _readers() -> events.Readers:
    made = events.Readers()
    made.add([("hours_changed", "test.reader", lambda fact: None)])
    return made


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",,,09:00-12:00 14:00-17:00,", "17:00"),
        ("2026-11-01,,,,", "no working day"),
        (",,1234567,00:00-24:00,是", "24:00"),
    ],
)
def test_a_units_hours_come_from_a_file(
    app: APIFlask, tmp_path: Path, rows: str, said: str
) -> None:
    file = tmp_path / "hours.csv"
    file.write_text(f"from,until,weekdays,intervals,holidays\n{rows}\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["calendar", "hours", str(file), "--unit", "D14"])
    assert done.exit_code == 0, done.output
    calendar = queries.load_of("D14")
    if said == "no working day":
        assert not calendar.is_working(WEDNESDAY)
    else:
        closing = calendar.closing(WEDNESDAY)
        assert closing == at("2026-11-19 00:00" if said == "24:00" else f"2026-11-18 {said}")
    assert calendar.in_working_time(at("2026-10-01 03:00")) is (said == "24:00")
    assert queries.load().closing(WEDNESDAY) == at("2026-11-18 17:30")


def test_hours_of_a_unit_that_does_not_exist_change_nothing(app: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("from,until,weekdays,intervals\n,,,09:00-12:00\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["calendar", "hours", str(file), "--unit", "X99"])
    assert done.exit_code == 1
    assert "X99" in done.output
    assert queries.calendars().own == frozenset()
