"""Waiting until the application answers, and saying so."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass

import psycopg

from hotline.config import Config, reachable
from hotline.environment import STAND_IN
from script.launcher.console import say, text

PATIENCE = 2.0  # seconds for one answer


@dataclass(frozen=True)
class Answer:
    """What `/readyz` said; missing names the parts that are not there yet."""

    is_ready: bool
    missing: str


def ask(config: Config) -> Answer:
    """Ask `/readyz` once."""
    address = f"http://{reachable(config.bind)}:{config.port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            return Answer(response.status == 200, "")
    except urllib.error.HTTPError as error:
        return Answer(is_ready=False, missing=_parts(error.read()) or f"status {error.code}")
    except (OSError, ValueError):
        return Answer(is_ready=False, missing="no answer")


def announce(config: Config) -> None:
    """Say where everything is, and who may sign in."""
    web = config.public_base_url
    phonebooth = ""
    if config.carrier == STAND_IN:
        address = f"http://{reachable(config.bind)}:{config.port + 1}"
        phonebooth = text("phonebooth", address=address)
    say(text("ready", web=web, phonebooth=phonebooth).rstrip("\n") + "\n")
    if not config.is_production and has_demo_staff(config):
        say(text("logins").rstrip("\n") + "\n")
    say(text("stop", var_dir=config.var_dir).rstrip("\n"))


def has_demo_staff(config: Config) -> bool:
    """Whether the demo's operator is among the staff."""
    address = config.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    query = "SELECT EXISTS (SELECT 1 FROM staff WHERE username = 'operator1' AND is_active)"
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _parts(body: bytes) -> str:
    """The answer's parts that are not well, as far as it can be read."""
    try:
        content = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(content, dict):
        return ""
    return ", ".join(name for name, value in content.items() if value == "missing")
