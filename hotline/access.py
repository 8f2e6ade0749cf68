"""Who may do what: roles, permissions, the viewer of the moment, and the guards of routes.

Decided here: which role holds which permission. Not here: which rows a viewer may see; each
kind of row has its own access function in its room. Pages know the viewer by session, the
JSON API by bearer token and by nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, g, has_request_context, request
from flask_login import current_user

from hotline.errors import Forbidden, Unauthenticated

P = ParamSpec("P")
R = TypeVar("R")


class Role(StrEnum):
    """What a member of staff is, in the hotline or in a unit."""

    OPERATOR = "operator"
    SHIFT_LEADER = "shift_leader"
    DISPATCHER = "dispatcher"
    REVIEWER = "reviewer"
    CALLBACK_AGENT = "callback_agent"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    EDITOR = "editor"
    HEAD = "head"
    ADMINISTRATOR = "administrator"
    EXCHANGE = "exchange"
    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    UNIT_DISPATCHER = "unit_dispatcher"


UNIT_ROLES = frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.UNIT_DISPATCHER})


class Permission(StrEnum):
    """One thing that may be done; a route asks for exactly one."""

    READ = "read"
    INTAKE = "intake"
    SORT = "sort"
    CHANGE = "change"
    DISPATCH = "dispatch"
    REVIEW = "review"
    SUPERVISE = "supervise"
    WATCH = "watch"
    CALLBACK = "callback"
    HANDLE = "handle"
    NOTE = "note"
    ATTACH = "attach"
    FOLLOW = "follow"
    ALARM = "alarm"
    NOTICE = "notice"
    UNMASK = "unmask"
    EXPORT = "export"
    CALL = "call"
    READ_CALLS = "read_calls"
    READ_ALL_CALLS = "read_all_calls"
    OVERSEE_CALLS = "oversee_calls"
    DRIVE_CALLS = "drive_calls"
    READ_KNOWLEDGE = "read_knowledge"
    EDIT_KNOWLEDGE = "edit_knowledge"
    WRITE_OWN_KNOWLEDGE = "write_own_knowledge"
    ADMINISTER = "administer"


P_ = Permission
IN_A_UNIT = frozenset(
    {
        P_.READ,
        P_.HANDLE,
        P_.WATCH,
        P_.ATTACH,
        P_.NOTICE,
        P_.READ_KNOWLEDGE,
        P_.WRITE_OWN_KNOWLEDGE,
    }
)
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {
            P_.FOLLOW,
            P_.READ,
            P_.INTAKE,
            P_.SORT,
            P_.CHANGE,
            P_.NOTE,
            P_.ATTACH,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_KNOWLEDGE,
            P_.UNMASK,
        }
    ),
    Role.SHIFT_LEADER: frozenset(
        {
            P_.FOLLOW,
            P_.ALARM,
            P_.READ,
            P_.INTAKE,
            P_.SORT,
            P_.CHANGE,
            P_.NOTE,
            P_.ATTACH,
            P_.NOTICE,
            P_.WATCH,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_ALL_CALLS,
            P_.OVERSEE_CALLS,
            P_.READ_KNOWLEDGE,
            P_.UNMASK,
            P_.EXPORT,
        }
    ),
    Role.DISPATCHER: frozenset(
        {
            P_.FOLLOW,
            P_.READ,
            P_.INTAKE,
            P_.SORT,
            P_.CHANGE,
            P_.DISPATCH,
            P_.NOTE,
            P_.ATTACH,
            P_.NOTICE,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_KNOWLEDGE,
            P_.UNMASK,
            P_.EXPORT,
        }
    ),
    Role.REVIEWER: frozenset({P_.FOLLOW, P_.READ, P_.REVIEW, P_.READ_KNOWLEDGE}),
    Role.CALLBACK_AGENT: frozenset(
        {
            P_.READ,
            P_.CALLBACK,
            P_.ATTACH,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_KNOWLEDGE,
            P_.UNMASK,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            P_.FOLLOW,
            P_.READ,
            P_.SUPERVISE,
            P_.WATCH,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_ALL_CALLS,
            P_.OVERSEE_CALLS,
            P_.READ_KNOWLEDGE,
            P_.EXPORT,
        }
    ),
    Role.INSPECTOR: frozenset({P_.READ, P_.READ_CALLS, P_.READ_ALL_CALLS, P_.READ_KNOWLEDGE}),
    Role.EDITOR: frozenset(
        {P_.WATCH, P_.READ_KNOWLEDGE, P_.EDIT_KNOWLEDGE, P_.WRITE_OWN_KNOWLEDGE}
    ),
    Role.HEAD: frozenset(
        {
            P_.FOLLOW,
            P_.ALARM,
            P_.READ,
            P_.REVIEW,
            P_.SUPERVISE,
            P_.WATCH,
            P_.CALL,
            P_.READ_CALLS,
            P_.READ_ALL_CALLS,
            P_.OVERSEE_CALLS,
            P_.READ_KNOWLEDGE,
            P_.EXPORT,
        }
    ),
    Role.ADMINISTRATOR: frozenset({P_.ALARM, P_.ADMINISTER, P_.READ_KNOWLEDGE}),
    Role.EXCHANGE: frozenset({P_.DRIVE_CALLS}),
    Role.HANDLER: IN_A_UNIT,
    Role.UNIT_HEAD: IN_A_UNIT | {P_.EXPORT},
    Role.UNIT_DISPATCHER: IN_A_UNIT,
}


@dataclass(frozen=True)
class Viewer:
    """The member of staff behind a request, with what is in force right now."""

    staff_id: int
    name: str
    username: str
    roles: frozenset[Role]
    unit_ids: frozenset[int] = frozenset()
    posts: frozenset[tuple[int, Role]] = frozenset()
    token_id: int | None = None
    locale: str = "zh_CN"
    permissions: frozenset[Permission] = field(default=frozenset())

    @classmethod
    def of(cls, staff_id: int, name: str, username: str, **given: Any) -> "Viewer":
        """A viewer with the permissions of their roles."""
        roles = given["roles"]
        held = frozenset(one for role in roles for one in PERMISSIONS[role])
        return cls(staff_id, name, username, permissions=held, **given)

    @property
    def actor(self) -> str:
        """How the history names this person."""
        return f"staff:{self.staff_id}"

    @property
    def is_hotline(self) -> bool:
        """Whether a role in the hotline lets the viewer read tickets, and not only one in a unit.

        An editor of articles who also handles for a unit sees that unit's tickets and no others.
        """
        return any(Permission.READ in PERMISSIONS[role] for role in self.roles - UNIT_ROLES)

    def roles_in(self, unit_id: int) -> frozenset[Role]:
        """The roles that the viewer holds in this very unit right now, be it as a stand-in."""
        return frozenset(role for unit, role in self.posts if unit == unit_id)

    def may(self, permission: Permission) -> bool:
        """Whether any role of the viewer holds the permission."""
        return permission in self.permissions


TokenLoader = Callable[[str], Viewer | None]


def viewer() -> Viewer | None:
    """The viewer of this request, or nobody."""
    if not has_request_context():
        return None
    if "viewer" not in g:
        g.viewer = _by_token() if is_api() else _by_session()
    found: Viewer | None = g.viewer
    return found


def current() -> Viewer:
    """The viewer of this request. Raises Unauthenticated when there is none."""
    found = viewer()
    if found is None:
        raise Unauthenticated("unauthenticated", "Please sign in first.")
    return found


def is_api() -> bool:
    """Whether the request is for the JSON API, where only tokens count."""
    return request.path.startswith(("/api/", "/open311/"))


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a route: only viewers with the permission come in."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current().may(permission):
                raise Forbidden(
                    "forbidden", "Your role does not allow this: ask a colleague whose role does."
                )
            return view(*args, **kwargs)

        cast("Any", guarded).permission = permission
        return guarded

    return guard


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route as open to everybody; the house's written list must name it too."""
    cast("Any", view).permission = None
    return view


def _by_session() -> Viewer | None:
    found = getattr(current_user, "viewer", None)
    return found if isinstance(found, Viewer) else None


def _by_token() -> Viewer | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    load: TokenLoader = current_app.extensions["token_loader"]
    return load(token.strip())
