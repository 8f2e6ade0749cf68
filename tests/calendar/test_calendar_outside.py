"""The calendar from outside: the API and the command line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.calendar import jobs, queries
from hotline.calendar.cli import calendar_group
from tests import factories

YEAR_2027 = "date,working,name\n2027-01-01,休,元旦\n2027-05-01,休,劳动节\n2027-10-01,休,国庆节\n"


def test_every_day_of_a_year(app: APIFlask, client: FlaskClient) -> None:
    app.test_cli_runner().invoke(calendar_group, ["update"], catch_exceptions=False)
    headers = factories.bearer(factories.staff("reader", Role.OPERATOR))
    found = client.get("/api/v1/calendar/2026", headers=headers).get_json()
    assert (found["year"], found["status"], len(found["days"])) == (2026, "published", 365)
    assert found["days"][0] == {"date": "2026-01-01", "working": False, "name": "元旦"}
    assert {"date": "2026-10-10", "working": True, "name": "调休上班"} in found["days"]
    later = client.get("/api/v1/calendar/2027", headers=headers).get_json()
    assert (later["status"], len(later["days"])) == ("provisional", 365)


@pytest.mark.parametrize("year", ["1999", "2099", "999999999999999999999999", "soon", "-1"])
def test_an_unknown_year_is_not_found(app: APIFlask, client: FlaskClient, year: str) -> None:
    headers = factories.bearer(factories.staff("reader", Role.OPERATOR))
    answer = client.get(f"/api/v1/calendar/{year}", headers=headers)
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] in {"unknown_year", "not_found"}


def test_nobody_reads_it_without_a_token(client: FlaskClient) -> None:
    assert client.get("/api/v1/calendar/2026").status_code == 401


def test_a_file_is_imported(app: APIFlask, tmp_path: Path) -> None:
    result = _run(app, tmp_path, "import", YEAR_2027)
    assert (result[0], "2027 published" in result[1]) == (0, True)
    assert queries.load().published_through == 2027


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,working\n2027-02-30,0\n2027-01-01,?\n", ("line 2", "line 3")),
        ("date,working\n2028-02-03,0\n", ("All holidays of 2028",)),
        ("date,working\n", ("states no day",)),
    ],
)
def test_a_bad_file_changes_nothing(
    app: APIFlask, tmp_path: Path, text: str, said: tuple[str, ...]
) -> None:
    before = queries.load()
    code, output = _run(app, tmp_path, "import", text)
    assert code == 1
    assert all(words in output for words in said)
    queries.forget()
    assert queries.load() == before


def test_hours_come_from_a_file(app: APIFlask, tmp_path: Path) -> None:
    text = "from,until,weekdays,intervals\n2026-06-01,2026-09-30,,08:30-12:00 14:30-18:00\n"
    assert _run(app, tmp_path, "hours", text)[0] == 0
    assert queries.load().closing(date(2026, 7, 1)).hour == 10
    code, output = _run(app, tmp_path, "hours", "from,until,weekdays,intervals\n,,9,x\n")
    assert (code, "line 2" in output) == (1, True)


def test_the_daily_job_brings_the_calendar_up_to_date(app: APIFlask) -> None:
    with time_machine.travel(datetime(2029, 1, 2, 3, 20, tzinfo=UTC), tick=False):
        jobs.update()
        assert queries.year_of_days(2031)["status"] == "provisional"
    assert [entry.job for entry in jobs.SCHEDULE] == [jobs.update]


def _run(app: APIFlask, folder: Path, command: str, text: str) -> tuple[int, str]:
    path = folder / "given.csv"
    path.write_text(text, encoding="utf-8")
    result = app.test_cli_runner().invoke(calendar_group, [command, str(path)])
    return result.exit_code, result.output
