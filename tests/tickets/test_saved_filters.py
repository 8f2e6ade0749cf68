"""Filters kept under a name: one's own, checked, bounded."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role, Viewer
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.tickets import filters
from tests import factories
from tests.factories import NOW


def _viewer(username: str) -> Viewer:
    person = factories.staff(username, Role.OPERATOR)
    return Viewer.of(person.id, person.name, username, roles=frozenset({Role.OPERATOR}))


def test_nobody_sees_anothers(app: APIFlask) -> None:
    mine, other = _viewer("one"), _viewer("two")
    filters.save(mine, "search", "急件", "urgency=urgent&cursor=abc&q=", now=NOW)
    with app.test_request_context("/search?urgency=urgent&limit=50"):
        (kept,) = filters.saved(mine, "search")
        assert (kept.name, kept.url, kept.is_shown) == ("急件", "/search?urgency=urgent", True)
        assert filters.saved(other, "search") == []
        assert filters.saved(mine, "dispatch") == []
        filters.forget(other, "search", kept.id)
        assert len(filters.saved(mine, "search")) == 1
        filters.forget(mine, "search", kept.id)
        assert filters.saved(mine, "search") == []


def test_a_known_name_gets_the_new_filter(app: APIFlask) -> None:
    mine = _viewer("one")
    filters.save(mine, "search", "我的", "urgency=urgent", now=NOW)
    filters.save(mine, "search", "我的", "lamp=red", now=NOW)
    with app.test_request_context("/search"):
        assert [one.url for one in filters.saved(mine, "search")] == ["/search?lamp=red"]


def test_at_most_twenty(app: APIFlask) -> None:
    mine = _viewer("one")
    for number in range(filters.MOST):
        filters.save(mine, "search", f"n{number}", "lamp=red", now=NOW)
    with pytest.raises(Refused, match="too_many_filters"):
        filters.save(mine, "search", "one more", "lamp=red", now=NOW)


@pytest.mark.parametrize("query", ["", "cursor=1", "teleport=1", "urgency=blue", "q=" + "x" * 200])
def test_only_what_the_page_can_read_is_kept(app: APIFlask, query: str) -> None:
    with pytest.raises(Invalid):
        filters.save(_viewer("one"), "search", "x", query, now=NOW)


def test_an_unknown_page_has_none(app: APIFlask) -> None:
    with pytest.raises(NotFound):
        filters.save(_viewer("one"), "nowhere", "x", "lamp=red", now=NOW)


def test_by_the_page(app: APIFlask, client: FlaskClient) -> None:
    person = factories.staff("op", Role.OPERATOR)
    factories.sign_in(client, person)
    page = client.get("/search?urgency=urgent").text
    sent = {
        "csrf_token": factories.hidden(page, "csrf_token"),
        "name": "<b>急</b>",
        "query": "urgency=urgent",
        "_back": "/search?urgency=urgent",
    }
    answer = client.post("/filters/search", data=sent | {"_key": "k1"})
    assert (answer.status_code, answer.location) == (303, "/search?urgency=urgent")
    shown = client.get("/search?urgency=urgent").text
    assert "&lt;b&gt;急&lt;/b&gt;" in shown
    client.post("/filters/search", data=sent | {"_key": "k2", "query": "urgency=blue"})
    client.post("/filters/search", data=sent | {"_key": "k3", "name": ""})
    kept = db.session.query(filters.SavedFilter).one()
    assert kept.query == "urgency=urgent"
    forget = {"csrf_token": sent["csrf_token"], "_key": "k4"}
    assert client.post(f"/filters/search/{kept.id}/forget", data=forget).location == "/search"
    assert db.session.query(filters.SavedFilter).count() == 0
