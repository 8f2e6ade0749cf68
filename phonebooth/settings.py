"""What the phonebooth needs to know, read from the environment in this one place.

The names are the hotline's own, so that one environment serves both processes; the port is
the hotline's plus one. The time-outs are the carrier's published ones.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from phonebooth import numbers

_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")

FLAVOURS = ("twilio", "somleng")


class SettingsError(ValueError):
    """A setting is wrong or missing; the sentence names it."""


@dataclass(frozen=True, kw_only=True)
class BoothSettings:
    """Who the one customer of this carrier is, and how fast its network seems to be."""

    account_sid: str
    auth_token: str = field(repr=False)
    hotline_url: str
    hotline_number: str
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    is_loopback_only: bool = True
    seconds_to_sent: float = 0.4
    seconds_to_delivered: float = 0.8
    connect_timeout: float = 5.0
    answer_timeout: float = 15.0
    kept_messages: int = 5_000
    kept_phones: int = 200
    kept_deliveries: int = 1_000
    longest_backlog: int = 20_000
    own_url: str = "http://127.0.0.1:8001"
    flavour: str = "twilio"
    sound_script: Path | None = None
    speed: float = 1.0
    patience: float = 1.0
    seconds_to_ring: float = 0.3
    kept_calls: int = 2_000
    kept_recordings: int = 500
    most_live_legs: int = 1_000
    most_streams: int = 80

    @property
    def sms_webhook(self) -> str:
        """Where texts to the hotline are delivered."""
        return f"{self.hotline_url}/webhooks/carrier/sms"

    @property
    def voice_webhook(self) -> str:
        """Which document an incoming call begins with."""
        return f"{self.hotline_url}/webhooks/carrier/voice"

    @property
    def voice_fallback(self) -> str:
        """Which document is asked for when another can't be had."""
        return f"{self.hotline_url}/webhooks/carrier/voice/fallback"

    @property
    def call_status_webhook(self) -> str:
        """Where the end of an incoming call is told."""
        return f"{self.hotline_url}/webhooks/carrier/status/call"

    @property
    def hotline_origin(self) -> str:
        """Whose pages may use the device endpoints."""
        parts = urlsplit(self.hotline_url)
        return f"{parts.scheme}://{parts.netloc}"


def from_environment(environ: Mapping[str, str]) -> BoothSettings:
    """The settings as the environment has them; raises SettingsError naming the variable."""
    number = numbers.canonical(_required(environ, "HOTLINE_NUMBER"))
    if number is None:
        raise SettingsError("HOTLINE_NUMBER is not a phone number.")
    account_sid = _required(environ, "TWILIO_ACCOUNT_SID")
    if not _ACCOUNT_SID.fullmatch(account_sid):
        raise SettingsError("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits.")
    return BoothSettings(
        account_sid=account_sid,
        auth_token=_required(environ, "TWILIO_AUTH_TOKEN"),
        api_key=environ.get("TWILIO_API_KEY", ""),
        api_secret=environ.get("TWILIO_API_SECRET", ""),
        hotline_url=_hotline_url(environ),
        hotline_number=number,
        timezone=_timezone(environ),
        flavour=_flavour(environ),
    )


def port_from_environment(environ: Mapping[str, str]) -> int:
    """The phonebooth's port: the hotline's (PORT, 8000 when unset) plus one."""
    text = environ.get("PORT", "") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_535:
        raise SettingsError("PORT must be a number from 1 to 65534.")
    return int(text) + 1


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set.")
    return value


def _hotline_url(environ: Mapping[str, str]) -> str:
    url = _required(environ, "PUBLIC_BASE_URL").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingsError("PUBLIC_BASE_URL must start with http:// or https://.")
    return url


def _flavour(environ: Mapping[str, str]) -> str:
    flavour = environ.get("PHONEBOOTH_FLAVOUR", "") or "twilio"
    if flavour not in FLAVOURS:
        raise SettingsError(f"PHONEBOOTH_FLAVOUR must be one of: {', '.join(FLAVOURS)}.")
    return flavour


def _timezone(environ: Mapping[str, str]) -> ZoneInfo:
    name = environ.get("CITY_TIMEZONE", "") or "Asia/Shanghai"
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"CITY_TIMEZONE: there is no time zone {name}.") from error
