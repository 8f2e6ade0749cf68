"""The web's workers are forked from one that has imported the application.

A connection opened or a thread started before the fork would be shared or lost.
"""

import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from hotline import vardir
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


def test_a_command_without_a_server_says_so_in_one_sentence(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "verify"]
    done = subprocess.run(
        command, cwd=vardir.ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: DATABASE_URL is not set and no server runs on")
    assert done.stderr.count("\n") == 1
