"""The web's workers are forked from one that has imported the application.

A connection opened or a thread started before the fork would be shared or lost.
"""

import threading
from pathlib import Path

import psycopg
import pytest

from tests.conftest import config_for
from wsgi import create_app


def test_the_application_is_built_without_connections_and_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(psycopg, "connect", lambda *_a, **_k: asked.append("PostgreSQL"))
    monkeypatch.setattr("socket.socket.connect", lambda *_a: asked.append("a socket"))
    before = threading.active_count()
    assert create_app(config_for("postgresql:///nowhere", "redis://localhost:1", tmp_path))
    assert asked == []
    assert threading.active_count() == before
