"""Small decisions of the set-up: translations, ports, what is said."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import vardir
from hotline.config import Config
from script.launcher import (
    accounts,
    bootstrap,
    console,
    keys,
    ports,
    programs,
    stores,
    translations,
)
from script.launcher.errors import LaunchError

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "a"
msgstr "甲"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    urls = {"DATABASE_URL": "postgresql:///h", "REDIS_URL": "redis://localhost"}
    return Config.load(keys.fresh() | urls | {"VAR_DIR": str(tmp_path), "PORT": "8600"})


def test_only_changed_catalogues_are_compiled(tmp_path: Path) -> None:
    po = tmp_path / "hotline" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOGUE, encoding="utf-8")
    assert translations.compile_all(tmp_path) == [po.with_suffix(".mo")]
    assert translations.compile_all(tmp_path) == []
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert translations.compile_all(tmp_path) == [po.with_suffix(".mo")]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something listens on, the one below it being free."""
    for _ in range(50):
        with socket.socket() as below, socket.socket() as other:
            below.bind(("127.0.0.1", 0))
            port = below.getsockname()[1] + 1
            try:
                other.bind(("127.0.0.1", port))
            except OSError:
                continue
            other.listen(1)
            below.close()
            yield port
            return
    pytest.fail("no two ports beside each other are free")


def test_a_taken_port_is_named(config: Config, taken: int) -> None:
    with pytest.raises(LaunchError, match=f"^PORT {taken} on 127.0.0.1"):
        ports.require_free(_with(config, PORT=str(taken), CARRIER="twilio"))
    with pytest.raises(LaunchError, match=f"^PORT {taken} .* wanted for the phonebooth"):
        ports.require_free(_with(config, PORT=str(taken - 1)))


def test_an_address_of_another_machine_is_named(config: Config) -> None:
    with pytest.raises(LaunchError, match=r"^BIND is 192\.0\.2\.1, which is no address"):
        ports.require_free(_with(config, BIND="192.0.2.1"))


def test_processes_by_carrier(config: Config) -> None:
    names = [program.name for program in programs.application(config, {})]
    assert names == ["web", "relay", "worker", "clock", "switchboard", "kb-index", "phonebooth"]
    assert set(names) <= set(programs.STOP_ORDER)
    real = _with(config, CARRIER="twilio")
    assert "phonebooth" not in [program.name for program in programs.application(real, {})]


def test_the_web_listens_where_it_is_told(config: Config) -> None:
    assert "127.0.0.1:8600" in programs.web(config)
    assert "[::1]:8600" in programs.web(_with(config, BIND="::1"))


def test_secrets_are_not_handed_to_the_stores() -> None:
    from_shell = {"PATH": "/bin", "SECRET_KEY": "x", "PGPASSWORD": "y"}
    assert programs.environ(from_shell, Path("/v"), "m")["SECRET_KEY"] == "x"
    assert set(stores.child_environ(from_shell, "m")) == {"PATH", "LC_ALL", "HOTLINE_LAUNCH"}


def test_every_text_can_be_said() -> None:
    values = {"web": "W", "phonebooth": "P", "address": "A", "var_dir": "V"}
    for path in console.TEXTS.iterdir():
        assert console.text(path.stem, **values)


def test_the_requirements_are_there() -> None:
    for files in bootstrap.REQUIREMENTS.values():
        for file in files:
            assert (vardir.ROOT / file).is_file()


def test_requirements_name_no_index_and_are_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = (vardir.ROOT / file).read_text(encoding="utf-8").splitlines()
        named = [line for line in lines if line and not line.lstrip().startswith("#")]
        assert [line for line in named if "==" not in line or "://" in line] == []


def test_a_folder_that_is_closed_can_not_be_entered(tmp_path: Path) -> None:
    assert accounts.may_enter(None, tmp_path)
    assert not accounts.may_enter(None, tmp_path / "absent")
    account = accounts.for_postgres()
    if account is not None:  # as root
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        assert not accounts.may_enter(account, closed)


def _with(config: Config, **changes: str) -> Config:
    given = {
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "FIELD_KEYS": config.field_keys,
        "TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": config.twilio_auth_token,
        "VAR_DIR": str(config.var_dir),
        "PORT": str(config.port),
    }
    return Config.load(given | changes)
