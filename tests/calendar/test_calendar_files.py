"""Calendars from files: what is taken, and what is said of the rest."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.calendar.files import BadFile, read_days, read_hours
from hotline.calendar.rules import StatedDay
from hotline.hours import Hours

DAYS = "date,working,name\n2027-01-01,0,元旦\n2027/2/6,休,春节\n2027-02-20,班,调休上班\n\n"
EXPECTED = [
    StatedDay(date(2027, 1, 1), is_working=False, name="元旦"),
    StatedDay(date(2027, 2, 6), is_working=False, name="春节"),
    StatedDay(date(2027, 2, 20), is_working=True, name="调休上班"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_days_are_read(tmp_path: Path, encoding: str) -> None:
    assert read_days(_file(tmp_path, DAYS.encode(encoding))) == EXPECTED


def test_names_may_be_missing(tmp_path: Path) -> None:
    found = read_days(_file(tmp_path, b"Date, Working\n2027-01-01,no\n"))
    assert found == [StatedDay(date(2027, 1, 1), is_working=False)]


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    rows = "date,working,name\n2027-02-30,0,x\n2027-01-01,maybe,x\n,1,x\n2027-01-02,1,x\n"
    with pytest.raises(BadFile) as bad:
        read_days(_file(tmp_path, rows.encode()))
    assert [line for line, _ in bad.value.rows] == [2, 3, 4]
    assert "2027-02-30" in bad.value.rows[0][1]
    assert "maybe" in bad.value.rows[1][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "columns date, working"),
        (b"day,off\n", "columns date, working"),
        (b"date,working\n2027-01-01,1\n2027-01-01,0\n", "stated twice"),
        (b"date,working\n1999-01-01,1\n", "holds the years"),
        (b"\xff\xfe\x00\x01date", "neither UTF-8"),
        (b"x" * 1_048_577, "larger"),
    ],
)
def test_files_that_cannot_be_taken(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(BadFile, match=reason):
        read_days(_file(tmp_path, content))


def test_hours_are_read(tmp_path: Path) -> None:
    text = (
        "from,until,weekdays,intervals\n"
        "2026-06-01,2026-09-30,,08:30-12:00 14:30-18:00\n"
        ",,6,09:00-11:30\n"
        "2026-02-12,2026-02-12,,\n"
    )
    morning = (time(8, 30), time(12))
    assert read_hours(_file(tmp_path, text.encode())) == [
        Hours((morning, (time(14, 30), time(18))), date(2026, 6, 1), date(2026, 9, 30)),
        Hours(((time(9), time(11, 30)),), weekdays=frozenset({5})),
        Hours((), date(2026, 2, 12), date(2026, 2, 12)),
    ]


def test_bad_hours_are_named(tmp_path: Path) -> None:
    rows = (
        "from,until,weekdays,intervals\n"
        ",,8,09:00-11:30\n,,,9-11\n,,,12:00-09:00\n2026-02-02,2026-02-01,,\n"
    )
    with pytest.raises(BadFile) as bad:
        read_hours(_file(tmp_path, rows.encode()))
    assert [line for line, _ in bad.value.rows] == [2, 3, 4, 5]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text('date,working\n0123-"\r', max_size=60).map(str.encode)))
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for read in (read_days, read_hours):
        try:
            read(_file(tmp_path, content))
        except BadFile as bad:
            assert bad.rows


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "calendar.csv"
    path.write_bytes(content)
    return path
