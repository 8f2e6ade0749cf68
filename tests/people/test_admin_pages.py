"""The administrator's pages over HTTP: what they show and do, and that nobody else gets in."""

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import processes
from hotline.access import UNIT_ROLES, Role
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.people import admin_views, operations, passwords, queries
from hotline.people.models import Staff
from tests import factories
from tests.conftest import Statements
from tests.people.browsing import log_in, post, words

PERSON = "/admin/staff/op"
PAGES = [
    rule.replace("<username>", "op") for method, rule, _ in admin_views.ROUTES if method == "GET"
]
POSTS = [
    rule.replace("<username>", "op") for method, rule, _ in admin_views.ROUTES if method == "POST"
]


@pytest.fixture
def person(app: APIFlask) -> Staff:
    """Somebody to be administered."""
    return factories.staff("op", Role.OPERATOR)


@pytest.fixture
def admin(client: FlaskClient, app: APIFlask) -> FlaskClient:
    """An administrator's browser."""
    factories.staff("admin1", Role.ADMINISTRATOR)
    log_in(client, "admin1")
    return client


def roles_of(person: Staff, now: datetime) -> set[tuple[str, str | None]]:
    """Roles in force with their units."""
    held = queries.memberships_in_force([person.id], now)
    return {(one.role.value, one.unit.code if one.unit else None) for one in held}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_gets_in(client: FlaskClient, person: Staff, role: Role) -> None:
    factories.staff("other", role, unit_code="D14" if role in UNIT_ROLES else None)
    log_in(client, "other", next="/account")
    page = words(client.get("/account"))
    sent = {"csrf_token": factories.hidden(page, "csrf_token"), "role": "head"}
    assert {client.get(path).status_code for path in PAGES} == {403}
    assert {client.post(path, data=sent).status_code for path in POSTS} == {403}
    assert person.epoch == 0


def test_without_a_session_one_is_sent_to_sign_in(client: FlaskClient, person: Staff) -> None:
    page = words(client.get("/login"))
    sent = {"csrf_token": factories.hidden(page, "csrf_token")}
    for answer in [client.get(path) for path in PAGES]:
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")
    for answer in [client.post(path, data=sent) for path in POSTS]:
        assert (answer.status_code, answer.location) == (303, "/login")


def test_every_form_wants_its_csrf_token(admin: FlaskClient, person: Staff) -> None:
    assert {admin.post(path, data={}).status_code for path in POSTS} == {400}


def test_the_staff_list_pages_and_filters(admin: FlaskClient, statements: Statements) -> None:
    for number in range(60):
        factories.staff(f"h{number:02}", Role.HANDLER, unit_code="D14")
    statements.seen.clear()
    page = words(admin.get("/admin"))
    assert len(statements) <= 4
    assert "admin1" in page and "市生态环境局" in page and "after=h48" in page
    assert ">h49<" not in page
    page = words(admin.get("/admin?after=h48"))
    assert ">h49<" in page and ">h59<" in page and "after=" not in page
    page = words(admin.get("/admin?q=h1&role=handler"))
    assert ">h10<" in page and ">h20<" not in page
    page = words(admin.get("/admin?role=editor"))
    assert "没有找到人员" in page


@pytest.mark.parametrize("query", ["role=king", "q=" + "x" * 99, "q=%00", "after=%00", "odd=1"])
def test_odd_filters_are_refused_and_never_an_error(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/admin?{query}").status_code == (200 if "%00" in query else 400)


@pytest.mark.parametrize("name", ["nobody", "%00", "张三", "x" * 200, "OP"])
def test_an_unknown_person_is_not_found(admin: FlaskClient, person: Staff, name: str) -> None:
    assert admin.get(f"/admin/staff/{name}").status_code == 404


def test_adding_somebody_tells_the_password_once(admin: FlaskClient, now: datetime) -> None:
    answer = post(admin, "/admin/new", "/admin/new", username="New.One", name="王芳")
    assert answer.status_code == 201
    made = queries.staff_by_username("new.one")
    assert made is not None and made.has_temporary_password and made.name == "王芳"
    told = words(answer).partition('data-copy="')[2].partition('"')[0]
    assert passwords.is_right(told, made.password_hash)
    assert told not in words(admin.get("/admin/staff/new.one"))
    assert not roles_of(made, now)


def test_sending_a_form_twice_adds_one_person(admin: FlaskClient) -> None:
    page = words(admin.get("/admin/new"))
    sent = {name: factories.hidden(page, name) for name in ("csrf_token", "_key")}
    sent |= {"username": "new.one", "name": "王芳"}
    first, second = (admin.post("/admin/new", data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert words(first) == words(second)


@pytest.mark.parametrize(
    ("username", "name", "said"),
    [
        ("op", "王芳", "已被使用"),
        ("王", "王芳", "2 至 40 个小写字母"),
        ("", "王芳", "请填写此项"),
        ("fine", "", "请填写此项"),
    ],
)
def test_a_person_that_cant_be_added(
    admin: FlaskClient, person: Staff, username: str, name: str, said: str
) -> None:
    answer = post(admin, "/admin/new", "/admin/new", username=username, name=name)
    assert answer.status_code == 422 and said in words(answer)


def test_giving_and_ending_a_role(admin: FlaskClient, person: Staff) -> None:
    sent = {"role": "shift_leader", "unit": "", "since_on": "", "until_on": ""}
    answer = post(admin, f"{PERSON}/roles", PERSON, **sent)
    assert (answer.status_code, answer.location) == (303, PERSON)
    assert "角色已授予" in words(admin.get(PERSON))
    held = queries.memberships_of([person.id])
    assert [one.role for one in held] == [Role.SHIFT_LEADER, Role.OPERATOR]
    for one in held:
        answer = post(admin, f"{PERSON}/roles/end", PERSON, membership=one.id)
        assert answer.status_code == 303
    db.session.refresh(person)
    assert person.epoch == 3
    assert "已终止的角色（2）" in words(admin.get(PERSON))


def test_a_stand_in_is_given_whole_days_of_the_city(admin: FlaskClient, app: APIFlask) -> None:
    person = factories.staff("op")
    sent = {"role": "handler", "unit": "D14", "since_on": "2199-01-01", "until_on": "2199-01-02"}
    assert post(admin, f"{PERSON}/roles", PERSON, **sent).status_code == 303
    (held,) = queries.memberships_of([person.id])
    assert held.until is not None
    assert held.since.isoformat() == "2198-12-31T16:00:00+00:00"
    assert held.until.isoformat() == "2199-01-02T16:00:00+00:00"
    assert "未生效" in words(admin.get(PERSON))


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"role": "operator"}, 409, "已有该角色"),
        ({"role": "administrator"}, 409, "不能兼任其他角色"),
        ({"role": "handler", "unit": "D14"}, 409, "既在承办单位任职又在热线任职"),
        ({"role": "handler"}, 422, "请选择单位"),
        ({"role": "head", "unit": "D14"}, 422, "不能选择单位"),
        ({"role": "handler", "unit": "X99"}, 422, "没有这个承办单位"),
        ({"role": "handler", "unit": "\x00"}, 422, "请选择单位"),
        ({"role": "king"}, 422, "不是有效的取值"),
        ({"role": ""}, 422, "请填写此项"),
        ({"role": "head", "until_on": "2001-01-01"}, 422, "结束时间须晚于"),
        ({"role": "head", "until_on": "9999-12-31"}, 422, "2199"),
        ({"role": "head", "since_on": "tomorrow"}, 422, "日期"),
        ({"role": "head", "odd": "1"}, 422, "没有这个字段"),
    ],
)
def test_a_role_that_cant_be_given(
    admin: FlaskClient, person: Staff, sent: dict[str, str], status: int, said: str
) -> None:
    answer = post(admin, f"{PERSON}/roles", PERSON, **sent)
    assert answer.status_code == status and said in words(answer)
    assert person.epoch == 0


@pytest.mark.parametrize("membership", ["0", "-1", "999999999", "9" * 30, "x", ""])
def test_a_role_that_isnt_there_doesnt_end(
    admin: FlaskClient, person: Staff, membership: str
) -> None:
    answer = post(admin, f"{PERSON}/roles/end", PERSON, membership=membership)
    assert answer.status_code in (404, 422)


def test_somebody_elses_role_doesnt_end_on_this_page(admin: FlaskClient, person: Staff) -> None:
    other = factories.staff("other", Role.EDITOR)
    (held,) = queries.memberships_of([other.id])
    answer = post(admin, f"{PERSON}/roles/end", PERSON, membership=held.id)
    assert answer.status_code == 404
    assert other.epoch == 0


def test_closing_and_opening_an_account(admin: FlaskClient, person: Staff) -> None:
    assert post(admin, f"{PERSON}/deactivate", PERSON).status_code == 303
    assert "已停用" in words(admin.get(PERSON))
    assert log_in(admin.application.test_client(), "op").status_code == 422
    assert post(admin, f"{PERSON}/activate", PERSON).status_code == 303
    assert log_in(admin.application.test_client(), "op", next="/account").status_code == 303


def test_resetting_a_password(admin: FlaskClient, person: Staff) -> None:
    answer = post(admin, f"{PERSON}/password", PERSON)
    told = words(answer).partition('data-copy="')[2].partition('"')[0]
    assert answer.status_code == 200 and passwords.is_right(told, person.password_hash)
    assert told not in words(admin.get(PERSON))


def test_ones_own_account_is_anothers_to_change(admin: FlaskClient) -> None:
    own = "/admin/staff/admin1"
    page = words(admin.get(own))
    assert "请由另一位管理员操作" not in page and "须由另一位管理员更改" in page
    for verb in ("deactivate", "password"):
        assert post(admin, f"{own}/{verb}", own).status_code == 409
    answer = post(admin, f"{own}/roles", own, role="administrator")
    assert answer.status_code == 409 and "请由另一位管理员操作" in words(answer)


def test_ending_a_token(admin: FlaskClient, person: Staff, now: datetime) -> None:
    operations.make_token(person.id, "省平台对接", by="system", now=now)
    db.session.commit()
    page = words(admin.get(PERSON))
    assert "省平台对接" in page
    token = factories.hidden(page, "token")
    assert post(admin, f"{PERSON}/tokens/end", PERSON, token=token).status_code == 303
    assert queries.tokens_of(person.id) == []
    assert post(admin, f"{PERSON}/tokens/end", PERSON, token=token).status_code == 404


def test_what_was_done_is_shown_with_who(admin: FlaskClient, person: Staff) -> None:
    post(admin, f"{PERSON}/roles", PERSON, role="editor")
    page = words(admin.get(PERSON))
    assert "授予角色" in page and "试admin1" in page


def test_the_system_page_counts_and_shows_no_contents(admin: FlaskClient, now: datetime) -> None:
    given = {"reader": "messages.acknowledge", "kind": "received", "subject": "ticket:77"}
    db.session.add(OutboxRow(**given, facts={"words": "秘密"}, at=now))
    db.session.add(
        DeadLetter(**given, facts={"words": "秘密"}, at=now, failed_at=now, error="秘密")
    )
    processes.seen("relay")
    page = words(admin.get("/admin/system"))
    assert page.count("messages.acknowledge") == 2 and "运行中" in page and "未运行" in page
    assert "秘密" not in page and "ticket:77" not in page


def test_a_persons_page_costs_few_statements(
    admin: FlaskClient, person: Staff, statements: Statements
) -> None:
    statements.seen.clear()
    assert admin.get(PERSON).status_code == 200
    assert len(statements) <= 8
