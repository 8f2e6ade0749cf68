"""Rules that a city changes while running."""

from dataclasses import dataclass, fields

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hotline import settings
from hotline.errors import Invalid, NotFound
from hotline.extensions import db
from hotline.settings import Setting, SettingChange
from hotline.tickets import queries
from hotline.tickets.clocks import ClockRules
from tests import factories
from tests.conftest import Statements


@dataclass(frozen=True)
class Numbers:
    """A room's rules."""

    days: int = 5
    words: str = "as before"
    at_night: bool = False

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("days must be at least 1")


def change(name: str, value: object) -> None:
    """As an administrator would."""
    settings.change(Numbers, name, value, by="staff:1", now=factories.NOW)


def test_without_a_change_the_defaults_hold(app: APIFlask) -> None:
    assert settings.read(Numbers) == Numbers()
    assert db.session.query(Setting).count() == 0


def test_a_change_holds_at_once_and_is_written_down(app: APIFlask) -> None:
    change("days", 7)
    change("days", 8)
    assert settings.read(Numbers) == Numbers(days=8)
    stored = db.session.scalars(select(Setting)).one()
    assert (stored.name, stored.value, stored.changed_by) == ("Numbers.days", 8, "staff:1")
    changes = db.session.scalars(select(SettingChange).order_by(SettingChange.id))
    assert [(one.before, one.after, one.by) for one in changes] == [
        (5, 7, "staff:1"),
        (7, 8, "staff:1"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("days", 0), ("days", "many"), ("days", None), ("words", 5), ("at_night", "perhaps")],
)
def test_a_wrong_value_is_refused_by_name_and_changes_nothing(
    app: APIFlask, name: str, value: object
) -> None:
    with pytest.raises(Invalid) as refused:
        change(name, value)
    assert refused.value.fields.keys() == {name}
    assert settings.read(Numbers) == Numbers()
    assert db.session.query(SettingChange).count() == 0


def test_an_unknown_name_is_refused(app: APIFlask) -> None:
    with pytest.raises(NotFound) as refused:
        change("hours", 1)
    assert refused.value.code == "unknown_setting"


def test_rules_of_another_room_are_others(app: APIFlask) -> None:
    change("days", 7)
    assert settings.read(ClockRules) == ClockRules()


def test_a_stored_rule_that_is_gone_is_passed_over(app: APIFlask) -> None:
    """A newer version of the program may have dropped it."""
    db.session.add(
        Setting(name="Numbers.gone", value=1, changed_at=factories.NOW, changed_by="staff:1")
    )
    db.session.commit()
    settings.forget()
    assert settings.read(Numbers) == Numbers()


def test_rules_are_read_once_in_a_while(app: APIFlask, statements: Statements) -> None:
    for _ in range(5):
        settings.read(Numbers)
        settings.read(ClockRules)
    assert len(statements) == 1


def test_a_changed_clock_rule_reaches_the_next_ticket(app: APIFlask) -> None:
    before = factories.taken().ticket.due_at
    settings.change(ClockRules, "sort_online_working_hours", 4, by="staff:1", now=factories.NOW)
    queries.forget_rulebook()
    after = factories.taken(phone="+8613900000001").ticket.due_at
    assert before is not None
    assert after is not None
    assert after > before


def test_every_rule_of_the_clocks_can_be_changed(app: APIFlask) -> None:
    for one in fields(ClockRules):
        settings.change(ClockRules, one.name, 9, by="staff:1", now=factories.NOW)
        with pytest.raises(Invalid):
            settings.change(ClockRules, one.name, 0, by="staff:1", now=factories.NOW)
    assert {getattr(settings.read(ClockRules), one.name) for one in fields(ClockRules)} == {9}
