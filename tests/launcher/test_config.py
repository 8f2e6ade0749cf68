"""Every setting's default, and the sentence for every wrong one."""

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from hotline import vardir
from hotline.config import Config, ConfigError, parse_field_keys
from hotline.environment import digest_of_keys, gather


def key(byte: int) -> str:
    return base64.urlsafe_b64encode(bytes([byte]) * 32).decode()


KEYS = f"field:{key(1)},index:{key(2)},chain:{key(3)}"


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    return {
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://u:p@db/hotline",
        "REDIS_URL": "redis://cache:6379/0",
        "SECRET_KEY": "s" * 32,
        "FIELD_KEYS": KEYS,
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "token",
    }


def test_defaults(given: dict[str, str], tmp_path: Path) -> None:
    config = Config.load(given)
    assert config.database_url == "postgresql+psycopg://u:p@db/hotline"
    assert (config.port, config.bind) == (8000, "127.0.0.1")
    assert config.public_base_url == "http://127.0.0.1:8000"
    assert config.twilio_api_base_url == "http://127.0.0.1:8001"
    assert (config.carrier, config.city_timezone) == ("phonebooth", "Asia/Shanghai")
    assert config.hotline_number == "+8633512345"
    assert config.var_dir == tmp_path
    assert not config.is_production


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_spelling_of_the_database_works(given: dict[str, str], scheme: str) -> None:
    config = Config.load(given | {"DATABASE_URL": f"{scheme}:///h?host=/run/pg"})
    assert config.database_url == "postgresql+psycopg:///h?host=/run/pg"


WRONG = [
    ("DATABASE_URL", "mysql://db/hotline"),
    ("DATABASE_URL", "hotline"),
    ("REDIS_URL", "localhost:6379"),
    ("FIELD_KEYS", "secret"),
    ("FIELD_KEYS", f"field:{key(1)},index:{key(2)}"),
    ("FIELD_KEYS", f"index:{key(2)},chain:{key(3)}"),
    ("FIELD_KEYS", f"{KEYS},index:{key(4)}"),
    ("FIELD_KEYS", f"{KEYS},other:{key(4)}"),
    ("FIELD_KEYS", f"field:{key(1)[:-4]},index:{key(2)},chain:{key(3)}"),
    ("FIELD_KEYS", f"field:{'é' * 44},index:{key(2)},chain:{key(3)}"),
    ("FIELD_KEYS", f"field:{key(1)},index:{key(1)},chain:{key(3)}"),
    ("PUBLIC_BASE_URL", "hotline.example.org"),
    ("PUBLIC_BASE_URL", "ftp://hotline.example.org"),
    ("PUBLIC_BASE_URL", "https://hotline.example.org/12345"),
    ("PUBLIC_BASE_URL", "https://hotline.example.org:port"),
    ("PUBLIC_BASE_URL", "https://hotline.example.org?x=1"),
    ("PORT", "http"),
    ("PORT", "0"),
    ("PORT", "65535"),
    ("PORT", "-1"),
    ("BIND", "everywhere"),
    ("CITY_TIMEZONE", "Asia/Atlantis"),
    ("CITY_TIMEZONE", "../etc/passwd"),
    ("CITY_TIMEZONE", "Asia"),
    ("CARRIER", "pigeon"),
    ("TWILIO_API_BASE_URL", "localhost"),
    ("HOTLINE_NUMBER", "one-two-three"),
    ("SENTRY_DSN", "sentry"),
    ("HOTLINE_ENV", "prod"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_in_one_sentence(
    given: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^{name}\b") as caught:
        Config.load(given | {name: value})
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
    ],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named(given: dict[str, str], name: str, value: str | None) -> None:
    del given[name]
    if value is not None:
        given[name] = value
    with pytest.raises(ConfigError, match=rf"^{name} is not set"):
        Config.load(given)


def test_without_a_server_the_sentence_says_so(given: dict[str, str]) -> None:
    del given["DATABASE_URL"]
    with pytest.raises(ConfigError, match=r"no server runs .* start \./script/server"):
        Config.load(given)


def test_somleng_needs_its_address(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="^TWILIO_API_BASE_URL is not set"):
        Config.load(given | {"CARRIER": "somleng"})


def test_twilio_itself_needs_no_address(given: dict[str, str]) -> None:
    assert Config.load(given | {"CARRIER": "twilio"}).twilio_api_base_url is None


@pytest.mark.parametrize(
    ("bind", "host"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.7", "10.0.0.7")]
)
def test_the_phonebooth_stands_beside_the_web(given: dict[str, str], bind: str, host: str) -> None:
    config = Config.load(given | {"BIND": bind, "PORT": "9000"})
    assert config.twilio_api_base_url == f"http://{host}:9001"


def test_secrets_do_not_show_when_printed(given: dict[str, str]) -> None:
    shown = repr(Config.load(given | {"SECRET_KEY": "very-secret", "TWILIO_AUTH_TOKEN": "hush"}))
    assert "very-secret" not in shown
    assert "hush" not in shown
    assert key(1) not in shown
    assert "u:p@db" not in shown


def test_the_first_field_key_encrypts() -> None:
    keys = parse_field_keys(f"field:{key(9)}, {KEYS}")
    assert keys.field == (key(9), key(1))
    assert (keys.index, keys.chain) == (key(2), key(3))


# ------------------------------------------------------------ files of VAR_DIR


def write(folder: Path, name: str, values: Mapping[str, str]) -> None:
    vardir.write_env(folder / name, values, "for a test")


def test_a_command_beside_a_running_server_finds_its_addresses(tmp_path: Path) -> None:
    write(tmp_path, vardir.RUN, {"DATABASE_URL": "postgresql:///here", "PORT": "9000"})
    assert "DATABASE_URL" not in gather({"VAR_DIR": str(tmp_path)})
    lock = vardir.hold(tmp_path)
    assert lock is not None
    with lock:
        assert gather({"VAR_DIR": str(tmp_path)})["DATABASE_URL"] == "postgresql:///here"
        assert gather({"VAR_DIR": str(tmp_path), "PORT": "7"})["PORT"] == "7"


def test_the_environment_wins_over_the_files(tmp_path: Path) -> None:
    write(tmp_path, vardir.SECRETS, {"SECRET_KEY": "kept", "FIELD_KEYS": KEYS})
    values = gather({"VAR_DIR": str(tmp_path), "SECRET_KEY": "given"})
    assert (values["SECRET_KEY"], values["FIELD_KEYS"]) == ("given", KEYS)


def test_other_keys_than_the_running_servers_are_refused(tmp_path: Path) -> None:
    digest = digest_of_keys(KEYS)
    write(tmp_path, vardir.RUN, {"DATABASE_URL": "postgresql:///h", "FIELD_KEYS_DIGEST": digest})
    lock = vardir.hold(tmp_path)
    assert lock is not None
    with lock:
        assert gather({"VAR_DIR": str(tmp_path), "FIELD_KEYS": KEYS})
        with pytest.raises(ConfigError, match="^FIELD_KEYS differs"):
            gather({"VAR_DIR": str(tmp_path), "FIELD_KEYS": "others"})


def test_made_up_account_data_do_not_reach_a_real_carrier(
    given: dict[str, str], tmp_path: Path
) -> None:
    token = given.pop("TWILIO_AUTH_TOKEN")
    made_up = {"HOTLINE_SECRETS": "generated", "TWILIO_AUTH_TOKEN": token}
    write(tmp_path, vardir.SECRETS, made_up)
    assert Config.load(given).twilio_auth_token == token
    with pytest.raises(ConfigError, match="^TWILIO_AUTH_TOKEN is not set"):
        Config.load(given | {"CARRIER": "twilio"})


# ------------------------------------------------------------ production


@pytest.fixture
def production(given: dict[str, str]) -> dict[str, str]:
    address = {"PUBLIC_BASE_URL": "https://hotline.example.org/"}
    return given | address | {"HOTLINE_ENV": "production", "CARRIER": "twilio"}


def test_production_with_own_secrets(production: dict[str, str]) -> None:
    config = Config.load(production)
    assert config.is_production
    assert config.public_base_url == "https://hotline.example.org"


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "PUBLIC_BASE_URL"])
def test_production_needs_its_own(production: dict[str, str], name: str) -> None:
    del production[name]
    with pytest.raises(ConfigError, match=rf"^{name} is not set"):
        Config.load(production)


def test_production_refuses_a_short_key(production: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="^SECRET_KEY is too short"):
        Config.load(production | {"SECRET_KEY": "short"})


def test_production_refuses_made_up_secrets(production: dict[str, str], tmp_path: Path) -> None:
    made_up = {"HOTLINE_SECRETS": "generated", "SECRET_KEY": "x" * 40, "FIELD_KEYS": KEYS}
    write(tmp_path, vardir.SECRETS, made_up)
    assert Config.load(production)  # its own are given, the file is not used
    del production["SECRET_KEY"]
    with pytest.raises(ConfigError, match="refuses the made-up SECRET_KEY in secrets.env"):
        Config.load(production)


def test_production_refuses_made_up_secrets_in_the_environment(
    production: dict[str, str],
) -> None:
    with pytest.raises(ConfigError, match="^HOTLINE_SECRETS=generated"):
        Config.load(production | {"HOTLINE_SECRETS": "generated"})
