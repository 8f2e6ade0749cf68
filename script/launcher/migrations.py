"""Whether the database already stands where the migrations end.

Asked without importing the application: a second start need not wait for it twice.
"""

from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory

from hotline.config import Config


def is_current(config: Config, folder: Path) -> bool:
    """Whether the last migration in this folder is the one the database has."""
    address = config.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except psycopg.Error:
        return False
    return {version for (version,) in found} == set(ScriptDirectory(str(folder)).get_heads())
