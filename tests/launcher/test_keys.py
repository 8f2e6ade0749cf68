"""Made-up secrets: made once, kept closed, marked, never in production."""

import stat
from pathlib import Path

import pytest

from hotline import vardir
from hotline.config import parse_field_keys
from script.launcher import homes, keys, prepared
from script.launcher.errors import LaunchError


def test_made_once_and_kept(tmp_path: Path) -> None:
    made = keys.ensure(tmp_path, {})
    kept = vardir.read_env(tmp_path / vardir.SECRETS)
    assert set(made) == set(keys.fresh())
    assert kept["HOTLINE_SECRETS"] == "generated"
    assert stat.S_IMODE((tmp_path / vardir.SECRETS).stat().st_mode) == 0o600
    assert keys.ensure(tmp_path, {}) == []
    assert vardir.read_env(tmp_path / vardir.SECRETS) == kept


def test_the_keys_are_what_the_settings_want() -> None:
    made = keys.fresh()
    parse_field_keys(made["FIELD_KEYS"])
    assert len(made["SECRET_KEY"]) >= 32
    assert keys.fresh()["SECRET_KEY"] != made["SECRET_KEY"]


def test_what_is_given_is_not_made_up(tmp_path: Path) -> None:
    made = keys.ensure(tmp_path, {"SECRET_KEY": "mine", "FIELD_KEYS": "  "})
    assert "SECRET_KEY" not in made
    assert "FIELD_KEYS" in made


def test_a_missing_one_is_added_to_those_kept(tmp_path: Path) -> None:
    vardir.write_env(tmp_path / vardir.SECRETS, {"SECRET_KEY": "kept"}, "for a test")
    assert "SECRET_KEY" not in keys.ensure(tmp_path, {})
    assert vardir.read_env(tmp_path / vardir.SECRETS)["SECRET_KEY"] == "kept"


def test_production_makes_nothing_up(tmp_path: Path) -> None:
    assert keys.ensure(tmp_path, {"HOTLINE_ENV": "production"}) == []
    assert not (tmp_path / vardir.SECRETS).exists()


def test_lost_keys_of_existing_data_are_not_replaced(tmp_path: Path) -> None:
    file = prepared.note(homes.prepare(tmp_path))
    file.write_text("filled", encoding="utf-8")
    with pytest.raises(LaunchError, match="^FIELD_KEYS is neither set nor in"):
        keys.ensure(tmp_path, {})
    assert "FIELD_KEYS" not in keys.ensure(tmp_path, {"FIELD_KEYS": "given back"})
