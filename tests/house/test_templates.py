"""Templates send forms with their token and link to pages that exist.

What a template may not hold stands in `tests/front/test_templates.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from apiflask import APIFlask
from jinja2 import Environment, nodes
from werkzeug.routing import Map

from hotline.templating import NavItem
from phonebooth.app import create_app
from phonebooth.settings import from_environment
from tests.house import tree

FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.S | re.I)
POSTS = re.compile(r"method\s*=\s*.?post", re.I)
PARSER = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
BOOTH = "phonebooth"
CARRIER = {
    "HOTLINE_NUMBER": "+8633512345",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "TWILIO_AUTH_TOKEN": "token-for-tests",
}
TOKENLESS = {
    "phonebooth/templates/phonebooth/page.html": "no logins and no sessions: nothing to forge",
}


def test_every_form_that_posts_carries_the_token() -> None:
    found = {
        _name(path): "a form without csrf_token"
        for path in _templates()
        for form in FORM.finditer(path.read_text(encoding="utf-8"))
        if POSTS.search(form["head"]) and "csrf_token()" not in form["body"]
    }
    tree.judge(found, TOKENLESS)


def test_what_htmx_posts_is_a_form() -> None:
    """A form brings its token along; anything else would need a header."""
    elsewhere = re.compile(r"<(?!form\b)[a-z]+\b[^>]*\bhx-(post|put|patch|delete)\b", re.S | re.I)
    found = [
        _name(path) for path in _templates() if elsewhere.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_address_in_a_template_resolves(app: APIFlask) -> None:
    booth, found = create_app(from_environment(CARRIER)), {}
    for path in _templates():
        url_map = booth.url_map if _name(path).startswith(BOOTH) else app.url_map
        for line, endpoint, given in _addresses(path):
            if not _resolves(url_map, endpoint, given):
                found[f"{_name(path)}:{line}"] = f"{endpoint}({', '.join(sorted(given))})"
    tree.judge(found, {})


def test_every_address_in_a_view_resolves(app: APIFlask) -> None:
    found = {}
    for one in tree.sources(*tree.PACKAGES):
        if one.path.startswith(BOOTH):
            continue
        for call, name in one.calls():
            endpoint = getattr(call.args[0], "value", None) if call.args else None
            if name.endswith("url_for") and isinstance(endpoint, str):
                given = {word.arg for word in call.keywords if word.arg}
                is_open = any(word.arg is None for word in call.keywords)
                if not _resolves(app.url_map, endpoint, given, is_open=is_open):
                    found[f"{one.path}:{call.lineno}"] = endpoint
    tree.judge(found, {})


def test_every_entry_of_the_navigation_resolves(app: APIFlask) -> None:
    items: list[NavItem] = app.extensions["navigation"]
    for item in items:
        assert _resolves(app.url_map, item.endpoint, set()), item.endpoint
        view = app.view_functions[item.endpoint]
        assert getattr(view, "permission", None) == item.permission, item.endpoint


def test_the_rules_notice(app: APIFlask) -> None:
    form = FORM.search("<form class='x'\n method='post'>\n<p>\n</form>")
    assert form is not None
    assert POSTS.search(form["head"])
    assert not _resolves(app.url_map, "tickets.page", set())
    assert _resolves(app.url_map, "tickets.page", {"number", "back"})
    assert not _resolves(app.url_map, "tickets.nothing", set())


def _templates() -> list[Path]:
    return [path for path in tree.files(*tree.PACKAGES, ending=".html")]


def _name(path: Path) -> str:
    return str(path.relative_to(tree.ROOT))


def _addresses(path: Path) -> Iterator[tuple[int, str, set[str]]]:
    """Line, endpoint and names of values of every url_for in a template."""
    parsed = PARSER.parse(path.read_text(encoding="utf-8"))
    for call in parsed.find_all(nodes.Call):
        is_asked = isinstance(call.node, nodes.Name) and call.node.name == "url_for"
        if is_asked and call.args and isinstance(call.args[0], nodes.Const):
            given = {word.key for word in call.kwargs}
            # `**values` fills whatever is missing.
            yield call.lineno, call.args[0].value, given if call.dyn_kwargs is None else {"**"}


def _resolves(url_map: Map, endpoint: str, given: set[str], *, is_open: bool = False) -> bool:
    """Whether some address of the endpoint can be built from these values."""
    rules = [rule for rule in url_map.iter_rules() if rule.endpoint == endpoint]
    is_open = is_open or "**" in given
    return any(is_open or rule.arguments - set(rule.defaults or ()) <= given for rule in rules)
