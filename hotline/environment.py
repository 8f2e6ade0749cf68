"""Where a setting comes from: the environment, and what a server left in VAR_DIR.

The environment wins over the running server's `run.env`, which wins over `secrets.env`; so any
`flask` command beside a running server finds its secrets and addresses, and starts nothing.
Not decided here: what the values mean and whether they are right (`config`).
"""

import hashlib
import os
from collections.abc import Mapping

from hotline import vardir

CARRIER_SECRETS = (
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
)
SECRETS = ("SECRET_KEY", "FIELD_KEYS", *CARRIER_SECRETS)
STAND_IN = "phonebooth"  # the only carrier that made-up account data fit
ORIGIN = "HOTLINE_SECRETS"  # says where secrets.env came from
MADE_UP = "generated"
FIELD_KEYS_DIGEST = "FIELD_KEYS_DIGEST"  # in run.env: the keys the running server encrypts with


class ConfigError(Exception):
    """A setting is wrong or missing; the message is one sentence for whoever starts it."""


def process_environ() -> dict[str, str]:
    """The process's environment over the settings of `.env` in the repository's root."""
    return vardir.read_env(vardir.ROOT / ".env") | dict(os.environ)


def gather(environ: Mapping[str, str]) -> dict[str, str]:
    """The given settings completed from VAR_DIR's files; an empty value counts as not set.

    Made-up secrets are refused in production. A `run.env` counts only while its server runs.
    """
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    folder = vardir.locate(given)
    try:
        kept = vardir.read_env(folder / vardir.SECRETS)
        running = vardir.read_env(folder / vardir.RUN) if vardir.has_server(folder) else {}
    except OSError as error:
        raise ConfigError(f"VAR_DIR: {error.filename} can't be read by this user.") from error
    if kept.get(ORIGIN) == MADE_UP and (running | given).get("CARRIER", STAND_IN) != STAND_IN:
        kept = {name: value for name, value in kept.items() if name not in CARRIER_SECRETS}
    values = running | kept | given
    if values.get("HOTLINE_ENV") == "production":
        _refuse_made_up(given, kept)
    if "DATABASE_URL" not in given:
        _refuse_other_keys(values)
    return values


def digest_of_keys(text: str) -> str:
    """A fingerprint by which two commands tell whether they use the same FIELD_KEYS."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse_made_up(given: Mapping[str, str], kept: Mapping[str, str]) -> None:
    made_up = [name for name in SECRETS if name in kept and name not in given]
    if given.get(ORIGIN) == MADE_UP:
        raise ConfigError(
            f"{ORIGIN}={MADE_UP} marks secrets made up for a try-out, which HOTLINE_ENV=production "
            f"refuses: set your own {', '.join(SECRETS)} and drop that mark."
        )
    if made_up and kept.get(ORIGIN) == MADE_UP:
        raise ConfigError(
            f"HOTLINE_ENV=production refuses the made-up {', '.join(made_up)} in "
            f"{vardir.SECRETS}: set your own in the environment (see .env.example)."
        )


def _refuse_other_keys(values: Mapping[str, str]) -> None:
    digest = values.get(FIELD_KEYS_DIGEST)
    if digest and digest != digest_of_keys(values.get("FIELD_KEYS", "")):
        raise ConfigError(
            "FIELD_KEYS differs from the running server's: give this command the same value."
        )
