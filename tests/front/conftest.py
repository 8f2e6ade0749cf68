"""An application of nothing but the layouts and macros, and a browser that looks at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, Response, flash, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from hotline import access, templating
from hotline.access import Permission, Role, Viewer
from hotline.templating import NavItem
from tests.front import samples

ROOT = Path(__file__).parents[2]
CSP = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'"
STAFF = Viewer.of(1, "刘晓燕", "dispatcher1", roles=frozenset({Role.DISPATCHER}))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The layouts with a viewer, navigation and one page of samples; no database."""
    app = Flask("hotline", root_path=str(ROOT / "hotline"))
    app.config.update(
        SECRET_KEY="front" * 8,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "hotline" / "translations"),
    )
    Babel().init_app(app, locale_selector=lambda: request.args.get("lang", "zh_CN"))
    CSRFProtect(app)
    monkeypatch.setattr(access, "viewer", _viewer)
    templating.init(app)
    app.jinja_env.globals["nonce"] = lambda: "a-nonce"
    _open(app)
    return app


def _viewer() -> Viewer | None:
    return STAFF if request.path.startswith("/staff") else None


def _open(app: Flask) -> None:
    endpoints = ["portal.home", "portal.report", "portal.track", "portal.speak"]
    endpoints += ["people.login", "people.logout", "people.account"]
    endpoints += ["live.stream", "live.counts"]
    for name in [*endpoints, "console.home", "admin.home"]:
        app.add_url_rule(f"/staff/{name}", name, lambda: "", methods=["GET", "POST"])
    app.extensions["navigation"] = [
        NavItem("console.home", "Console", Permission.INTAKE, "headset", lambda: 12),
        NavItem("admin.home", "Administrator", Permission.ADMINISTER, "settings"),
    ]

    @app.route("/<any(staff,citizen):who>/sample", methods=["GET", "POST"])
    def sample(who: str) -> str:
        flash("已派单", "success")
        return render_template(app.jinja_env.from_string(samples.page(who)), **samples.CONTEXT)

    @app.get("/<any(staff,citizen):who>/error/<int:status>")
    def error(who: str, status: int) -> str:
        return render_template("errors/error.html", status=status, message="")

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response


@pytest.fixture
def render(app: Flask) -> Callable[..., str]:
    """Render a few lines of template with all macros imported."""

    def rendered(source: str, **context: object) -> str:
        with app.test_request_context("/staff/sample"):
            return render_template(app.jinja_env.from_string(samples.IMPORTS + source), **context)

    return rendered


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says why there is none; under CI that is a failure."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application behind a real port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab at the size of an operator's screen that notes what the policy refuses."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    tab.add_init_script(
        "window.refused = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.refused.push(event.blockedURI + ' ' + event.violatedDirective));"
    )
    yield tab
    context.close()
