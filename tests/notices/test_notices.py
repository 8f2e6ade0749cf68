"""Announcing by the hotline and by the utilities; the page; who sees it at which place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.notices import operations, queries
from hotline.notices.models import Notice
from hotline.notices.operations import Announcement
from hotline.notices.rules import Fit, Supply
from hotline.people import queries as people
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("app")
HOUR = timedelta(hours=1)
DISTRICTS = {"C01", "C04"}


def said(**changes: Any) -> Announcement:
    given: dict[str, Any] = {
        "unit": "E01",
        "supply": Supply.WATER,
        "districts": ("C01",),
        "area": "文化路、民族路",
        "text": "管网检修，请提前储水。",
        "begins_at": NOW - HOUR,
        "ends_at": NOW + 5 * HOUR,
    }
    return Announcement(**(given | changes))


def viewer(username: str, role: Role, unit: str | None = None) -> Any:
    person = factories.staff(username, role, unit_code=unit)
    return people.viewer_of(person.id, person.epoch, NOW)


def announced(**changes: Any) -> Notice:
    leader = viewer(f"leader{len(changes)}{db.session.query(Notice).count()}", Role.SHIFT_LEADER)
    made = operations.announce(said(**changes), by=leader, now=NOW, districts=DISTRICTS)
    db.session.commit()
    return made


def test_a_place_finds_what_names_it_first_and_near_ones_behind() -> None:
    announced(area="建设大街")
    announced(area="文化路、民族路")
    announced(area="", districts=("C01",), supply=Supply.HEAT)
    announced(area="文化路", districts=("C04",))
    found = queries.at("C01", "海港区 文化路 12 号", NOW)
    assert [one.fit for one in found] == [Fit.PLACE, Fit.DISTRICT, Fit.NEAR]
    assert [one.is_here for one in found] == [True, True, False]
    assert queries.at(None, "海港区文化路", NOW) == found  # the words name the district
    assert [one.districts for one in queries.at("C04", "文化路", NOW)] == [("C04",)]
    assert queries.at(None, "", NOW) == []


def test_what_is_far_ahead_or_over_is_not_told_at_a_place() -> None:
    announced(begins_at=NOW + timedelta(days=4), ends_at=NOW + timedelta(days=5))
    announced()
    assert len(queries.at("C01", "文化路", NOW)) == 1
    assert queries.at("C01", "文化路", NOW + 6 * HOUR) == []
    assert len(queries.coming(NOW)) == 1
    assert len(queries.running(NOW)) == 1
    over, following = queries.past(NOW + 6 * HOUR)
    assert (len(over), following) == (1, None)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"unit": "X99"}, "unknown_unit", "unit"),
        ({"districts": ("C99",)}, "unknown_unit", "districts"),
        ({"districts": (), "area": ""}, "no_area", "area"),
        ({"area": "路"}, "word_too_short", "area"),
        ({"area": "㎞" * 21}, "area_too_long", "area"),
        ({"ends_at": NOW - 2 * HOUR}, "ends_before_it_begins", "ends_at"),
        ({"ends_at": NOW + timedelta(days=31)}, "too_long", "ends_at"),
    ],
)
def test_what_cannot_be_announced(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        announced(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_utility_announces_for_itself_alone() -> None:
    own = viewer("water", Role.HANDLER, "E01")
    made = operations.announce(said(), by=own, now=NOW, districts=DISTRICTS)
    other = viewer("city", Role.HANDLER, "D16")
    with pytest.raises(Forbidden):
        operations.announce(said(), by=other, now=NOW, districts=DISTRICTS)
    with pytest.raises(Forbidden):
        operations.end(made.id, by=other, now=NOW)
    with pytest.raises(Forbidden):
        operations.change_end(made.id, NOW + 9 * HOUR, by=other, now=NOW)
    assert [code for code, _ in queries.sources(own)] == ["E01"]
    assert {"E01", "D16"} <= {code for code, _ in queries.sources(viewer("lead", Role.DISPATCHER))}


def test_a_notice_is_prolonged_ended_and_taken_back_with_a_trace() -> None:
    by = viewer("leader", Role.SHIFT_LEADER)
    running = announced()
    operations.change_end(running.id, NOW + 9 * HOUR, by=by, now=NOW)
    assert running.ends_at == NOW + 9 * HOUR
    with pytest.raises(Invalid):
        operations.change_end(running.id, NOW - HOUR, by=by, now=NOW)
    with pytest.raises(Invalid):
        operations.change_end(running.id, NOW + timedelta(days=40), by=by, now=NOW)
    operations.end(running.id, by=by, now=NOW)
    assert queries.running(NOW) == []
    with pytest.raises(Refused):
        operations.end(running.id, by=by, now=NOW + HOUR)
    future = announced(begins_at=NOW + HOUR)
    operations.end(future.id, by=by, now=NOW)
    db.session.commit()
    assert db.session.get(Notice, future.id) is None
    with pytest.raises(NotFound):
        operations.end(future.id, by=by, now=NOW)
    kinds = {one.kind for one in db.session.query(AuditEntry).filter(AuditEntry.kind.like("no%"))}
    assert kinds == {"notice_entered", "notice_moved", "notice_ended", "notice_taken_back"}


def test_the_past_is_paged() -> None:
    for _ in range(queries.A_PAGE + 2):
        announced()
    later = NOW + timedelta(days=1)
    first, key = queries.past(later)
    rest, last = queries.past(later, key)
    assert (len(first), len(rest), last) == (queries.A_PAGE, 2, None)


def form(client: FlaskClient, now: datetime, **changes: Any) -> dict[str, Any]:
    page = client.get("/notices").get_data(as_text=True)
    begins, ends = now - HOUR, now + 8 * HOUR
    return {
        "csrf_token": factories.hidden(page, "csrf_token"),
        "unit": "E01",
        "supply": "water",
        "districts": ["C01"],
        "area": "文化路",
        "begins_at": (begins + 8 * HOUR).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (ends + 8 * HOUR).strftime("%Y-%m-%dT%H:%M"),
        "text": "<b>检修</b>",
    } | changes


def test_the_page(client: FlaskClient) -> None:
    factories.sign_in(client, factories.staff("lead", Role.SHIFT_LEADER))
    assert "暂无公告" in client.get("/notices").text
    now = clock.now()
    assert client.post("/notices", data=form(client, now)).status_code == 303
    page = client.get("/notices").text
    assert "文化路" in page and "&lt;b&gt;检修" in page and "市自来水公司" in page
    made = db.session.query(Notice).one()
    assert abs(made.begins_at - (now - HOUR)) < timedelta(minutes=1)
    token = form(client, now)["csrf_token"]
    wrong = client.post(f"/notices/{made.id}/change", data={"csrf_token": token, "ends_at": "soon"})
    assert wrong.status_code == 422
    assert client.post(f"/notices/{made.id}/end", data={"csrf_token": token}).status_code == 303
    assert "文化路" in client.get("/notices?phase=past").text
    assert client.get("/notices?phase=past&before=x").status_code == 400


def test_what_was_typed_stays_after_an_error(client: FlaskClient) -> None:
    factories.sign_in(client, factories.staff("water", Role.HANDLER, unit_code="E01"))
    sent = form(client, clock.now(), area="路", text="写了很久的说明")
    answer = client.post("/notices", data=sent)
    assert answer.status_code == 422
    assert "写了很久的说明" in answer.text and "每个名称至少两个字" in answer.text
    assert 'value="C01" checked' in answer.text


def test_an_operator_reads_but_does_not_announce(app: APIFlask) -> None:
    client = app.test_client()
    factories.sign_in(client, factories.staff("op", Role.OPERATOR))
    page = client.get("/notices").text
    assert "发布停供公告" not in page
