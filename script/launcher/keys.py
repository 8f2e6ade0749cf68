"""Secrets for a try-out: made once, kept in VAR_DIR's secrets.env (mode 600), marked as made up.

python -m script.launcher.keys       prints a fresh set, for an installation of your own
"""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from hotline import environment, vardir
from script.launcher import prepared
from script.launcher.errors import LaunchError


def fresh() -> dict[str, str]:
    """A new set of all secrets; each call makes another."""
    keys = [f"{name}:{_key()}" for name in ("field", "index", "chain")]
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": ",".join(keys),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_KEY": f"SK{secrets.token_hex(16)}",
        "TWILIO_API_SECRET": secrets.token_urlsafe(24),
    }


def ensure(var_dir: Path, environ: Mapping[str, str]) -> list[str]:
    """Make and keep whatever neither the environment nor the file has; the names made.

    In production nothing is made up: `config` says which setting is missing. Raises LaunchError
    instead of making new FIELD_KEYS for a database that was filled under others.
    """
    if environ.get("HOTLINE_ENV") == "production":
        return []
    path = var_dir / vardir.SECRETS
    kept = vardir.read_env(path)
    made = {
        name: value
        for name, value in fresh().items()
        if name not in kept and not environ.get(name, "").strip()
    }
    if "FIELD_KEYS" in made and prepared.note(var_dir).exists():
        raise LaunchError(
            f"FIELD_KEYS is neither set nor in {path}, but the data there were encrypted with it: "
            "give it back, or begin anew with another VAR_DIR."
        )
    if made:
        marked = {environment.ORIGIN: environment.MADE_UP} | kept | made
        vardir.write_env(path, marked, "Made up for a try-out; production refuses them.")
    return list(made)


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


if __name__ == "__main__":
    for name, value in fresh().items():
        if not name.startswith("TWILIO_"):
            print(f"{name}={value}")
