"""The map of the tickets: what is counted where, what is pinned, and what never is."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dispatch import daymap
from hotline import clock
from hotline.tickets.intake import Place
from tests import factories
from tests.dispatch import samples

HARBOUR = Place("海港区文化路", "C01", 39.94, 119.6)
PASS = Place("昌黎县碣阳大街", "C04", 39.71, 119.16)


def rows(client: FlaskClient, query: str = "") -> dict[str, list[str]]:
    """District → the cells of its row, as somebody without a map reads them."""
    page = client.get(f"/dispatch/map{query}").get_data(as_text=True)
    body = page.split("<tbody>")[1].split("</table>")[0]
    found = {}
    for row in body.split("<tr")[1:]:
        cells = [one.split(">", 1)[1] for one in row.split("<t")[1:]]
        said = [_plain(one) for one in cells if one]
        found[said[0]] = said[1:]
    return found


def _plain(html: str) -> str:
    return "".join(part.split(">")[-1] for part in html.split("<")).strip()


def pins(client: FlaskClient, span: str = "today") -> list[str]:
    """The titles of what is pinned."""
    answer = client.get(f"/dispatch/map/pins?span={span}")
    assert answer.status_code == 200
    return [one["title"] for one in answer.get_json()["pins"]]


@pytest.fixture
def desk(client: FlaskClient, catalogue: None) -> FlaskClient:
    """The dispatcher's browser, and some tickets of today and before."""
    now = clock.now()
    factories.sorted_ticket(now=now, place=HARBOUR, title="夜市占道")
    factories.sorted_ticket(now=now, phone="+8613900000001", place=Place("文化路", "C01"))
    factories.taken(now=now, phone="+8613900000002", place=PASS, title="路灯不亮", may_sort=False)
    factories.sorted_ticket(
        now=now, phone="+8613900000003", place=HARBOUR, title="举报", is_confidential=True
    )
    factories.sorted_ticket(
        now=now - timedelta(days=3), phone="+8613900000004", place=HARBOUR, title="前天的"
    )
    factories.sorted_ticket(
        now=now - timedelta(days=9), phone="+8613900000005", place=PASS, title="上周的"
    )
    factories.sorted_ticket(now=now, phone="+8613900000006", place=Place("", None))
    return samples.browser(client, samples.people().dispatcher)


def test_todays_are_counted_by_district_and_group(desk: FlaskClient) -> None:
    found = rows(desk)
    assert found["海港区"] == ["—", "3", "—", "—", "—", "3"]
    assert found["昌黎县"] == ["1", "—", "—", "—", "—", "1"]
    assert found["地点不明"][-1] == "1"
    assert found["全市"][-1] == "5"


def test_other_spans(desk: FlaskClient) -> None:
    assert rows(desk, "?span=week")["海港区"][-1] == "4"
    waiting = rows(desk, "?span=pending")
    assert (waiting["海港区"], waiting["昌黎县"], waiting["全市"]) == (["4"], ["1"], ["6"])
    assert desk.get("/dispatch/map?span=year").status_code == 400


def test_confidential_ones_are_never_pinned(desk: FlaskClient) -> None:
    assert sorted(pins(desk)) == ["夜市占道", "路灯不亮"]
    assert sorted(pins(desk, "week")) == ["前天的", "夜市占道", "路灯不亮"]
    assert sorted(pins(desk, "pending")) == ["上周的", "前天的", "夜市占道"]


def test_a_pin_leads_to_the_desk_or_the_ticket(desk: FlaskClient) -> None:
    found = desk.get("/dispatch/map/pins").get_json()["pins"]
    where = {one["title"]: one["url"] for one in found}
    assert where["夜市占道"].startswith("/dispatch?ticket=")
    assert where["路灯不亮"].startswith("/tickets/")
    assert found[0]["at"] == [39.71, 119.16]


def test_a_district_lists_its_tickets(desk: FlaskClient) -> None:
    page = desk.get("/dispatch/map?district=C04").get_data(as_text=True)
    assert "路灯不亮" in page and "夜市占道" not in page
    assert "/search?district=C04&amp;received=today" in page
    assert desk.get("/dispatch/map?district=C99").status_code == 400
    secret = desk.get("/dispatch/map?district=C01").get_data(as_text=True)
    assert "举报" in secret and "保密" in secret


def test_too_many_are_cut_and_said(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daymap, "MOST_PINS", 1)
    monkeypatch.setattr(daymap, "MOST_COUNTED", 2)
    answer = desk.get("/dispatch/map/pins").get_json()
    assert (len(answer["pins"]), answer["is_cut"]) == (1, True)
    assert "仅统计最新的 2 件工单" in desk.get("/dispatch/map").get_data(as_text=True)


def test_the_desk_leads_to_the_map_and_back(desk: FlaskClient) -> None:
    assert "/dispatch/map" in desk.get("/dispatch").get_data(as_text=True)
    assert 'href="/dispatch"' in desk.get("/dispatch/map").get_data(as_text=True)


def test_a_unit_sees_no_map(client: FlaskClient, catalogue: None) -> None:
    unit = samples.browser(client, samples.people().handler)
    assert unit.get("/dispatch/map").status_code == 403
    assert unit.get("/dispatch/map/pins").status_code == 403
