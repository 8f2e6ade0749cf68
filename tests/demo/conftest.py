"""The demo, seeded once a test run by the command itself, into a database of its own.

Seeding is dear: one process of a run does all that looks at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from click.testing import Result

from hotline.extensions import Base, db
from tests import committed, spreading


@dataclass(frozen=True)
class Demo:
    """The application over the seeded database, and what the command said."""

    app: APIFlask
    output: str
    exit_code: int


def seed(app: APIFlask, *options: str) -> Result:
    """Run the command as somebody at the command line would."""
    return app.test_cli_runner().invoke(args=["seed", *options])


@pytest.fixture(scope="session")
def seeded(
    redis_url: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Demo]:
    """The demo; whoever reads it changes nothing."""
    spreading.only_here("demo", pytestconfig, tmp_path_factory.getbasetemp())
    name = committed.new_name("demo")
    with committed.database(name):
        app = committed.build(name, redis_url, tmp_path_factory.mktemp("demo"))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            said = seed(app, "--demo", "--if-empty")
            db.session.remove()
            yield Demo(app, said.output, said.exit_code)
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def demo(seeded: Demo) -> Iterator[Demo]:
    """The demo in an application context; what a test writes is rolled back."""
    assert seeded.exit_code == 0, seeded.output
    with seeded.app.app_context():
        yield seeded
        db.session.rollback()
        db.session.remove()
