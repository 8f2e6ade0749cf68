"""The shared objects every room may import; a leaf, so that nothing goes in a circle.

Bound to the application in `wsgi.create_app` and nowhere else.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import CursorResult, Executable, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base of every table, with constraint names fixed for the migrations."""

    metadata = MetaData(naming_convention=NAMING)


def table(model: type[Base]) -> Table:
    """The model's table: for plain inserts, which cost half of those through the mapper."""
    return cast("Table", model.__table__)


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


def write_beside(
    statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[Any]:
    """Write in the session's transaction, without its own changes going out before.

    For writes that stand on nothing the session still holds back: each flush in between would be
    one more UPDATE of the same row.
    """
    return db.session.connection().execute(statement, values)


@contextmanager
def beside(*models: type[Base]) -> Iterator[None]:
    """The same for statements about rows of these models alone: only theirs go out before."""
    if any(isinstance(one, models) for one in (*db.session.new, *db.session.dirty)):
        db.session.flush()
    with db.session.no_autoflush:
        yield


migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()
limiter = Limiter(
    key_func=get_remote_address,
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    strategy="moving-window",  # a fixed one lets twice as many through around its turn
    headers_enabled=False,
)
