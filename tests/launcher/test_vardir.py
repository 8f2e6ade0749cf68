"""The files in VAR_DIR, and the lock that says a server runs."""

import stat
from pathlib import Path

import pytest

from hotline import vardir


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "x.env"
    values = {"FIELD_KEYS": "field:ab==,index:cd==", "DATABASE_URL": "postgresql:///h?host=/a b"}
    vardir.write_env(path, values, "a comment")
    assert vardir.read_env(path) == values
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    vardir.write_env(path, {"A": "1"}, "again")
    assert vardir.read_env(path) == {"A": "1"}
    assert [each.name for each in tmp_path.iterdir()] == ["x.env"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("A=1", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        (" A = 1 ", {"A": "1"}),
        ("A='x y'", {"A": "x y"}),
        ('A="x=y"', {"A": "x=y"}),
        ("A='", {"A": "'"}),
        ("A=", {"A": ""}),
        ("#A=1", {}),
        ("A", {}),
        ("=1", {}),
        ("", {}),
    ],
)
def test_lines_of_a_file(tmp_path: Path, line: str, values: dict[str, str]) -> None:
    path = tmp_path / "x.env"
    path.write_text(f"# first\n{line}\n", encoding="utf-8")
    assert vardir.read_env(path) == values


def test_no_file_is_no_values(tmp_path: Path) -> None:
    assert vardir.read_env(tmp_path / "absent.env") == {}
    assert vardir.read_env(tmp_path / "absent" / "x.env") == {}


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    assert not vardir.has_server(tmp_path)
    lock = vardir.hold(tmp_path)
    assert lock is not None
    with lock:
        assert vardir.has_server(tmp_path)
        assert vardir.hold(tmp_path) is None
    assert not vardir.has_server(tmp_path)


def test_a_relative_folder_starts_at_the_root() -> None:
    assert vardir.locate({}) == vardir.ROOT / "var"
    assert vardir.locate({"VAR_DIR": "elsewhere"}) == vardir.ROOT / "elsewhere"
    assert vardir.locate({"VAR_DIR": "/srv/hotline"}) == Path("/srv/hotline")
