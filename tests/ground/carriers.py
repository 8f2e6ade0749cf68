"""Our side of the carrier, for tests of both sides."""

from types import SimpleNamespace
from typing import cast

from hotline.carrier import Carrier
from hotline.config import Config
from tests.phonebooth.running import ACCOUNT, HOTLINE, TOKEN


def carrier_at(url: str | None, *, timeout: float = 2.0, **changes: object) -> Carrier:
    """Our side, pointed at `url`."""
    values: dict[str, object] = {
        "carrier": "phonebooth",
        "hotline_number": HOTLINE,
        "public_base_url": "http://127.0.0.1:9/",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_api_key": None,
        "twilio_api_secret": None,
        "twilio_api_base_url": url,
    }
    return Carrier.from_config(cast(Config, SimpleNamespace(**(values | changes))), timeout=timeout)
