"""The year and the office hours as pages; and what a ticket's page tells of its moved deadline."""

import io
from collections.abc import Iterator

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.calendar import queries, recomputing
from tests import factories
from tests.browsing import Browser
from tests.dispatch import samples
from tests.factories import NOW
from tests.recalendar import town
from tests.recalendar.town import THREE

YEAR = "/admin/calendar/2026"
NOTED = [f"{one.isoformat()} off 停电" for one in THREE]


@pytest.fixture
def admin(app: APIFlask) -> Iterator[Browser]:
    """An administrator's browser, on the day of the tests."""
    made = Browser(app)
    with time_machine.travel(NOW, tick=False):
        made.sign_in(factories.staff("adm", Role.ADMINISTRATOR))
        yield made


def test_days_are_noted_looked_at_and_saved_without_scripts(app: APIFlask, admin: Browser) -> None:
    with time_machine.travel(NOW, tick=False):
        ticket = town.waiting()
        noted = admin.submit(
            admin.get(YEAR), YEAR, day=[one.isoformat() for one in THREE], name="停电", do="note"
        )
        assert "有 3 个正在计时的期限计入这些天" in noted.text
        assert queries.load().is_working(THREE[0]), "nothing is saved yet"
        done = admin.submit(noted, YEAR, noted=NOTED, do="save")
        assert (done.status, done.path) == (200, YEAR)
        assert not queries.load().is_working(THREE[0])
        assert "<progress" in done.text
        town.follow()
        assert "移动 3 个" in admin.get("/admin/calendar/progress").text
        told = Browser(app)
        told.sign_in(samples.people().handler)
        story = told.get(f"/tickets/{ticket.number}").text
    assert "工作日历有调整" in story
    assert "2026-11-25 17:30 → 2026-11-30 17:30" in story


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"noted": ["2027-01-04 off"], "do": "save"}, "2027-01-04"),
        ({"noted": ["2026-02-30 off"], "do": "save"}, "暂记的内容无法识别"),
        ({"day": "soon", "do": "note"}, "2026-11-21"),
        ({"do": "save"}, "请至少给出一天"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(
    client: FlaskClient, app: APIFlask, given: dict[str, object], words: str
) -> None:
    made = samples.browser(client, factories.staff("adm", Role.ADMINISTRATOR))
    before = queries.year_of_days(2026)
    answer = samples.post(made, YEAR, **given)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert queries.year_of_days(2026) == before


def test_a_year_is_published_brought_and_taken_from_a_file(
    client: FlaskClient, app: APIFlask
) -> None:
    made = samples.browser(client, factories.staff("adm", Role.ADMINISTRATOR))
    year = "/admin/calendar/2027"
    assert "2027 年为暂定" in made.get(year).get_data(as_text=True)
    assert samples.post(made, f"{year}/status", status="published").status_code == 303
    assert queries.year_of_days(2027)["status"] == "published"
    assert samples.post(made, f"{year}/library").status_code == 303
    bad = samples.post(made, f"{year}/file", file=(io.BytesIO(b"date,working\n1,2\n"), "a.csv"))
    assert bad.status_code == 422
    assert "line 2" in bad.get_data(as_text=True) or "第 2 行" in bad.get_data(as_text=True)
    text = "date,working,name\n2027-02-20,班,调休上班\n".encode()
    good = samples.post(made, f"{year}/file", file=(io.BytesIO(text), "2027.csv"))
    assert good.status_code == 303
    assert {"date": "2027-02-20", "working": True, "name": "调休上班"} in queries.year_of_days(
        2027
    )["days"]


def test_office_hours_are_changed_and_deadlines_follow(client: FlaskClient, app: APIFlask) -> None:
    ticket = town.waiting()
    page = "/admin/calendar/hours"
    with time_machine.travel(NOW, tick=False):
        made = samples.browser(client, factories.staff("adm", Role.ADMINISTRATOR))
        assert samples.post(made, page, intervals="12-8").status_code == 422
        early = {"intervals": "08:30-12:00 13:00-17:00", "from_on": "2026-11-20"}
        assert samples.post(made, page, **early).status_code == 303
        town.follow()
        assert town.due(ticket, "handle") == town.wall("2026-11-25", "17:00")
        assert town.due(ticket, "sign") == town.wall("2026-11-19")
        shut = {"closed_on": "2026-11-20", "reason": "台风"}
        assert samples.post(made, "/admin/calendar/closures", **shut).status_code == 303
        town.follow()
        assert town.due(ticket, "handle") == town.wall("2026-11-26", "17:00")
        assert "台风" in made.get(page).get_data(as_text=True)
        assert made.get(f"{page}?unit=X99").status_code == 404
    assert recomputing.latest(1)[0].subject == "calendar:hours"
