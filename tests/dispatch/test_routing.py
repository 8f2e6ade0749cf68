"""Whom a ticket suits: every route by table, and what must hold for any input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch import routing
from dispatch.routing import Area, Because, Entry, Route, Spot, Suggestion

B = Because
AREAS = [
    Area("海港区文化路", "C01", {"water": "E01", "heating": "E06", "gas": "E09"}),
    Area("海港区民族路", "C01", {"water": "E01", "heating": "E07", "gas": "E09"}),
    Area("北戴河区海宁路", "C03", {"water": "E02", "heating": "E06"}),
    Area("开发区珠江道", "C08", {"water": "E01", "heating": "E08", "gas": "E10"}),
    Area("抚宁区骊城大街", "C04", {}),
]
DISTRICTS = {
    "C01": "海港区人民政府",
    "C03": "北戴河区人民政府",
    "C07": "青龙满族自治县人民政府",
    "C08": "秦皇岛经济技术开发区管理委员会",
    "C09": "北戴河新区管理委员会",
}
WATER = Entry("S010101", Route.OUTER, "E01")
HEAT = Entry("S010401", Route.OUTER, "E06")
BUS = Entry("S040201", Route.OUTER, "E12")


@pytest.mark.parametrize(
    ("entry", "spot", "expected"),
    [
        (Entry("x", Route.UNIT, "D12"), Spot("C01"), [("D12", B.CATALOGUE_UNIT)]),
        (Entry("x", Route.UNIT, None), Spot("C01"), []),
        (Entry("x", Route.BRANCH, "D08"), Spot("C05"), [("D08", B.KEEPS_WITH_BRANCH)]),
        (
            Entry("x", Route.TERRITORIAL, "D16"),
            Spot("C01"),
            [("C01", B.DISTRICT_OF_PLACE), ("D16", B.INDUSTRY_LEAD)],
        ),
        (Entry("x", Route.TERRITORIAL, "D16"), Spot(), [("D16", B.INDUSTRY_LEAD)]),
        (Entry("x", Route.TERRITORIAL, None), Spot("C07"), [("C07", B.DISTRICT_OF_PLACE)]),
        (Entry("x", Route.TERRITORIAL, None), Spot(), []),
        (
            HEAT,
            Spot("C01", "海港区民族路 8 号"),
            [("E07", B.SUPPLIES_PLACE), ("E06", B.USUAL_SUPPLIER)],
        ),
        (
            HEAT,
            Spot("C01", "民族路与红旗路口"),
            [("E07", B.SUPPLIES_PLACE), ("E06", B.USUAL_SUPPLIER)],
        ),
        (
            HEAT,
            Spot(None, "秦皇岛市开发区珠江道"),
            [("E08", B.SUPPLIES_PLACE), ("E06", B.USUAL_SUPPLIER)],
        ),
        (WATER, Spot("C03", "西山"), [("E02", B.SUPPLIES_DISTRICT), ("E01", B.USUAL_SUPPLIER)]),
        (
            WATER,
            Spot("C04", "抚宁区骊城大街"),
            [("C04", B.OUTER_DISTRICT), ("E01", B.USUAL_SUPPLIER)],
        ),
        (HEAT, Spot("C01", "海港区河北大街"), [("E06", B.USUAL_SUPPLIER)]),
        (HEAT, Spot(), [("E06", B.USUAL_SUPPLIER)]),
        (BUS, Spot("C05"), [("C05", B.OUTER_DISTRICT), ("E12", B.USUAL_SUPPLIER)]),
        (BUS, Spot("C01"), [("E12", B.USUAL_SUPPLIER)]),
    ],
)
def test_routes(entry: Entry, spot: Spot, expected: list[tuple[str, Because]]) -> None:
    found = routing.suggest(entry, spot, AREAS)
    assert [(one.unit, one.because[0]) for one in found] == expected


def test_a_missing_place_is_said() -> None:
    for entry in (Entry("x", Route.TERRITORIAL, "D16"), HEAT):
        assert B.PLACE_MISSING in routing.suggest(entry, Spot(), AREAS)[-1].because


def test_the_longest_place_wins() -> None:
    longer = Area("海港区文化路北段", "C01", {"heating": "E07"})
    found = routing.suggest(HEAT, Spot("C01", "海港区文化路北段12号"), [*AREAS, longer])
    assert found[0].unit == "E07"


def test_a_place_in_another_district_does_not_count() -> None:
    found = routing.suggest(HEAT, Spot("C03", "海港区民族路"), AREAS)
    assert found[0] == Suggestion("E06", (B.SUPPLIES_DISTRICT, B.USUAL_SUPPLIER))


def test_a_unit_stands_once_with_all_its_reasons() -> None:
    found = routing.suggest(HEAT, Spot("C01", "海港区文化路"), AREAS)
    assert found == [Suggestion("E06", (B.SUPPLIES_PLACE, B.USUAL_SUPPLIER))]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("海港区文化路", "C01"),
        ("秦皇岛市北戴河新区南戴河", "C09"),
        ("北戴河区海宁路", "C03"),
        ("青龙县祖山路", "C07"),
        ("青龙满族自治县祖山路", "C07"),
        ("开发区珠江道", "C08"),
        ("石家庄市长安区", None),
        ("", None),
    ],
)
def test_the_district_is_read_from_the_place(place: str, expected: str | None) -> None:
    assert routing.district_in(place, DISTRICTS) == expected


def test_the_accused_is_replaced_by_the_unit_above() -> None:
    found = [Suggestion("D08", (B.CATALOGUE_UNIT,)), Suggestion("C01", (B.INDUSTRY_LEAD,))]
    kept = routing.without_accused(found, {"D08"}, {"D08": "D07"})
    assert [one.unit for one in kept] == ["D07", "C01"]
    assert kept[0].because == (B.ABOVE_THE_ACCUSED,)
    assert [one.unit for one in routing.without_accused(found, {"D08"}, {})] == ["C01"]
    assert routing.without_accused(found[:1], {"D08", "D07"}, {"D08": "D07"}) == []


def test_units_that_handed_it_back_come_last() -> None:
    found = [Suggestion("C01", (B.DISTRICT_OF_PLACE,)), Suggestion("D16", (B.INDUSTRY_LEAD,))]
    kept = routing.returned_last(found, {"C01"})
    assert [one.unit for one in kept] == ["D16", "C01"]
    assert kept[1].because[0] is B.RETURNED_BEFORE


codes = st.sampled_from(["C01", "C04", "C08", "D16", "E01", "E06", "E09"])
entries = st.builds(Entry, st.just("x"), st.sampled_from(Route), st.none() | codes)
spots = st.builds(Spot, st.none() | st.sampled_from([*DISTRICTS, "C04"]), st.text(max_size=30))


@given(entries, spots)
def test_any_suggestion_is_reasoned_and_stands_once(entry: Entry, spot: Spot) -> None:
    found = routing.suggest(entry, spot, AREAS)
    units = [one.unit for one in found]
    assert len(units) == len(set(units))
    assert all(one.because for one in found)
    assert entry.unit is None or entry.unit in units


@given(entries, spots, st.sets(codes), st.sets(codes))
def test_nobody_accused_is_ever_suggested(
    entry: Entry, spot: Spot, accused: set[str], returned: set[str]
) -> None:
    found = routing.suggest(entry, spot, AREAS)
    parents = {"E01": "D16", "D16": "C01", "E06": "E06"}
    kept = routing.without_accused(found, accused, parents)
    assert not accused & {one.unit for one in kept}
    last = routing.returned_last(kept, returned)
    flags = [one.unit in returned for one in last]
    assert flags == sorted(flags)
