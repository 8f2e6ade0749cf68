"""The vendored files are the published ones, licensed, and ask no foreign host for anything."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A picture inside; Leaflet's own pictures, for controls that no page here has; its word to old IE.
INSIDE = ("data:image/", "images/", "#default#VML")
FOLDERS = [ROOT / "hotline" / "static" / "vendor", ROOT / "tests" / "front" / "vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_files_are_those_that_were_vendored(folder: Path) -> None:
    packages = json.loads((folder / "VERSIONS.json").read_text(encoding="utf-8"))["packages"]
    written = {name: mark for package in packages for name, mark in package["sha256"].items()}
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*/*")
    }
    assert there == written


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_every_package_has_a_version_and_a_licence(folder: Path) -> None:
    for package in json.loads((folder / "VERSIONS.json").read_text(encoding="utf-8"))["packages"]:
        place = next(name.split("/")[0] for name in package["sha256"])
        assert place.endswith("-" + package["version"])
        assert package["licence"]
        assert len((folder / place / "LICENSE").read_text(encoding="utf-8")) > 200


def test_styles_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "hotline" / "static").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text
        assert "@font-face" not in text
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]{0,12})", text)
        assert all(address.startswith(INSIDE) for address in addresses), path


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    sprite = next((ROOT / "hotline" / "static" / "vendor").glob("tabler-icons-*/sprite.svg"))
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8")))
    listed = set((ROOT / "script" / "icons.txt").read_text(encoding="utf-8").split())
    asked = {
        name
        for path in ROOT.glob("*/**/templates/**/*.html")
        for name in re.findall(
            r"(?:\bicon\(|icon_name=|icon=)'([a-z0-9-]+)'", path.read_text(encoding="utf-8")
        )
    }
    assert drawn == listed
    assert asked <= drawn
