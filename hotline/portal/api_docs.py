"""The JSON API's description for people: every call, who may, and what it answers."""

from dataclasses import dataclass
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from hotline import access

bp = Blueprint("api_docs", __name__, template_folder="templates")


@dataclass(frozen=True)
class Call:
    """One call as the page shows it."""

    method: str
    path: str
    summary: str
    permission: str | None


@bp.get("/api/docs")
@access.public
def page() -> ResponseReturnValue:
    """Every call of the API, grouped."""
    groups: dict[str, list[Call]] = {}
    for tag, call in _calls():
        groups.setdefault(tag, []).append(call)
    return render_template("portal/api_docs.html", groups=groups)


def _calls() -> list[tuple[str, Call]]:
    app: APIFlask = current_app._get_current_object()  # type: ignore[attr-defined]
    guards = _guards(app)
    found: list[tuple[str, Call]] = []
    paths: dict[str, dict[str, Any]] = app.spec["paths"]  # type: ignore[index, assignment]
    for path, methods in paths.items():
        for method, told in methods.items():
            if method in ("get", "post", "put", "delete", "patch"):
                call = Call(
                    method=method.upper(),
                    path=path,
                    summary=told.get("summary", ""),
                    permission=guards.get((method.upper(), path)),
                )
                found.append((", ".join(told.get("tags", [])), call))
    return found


def _guards(app: APIFlask) -> dict[tuple[str, str], str | None]:
    """Method and path → the permission that a call asks for; None for everybody."""
    return {
        (method, rule.rule.replace("<", "{").replace(">", "}")): getattr(
            app.view_functions[rule.endpoint], "permission", None
        )
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
