"""Rules, tokens, traces and one's own language over HTTP."""

from dataclasses import fields
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import TypeAdapter

from callbacks.windows import CallbackRules
from hotline import audit, clock, setting_words, settings
from hotline.access import Role
from hotline.extensions import db
from hotline.messages.rules import MessageRules
from hotline.people import queries, rule_sheet
from hotline.settings import Setting, SettingChange
from hotline.tickets.clock_table import ClockRules
from tests import factories
from tests.people.browsing import log_in, post, words
from wsgi import RULE_SHEETS

RULES = "/admin/settings"
TOKENS = "/admin/tokens"
EVERY = [(sheet.rules, one.name) for sheet in RULE_SHEETS for one in fields(sheet.rules)]


@pytest.fixture
def admin(client: FlaskClient, app: APIFlask) -> FlaskClient:
    """An administrator's browser."""
    factories.staff("admin1", Role.ADMINISTRATOR)
    log_in(client, "admin1")
    return client


@pytest.mark.parametrize(("rules", "name"), EVERY)
def test_every_rule_has_words_and_is_written_as_it_is_read(rules: type, name: str) -> None:
    assert setting_words.msgid(rules.__name__, name) != f"{rules.__name__}.{name}"
    kind, value = rule_sheet.kind_of(rules, name), getattr(rules(), name)
    settings_value = rule_sheet.value_of(rules, name, kind.write(value))
    assert kind.write(value) == kind.write(type_of(rules, name, settings_value))


def type_of(rules: type, name: str, value: object) -> object:
    """The value as the rules hold it."""
    return getattr(TypeAdapter(rules).validate_python({name: value}), name)


def test_a_rule_is_set_and_goes_back(admin: FlaskClient) -> None:
    post(admin, RULES, RULES, name="ClockRules.sign_working_days", value="2")
    assert settings.read(ClockRules).sign_working_days == 2
    page = words(admin.get(RULES))
    assert "默认 1" in page and "admin1" in page
    post(admin, RULES, RULES, name="ClockRules.sign_working_days", value="")
    assert settings.read(ClockRules).sign_working_days == 1
    assert db.session.query(Setting).count() == 0
    told = [(one.before, one.after) for one in db.session.query(SettingChange)]
    assert told == [(1, 2), (2, 1)]


def test_times_and_bands_are_typed_as_people_write_them(admin: FlaskClient) -> None:
    post(admin, RULES, RULES, name="MessageRules.quiet_from", value="22:30")
    post(admin, RULES, RULES, name="CallbackRules.bands", value="9:00-11:00，14:00–17:00")
    assert str(settings.read(MessageRules).quiet_from) == "22:30:00"
    assert [str(one.since) for one in settings.read(CallbackRules).bands] == [
        "09:00:00",
        "14:00:00",
    ]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("ClockRules.sign_working_days", "0", 422),
        ("ClockRules.sign_working_days", "many", 422),
        ("MessageRules.quiet_from", "25:00", 422),
        ("CallbackRules.bands", "09:00-08:00, 10:00-11:00", 422),
        ("ClockRules.nothing", "1", 404),
        ("Nothing.sign", "1", 404),
        ("ClockRules", "1", 404),
    ],
)
def test_a_wrong_rule_is_refused_and_nothing_changes(
    admin: FlaskClient, name: str, value: str, status: int
) -> None:
    answer = post(admin, RULES, RULES, name=name, value=value)
    assert answer.status_code == status
    assert db.session.query(Setting).count() == 0


def test_a_token_is_made_after_the_password_and_told_once(admin: FlaskClient) -> None:
    factories.staff("system1", Role.OPERATOR)
    asked = post(admin, TOKENS, TOKENS, username="system1", name="12319")
    assert asked.location.startswith("/confirm?next=")
    post(admin, "/confirm", "/confirm", present=factories.PASSWORD, next=TOKENS)
    page = words(post(admin, TOKENS, TOKENS, username="system1", name="12319"))
    [(token, owner)] = queries.open_tokens()
    assert (token.name, owner.username) == ("12319", "system1")
    told = page.split('data-copy="')[1].split('"')[0]
    viewer = queries.viewer_by_token(told, clock.now())
    assert viewer is not None and viewer.username == "system1"
    assert told not in words(admin.get(TOKENS))
    wrong = post(admin, TOKENS, TOKENS, username="nobody", name="12319")
    assert wrong.status_code == 422 and "没有使用该用户名的有效账号" in words(wrong)


def test_traces_are_filtered_and_paged(admin: FlaskClient, app: APIFlask) -> None:
    person = factories.staff("ope", Role.OPERATOR)
    for number in range(60):
        audit.record(person_actor(person.id), "phone_uncovered", f"ticket:{number}", at=clock.now())
    db.session.commit()
    page = words(admin.get("/admin/audit?who=ope&kind=phone_uncovered"))
    assert page.count("ticket:") == 50 + 1 and "ticket:59" in page and "ticket:9<" not in page
    before = page.split("before=")[1].split('"')[0].split("&")[0]
    more = words(admin.get(f"/admin/audit?who=ope&kind=phone_uncovered&before={before}"))
    assert "ticket:9<" in more and "ticket:59" not in more
    assert words(admin.get("/admin/audit?subject=ticket:7")).count("<code>ticket:7</code>") == 1
    tomorrow = (clock.now() + timedelta(days=2)).date()
    assert "没有记录" in words(admin.get(f"/admin/audit?on={tomorrow}"))
    assert "日期" in words(admin.get("/admin/audit?on=someday"))


def person_actor(staff_id: int) -> str:
    return f"staff:{staff_id}"


def test_everybody_chooses_their_language(client: FlaskClient, app: APIFlask) -> None:
    person = factories.staff("ope", Role.OPERATOR)
    log_in(client, "ope")
    assert 'lang="zh-CN"' in words(client.get("/account"))
    post(client, "/account/language", "/account", locale="en")
    assert 'lang="en"' in words(client.get("/account")) and person.locale == "en"
    post(client, "/account/language", "/account", locale="fr")
    assert person.locale == "en"
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert "Log out" in words(client.get("/account"))


def test_the_catalogue_is_shown_as_it_is(admin: FlaskClient) -> None:
    page = words(admin.get("/admin/categories?q=占道"))
    assert "占道经营" in page and "停水报修" not in page and "试验" in page
