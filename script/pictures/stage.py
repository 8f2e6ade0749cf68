"""The browser's side of taking pictures: who looks, how large, and where a picture goes.

Decided here: staff look at 1366×768, a citizen at a phone 360 points wide, both in Chinese.
"""

import os
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from script.launcher.browser import BROWSERS
from script.launcher.errors import LaunchError

PASSWORD = "hotline-demo"  # noqa: S105  the demo's, known to everybody
LARGEST = 200_000  # bytes of one picture: the README stays quick to open
COLOURS = 256
METHOD = Image.Quantize.MAXCOVERAGE  # others blend the few pixels of a lamp into their neighbours
WAIT_MS = 30_000
PAUSE_MS = 1200
DESK = (1366, 768)
POCKET = (360, 780)
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN")
OWN_WORDS = {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}  # on the browser's buttons for files


@dataclass(frozen=True)
class Stage:
    """A browser before a running hotline; `wanted` names the pictures to keep, or is empty."""

    browser: Browser
    web: str
    booth: str
    folder: Path
    wanted: Container[str]
    kept: list[str]

    def staff(self, username: str) -> Page:
        """A desk at which somebody has signed in."""
        page = self._open(DESK)
        page.goto(f"{self.web}/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda address: "/login" not in address)
        settle(page)
        return page

    def citizen(self) -> Page:
        """A citizen's own telephone, nobody signed in."""
        return self._open(POCKET)

    def phone(self, number: str) -> Page:
        """The phonebooth, with this telephone chosen."""
        page = self._open(DESK)
        page.goto(f"{self.booth}/?phone={quote(number)}")
        return page

    def leave(self, page: Page) -> None:
        """Somebody goes home; pages opened later don't show that they are there."""
        page.context.close()

    def keep(self, page: Page, name: str, *, part: str | None = None) -> None:
        """Keep what is on the screen, or a part of it. Raises LaunchError when it is too large."""
        if self.wanted and name not in self.wanted:
            return
        seen = page.locator(part) if part else page
        path = self.folder / f"{name}.png"
        with Image.open(BytesIO(seen.screenshot(animations="disabled", caret="hide"))) as image:
            few = image.convert("RGB").quantize(COLOURS, METHOD, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
        if path.stat().st_size >= LARGEST:
            raise LaunchError(f"{path} has {path.stat().st_size} bytes: show less of the page.")
        self.kept.append(name)

    def _open(self, size: tuple[int, int]) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MS)
        return context.new_page()


def settle(page: Page) -> None:
    """Wait until the page and what it fetched by itself are there.

    Not until its network is idle: the worker that hears of changes never is.
    """
    page.wait_for_load_state("load")
    page.wait_for_timeout(PAUSE_MS)
    page.locator(".htmx-request").first.wait_for(state="detached")


@contextmanager
def stage(web: str, booth: str, folder: Path, wanted: Container[str]) -> Iterator[Stage]:
    """A browser for as long as the block lasts. Raises LaunchError where none is installed."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise LaunchError("Chromium is not installed: put chromium on the PATH.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(OPTIONS), env={**os.environ, **OWN_WORDS}
        )
        try:
            yield Stage(browser, web, booth, folder, wanted, [])
        finally:
            browser.close()
