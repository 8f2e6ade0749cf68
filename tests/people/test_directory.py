"""Units, sub-units and the duty roster over HTTP: what is kept, what is refused and said."""

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people import queries, roster
from hotline.people.models import Duty, Unit, UnitKind
from tests import factories
from tests.people.browsing import log_in, post, words

NEW = "/admin/units/new"
D14 = "/admin/units/D14"
DUTY = {"since_on": "2099-01-01", "until_on": "2099-01-03", "name": "王强", "phone": "0335-3061234"}


@pytest.fixture
def admin(client: FlaskClient, app: APIFlask) -> FlaskClient:
    """An administrator's browser."""
    factories.staff("admin1", Role.ADMINISTRATOR)
    log_in(client, "admin1")
    return client


def kept(code: str) -> Unit:
    found = roster.unit(code)
    assert found is not None
    return found


def test_the_list_counts_people_and_finds_by_words(admin: FlaskClient) -> None:
    factories.staff("han", Role.HANDLER, unit_code="D14")
    page = words(admin.get("/admin/units?q=生态"))
    assert "市生态环境局" in page and "市自来水公司" not in page
    [listed] = roster.units_of(words="D14", kind=None, with_closed=False, now=clock.now())
    assert (listed.people, listed.sub_units) == (1, 0)
    assert words(admin.get("/admin/units?kind=public_service")).count("市自来水公司") == 1


def test_a_unit_and_its_sub_unit_are_added(admin: FlaskClient) -> None:
    answer = post(admin, NEW, NEW, code="D99", name="市试验局", kind="department")
    assert answer.location == "/admin/units/D99"
    page = f"{NEW}?parent=D99"
    answer = post(admin, NEW, page, parent="D99", code="D99-01", name="一科", keywords="噪声")
    assert answer.location == "/admin/units/D99-01"
    made = kept("D99-01")
    assert (made.parent_id, made.kind) == (kept("D99").id, UnitKind.DEPARTMENT)
    assert "一科" in words(admin.get("/admin/units/D99"))
    subjects = [one.subject for one in db.session.query(AuditEntry).filter_by(kind="unit_added")]
    assert subjects == ["unit:D99", "unit:D99-01"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "d1", "name": "x"}, "大写字母"),
        ({"code": "D14", "name": "x"}, "代码已被使用"),
        ({"code": "D98", "name": ""}, "请填写此项"),
        ({"code": "D98", "name": "x" * 81}, "80"),
        ({"code": "D98", "name": "x", "kind": "castle"}, "不是有效的取值"),
    ],
)
def test_what_cannot_be_added_is_said_and_kept_on_the_page(
    admin: FlaskClient, given: dict[str, str], said: str
) -> None:
    before = db.session.query(Unit).count()
    answer = post(admin, NEW, NEW, **given)
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'value="{given["code"]}"' in words(answer)
    assert db.session.query(Unit).count() == before


def test_a_sub_unit_has_none_of_its_own(admin: FlaskClient) -> None:
    post(admin, NEW, f"{NEW}?parent=D14", parent="D14", code="D14-01", name="一科")
    answer = post(
        admin, NEW, f"{NEW}?parent=D14-01", parent="D14-01", code="D14-01-01", name="一组"
    )
    assert answer.status_code == 422 and "不能再设下级单位" in words(answer)


def test_a_unit_is_described_and_html_stays_words(admin: FlaskClient) -> None:
    name = "<b>市生态局</b>"
    answer = post(admin, D14, D14, name=name, keywords="噪声 废气", has_duty_24h="1")
    assert answer.location == D14
    assert (kept("D14").name, kept("D14").has_duty_24h) == (name, True)
    page = words(admin.get(D14))
    assert name not in page and "&lt;b&gt;市生态局&lt;/b&gt;" in page
    post(admin, D14, D14, name=name, keywords="噪声 废气")
    assert not kept("D14").has_duty_24h
    changes = db.session.query(AuditEntry).filter_by(kind="unit_changed").all()
    assert [one.facts["changed"] for one in changes] == [
        ["has_duty_24h", "keywords", "name"],
        ["has_duty_24h"],
    ]


def test_a_closed_unit_gets_nothing_new(admin: FlaskClient) -> None:
    post(admin, NEW, f"{NEW}?parent=D14", parent="D14", code="D14-01", name="一科")
    refused = post(admin, f"{D14}/close", D14)
    assert refused.status_code == 409 and "请先停用其下级单位" in words(refused)
    post(admin, "/admin/units/D14-01/close", "/admin/units/D14-01")
    assert post(admin, f"{D14}/close", D14).location == D14
    assert queries.unit_by_code("D14") is None and kept("D14").closed_at
    post(admin, f"{D14}/open", D14)
    assert queries.unit_by_code("D14") is not None


def test_a_turn_of_duty_is_entered_shown_and_taken_off(admin: FlaskClient) -> None:
    today = str(clock.now().date())
    post(admin, f"{D14}/duties", D14, **DUTY | {"since_on": today, "deputy_name": "李敏"})
    page = words(admin.get(D14))
    assert "王强" in page and "+863353061234" in page and "李敏" in page and "今天" in page
    [duty] = roster.duties(kept("D14").id, clock.now().date())
    assert post(admin, f"{D14}/duties/end", D14, duty=duty.id).location == D14
    assert db.session.query(Duty).count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until_on": "2098-12-31"}, "until_on"),
        ({"phone": "nobody"}, "phone"),
        ({"name": ""}, "name"),
        ({"since_on": "the first"}, "since_on"),
    ],
)
def test_a_wrong_turn_is_refused_with_what_was_typed(
    admin: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    answer = post(admin, f"{D14}/duties", D14, **DUTY | wrong)
    assert answer.status_code == 422 and f'id="duty-{field}"' in words(answer)
    assert 'aria-invalid="true"' in words(answer) and "<details open>" in words(answer)
    assert db.session.query(Duty).count() == 0


def test_two_turns_never_meet_and_another_units_are_not_touched(admin: FlaskClient) -> None:
    post(admin, f"{D14}/duties", D14, **DUTY)
    last = {"since_on": "2099-01-03", "until_on": "2099-01-09"}
    assert post(admin, f"{D14}/duties", D14, **DUTY | last).status_code == 409
    assert post(admin, "/admin/units/D15/duties", "/admin/units/D15", **DUTY).status_code == 303
    [duty] = roster.duties(kept("D15").id, date(2099, 1, 1))
    assert post(admin, f"{D14}/duties/end", D14, duty=duty.id).status_code == 404
    assert db.session.query(Duty).count() == 2
    assert roster.duties(kept("D15").id, date(2099, 1, 3) + timedelta(days=1)) == []


def test_a_stand_in_is_shown_with_its_end(admin: FlaskClient) -> None:
    person = factories.staff("han", Role.HANDLER, unit_code="D14")
    held = queries.memberships_of([person.id])[0]
    held.until = clock.now() + timedelta(days=3)
    db.session.commit()
    assert "代班" in words(admin.get(D14))


@pytest.mark.parametrize("path", ["/admin/units/NONE", "/admin/units/NONE/close"])
def test_an_unknown_unit_is_not_found(admin: FlaskClient, path: str) -> None:
    answer = admin.get(path) if path.endswith("NONE") else post(admin, path, D14)
    assert answer.status_code == 404
