"""Open tickets about the same event: who finds which, and what citizens hear of others."""

from typing import Any

import pytest

from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.people import queries as people
from hotline.tickets import beside, merging, operations, similar
from hotline.tickets.intake import Place
from hotline.tickets.models import Ticket
from tests import factories
from tests.conftest import Statements
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("app")
PLACE, WORDS = "海港区文化路", "文化路的夜市占道经营，走不过去"


def operator() -> Viewer:
    person = factories.staff("op", Role.OPERATOR)
    found = people.viewer_of(person.id, person.epoch, NOW)
    assert found is not None
    return found


def market(number: int, **changes: Any) -> Ticket:
    return factories.sorted_ticket(phone=f"+86138000{number:05d}", **changes)


def water(number: int, **changes: Any) -> Ticket:
    given = {"title": "停水", "body": "玉带湾小区停水了", "category": "T010102"}
    return market(number, **(given | {"place": Place("海港区玉带湾小区", "C01")} | changes))


def test_the_most_alike_comes_first_with_its_reasons() -> None:
    far = market(1, title="夜市", body="建国路夜市占道", place=Place("建国路", "C01"))
    near = market(2)
    same = market(3, body="文化路夜市占道经营，走不过去，垃圾很多。")
    found = similar.open_near(operator(), "C01", PLACE, WORDS, category="T010101")
    assert [one.number for one in found] == [same.number, near.number]
    assert far.number not in [one.number for one in found]
    assert found[0].place_words == ("文化路",)
    assert {"夜市", "经营"} <= set(found[0].matter_words)
    assert found[0].is_same_category
    assert found[0].score > found[1].score


def test_nothing_is_alike_in_another_district_or_once_it_is_over() -> None:
    ticket = market(1)
    viewer = operator()
    assert similar.open_near(viewer, "C04", PLACE, WORDS) == []
    assert similar.open_near(viewer, "C01", PLACE, WORDS, besides=ticket.number) == []
    locked = operations.lock_by_id(ticket.id)
    beside.withdraw(locked, "不用了", by="citizen", now=NOW)
    db.session.commit()
    assert similar.open_near(viewer, "C01", PLACE, WORDS) == []


def test_without_a_place_two_words_in_the_same_district_count() -> None:
    market(1)
    viewer = operator()
    assert similar.open_near(viewer, "C01", "", "夜市占道经营")
    assert similar.open_near(viewer, "C01", "海港区", "夜市占道经营")
    assert similar.open_near(viewer, None, "", "夜市占道经营") == []
    assert similar.open_near(viewer, "C01", "", "夜市") == []
    assert similar.open_near(viewer, "C01", PLACE, "你好，请问，希望尽快处理") == []


def test_confidential_tickets_are_never_named() -> None:
    for number in range(4):
        market(number, is_confidential=True)
    assert similar.open_near(operator(), "C01", PLACE, WORDS) == []
    assert similar.reported("C01", PLACE, WORDS) == []


def test_a_unit_sees_only_what_it_holds() -> None:
    market(1)
    person = factories.staff("unit", Role.HANDLER, unit_code="D16")
    viewer = people.viewer_of(person.id, person.epoch, NOW)
    assert viewer is not None
    assert similar.open_near(viewer, "C01", PLACE, WORDS) == []


def test_citizens_hear_a_number_from_three_people_on() -> None:
    water(1)
    water(2)
    water(2)  # the same person twice
    assert similar.reported("C01", "玉带湾小区3号楼", "家里停水") == []
    water(3, body="<b>某某家</b>也停水了，玉带湾")
    (heard,) = similar.reported("C01", "玉带湾小区3号楼", "家里停水")
    assert (heard.people, heard.category_name) == (3, "停水报修")


def test_who_follows_an_open_ticket_counts_with_it() -> None:
    lead = water(1)
    for number in (2, 3):
        follower = water(number)
        merging.merge(follower, lead, by="staff:1", now=NOW)
    db.session.commit()
    (heard,) = similar.reported("C01", "玉带湾小区", "停水")
    assert heard.people == 3


def test_one_statement_whatever_there_is(statements: Statements) -> None:
    for number in range(6):
        water(number)
    viewer = operator()
    factories.book()
    statements.seen.clear()
    similar.open_near(viewer, "C01", "玉带湾小区", "停水")
    similar.reported("C01", "玉带湾小区", "停水")
    assert len(statements) == 2
