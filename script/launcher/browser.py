"""A Chromium with Chinese fonts for the browser tests, by apt where that is allowed.

Nothing here fails the run: where it can't be had, the tests say why they are skipped.
"""

import os
import shutil
import subprocess

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def ensure() -> None:
    """Install what is missing when this user may; otherwise say what is missing."""
    packages = missing()
    if not packages:
        return
    wanted = " ".join(packages)
    apt = _apt()
    if apt is None:
        print(f"Browser tests want {wanted}, which this user can't install.", flush=True)
        return
    print(f"Installing {wanted} with apt ...", flush=True)
    install = [*apt, "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for command in ([*apt, "update", "--quiet"], install):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"apt failed, so browser tests may be skipped:\n{done.stderr}", flush=True)
            return


def missing() -> list[str]:
    """The Debian packages this machine lacks for the browser tests."""
    packages = []
    if not any(shutil.which(name) for name in BROWSERS):
        packages.append("chromium")
    if not _has_chinese_font():
        packages.append("fonts-noto-cjk")
    return packages


def _has_chinese_font() -> bool:
    try:
        done = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, check=False)
    except OSError:
        return False
    return bool(done.stdout.strip())


def _apt() -> list[str] | None:
    """The command that installs without asking; None where there is none."""
    if shutil.which("apt-get") is None:
        return None
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return quietly
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(
        ["sudo", "--non-interactive", "true"], capture_output=True, check=False
    )
    return ["sudo", "--non-interactive", *quietly] if allowed.returncode == 0 else None
