"""Loading a city's catalogue from a folder: all of it, again, and with faults."""

import csv
from pathlib import Path

import pytest
from apiflask import APIFlask

from dispatch import catalogue, queries
from dispatch.routing import Route
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import directory
from hotline.tickets.kinds import CallbackRule, RequestType, Urgency
from hotline.tickets.models import Category, RequestTypeRule

UNITS = [
    {"code": "Z2", "name": "乙区人民政府", "kind": "county_district", "parent": "", "vertical": "N",
     "duty_24h": "Y", "keywords": "乙区"},
    {"code": "Z1", "name": "市甲局", "kind": "department", "parent": "Z2", "vertical": "N",
     "duty_24h": "N", "keywords": "甲|一"},
]  # fmt: skip
LEAF = {
    "code": "Y010101", "parent": "Y0101", "name": "路灯不亮", "unit": "Z1", "assist": "Z2",
    "route": "territorial", "limit_working_days": "2", "limit_hours": "", "urgency": "normal",
    "confidential": "N", "transfer": "", "keywords": "路灯",
}  # fmt: skip
EMPTY = dict.fromkeys(LEAF, "")
CATEGORIES = [
    LEAF,
    EMPTY | {"code": "Y0101", "parent": "Y01", "name": "照明"},
    EMPTY | {"code": "Y01", "name": "市政"},
]
TYPES = [{"code": "help", "limit_working_days": "4", "callback": "sample"}]
AREAS = [{"place": "乙区一路", "district": "Z2", "water": "Z1", "heating": "", "gas": ""}]


def folder(where: Path, **changed: list[dict[str, str]]) -> Path:
    """A folder with the four files."""
    files = {
        "units": UNITS,
        "categories": CATEGORIES,
        "request_types": TYPES,
        "service_areas": AREAS,
    } | changed
    for name, rows in files.items():
        with (where / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return where


def test_everything_is_loaded_and_can_be_loaded_again(app: APIFlask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    for _ in range(2):
        result = run(args=["import-catalogue", str(folder(tmp_path))])
        assert result.exit_code == 0, result.output
        assert result.output.split("\n")[:5] == [
            "2 units", "3 categories", "1 request types", "1 catalogue rows", "1 service areas",
        ]  # fmt: skip
    entry = queries.entries(["Y010101"])["Y010101"]
    assert (entry.unit, entry.assist, entry.route) == ("Z1", ("Z2",), Route.TERRITORIAL)
    leaf = db.session.get(Category, "Y010101")
    assert leaf is not None
    assert (leaf.is_leaf, leaf.limit_working_days, leaf.limit_hours) == (True, 2, None)
    group = db.session.get(Category, "Y0101")
    assert group is not None and not group.is_leaf
    rule = db.session.get(RequestTypeRule, RequestType.HELP)
    assert rule is not None
    assert (rule.limit_working_days, rule.callback) == (4, CallbackRule.SAMPLE)
    assert queries.areas()[-1].suppliers == {"water": "Z1"}


def test_a_change_is_taken_over(app: APIFlask) -> None:
    directory.load_categories(CATEGORIES)
    changed = [LEAF | {"name": "路灯报修", "urgency": "urgent", "limit_hours": "24"}]
    directory.load_categories(changed)
    leaf = db.session.get(Category, "Y010101", populate_existing=True)
    assert leaf is not None
    assert (leaf.name, leaf.urgency, leaf.limit_hours) == ("路灯报修", Urgency.URGENT, 24)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""},
        {"name": ""},
        {"parent": "nowhere"},
        {"parent": "Y010101"},
        {"urgency": "soon"},
        {"limit_working_days": "0"},
        {"limit_working_days": "-1"},
        {"limit_hours": "²"},
        {"limit_hours": "1.5"},
    ],
)
def test_bad_categories_are_named(app: APIFlask, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="bad_row"):
        directory.load_categories([LEAF | wrong, *CATEGORIES[1:]])


def test_a_ring_of_categories_is_refused(app: APIFlask) -> None:
    ring = [EMPTY | {"code": "A", "parent": "B", "name": "a"},
            EMPTY | {"code": "B", "parent": "A", "name": "b"}]  # fmt: skip
    with pytest.raises(Invalid, match="bad_row"):
        directory.load_categories(ring)


@pytest.mark.parametrize(
    "wrong", [{"code": "rumour"}, {"limit_working_days": ""}, {"callback": "perhaps"}]
)
def test_bad_request_types_are_named(app: APIFlask, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="bad_row"):
        directory.load_request_types([TYPES[0] | wrong])


@pytest.mark.parametrize("wrong", [{"route": "somehow"}, {"unit": "X9"}, {"assist": "Z1|X9"}])
def test_bad_catalogue_rows_are_named(app: APIFlask, wrong: dict[str, str]) -> None:
    row = LEAF | {"unit": "D16", "assist": ""} | wrong
    with pytest.raises(Invalid, match="Y010101"):
        catalogue.load_catalogue([row])


@pytest.mark.parametrize("wrong", [{"place": ""}, {"district": ""}, {"water": "X9"}])
def test_bad_areas_are_named(app: APIFlask, wrong: dict[str, str]) -> None:
    row = AREAS[0] | {"district": "C01", "water": "E01"} | wrong
    with pytest.raises(Invalid, match="bad_row"):
        catalogue.load_areas([row])


def test_a_fault_leaves_nothing_behind_and_says_which(app: APIFlask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    bad = [AREAS[0] | {"district": "X9"}]
    result = run(args=["import-catalogue", str(folder(tmp_path, service_areas=bad))])
    assert result.exit_code == 1
    assert "乙区一路" in result.stderr
    assert db.session.get(Category, "Y01") is None


def test_missing_files_and_columns_are_named(app: APIFlask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    result = run(args=["import-catalogue", str(folder(tmp_path, service_areas=[{"place": "x"}]))])
    assert (result.exit_code, "district, gas, heating, water" in result.stderr) == (1, True)
    (tmp_path / "request_types.csv").unlink()
    result = run(args=["import-catalogue", str(tmp_path)])
    assert (result.exit_code, "request_types.csv" in result.stderr) == (1, True)


def test_the_city_s_own_files_load(app: APIFlask) -> None:
    shipped = Path(__file__).parents[2] / "demo" / "data"
    if not (shipped / "categories.csv").exists():
        pytest.skip("the demo data is not there")
    result = app.test_cli_runner().invoke(args=["import-catalogue", str(shipped)])
    assert result.exit_code == 0, result.output + result.stderr
    assert "261 catalogue rows" in result.output
