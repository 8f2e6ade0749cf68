"""The environment settings, read once and checked; no Flask, no database.

Decided here: every setting's name, default and check. A wrong or missing one raises ConfigError
with one sentence that names it and says what to do. Not here: where a value comes from
(`environment`), and the rules' figures, which administrators change while it runs (`settings`).
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hotline import vardir
from hotline.environment import STAND_IN, ConfigError, gather, process_environ

__all__ = ["Config", "ConfigError", "FieldKeys", "parse_field_keys", "reachable"]

CARRIERS = (STAND_IN, "twilio", "somleng")
ENVIRONMENTS = ("development", "production")
DEFAULT_PORT = 8000
SHORTEST_SECRET = 24
DEFAULT_NUMBER = "+8633512345"


@dataclass(frozen=True)
class FieldKeys:
    """The keys of FIELD_KEYS, each 32 bytes as base64url text; the first `field` encrypts."""

    field: tuple[str, ...]
    index: str
    chain: str


@dataclass(frozen=True)
class Config:
    """All environment settings of one process."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    field_keys: str = field(repr=False)
    public_base_url: str
    port: int
    bind: str
    var_dir: Path
    city_timezone: str
    carrier: str
    hotline_number: str
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_api_key: str | None
    twilio_api_secret: str | None = field(repr=False)
    twilio_api_base_url: str | None
    sms_gateway_secret: str | None = field(repr=False)
    sentry_dsn: str | None = field(repr=False)
    attachments_dir: Path
    recordings_dir: Path
    clamd: str | None
    map_tiles: str | None
    map_attribution: str
    hotline_env: str

    @property
    def is_production(self) -> bool:
        """Whether HOTLINE_ENV says production: no demo data, no made-up secrets."""
        return self.hotline_env == "production"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read and check all settings. Raises ConfigError on the first wrong or missing one.

        Without an argument the process's environment is read, over a `.env` file if there is one.
        """
        values = gather(process_environ() if environ is None else environ)
        port = _port(values)
        carrier = _choice(values, "CARRIER", CARRIERS)
        return cls(
            hotline_env=_choice(values, "HOTLINE_ENV", ENVIRONMENTS),
            database_url=_database_url(values),
            redis_url=_redis_url(values),
            secret_key=_secret_key(values),
            field_keys=_field_keys(values),
            public_base_url=_public_base_url(values, port),
            port=port,
            bind=_bind(values),
            var_dir=vardir.locate(values),
            city_timezone=_timezone(values),
            carrier=carrier,
            hotline_number=_number(values),
            twilio_account_sid=_needed(values, "TWILIO_ACCOUNT_SID", "your carrier's account"),
            twilio_auth_token=_needed(values, "TWILIO_AUTH_TOKEN", "your carrier's token"),
            twilio_api_key=values.get("TWILIO_API_KEY"),
            twilio_api_secret=values.get("TWILIO_API_SECRET"),
            twilio_api_base_url=_carrier_address(values, carrier, port),
            sms_gateway_secret=_gateway_secret(values),
            sentry_dsn=_optional_address(values, "SENTRY_DSN"),
            attachments_dir=_folder(values, "ATTACHMENTS_DIR", "attachments"),
            recordings_dir=_folder(values, "RECORDINGS_DIR", "recordings"),
            clamd=_clamd(values),
            map_tiles=_map_tiles(values),
            map_attribution=values.get("MAP_ATTRIBUTION", ""),
        )


def parse_field_keys(text: str) -> FieldKeys:
    """Read `field:KEY[,field:KEY…],index:KEY,chain:KEY`. Raises ConfigError."""
    named: dict[str, list[str]] = {"field": [], "index": [], "chain": []}
    for entry in text.split(","):
        name, _, key = entry.strip().partition(":")
        if name not in named:
            raise ConfigError(f"FIELD_KEYS: {name!r} is not one of field, index and chain.")
        if not _is_key(key):
            raise ConfigError(f"FIELD_KEYS: the key {name!r} is not 32 bytes in base64url.")
        named[name].append(key)
    if not named["field"] or len(named["index"]) != 1 or len(named["chain"]) != 1:
        raise ConfigError("FIELD_KEYS needs one or more field keys, one index and one chain key.")
    every = named["field"] + named["index"] + named["chain"]
    if len(set(every)) < len(every):
        raise ConfigError("FIELD_KEYS: every key must be different from the others.")
    return FieldKeys(tuple(named["field"]), named["index"][0], named["chain"][0])


def reachable(bind: str) -> str:
    """The address by which a process on this machine reaches what listens on BIND."""
    if bind in ("0.0.0.0", "localhost"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    if ":" in bind:
        return "[::1]" if bind == "::" else f"[{bind}]"
    return bind


def _needed(values: Mapping[str, str], name: str, what: str) -> str:
    if name not in values:
        raise ConfigError(f"{name} is not set: give it {what} (see .env.example).")
    return values[name]


def _gateway_secret(values: Mapping[str, str]) -> str | None:
    """What a local SMS gateway signs with; without it that door stays shut."""
    secret = values.get("SMS_GATEWAY_SECRET")
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"SMS_GATEWAY_SECRET is too short: use at least {SHORTEST_SECRET} characters."
        )
    return secret


def _folder(values: Mapping[str, str], name: str, usual: str) -> Path:
    """Where files lie; several hosts need one that they share."""
    return vardir.ROOT / values.get(name, str(vardir.locate(values) / usual))


def _clamd(values: Mapping[str, str]) -> str | None:
    """The virus scanner's socket, or host:port; without it files are not scanned."""
    address = values.get("CLAMD")
    if address is None or address.startswith("/"):
        return address
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ConfigError(
            f"CLAMD is {address!r}: it must be a socket's path or host:port, as of clamd."
        )
    return address


def _map_tiles(values: Mapping[str, str]) -> str | None:
    """Where the map's pictures come from; without it maps show the districts' outlines alone."""
    address = values.get("MAP_TILES")
    if address and not re.fullmatch(r"https?://[\w.:-]+/[^\s;,'\"]*", address):
        raise ConfigError(f"MAP_TILES is {address!r}: it must be an http(s) address.")
    if address and not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise ConfigError(f"MAP_TILES is {address!r}: it must hold {{z}}, {{x}} and {{y}}.")
    return address or None


def _store(values: Mapping[str, str], name: str) -> str:
    if name in values:
        return values[name]
    raise ConfigError(
        f"{name} is not set and no server runs on {vardir.locate(values)}: "
        f"start ./script/server, or set {name}."
    )


def _database_url(values: Mapping[str, str]) -> str:
    """SQLAlchemy's spelling with psycopg 3, whichever of the usual spellings was given."""
    url = _store(values, "DATABASE_URL")
    scheme, found, rest = url.partition("://")
    if not found or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ConfigError("DATABASE_URL must begin with postgresql://, only PostgreSQL is used.")
    return f"postgresql+psycopg://{rest}"


def _redis_url(values: Mapping[str, str]) -> str:
    url = _store(values, "REDIS_URL")
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("REDIS_URL must begin with redis://, rediss:// or unix://.")
    return url


def _secret_key(values: Mapping[str, str]) -> str:
    key = _needed(values, "SECRET_KEY", "a long random text")
    if values.get("HOTLINE_ENV") == "production" and len(key) < 32:
        raise ConfigError("SECRET_KEY is too short for production: use at least 32 characters.")
    return key


def _field_keys(values: Mapping[str, str]) -> str:
    text = _needed(values, "FIELD_KEYS", "the keys of encrypted fields")
    parse_field_keys(text)
    return text


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _port(values: Mapping[str, str]) -> int:
    text = values.get("PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 1 <= int(text) <= 65534:
        raise ConfigError(f"PORT is {text!r}: it must be a number from 1 to 65534.")
    return int(text)


def _bind(values: Mapping[str, str]) -> str:
    text = values.get("BIND", "127.0.0.1")
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        if text != "localhost":
            raise ConfigError(f"BIND is {text!r}: it must be an IP address.") from error
    return text


def _public_base_url(values: Mapping[str, str], port: int) -> str:
    if values.get("HOTLINE_ENV") == "production":
        _needed(values, "PUBLIC_BASE_URL", "the address under which citizens reach the portal")
    address = _optional_address(values, "PUBLIC_BASE_URL") or f"http://127.0.0.1:{port}"
    if urlsplit(address).path or urlsplit(address).query:
        raise ConfigError("PUBLIC_BASE_URL must be scheme, host and port, nothing behind.")
    return address


def _optional_address(values: Mapping[str, str], name: str) -> str | None:
    """An http(s) address without a slash at its end; None when it is not set."""
    if name not in values:
        return None
    try:
        parts = urlsplit(values[name])
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.fragment:
        raise ConfigError(f"{name} must be an address like https://example.org.")
    return values[name].rstrip("/")


def _carrier_address(values: Mapping[str, str], carrier: str, port: int) -> str | None:
    """Where the carrier's API is; None leaves it to the library (Twilio itself)."""
    if carrier == "somleng":
        _needed(values, "TWILIO_API_BASE_URL", "the address of your Somleng")
    address = _optional_address(values, "TWILIO_API_BASE_URL")
    if address is None and carrier == STAND_IN:
        return f"http://{reachable(_bind(values))}:{port + 1}"
    return address


def _choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words, the first being the default."""
    text = values.get(name, allowed[0])
    if text not in allowed:
        raise ConfigError(f"{name} is {text!r}: it must be one of {', '.join(allowed)}.")
    return text


def _timezone(values: Mapping[str, str]) -> str:
    name = values.get("CITY_TIMEZONE", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # what ZoneInfo raises for odd names
        raise ConfigError(
            f"CITY_TIMEZONE is {name!r}: it must be a time zone's name like Asia/Shanghai."
        ) from error
    return name


def _number(values: Mapping[str, str]) -> str:
    text = values.get("HOTLINE_NUMBER", DEFAULT_NUMBER)
    if not re.fullmatch(r"\+?[0-9]{3,15}", text):
        raise ConfigError(f"HOTLINE_NUMBER is {text!r}: use digits, with + and the country code.")
    return text
