"""Delays, passwords, sessions and homes as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.access import UNIT_ROLES, Role
from hotline.people import rules

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        (0, 0),
        (1, 0),
        (4, 0),
        (5, 30),
        (6, 60),
        (7, 120),
        (8, 240),
        (10, 960),
        (11, 1800),
        (12, 1800),
        (1_000_000, 1800),
    ],
)
def test_the_delay_doubles_from_the_fifth_failure_up_to_half_an_hour(
    failures: int, seconds: int
) -> None:
    assert rules.delay_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(-1.0, 0), (0.0, 0), (0.001, 1), (29.5, 30), (30.0, 30), (1800.0, 1800)],
)
def test_seconds_left_are_rounded_up(ahead: float, seconds: int) -> None:
    assert rules.seconds_left(NOW + timedelta(seconds=ahead), NOW) == seconds


def test_an_account_never_locked_has_no_seconds_left() -> None:
    assert rules.seconds_left(None, NOW) == 0


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("hotline-demo", None),
        ("正确的马电池订书钉咖啡", None),
        ("correct horse battery", None),
        ("a1b2c3d4e5", None),
        ("short-one", "password_too_short"),
        ("", "password_too_short"),
        ("Li.Xiaoming", "password_is_username"),
        ("li.xiaoming ", "password_is_username"),
        ("aaaaaaaaaaaa", "password_too_simple"),
        ("abababababab", "password_too_simple"),
        ("1234567890", "password_too_simple"),
        ("0987654321", "password_too_simple"),
        ("qwertyuiopas", "password_too_simple"),
        ("ABCDEFGHIJKL", "password_too_simple"),
        ("x" * 129, "password_too_long"),
    ],
)
def test_password_faults(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, "li.xiaoming") == fault


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("operator1", True),
        ("d14", True),
        ("li.xiao_ming-2", True),
        ("a", False),
        (".hidden", False),
        ("Operator1", False),
        ("李晓明", False),
        ("a b", False),
        ("a\x00b", False),
        ("operator1\n", False),
        ("x" * 40, True),
        ("x" * 41, False),
    ],
)
def test_usernames(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert rules.is_username(text) is is_one


def test_a_username_is_kept_small_and_bare() -> None:
    assert rules.username_as_kept("  Operator1 ") == "operator1"


@pytest.mark.parametrize(
    ("since_sign_in", "since_seen", "why"),
    [
        (timedelta(0), timedelta(0), None),
        (timedelta(hours=11, minutes=59), timedelta(minutes=59), None),
        (timedelta(hours=2), timedelta(minutes=60), "session_idle"),
        (timedelta(hours=12), timedelta(0), "session_too_long"),
        (timedelta(hours=13), timedelta(hours=2), "session_too_long"),
    ],
)
def test_sessions_end(since_sign_in: timedelta, since_seen: timedelta, why: str | None) -> None:
    assert rules.session_end(NOW - since_sign_in, NOW - since_seen, NOW) == why


def test_every_role_has_a_home_and_no_other_has() -> None:
    assert set(rules.HOME) == {role.value for role in Role}
    assert {role.value for role in UNIT_ROLES} == rules.UNIT_ROLES


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ({"operator"}, "console.page"),
        ({"operator", "reviewer"}, "console.page"),
        ({"reviewer"}, "dispatch.reviews"),
        ({"callback_agent"}, "callbacks.page"),
        ({"unit_head", "handler"}, "dispatch.unit_page"),
        ({"head"}, "supervision.page"),
        ({"editor"}, "kb.page"),
        ({"administrator"}, "people.admin"),
        (set(), "people.account"),
    ],
)
def test_where_somebody_begins(roles: set[str], home: str) -> None:
    assert rules.home_of(roles) == home


@pytest.mark.parametrize(
    ("role", "held", "clash"),
    [
        ("operator", [], None),
        ("operator", ["shift_leader"], None),
        ("handler", ["unit_head", "handler"], None),
        ("administrator", [], None),
        ("administrator", ["administrator"], None),
        ("administrator", ["operator"], "administrator_alone"),
        ("operator", ["administrator"], "administrator_alone"),
        ("handler", ["administrator"], "administrator_alone"),
        ("exchange", ["operator"], "machine_alone"),
        ("handler", ["exchange"], "machine_alone"),
        ("handler", ["operator"], "unit_and_hotline"),
        ("reviewer", ["unit_head"], "unit_and_hotline"),
    ],
)
def test_roles_that_may_not_meet(role: str, held: list[str], clash: str | None) -> None:
    assert rules.conflict(role, held) == clash
