"""The demo, seeded once a test process into a database of its own by the command itself."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from click.testing import Result

from hotline.extensions import Base, db
from tests import committed


@dataclass(frozen=True)
class Demo:
    """The application over the seeded database, what the command said, its processor time.

    Time on the wall would say more of what else the machine does.
    """

    app: APIFlask
    said: Result
    seconds: float


def seed(app: APIFlask, *options: str) -> Result:
    """Run the command as somebody at the command line would."""
    return app.test_cli_runner().invoke(args=["seed", *options])


@pytest.fixture(scope="session")
def seeded(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo; whoever reads it changes nothing."""
    name = committed.new_name("demo")
    app = committed.build(name, redis_url, tmp_path_factory.mktemp("demo"))
    with committed.database(name), app.app_context():
        Base.metadata.create_all(db.engine)
        began = time.process_time()
        said = seed(app, "--demo", "--if-empty")
        yield Demo(app, said, time.process_time() - began)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(seeded: Demo) -> Iterator[Demo]:
    """The demo in an application context; what a test writes is rolled back."""
    assert seeded.said.exit_code == 0, seeded.said.output
    with seeded.app.app_context():
        yield seeded
        db.session.rollback()
        db.session.remove()
