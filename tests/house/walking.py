"""The routes of the application, each as something that can be asked for.

A route is written `POST /tickets/<number>/sort`. Addresses are filled with values that fit and
that nothing has, so that a walk changes nothing.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from apiflask import APIFlask
from werkzeug.routing import Rule

from hotline.access import Permission

ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")
VALUES = {
    "year": "2026",
    "version": "1",
    "part": "1",
    "filename": "nothing.css",
    "number": "2611180000011",
}
API = ("/api/", "/open311/")
WEBHOOKS = "/webhooks/"


@dataclass(frozen=True)
class Route:
    """One method of one address; `permission` is None when it is public."""

    method: str
    rule: str
    endpoint: str
    view: Callable[..., Any]

    @property
    def name(self) -> str:
        """As tables write it."""
        return f"{self.method} {self.rule}"

    @property
    def is_guarded(self) -> bool:
        """Whether the view says who may come in, be it everybody."""
        return hasattr(self.view, "permission")

    @property
    def permission(self) -> Permission | None:
        """What a viewer needs."""
        found: Permission | None = getattr(self.view, "permission", None)
        return found

    @property
    def is_api(self) -> bool:
        """Whether it belongs to the JSON API."""
        return self.rule.startswith(API)

    @property
    def is_webhook(self) -> bool:
        """Whether the outside calls it."""
        return self.rule.startswith(WEBHOOKS)


def routes(app: APIFlask) -> list[Route]:
    """Every route, by address."""
    return sorted(_routes(app), key=lambda one: (one.rule, one.method))


def path_of(app: APIFlask, route: Route, **known: str) -> str:
    """An address that the route answers, with what is known of it filled in."""
    rule = next(
        one
        for one in app.url_map.iter_rules(route.endpoint)
        if one.rule == route.rule and route.method in _methods(one)
    )
    values: dict[str, Any] = {
        name: known.get(name) or _value(rule, name) for name in rule.arguments
    }
    with app.test_request_context():
        built: str = app.url_for(route.endpoint, _method=route.method, **values)
    return built


def innermost(view: Callable[..., Any]) -> Callable[..., Any]:
    """The function that its room wrote, without what stands around it."""
    found: Callable[..., Any] = inspect.unwrap(view)
    return found


def _routes(app: APIFlask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in _methods(rule):
            yield Route(method, rule.rule, rule.endpoint, view)


def _methods(rule: Rule) -> list[str]:
    return [method for method in ASKED if method in (rule.methods or ())]


def _value(rule: Rule, name: str) -> str | int:
    given = VALUES.get(name)
    if given is None:
        given = "1" if name.endswith("_id") else "nothing-has-this"
    return int(given) if "int:" + name in rule.rule else given
