"""What an earlier start already did to the database, so that a second start need not ask again.

Asked without importing the application or its migrations: the database's version must be the
one noted, for the same database, the same kind of installation and the same migration files.
"""

import hashlib
from pathlib import Path

import psycopg

from hotline.config import Config


def note(var_dir: Path) -> Path:
    """The file in which it is noted; there is one once a database was filled."""
    return var_dir / "run" / "prepared"


def is_done(config: Config, folder: Path) -> bool:
    """Whether migrations and first data were completed for what is there now."""
    file = note(config.var_dir)
    if not file.exists() or not _version(config):
        return False
    return file.read_text(encoding="utf-8") == _known(config, folder)


def write(config: Config, folder: Path) -> None:
    """Note that both were completed."""
    note(config.var_dir).write_text(_known(config, folder), encoding="utf-8")


def _known(config: Config, folder: Path) -> str:
    digest = hashlib.sha256(f"{config.hotline_env} {config.database_url}\n".encode())
    for file in sorted(folder.glob("*.py")):
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return f"{digest.hexdigest()} {_version(config)}"


def _version(config: Config) -> str:
    """The database's migrations as it names them; empty when it has none or can't be asked."""
    address = config.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    query = "SELECT string_agg(version_num, ' ' ORDER BY version_num) FROM alembic_version"
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error:
        return ""
    return str(row[0] or "") if row else ""
